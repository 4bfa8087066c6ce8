"""Who has confirmed that all is done that must be before real people are estimated."""

from typing import Any

import sqlalchemy as sa

from futurisys.records.predictions import new_id
from futurisys.records.tables import Readiness

_TABLE = Readiness.__table__


def first(connection: sa.Connection) -> Any | None:
    """The row (name, holder, created_at) of whoever was the first, or None."""
    return connection.execute(sa.select(_TABLE).order_by(_TABLE.c.id).limit(1)).one_or_none()


def keep(connection: sa.Connection, name: str, holder: str) -> None:
    """Note who confirms it, now."""
    identifier, now = new_id()
    row = {"id": identifier, "name": name, "holder": holder, "created_at": now}
    connection.execute(sa.insert(_TABLE), row)
