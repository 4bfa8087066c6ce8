"""The HTTP door: blueprints, contracts, one table of errors, and the document."""

from flask import Blueprint, Flask

from futurisys.api import (
    access,
    batch,
    comparisons,
    effects,
    errors,
    health,
    limits,
    logs,
    metrics,
    model,
    monitoring,
    openapi,
    predict,
    predictions,
    proxies,
    response_headers,
    reviews,
    segments,
    simulate,
    simulated_groups,
)


def init_app(app: Flask) -> None:
    proxies.init_app(app)
    logs.init_app(app)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    app.register_blueprint(
        Blueprint("page", __name__, template_folder="templates", static_folder="static")
    )
    app.register_blueprint(predict.blueprint)
    app.register_blueprint(batch.blueprint)
    app.register_blueprint(predictions.blueprint)
    app.register_blueprint(reviews.blueprint)
    app.register_blueprint(simulate.blueprint)
    app.register_blueprint(simulated_groups.blueprint)
    app.register_blueprint(segments.blueprint)
    app.register_blueprint(comparisons.blueprint)
    app.register_blueprint(monitoring.blueprint)
    app.register_blueprint(model.blueprint)
    app.register_blueprint(effects.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    response_headers.init_app(app)
    limits.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    openapi.init_app(app)
