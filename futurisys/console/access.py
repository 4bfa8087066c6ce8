"""Signing in with a key, and the guard of every page: closed unless it is said to be open."""

import time
from typing import Any

from flask import (
    Flask,
    Request,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import validate_csrf
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import ValidationError

from futurisys.console.blueprint import ANYONE, FORM_MAX, PREDICTING, blueprint, door, is_page
from futurisys.console.forms import typed
from futurisys.errors import AccessDenied
from futurisys.operations.access import ANONYMOUS, REFUSED, Caller, authenticate, holder

HOURS = 8
SCOPE = "console"
ATTEMPTS = parse("10/minute")
NO_CONSOLE = "Cette clé n'ouvre pas la console : demandez-en une qui l'ouvre."
TOO_OFTEN = "Trop de tentatives de connexion : attendez une minute."
ENDED = "Votre session a pris fin : connectez-vous de nouveau."
FORGED = (
    "Ce formulaire ne vient pas d'une page ouverte ici, ou elle l'est depuis trop longtemps : "
    "rechargez-la, puis recommencez."
)


class Sessions(SecureCookieSessionInterface):
    """The cookie of the pages; the API knows keys alone, and nothing is signed or read for it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if is_page(request.path) else None

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def person() -> Caller:
    """Whoever is signed in, with a key that still opens the console; or `ANONYMOUS`."""
    if "key" not in session:
        return ANONYMOUS
    try:
        caller = holder(session["key"])
    except AccessDenied:
        return ANONYMOUS
    in_time = session["until"] > time.time()
    return caller if in_time and SCOPE in caller.scopes else ANONYMOUS


@blueprint.before_request
def guard() -> Response | None:
    """Let in whoever is signed in, and others where a page is open to them."""
    view = current_app.view_functions[request.endpoint or ""]
    if request.endpoint == "console.static":
        return None
    request.max_content_length = getattr(view, "most", FORM_MAX)
    request.max_form_memory_size = request.max_content_length
    caller = person()
    if not _opens(getattr(view, "opened_to", ""), caller):
        return _turn_away()
    g.caller = caller
    if request.method == "POST":
        _refuse_forged()
    return None


@blueprint.get("/console/connexion")
@door(ANYONE)
def sign_in() -> str:
    return _sign_in()


@blueprint.post("/console/connexion")
@door(ANYONE)
def enter() -> Any:
    limiter = MovingWindowRateLimiter(_storage())
    if not limiter.hit(ATTEMPTS, "console", request.remote_addr or ""):
        return _sign_in(TOO_OFTEN), 429, {"Retry-After": "60"}
    try:
        caller = authenticate(request.form.get("secret", "").strip())
    except AccessDenied as error:
        return _sign_in(str(error)), 401
    if SCOPE not in caller.scopes:
        return _sign_in(NO_CONSOLE), 403
    wanted = session.get("wanted", url_for("console.employee"))
    session.clear()
    session.permanent = True
    session.update(key=caller.id, name=caller.name, until=time.time() + HOURS * 3600)
    current_app.logger.info("Key %s signed in to the console.", caller.id)
    if carried := typed(request.form):
        return render_template("console/resume.html", carried=carried)
    return redirect(wanted, 303)


@blueprint.post("/console/deconnexion")
@door(ANYONE)
def leave() -> Response:
    session.clear()
    flash("Vous êtes déconnecté.")
    return redirect(url_for("console.sign_in"), 303)


def _sign_in(error: str = "") -> str:
    """The page that asks for a key; it carries an employee that was typed before."""
    return render_template("console/sign_in.html", error=error, carried=typed(request.form))


def _opens(opened_to: str, caller: Caller) -> bool:
    if opened_to == PREDICTING and current_app.config["FUTURISYS_OPEN"] == PREDICTING:
        return True
    return opened_to == ANYONE or caller is not ANONYMOUS


def _turn_away() -> Response:
    """Show a person the sign-in, and then what was asked for or typed; tell a script why."""
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) != "text/html":
        raise AccessDenied(REFUSED)
    if "key" in session:
        session.clear()
        flash(ENDED)
    # No other form is an employee, and a file's is not read for nothing.
    if request.endpoint == "console.predict" and typed(request.form):
        return make_response(_sign_in(), 401)
    if request.method == "GET":
        session["wanted"] = request.full_path.removesuffix("?")
    return redirect(url_for("console.sign_in"), 303)


def _refuse_forged() -> None:
    """Refuse a form that no page of this session has shown."""
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except ValidationError as error:
        raise BadRequest(FORGED) from error


def _storage() -> Any:
    """Where attempts are counted: each worker's memory, or what all share."""
    if "console.attempts" not in current_app.extensions:
        uri = current_app.config["FUTURISYS_RATE_STORAGE"]
        current_app.extensions["console.attempts"] = storage_from_string(uri)
    return current_app.extensions["console.attempts"]
