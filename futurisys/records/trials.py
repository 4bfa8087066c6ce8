"""Trials of a model on a company's own past: how far they are, and their verdicts."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.records.models import Trial
from futurisys.records.predictions import new_id

_TABLE = Trial.__table__
RUNNING, DONE, FAILED = "running", "done", "failed"
FAULT_MAX = 1000


def begin(connection: sa.Connection, holder: str, author: str) -> str:
    """Note that a trial begins; returns its id."""
    identifier, now = new_id()
    row = {"id": identifier, "state": RUNNING, "advance": 0.0, "alive_at": now, "created_at": now}
    connection.execute(sa.insert(_TABLE), row | {"holder": holder, "author": author})
    return identifier


def find(connection: sa.Connection, identifier: str) -> Any | None:
    """The row of a trial, or None."""
    return connection.execute(sa.select(_TABLE).where(_TABLE.c.id == identifier)).one_or_none()


def every(connection: sa.Connection, most: int) -> Sequence[Any]:
    """The rows of the last trials, the newest first."""
    newest = sa.select(_TABLE).order_by(_TABLE.c.id.desc()).limit(most)
    return connection.execute(newest).all()


def states(connection: sa.Connection, identifiers: Sequence[str]) -> dict[str, str]:
    """How each of these trials stands, by its id; without those that are forgotten."""
    found = sa.select(_TABLE.c.id, _TABLE.c.state).where(_TABLE.c.id.in_(identifiers))
    return {row.id: row.state for row in connection.execute(found)}


def is_running(connection: sa.Connection, before: datetime.datetime | None = None) -> bool:
    """Whether a trial runs; before: and has not said since that it lives."""
    running = sa.select(_TABLE.c.id).where(_TABLE.c.state == RUNNING).limit(1)
    if before is not None:
        running = running.where(_TABLE.c.alive_at < before)
    return connection.scalar(running) is not None


def advance(connection: sa.Connection, identifier: str, share: float | None = None) -> None:
    """Note that a trial's process lives, and how far it is."""
    values: dict[str, Any] = {"alive_at": datetime.datetime.now(datetime.UTC)}
    if share is not None:
        values["advance"] = share
    _change(connection, identifier, values)


def finish(connection: sa.Connection, identifier: str, verdict: Mapping[str, Any]) -> None:
    _change(connection, identifier, {"state": DONE, "advance": 1.0, "verdict": verdict})


def fail(connection: sa.Connection, identifier: str, fault: str) -> bool:
    """Note why a trial that still ran has failed; returns whether it did."""
    return _change(connection, identifier, {"state": FAILED, "fault": fault[:FAULT_MAX]})


def bury(connection: sa.Connection, since: datetime.datetime, fault: str) -> None:
    """Note of those that run and have not said since then that they live that they failed."""
    dead = (_TABLE.c.state == RUNNING) & (_TABLE.c.alive_at < since)
    connection.execute(sa.update(_TABLE).where(dead).values(state=FAILED, fault=fault[:FAULT_MAX]))


def _change(connection: sa.Connection, identifier: str, values: Mapping[str, Any]) -> bool:
    """Change a trial that still runs: nothing brings back one that was said to have failed."""
    runs = (_TABLE.c.id == identifier) & (_TABLE.c.state == RUNNING)
    return connection.execute(sa.update(_TABLE).where(runs).values(values)).rowcount > 0
