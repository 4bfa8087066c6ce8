"""Refused keys, counted by the address that sent them, so that trying keys has an end."""

import logging
import math
import time

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from futurisys.errors import SettingError, TooManyRefused

# Where FUTURISYS_RATE_LIMIT says nothing.
LIMIT = "30/minute"
# A storage that hangs must not hold what it only counts, in seconds.
STORAGE_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1}
TOO_MANY = (
    "Trop de clés ont été refusées à cette adresse : attendez le nombre de secondes que dit "
    "Retry-After, puis envoyez une clé valable."
)
NAMESPACE = "refused"
_EXTENSION = "futurisys.refusals"
_log = logging.getLogger(__name__)


class Refusals:
    """The counts of one application; where their storage is away, nobody is turned away."""

    def __init__(self, limit: str, storage_uri: str) -> None:
        storage = storage_from_string(storage_uri, wrap_exceptions=True, **STORAGE_OPTIONS)
        self._counter = FixedWindowRateLimiter(storage)
        self._limit = limit

    def check(self, address: str, door: str = "") -> None:
        """Raise TooManyRefused where the address has had its refusals.

        door: a stricter limit, which counts what was refused under it alone.
        """
        try:
            for limit in self._limits(door):
                if not self._counter.test(limit, NAMESPACE, address):
                    window = self._counter.get_window_stats(limit, NAMESPACE, address)
                    seconds = math.ceil(window.reset_time - time.time())
                    raise TooManyRefused(TOO_MANY, max(1, seconds))
        except StorageError as error:
            _warn(error)

    def add(self, address: str, door: str = "") -> None:
        """Count one key that was refused."""
        try:
            for limit in self._limits(door):
                self._counter.hit(limit, NAMESPACE, address)
        except StorageError as error:
            _warn(error)

    def _limits(self, door: str) -> list[RateLimitItem]:
        return [parse(limit) for limit in dict.fromkeys((self._limit, door)) if limit]


def init_app(app: Flask) -> None:
    """Prepare the counts; raises SettingError where there is no such storage."""
    try:
        refusals = Refusals(
            app.config["FUTURISYS_RATE_LIMIT"] or LIMIT, app.config["FUTURISYS_RATE_STORAGE"]
        )
    except (ConfigurationError, ValueError) as error:
        raise SettingError(
            "FUTURISYS_RATE_STORAGE: memory://, or the URL of a Redis whose client is installed, "
            "is expected."
        ) from error
    app.extensions[_EXTENSION] = refusals


def current() -> Refusals:
    """The counts of the application that answers."""
    refusals: Refusals = current_app.extensions[_EXTENSION]
    return refusals


def _warn(error: StorageError) -> None:
    kind = type(error.storage_error).__name__
    _log.warning("FUTURISYS_RATE_STORAGE is away (%s): refused keys are not counted.", kind)
