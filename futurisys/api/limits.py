"""How often one caller may ask."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from futurisys.api.access import current_caller
from futurisys.operations.refusals import STORAGE_OPTIONS

# Probes ask every second, whatever the limit.
FREE = ("/health/live", "/health/ready")


def init_app(app: Flask) -> None:
    """Limit each key, or each address without one, where FUTURISYS_RATE_LIMIT says so.

    While the storage is away each worker counts by itself.
    """
    if not app.config["FUTURISYS_RATE_LIMIT"]:
        return
    limiter = Limiter(
        _who,
        default_limits=[app.config["FUTURISYS_RATE_LIMIT"]],
        storage_uri=app.config["FUTURISYS_RATE_STORAGE"],
        storage_options=dict(STORAGE_OPTIONS),
        in_memory_fallback_enabled=True,
        headers_enabled=True,
    )
    limiter.request_filter(lambda: request.path in FREE)
    # The limiter would take a key that is refused for a storage that is away.
    app.before_request(_know_the_caller)
    limiter.init_app(app)


def _know_the_caller() -> None:
    if request.path not in FREE:
        current_caller()


def _who() -> str:
    return current_caller().id or get_remote_address()
