"""Signing in with a key, and the check before every page: a page is closed unless declared open."""

import math
import time
from typing import Any

from flask import (
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
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import ValidationError

from futurisys.console import remembered
from futurisys.console.blueprint import (
    ANYONE,
    CARD,
    FORM_MAX,
    GROUPS,
    LANDINGS,
    PEOPLE,
    PREDICTING,
    SIGNING_IN,
    blueprint,
    door,
    is_page,
    is_read_by_a_person,
)
from futurisys.console.employee import typed_page
from futurisys.console.forms import typed
from futurisys.console.remembered import FILES
from futurisys.errors import AccessDenied, ScopeMissing, TooManyRefused
from futurisys.operations import lanes
from futurisys.operations.access import ANONYMOUS, REFUSED, Caller, authenticate, holder

HOURS = 8
SIGNED_IN = ("key", "name", "until")
ATTEMPTS = "10/minute"
# What a form's own fields may take of memory; a file is on the disk.
FIELDS_MAX = 8 << 20
NO_CONSOLE = "Cette clé n'ouvre pas la console : demandez-en une qui l'ouvre."
OTHERS_ONLY = "Votre clé n'ouvre pas cette page : demandez-en une autre si vous en avez besoin."
TOO_OFTEN = "Trop de clés ont été refusées à cette adresse : réessayez dans {} min."
ENDED = "Votre session a pris fin : reconnectez-vous."
WELCOME_BACK = "Session ouverte. Rien de ce que vous aviez saisi n'est perdu : renvoyez-le."
FORGED = "Cette page a expiré. Rechargez-la, puis recommencez."
FORGED_FILE = "Cette page a expiré. Rechargez-la, puis renvoyez le fichier."
OUTDATED = "Cette page a expiré. Rien de ce que vous aviez saisi n'est perdu : renvoyez-le."


@blueprint.before_request
def guard() -> Response | None:
    """Allow the request if the caller is signed in or the page is open; AccessDenied otherwise."""
    if request.endpoint == "console.static":
        return None
    view = current_app.view_functions[request.endpoint or ""]
    _bound(getattr(view, "most", FORM_MAX))
    if request.method == "POST" and _is_from_elsewhere():
        raise BadRequest(_forged())
    g.caller = person()
    g.caller.enter(remembered.sent(g.caller))
    if _opens(view, g.caller):
        if getattr(view, "is_long", False):
            lanes.admit()
        return _refuse_forged() if request.method == "POST" else None
    if g.caller is not ANONYMOUS:
        raise ScopeMissing(OTHERS_ONLY)
    # No other form is an employee, and a file's is not read for nothing.
    if request.endpoint == "console.predict" and is_read_by_a_person():
        return make_response(_sign_in(), 401)
    raise AccessDenied(REFUSED)


def opens(endpoint: str) -> bool:
    """Whether a page is worth a link for who asks now: somebody signed in sees what opens.

    Whoever is not sees what opens for people and groups. The model card has a door of its own.
    """
    caller, view = g.get("caller", ANONYMOUS), current_app.view_functions[endpoint]
    scopes = getattr(view, "scopes", PEOPLE)
    if caller is ANONYMOUS:
        return bool(set(GROUPS) & set(scopes))
    return bool(endpoint == CARD and caller.scopes & set(GROUPS)) or _opens(view, caller)


@blueprint.get("/console/connexion")
@door(ANYONE)
def sign_in() -> Any:
    return _sign_in() if g.caller is ANONYMOUS else _go_on()


@blueprint.post("/console/connexion")
@door(ANYONE)
def enter() -> Any:
    sent, address = request.form.get("secret", "").strip(), request.remote_addr or ""
    try:
        caller = authenticate(sent, address, ATTEMPTS)
    except TooManyRefused as error:
        minutes = math.ceil(error.seconds / 60)
        return _sign_in(TOO_OFTEN.format(minutes)), 429, {"Retry-After": str(error.seconds)}
    except AccessDenied as error:
        return _sign_in(str(error)), 401
    if not caller.scopes & SIGNING_IN:
        return _sign_in(NO_CONSOLE), 403
    g.caller = caller
    kept = session.get(FILES, [])
    session.clear()
    session.permanent = True
    until = time.time() + HOURS * 3600
    session.update({"key": caller.id, "name": caller.name, "until": until, FILES: kept})
    current_app.logger.info("Key %s signed in to the console.", caller.id)
    if carried := typed(request.form):
        return typed_page(carried, WELCOME_BACK)
    return _go_on()


@blueprint.post("/console/deconnexion")
@door(ANYONE)
def leave() -> Response:
    session.clear()
    flash("Session fermée.")
    response = redirect(url_for("console.sign_in"), 303)
    # What the tabs remember of people is nobody else's.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _bound(most: int) -> None:
    """Limit the size of the body; one that is not multipart is held in memory, several times."""
    is_multipart = request.mimetype == "multipart/form-data"
    request.max_content_length = most if is_multipart else FORM_MAX
    request.max_form_memory_size = FIELDS_MAX


def _is_from_elsewhere() -> bool:
    """Whether the browser says that another site sent this form."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def person() -> Caller:
    """Whoever is signed in, with a key that still opens the console; or `ANONYMOUS`."""
    if "key" not in session:
        return ANONYMOUS
    try:
        caller = holder(session["key"])
    except AccessDenied:
        caller = ANONYMOUS
    if session["until"] > time.time() and caller.scopes & SIGNING_IN:
        return caller
    for name in SIGNED_IN:
        session.pop(name)
    flash(ENDED)
    return ANONYMOUS


def _opens(view: Any, caller: Caller) -> bool:
    opened_to = getattr(view, "opened_to", "")
    if opened_to == PREDICTING and current_app.config["FUTURISYS_OPEN"] == PREDICTING:
        return True
    return opened_to == ANYONE or bool(caller.scopes & set(getattr(view, "scopes", PEOPLE)))


def _refuse_forged() -> Response | None:
    """Refuse a form without this session's CSRF token; an employee's is shown again, filled in."""
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except ValidationError as error:
        if request.endpoint == "console.enter" and g.caller is not ANONYMOUS:
            return _go_on()
        if request.endpoint == "console.predict" and is_read_by_a_person():
            return make_response(typed_page(typed(request.form), OUTDATED), 400)
        raise BadRequest(_forged()) from error
    return None


def _forged() -> str:
    """What is said of a form that this session's pages did not show."""
    return FORGED_FILE if request.endpoint == "console.upload" else FORGED


def _sign_in(error: str = "") -> str:
    """The sign-in page; it carries the page to go on to, and the employee form as it was typed."""
    return render_template(
        "console/sign_in.html", error=error, carried=typed(request.form), wanted=_wanted()
    )


def _go_on() -> Response:
    """Redirect to the page that was asked for, below the path of the service."""
    wanted = _wanted()
    return redirect(request.script_root + (_landing() if wanted == "/" else wanted), 303)


def _landing() -> str:
    """The first page of whoever is signed in."""
    scopes = frozenset[str]() if g.caller.scopes & set(GROUPS) else g.caller.scopes
    return next((page for scope, page in LANDINGS.items() if scope in scopes), "/")


def _wanted() -> str:
    """The page that was asked for before the sign-in; the first page if it is not the console's."""
    wanted = request.values.get("suite", "")
    ours = is_page(wanted.partition("?")[0]) and wanted.isprintable()
    return wanted if ours else "/"
