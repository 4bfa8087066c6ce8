"""The application, composed of its parts."""

import logging

from flask import Flask

from futurisys import api, console, serving, settings
from futurisys.operations import refusals
from futurisys.records import database, perimeter


def create_app(**overrides: str) -> Flask:
    """The Flask application with its commands; overrides: settings, in place of the environment's.

    Raises as `create_service` does.
    """
    from futurisys import cli

    app = create_service(**overrides)
    cli.init_app(app)
    return app


def create_service(**overrides: str) -> Flask:
    """The same without the commands, for a process that serves: overrides are settings by name.

    Raises SettingError where a setting cannot be used, TypeError where a view was left undeclared.
    """
    app = Flask("futurisys", static_folder=None)
    app.config.from_mapping(settings.read(**overrides))
    logging.getLogger("futurisys").setLevel(app.config["FUTURISYS_LOG_LEVEL"].upper())
    database.init_app(app)
    perimeter.init_app(app)
    refusals.init_app(app)
    serving.init_app(app)
    api.init_app(app)
    console.init_app(app)
    api.access.check(app)
    return app
