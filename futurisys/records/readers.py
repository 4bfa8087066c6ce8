"""Who sees the numbers of a file's people: its sender, and whom the sender named until a date."""

import datetime
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from futurisys.records.persons import Person
from futurisys.records.tables import ApiKey, Batch, FileReader, Input, Prediction

_batches, _readers, _keys = Batch.__table__, FileReader.__table__, ApiKey.__table__
_inputs, _people, _predictions = Input.__table__, Person.__table__, Prediction.__table__
# Whose a key is: of those that have replaced one another, the first.
HOLDER = sa.func.coalesce(_keys.c.holder, _keys.c.id)


def sender(connection: sa.Connection, batch_id: str) -> str | None:
    """Who sent a file, the holder of a key; None where it was nobody's, or is not known."""
    statement = sa.select(_batches.c.sender).where(_batches.c.id == batch_id)
    found: str | None = connection.scalar(statement)
    return found


def of_file(connection: sa.Connection, batch_id: str, now: datetime.datetime) -> list[Any]:
    """Rows (holder, until) of those who are named for a file still."""
    named = sa.select(_readers.c.holder, _readers.c.until)
    return list(connection.execute(named.where(*_named(batch_id, now)).order_by(_readers.c.until)))


def is_named(connection: sa.Connection, batch_id: str, holder: str, now: datetime.datetime) -> bool:
    """Whether the sender of a file has named this holder, until later than now."""
    named = sa.exists().where(*_named(batch_id, now), _readers.c.holder == holder)
    return bool(connection.scalar(sa.select(named)))


def name(connection: sa.Connection, batch_id: str, holder: str, until: datetime.datetime) -> None:
    """Name a holder for a file, until another date than before where it was named already."""
    forget(connection, batch_id, holder)
    row = {"batch_id": batch_id, "holder": holder, "until": until}
    connection.execute(sa.insert(_readers), row)


def forget(connection: sa.Connection, batch_id: str, holder: str) -> None:
    """Name a holder for a file no more."""
    this = _readers.c.batch_id == batch_id, _readers.c.holder == holder
    connection.execute(sa.delete(_readers).where(*this))


def holders(connection: sa.Connection) -> list[Any]:
    """Rows (holder, name, scopes, expires_at, revoked_at) of all keys, the newest last."""
    columns = (_keys.c[one] for one in ("name", "scopes", "expires_at", "revoked_at"))
    statement = sa.select(HOLDER.label("holder"), *columns).order_by(_keys.c.created_at)
    return list(connection.execute(statement))


def numbers(
    connection: sa.Connection, batch_id: str, lines: Collection[int] | None = None
) -> list[Any]:
    """Rows (line, subject, number) of a file's people whose encrypted number is kept.

    lines: of these alone.
    """
    statement = (
        sa.select(_predictions.c.line, _people.c.subject, _people.c.number)
        .join_from(_predictions, _inputs)
        .join(_people, _people.c.subject == _inputs.c.subject)
        .where(_predictions.c.batch_id == batch_id, _people.c.number.is_not(None))
    )
    if lines is not None:
        statement = statement.where(_predictions.c.line.in_(lines))
    return list(connection.execute(statement))


def _named(batch_id: str, now: datetime.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _readers.c.batch_id == batch_id, _readers.c.until > now
