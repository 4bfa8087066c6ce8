"""The one way into the database: what is known to be kept, or an exception."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
import sqlalchemy as sa
from sqlalchemy import exc

from futurisys.errors import StorageRefused, StorageUnavailable
from futurisys.operations import causes, metrics
from futurisys.records.database import (
    BUSY_SECONDS,
    IN_TIME,
    PLACES,
    STATEMENT_MILLISECONDS,
    db,
    has_one_writer,
)
from futurisys.records.watchdog import Watchdog

TRANSACTION_SECONDS = 1.75
PLACE_SECONDS = 1.0
# In one message with the statement it bounds, for it would cost a round trip of its own.
_IN_TIME = IN_TIME.format(milliseconds=STATEMENT_MILLISECONDS)
AWAY = (
    "La base de données n'a pas confirmé l'enregistrement : rien n'est promis, "
    "renvoyez la même demande dans un instant."
)
BUSY = (
    "La base de données répond trop lentement : rien n'est conservé, "
    "renvoyez la même demande dans un instant."
)
# From SQLAlchemy, and from the driver itself.
_AWAY = (
    *(exc.OperationalError, exc.InterfaceError, exc.ProgrammingError, exc.TimeoutError),
    *(psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.ProgrammingError),
)


class Gate:
    """At most `places` threads use the database, so that one is left to say we live.

    A thread that finds no place waits a moment for one; once no place has been given back for
    that long, the database is stuck and the next threads are turned away at once. What says in
    here that the database is away leaves as StorageUnavailable, any other of its errors as
    StorageRefused.
    """

    def __init__(self, places: int, patience: Callable[[], float]) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._patience = patience
        self._moved = time.monotonic()

    def __enter__(self) -> None:
        """Take a place; raises StorageUnavailable where there is none."""
        metrics.WAITING.inc()
        if not self._places.acquire(blocking=False):
            patience = self._patience()
            stuck = time.monotonic() - self._moved > patience
            if stuck or not self._places.acquire(timeout=patience):
                metrics.WAITING.dec()
                raise StorageUnavailable(BUSY)
        self._moved = time.monotonic()

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._moved = time.monotonic()
        self._places.release()
        metrics.WAITING.dec()
        if isinstance(error, _AWAY):
            metrics.DATABASE_ERRORS.inc()
            causes.tell(error)
            raise StorageUnavailable(AWAY) from error
        if isinstance(error, exc.DBAPIError | psycopg2.Error):
            # Its own words repeat the row.
            raise StorageRefused(f"The database would not keep this: {_named(error)}.") from None


def _named(error: Any) -> str:
    """What kind of error of the database this is."""
    origin = getattr(error, "orig", error)
    code = getattr(origin, "pgcode", None)
    return type(origin).__name__ + (f" (SQLSTATE {code})" if code else "")


def _patience() -> float:
    """How long a place may be waited for; whoever waits for SQLite's writer is not stuck."""
    return BUSY_SECONDS if has_one_writer() else PLACE_SECONDS


_gate = Gate(PLACES, _patience)
_watchdog = Watchdog()


@contextmanager
def writing(seconds: float = TRANSACTION_SECONDS) -> Iterator[sa.Connection]:
    """A transaction, committed on leaving.

    Raises StorageUnavailable where it is not known, within about `seconds`, that it was kept.
    """
    with _connection(seconds) as connection, connection.begin():
        yield connection


def write_once(statement: str, parameters: Sequence[Any]) -> Any:
    """What one statement of PostgreSQL returns, which commits by itself.

    By the driver on a connection of the pool: SQLAlchemy's machinery around a statement takes
    longer than the driver does, and a transaction of its own is two more round trips. Raises
    StorageUnavailable as `writing` does.
    """
    with _gate:
        held = db.engine.raw_connection()
        driver: Any = held.driver_connection
        try:
            driver.autocommit = True
            with _watchdog.watch(driver, TRANSACTION_SECONDS):
                cursor = driver.cursor()
                cursor.execute(f"{_IN_TIME}; {statement}", parameters)
                return cursor.fetchone()[0]
        finally:
            if not driver.closed:
                driver.autocommit = False
            held.close()


@contextmanager
def reading(seconds: float = TRANSACTION_SECONDS) -> Iterator[sa.Connection]:
    """A connection that never waits for a writer; raises StorageUnavailable."""
    with _connection(seconds) as connection:
        yield connection.execution_options(reads_only=True)


@contextmanager
def as_writer(connection: sa.Connection) -> Iterator[None]:
    """A transaction of a connection that has only read, committed on leaving."""
    connection.commit()
    connection.execution_options(reads_only=False)
    with connection.begin():
        yield


@contextmanager
def _connection(seconds: float) -> Iterator[sa.Connection]:
    with (
        _gate,
        db.engine.connect() as connection,
        _watchdog.watch(connection.connection.driver_connection, seconds),
    ):
        # The statements of a long transaction may take as long as it may.
        limit = round(seconds * 1000) if seconds > TRANSACTION_SECONDS else STATEMENT_MILLISECONDS
        yield connection.execution_options(milliseconds=limit)
