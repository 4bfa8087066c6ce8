"""The door for people: pages in French, rendered on the server."""

import datetime
import secrets

import click
from flask import Flask
from flask_wtf.csrf import generate_csrf

# Those that nothing is asked of here are imported for the pages that they add.
from futurisys.console import (
    card,
    comparison,  # noqa: F401
    demonstration,
    departures,  # noqa: F401
    dossier,  # noqa: F401
    drift,  # noqa: F401
    estimates,
    files,  # noqa: F401
    french,
    glance,  # noqa: F401
    history,  # noqa: F401
    home,  # noqa: F401
    journal,  # noqa: F401
    live,  # noqa: F401
    models,  # noqa: F401
    oversight,  # noqa: F401
    readers,  # noqa: F401
    readiness,  # noqa: F401
    reviewing,  # noqa: F401
    rights,  # noqa: F401
    segments,  # noqa: F401
    simulated_groups,  # noqa: F401
    trial,  # noqa: F401
    uploading,  # noqa: F401
    what_if,  # noqa: F401
)
from futurisys.console.access import HOURS, opens
from futurisys.console.blueprint import blueprint
from futurisys.console.sessions import Sessions
from futurisys.model.plain import WORDS
from futurisys.model.statements import NOTICE, OTHERS
from futurisys.operations.sealing import keeps_numbers


def init_app(app: Flask) -> None:
    if not app.config["SECRET_KEY"]:
        # Workers share what is drawn before they are forked.
        app.config["SECRET_KEY"] = secrets.token_urlsafe(32)
        if not click.get_current_context(silent=True):
            app.logger.warning("SECRET_KEY is not set: at the next start everybody is signed out.")
    app.config["SESSION_COOKIE_NAME"] = "futurisys"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    # An answer in flight must not bring back a session that has been signed out meanwhile.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.config["PERMANENT_SESSION_LIFETIME"] = datetime.timedelta(hours=HOURS)
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # The session that it stands in has one.
    app.session_interface = Sessions()
    app.jinja_env.globals |= {"csrf_token": generate_csrf, "NOTICE": NOTICE, "OTHERS": OTHERS}
    app.jinja_env.globals |= {"opens": opens, "is_demonstration": demonstration.is_demonstration}
    app.jinja_env.globals |= {"WORDS": WORDS, "keeps_numbers": keeps_numbers}
    app.jinja_env.filters |= french.FILTERS | {"estimate": estimates.estimate}
    app.register_blueprint(blueprint)
    card.init_app(app)
