"""Errors as pages, with the title and the sentence that an API client would get."""

from flask import Response, make_response, redirect, render_template, request, url_for

from futurisys.console.blueprint import CARD, is_read_by_a_person

PROBLEM = "application/problem+json"
PAGE = "text/html"
NOWHERE = {
    "title": "Adresse inconnue",
    "detail": "Cette page n'existe pas, ou n'existe plus : vérifiez l'adresse, ou repartez de "
    "l'accueil.",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def as_page(response: Response) -> Response:
    """Turn a browser's error into a page (401: into the sign-in), and set the headers of pages.

    The form and its answer may be stored by the browser, for its back button; nothing else may.
    The model card varies with `Accept`, for a page and a document share its address.
    """
    if response.mimetype == PROBLEM and is_read_by_a_person():
        response = _sign_in() if response.status_code == 401 else _page(response)
    if response.mimetype == PAGE:
        response.headers["Content-Security-Policy"] = POLICY
        is_file = "Content-Disposition" in response.headers
        if (request.method == "POST" and not is_file) or request.endpoint == "console.employee":
            response.headers["Cache-Control"] = "private, no-cache"
    if request.endpoint == CARD:
        response.vary.add("Accept")
    return response


def _sign_in() -> Response:
    """Redirect to the sign-in, which leads back to the page that was asked for."""
    wanted = request.full_path.removesuffix("?") if request.method == "GET" else None
    return make_response(redirect(url_for("console.sign_in", suite=wanted), 303))


def _page(problem: Response) -> Response:
    is_nowhere = request.endpoint is None and problem.status_code in (404, 405)
    said = problem.get_json() | (NOWHERE if is_nowhere else {})
    text = render_template("console/problem.html", problem=said)
    page = make_response(text, problem.status_code)
    page.headers.extend(
        (name, value) for name, value in problem.headers if not name.startswith("Content-")
    )
    return page
