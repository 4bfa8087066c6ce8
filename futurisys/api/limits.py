"""How often one caller may ask."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from futurisys.api.access import current_caller

# Probes ask every second, whatever the limit.
FREE = ("/health/live", "/health/ready")


def init_app(app: Flask) -> None:
    """Limit each key, or each address without one, where FUTURISYS_RATE_LIMIT says so."""
    if not app.config["FUTURISYS_RATE_LIMIT"]:
        return
    limiter = Limiter(
        _who,
        default_limits=[app.config["FUTURISYS_RATE_LIMIT"]],
        storage_uri=app.config["FUTURISYS_RATE_STORAGE"],
        headers_enabled=True,
    )
    limiter.request_filter(lambda: request.path in FREE)
    limiter.init_app(app)


def _who() -> str:
    return current_caller().id or get_remote_address()
