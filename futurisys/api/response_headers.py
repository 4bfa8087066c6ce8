"""What every request is known by, and every answer carries."""

import re
import time

from flask import Flask, Response, g, request
from uuid_utils import uuid7

from futurisys.api.body import refusal_of_encoding

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# For a browser that came over TLS, which a plain line must not be able to say: for a year.
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

WELL_FORMED = re.compile("[A-Za-z0-9._-]{1,64}")


def init_app(app: Flask) -> None:
    @app.before_request
    def begin() -> Response | None:
        g.started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if WELL_FORMED.fullmatch(given) else str(uuid7())
        return refusal_of_encoding() if "HTTP_CONTENT_ENCODING" in request.environ else None

    @app.after_request
    def finish(response: Response) -> Response:
        # What an answer says of itself stands, as a page's own policy does.
        said = {name for name, _ in response.headers}
        headers = HEADERS | OVER_TLS if request.is_secure else HEADERS
        others = {name: value for name, value in headers.items() if name not in said}
        response.headers.extend(others, **{"X-Request-ID": g.request_id})
        return response
