"""Callers' keys, of which only digests are kept."""

from typing import Any

import sqlalchemy as sa

from futurisys.records.tables import ApiKey

_TABLE = ApiKey.__table__


def add(connection: sa.Connection, row: dict[str, Any]) -> None:
    connection.execute(sa.insert(_TABLE), row)


def find(connection: sa.Connection, identifier: str) -> Any | None:
    """The row of a key's id, or None."""
    return connection.execute(sa.select(_TABLE).where(_TABLE.c.id == identifier)).one_or_none()


def every(connection: sa.Connection) -> list[Any]:
    """The rows of all keys, oldest first."""
    return list(connection.execute(sa.select(_TABLE).order_by(_TABLE.c.created_at)))


def revoke(connection: sa.Connection, identifier: str, now: Any) -> bool:
    """Whether there was such a key, unrevoked until now."""
    statement = (
        sa.update(_TABLE)
        .where(_TABLE.c.id == identifier, _TABLE.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return connection.execute(statement).rowcount == 1
