"""How far scoring jobs have come, in the transaction of the rows that they keep."""

import datetime
from typing import Any

import sqlalchemy as sa

from futurisys.records.tables import ScoringJob

_TABLE = ScoringJob.__table__


def find(connection: sa.Connection, job: str) -> Any | None:
    """The row (model_version, rows, written, done, batch_id) of a job, or None."""
    return connection.execute(sa.select(_TABLE).where(_TABLE.c.id == job)).one_or_none()


def begin(connection: sa.Connection, job: str, model_version: str, batch_id: str) -> None:
    """Note a job of which nothing is done yet, in place of an earlier one of the same id."""
    connection.execute(sa.delete(_TABLE).where(_TABLE.c.id == job))
    now = datetime.datetime.now(datetime.UTC)
    row = {"id": job, "model_version": model_version, "rows": 0, "written": 0, "done": False}
    connection.execute(sa.insert(_TABLE), row | {"created_at": now, "batch_id": batch_id})


def advance(connection: sa.Connection, job: str, rows: int, written: int) -> None:
    """Note how many rows are done, and how many bytes of the output they take."""
    statement = sa.update(_TABLE).where(_TABLE.c.id == job).values(rows=rows, written=written)
    connection.execute(statement)


def finish(connection: sa.Connection, job: str) -> None:
    """Note that nothing is left to do."""
    connection.execute(sa.update(_TABLE).where(_TABLE.c.id == job).values(done=True))
