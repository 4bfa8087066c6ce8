"""What went wrong, as a page: the same title and sentence that a program gets."""

from flask import Response, make_response, render_template, request

from futurisys.console.blueprint import is_page

PROBLEM = "application/problem+json"
KINDS = ("application/json", "text/html")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def as_page(response: Response) -> Response:
    """Show a person the page of a problem, and let pages send their own forms."""
    if not is_page(request.path):
        return response
    if response.mimetype == PROBLEM and request.accept_mimetypes.best_match(KINDS) == KINDS[1]:
        page = make_response(
            render_template("console/problem.html", problem=response.get_json()),
            response.status_code,
        )
        page.headers.extend(
            (name, value) for name, value in response.headers if not name.startswith("Content-")
        )
        response = page
    if response.mimetype == KINDS[1]:
        response.headers["Content-Security-Policy"] = POLICY
    return response
