"""The cookie of a session: which requests have one, and how browsers are to keep it."""

import hashlib

from flask import Flask, Request, after_this_request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from futurisys.console.blueprint import is_page
from futurisys.console.problems import as_page


class Sessions(SecureCookieSessionInterface):
    """The console's session cookie; the API knows keys alone, and neither reads nor sets it.

    Flask opens the session before it looks for the view, so this is also where console requests,
    unknown addresses among them, have their errors shown as pages, and API requests do not.
    """

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        asks_for_a_page = "text/html" in request.headers.get("Accept", "")
        if not is_page(request.path) and not (asks_for_a_page and _is_nowhere(app, request)):
            return None
        after_this_request(as_page)
        return super().open_session(app, request)

    def get_cookie_name(self, app: Flask) -> str:
        """Over TLS one that no other host, and nobody on a plain line, can write in its place."""
        name = super().get_cookie_name(app)
        if not request.is_secure:
            return name
        # A browser takes the stricter prefix for the whole of a host alone.
        return f"__Secure-{name}" if request.script_root else f"__Host-{name}"

    def get_cookie_path(self, app: Flask) -> str:
        """The path of the service: other services on the same host do not get its cookie."""
        return request.script_root or "/"

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def _is_nowhere(app: Flask, request: Request) -> bool:
    """Whether there is nothing at an address, or nothing to be looked at."""
    adapter = app.create_url_adapter(request)
    return adapter is not None and not adapter.test()
