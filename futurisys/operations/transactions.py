"""The one way into the database: what is known to be kept, or an exception."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from futurisys.errors import StorageUnavailable
from futurisys.operations import metrics
from futurisys.records.database import PLACES, db
from futurisys.records.watchdog import Watchdog

SECONDS = 1.75
PATIENCE_SECONDS = 1.0
AWAY = (
    "La base de données n'a pas confirmé l'enregistrement : rien n'est promis, "
    "renvoyez la même demande dans un instant."
)
BUSY = (
    "La base de données répond trop lentement : rien n'est conservé, "
    "renvoyez la même demande dans un instant."
)


class Gate:
    """At most `places` threads wait for the database, so that one is left to say we live.

    A thread that finds no place waits a moment for one; once no place has been given back for
    that long, the database is stuck and the next threads are turned away at once.
    """

    def __init__(self, places: int, patience: float) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._patience = patience
        self._moved = time.monotonic()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place; raises StorageUnavailable where there is none."""
        if not self._places.acquire(blocking=False):
            stuck = time.monotonic() - self._moved > self._patience
            if stuck or not self._places.acquire(timeout=self._patience):
                raise StorageUnavailable(BUSY)
        self._moved = time.monotonic()
        try:
            yield
        finally:
            self._moved = time.monotonic()
            self._places.release()


_gate = Gate(PLACES, PATIENCE_SECONDS)
_watchdog = Watchdog()


@contextmanager
def writing(seconds: float = SECONDS) -> Iterator[sa.Connection]:
    """A transaction, committed on leaving.

    Raises StorageUnavailable where it is not known, within about `seconds`, that it was kept.
    """
    with _connection(seconds) as connection, connection.begin():
        _allow(connection, seconds)
        yield connection


@contextmanager
def writing_once() -> Iterator[sa.Connection]:
    """A connection for one write, which commits by itself where that is one statement.

    The driver is told, not SQLAlchemy, whose way back from AUTOCOMMIT costs two round trips.
    Raises StorageUnavailable as `writing` does.
    """
    if db.engine.dialect.name == "sqlite":
        with writing() as connection:
            yield connection
        return
    with _connection(SECONDS) as connection:
        driver: Any = connection.connection.driver_connection
        driver.autocommit = True
        try:
            yield connection
        finally:
            if not driver.closed:
                driver.autocommit = False


@contextmanager
def reading(seconds: float = SECONDS) -> Iterator[sa.Connection]:
    """A connection that never waits for a writer; raises StorageUnavailable."""
    with _connection(seconds) as connection:
        connection = connection.execution_options(reads_only=True)
        _allow(connection, seconds)
        yield connection


def _allow(connection: sa.Connection, seconds: float) -> None:
    """Let the statements of a long transaction run as long as it may."""
    if seconds > SECONDS and connection.dialect.name == "postgresql":
        milliseconds = str(round(seconds * 1000))
        connection.execute(sa.select(sa.func.set_config("statement_timeout", milliseconds, True)))


@contextmanager
def _connection(seconds: float) -> Iterator[sa.Connection]:
    try:
        with (
            metrics.WAITING.track_inprogress(),
            _gate.place(),
            db.engine.connect() as connection,
            _watchdog.watch(connection, seconds),
        ):
            yield connection
    except (exc.OperationalError, exc.InterfaceError, exc.ProgrammingError, exc.TimeoutError) as e:
        metrics.DATABASE_ERRORS.inc()
        raise StorageUnavailable(AWAY) from e
