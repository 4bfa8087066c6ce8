"""What the proxies in front say of a request: who sent it, how, and under which path."""

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

PREFIX = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")


def init_app(app: Flask) -> None:
    """Believe as many proxies as FUTURISYS_PROXIES says; none is believed unless it does."""
    if proxies := app.config["FUTURISYS_PROXIES"]:
        # Each proxy adds to the first two; the third is set by one, whose word is the last.
        fixed = ProxyFix(_Placed(app.wsgi_app), proxies, proxies, x_prefix=1)
        app.wsgi_app = fixed  # type: ignore[method-assign]


class _Placed:
    """An application below a path that can be one: every link is made of it."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        prefix = environ.get("SCRIPT_NAME", "").rstrip("/")
        environ["SCRIPT_NAME"] = prefix if PREFIX.fullmatch(prefix) else ""
        return self._application(environ, start_response)
