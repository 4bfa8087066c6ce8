"""What callers named their requests by, so that a repeated request is answered once."""

import datetime
import hashlib
from typing import Any

import sqlalchemy as sa

from futurisys.records.tables import IdempotencyKey

_TABLE = IdempotencyKey.__table__


def claim(connection: sa.Connection, caller: str, key: str) -> bool:
    """Whether no other request in flight holds this name; it is held until the commit.

    A SQLite writer has the whole database to itself and need not ask.
    """
    if connection.dialect.name == "sqlite":
        return True
    digest = hashlib.sha256(f"{caller}:{key}".encode()).digest()
    number = int.from_bytes(digest[:8], signed=True)
    return bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(number))))


def find(connection: sa.Connection, caller: str, key: str) -> Any | None:
    """The row (digest, prediction_id, batch_id, created_at) of a name, or None."""
    statement = sa.select(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key)
    return connection.execute(statement).one_or_none()


def keep(
    connection: sa.Connection,
    caller: str,
    key: str,
    digest: str,
    prediction_id: str | None,
    batch_id: str | None,
) -> None:
    """Remember which answer a name got: one prediction, or those of a batch."""
    row = {
        "caller": caller,
        "key": key,
        "digest": digest,
        "prediction_id": prediction_id,
        "batch_id": batch_id,
        "created_at": datetime.datetime.now(datetime.UTC),
    }
    connection.execute(sa.insert(_TABLE), row)


def forget(connection: sa.Connection, caller: str, key: str) -> None:
    """Free a name."""
    connection.execute(sa.delete(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key))


def expire(connection: sa.Connection, before: datetime.datetime) -> int:
    """Free every name given before a moment; returns how many."""
    return connection.execute(sa.delete(_TABLE).where(_TABLE.c.created_at < before)).rowcount
