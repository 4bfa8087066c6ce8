"""Doors are closed unless they are listed open."""

from typing import Any

from flask import Flask, abort, current_app, g, request

from futurisys.api.errors import problem
from futurisys.errors import AccessDenied, ScopeMissing, TooManyRefused
from futurisys.operations.access import ANONYMOUS, REFUSED, Caller, authenticate

# What is neither about a person nor about a caller: the page's files, the document and the page;
# and the console, which has a guard of its own.
OPEN_ENDPOINTS = ("page.static", "console.", "flasgger.")


def init_app(app: Flask) -> None:
    if app.config["FUTURISYS_OPEN"]:
        app.logger.warning(
            "FUTURISYS_OPEN=%s: whoever reaches this service may predict without a key.",
            app.config["FUTURISYS_OPEN"],
        )
    app.before_request(_guard)


def check(app: Flask) -> None:
    """Raise TypeError where a view says neither who may use it nor that it is open.

    Called once every room has added its views.
    """
    for endpoint, view in app.view_functions.items():
        if not endpoint.startswith(OPEN_ENDPOINTS) and not hasattr(view, "contract"):
            raise TypeError(f"The view {endpoint} has no contract: declare one above it.")


def require(*scopes: str) -> None:
    """Let the request go on where its key opens one of the scopes.

    Raises AccessDenied without a good key, ScopeMissing with one for other doors.
    """
    caller = current_caller()
    if current_app.config["FUTURISYS_OPEN"] in scopes or caller.scopes & set(scopes):
        return
    if caller is ANONYMOUS:
        raise AccessDenied(REFUSED)
    raise ScopeMissing("Cette clé n'ouvre pas cette porte : demandez-en une qui l'ouvre.")


def current_caller() -> Caller:
    """Whoever sent this request; a key that is sent must be good, even at an open door."""
    if "caller" not in g:
        g.caller = _caller()
        g.caller.enter()
    return g.caller


def _caller() -> Caller:
    header = request.headers.get("Authorization")
    if header is None:
        return ANONYMOUS
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise AccessDenied(REFUSED)
    try:
        return authenticate(token.strip(), request.remote_addr or "")
    except TooManyRefused as error:
        response = problem(429, str(error))
        response.headers["Retry-After"] = str(error.seconds)
        abort(response)


def _guard() -> None:
    endpoint = request.endpoint
    if endpoint is None or endpoint.startswith(OPEN_ENDPOINTS):
        return
    view: Any = current_app.view_functions[endpoint]
    if view.contract.scopes:
        require(*view.contract.scopes)
