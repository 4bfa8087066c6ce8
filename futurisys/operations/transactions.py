"""The one way into the database: a transaction that is known to be kept, or an exception."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import exc

from futurisys.errors import StorageUnavailable
from futurisys.records.database import db


@contextmanager
def writing() -> Iterator[sa.Connection]:
    """Commit on leaving; raises StorageUnavailable where that is not known to have happened."""
    with _storage_errors(), db.engine.begin() as connection:
        yield connection


@contextmanager
def reading() -> Iterator[sa.Connection]:
    """A connection that never waits for a writer; raises StorageUnavailable."""
    with _storage_errors(), db.engine.connect() as connection:
        yield connection.execution_options(reads_only=True)


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.ProgrammingError, exc.TimeoutError) as e:
        raise StorageUnavailable(
            "La base de données n'a pas confirmé l'enregistrement : rien n'est promis, "
            "renvoyez la même demande dans un instant."
        ) from e
