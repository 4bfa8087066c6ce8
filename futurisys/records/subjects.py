"""One person's rows, and old ones: found and erased, in a transaction of the caller's."""

import sqlalchemy as sa

from futurisys.employee.schema import KEPT
from futurisys.records.predictions import Stored, new_id, stored
from futurisys.records.tables import Batch, Input, JournalLine, Prediction

_inputs, _predictions, _batches = Input.__table__, Prediction.__table__, Batch.__table__


def everything(connection: sa.Connection, subject: str) -> list[Stored]:
    """All that is kept of a person, oldest first."""
    statement = (
        sa.select(_predictions, *(_inputs.c[name] for name in KEPT))
        .join_from(_predictions, _inputs)
        .where(_inputs.c.subject == subject)
        .order_by(_predictions.c.id)
    )
    return [stored(dict(row)) for row in connection.execute(statement).mappings()]


def erase(connection: sa.Connection, subject: str) -> int:
    """Remove all that is kept of a person; returns how many predictions that was."""
    mine = sa.select(_inputs.c.id).where(_inputs.c.subject == subject)
    erased = connection.execute(sa.delete(_predictions).where(_predictions.c.input_id.in_(mine)))
    connection.execute(sa.delete(_inputs).where(_inputs.c.subject == subject))
    return erased.rowcount


def purge(connection: sa.Connection, before: str) -> int:
    """Remove every prediction and file older than the id `before`, and the inputs left alone.

    Returns how many predictions that was.
    """
    erased = connection.execute(sa.delete(_predictions).where(_predictions.c.id < before))
    answered = sa.exists().where(_predictions.c.input_id == _inputs.c.id)
    connection.execute(sa.delete(_inputs).where(_inputs.c.id < before, ~answered))
    connection.execute(sa.delete(_batches).where(_batches.c.id < before))
    return erased.rowcount


def note(connection: sa.Connection, action: str, actor: str, predictions: int) -> None:
    """Leave a line in the journal."""
    identifier, now = new_id()
    line = {"id": identifier, "action": action, "actor": actor, "created_at": now}
    connection.execute(sa.insert(JournalLine.__table__), line | {"predictions": predictions})
