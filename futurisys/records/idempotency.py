"""What callers named their requests by, so that a repeated request is answered once."""

import datetime
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.tables import IdempotencyKey

_TABLE = IdempotencyKey.__table__


@dataclass(frozen=True)
class Name:
    """What a caller, "" for an anonymous one, names a request by.

    digest: of what it asks, which a repetition must match.
    """

    caller: str
    key: str
    digest: str

    @property
    def lock(self) -> int:
        """The number that PostgreSQL locks while a request of this name is in flight."""
        digest = hashlib.sha256(f"{self.caller}:{self.key}".encode()).digest()
        return int.from_bytes(digest[:8], signed=True)

    def row(
        self,
        prediction_id: str | None = None,
        batch_id: str | None = None,
        review_id: str | None = None,
    ) -> dict[str, Any]:
        """That this name got one prediction, or those of a batch, or a review of a prediction."""
        return {
            "caller": self.caller,
            "key": self.key,
            "digest": self.digest,
            "prediction_id": prediction_id,
            "batch_id": batch_id,
            "review_id": review_id,
            "created_at": datetime.datetime.now(datetime.UTC),
        }


def claim(connection: sa.Connection, name: Name) -> bool:
    """Whether no other request in flight holds this name; it is held until the commit.

    A SQLite writer has the whole database to itself and need not ask.
    """
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(name.lock))))


def find(connection: sa.Connection, name: Name) -> Any | None:
    """The row of a name, what it got and when, or None."""
    statement = exempt(sa.select(_TABLE).where(*_is(name)), Exempt.BEFORE_WRITING)
    return connection.execute(statement).one_or_none()


def keep(connection: sa.Connection, row: dict[str, Any]) -> None:
    """Remember which answer a name got."""
    connection.execute(sa.insert(_TABLE), row)


def forget(connection: sa.Connection, name: Name) -> None:
    """Free a name."""
    connection.execute(sa.delete(_TABLE).where(*_is(name)))


def forget_batches(connection: sa.Connection, batch_ids: Collection[str]) -> None:
    """Free the names of requests that got some batches."""
    connection.execute(sa.delete(_TABLE).where(_TABLE.c.batch_id.in_(batch_ids)))


def forget_older(connection: sa.Connection, before: str) -> None:
    """Free the names of requests that got a batch older than an id."""
    connection.execute(sa.delete(_TABLE).where(_TABLE.c.batch_id < before))


def expire(connection: sa.Connection, before: datetime.datetime) -> int:
    """Free every name given before a moment; returns how many."""
    return connection.execute(sa.delete(_TABLE).where(_TABLE.c.created_at < before)).rowcount


def _is(name: Name) -> tuple[sa.ColumnElement[bool], ...]:
    return _TABLE.c.caller == name.caller, _TABLE.c.key == name.key
