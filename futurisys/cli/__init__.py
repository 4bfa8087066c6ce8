"""The terminal's door: groups of Flask commands."""

from flask import Flask

from futurisys.cli import model


def init_app(app: Flask) -> None:
    app.cli.add_command(model.group)
