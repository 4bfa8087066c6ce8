"""The door for people: pages in French, rendered on the server."""

from flask import Blueprint, Flask

from futurisys.console import card


def init_app(app: Flask) -> None:
    app.register_blueprint(
        Blueprint(
            "console",
            __name__,
            template_folder="templates",
            static_folder="static",
            static_url_path="/console",
        )
    )
    app.register_blueprint(card.blueprint)
