"""What went wrong, as a page: the same title and sentence that a program gets."""

from flask import Response, make_response, redirect, render_template, request, url_for

from futurisys.console.blueprint import CARD, is_read_by_a_person

PROBLEM = "application/problem+json"
PAGE = "text/html"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def as_page(response: Response) -> Response:
    """Show a person the sign-in, or the page of a problem, and let pages send their own forms.

    What a form was answered with, and the form, may be gone back to; other pages are kept nowhere.
    Caches are told of the address that has two answers.
    """
    if response.mimetype == PROBLEM and is_read_by_a_person():
        response = _sign_in() if response.status_code == 401 else _page(response)
    if response.mimetype == PAGE:
        response.headers["Content-Security-Policy"] = POLICY
        if request.method == "POST" or request.path == "/":
            response.headers["Cache-Control"] = "private, no-cache"
    if request.endpoint == CARD:
        response.vary.add("Accept")
    return response


def _sign_in() -> Response:
    """Ask for a key, and lead back to what was asked for."""
    wanted = request.full_path.removesuffix("?") if request.method == "GET" else None
    return make_response(redirect(url_for("console.sign_in", suite=wanted), 303))


def _page(problem: Response) -> Response:
    text = render_template("console/problem.html", problem=problem.get_json())
    page = make_response(text, problem.status_code)
    page.headers.extend(
        (name, value) for name, value in problem.headers if not name.startswith("Content-")
    )
    return page
