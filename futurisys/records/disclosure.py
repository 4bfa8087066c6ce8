"""What is told of a person who asks, beside the rows that are theirs."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.persons import Opposed
from futurisys.records.tables import Batch, Input, Prediction
from futurisys.records.words import WORD

_inputs, _predictions = Input.__table__, Prediction.__table__
_batches, _opposed = Batch.__table__, Opposed.__table__


def estimates(connection: sa.Connection, subjects: Collection[str]) -> list[Any]:
    """Rows (id, created_at, line, word) of a person's estimates, the newest first."""
    told = (_predictions.c[name] for name in ("id", "created_at", "line"))
    found = sa.select(*told, WORD).join_from(_predictions, _inputs)
    found = found.where(_inputs.c.subject.in_(subjects)).order_by(_predictions.c.id.desc())
    return list(connection.execute(exempt(found, Exempt.RIGHTS)))


def opposed_since(connection: sa.Connection, subjects: Collection[str]) -> datetime.datetime | None:
    """Since when a person is not estimated any more; None where they may be."""
    since = sa.select(sa.func.min(_opposed.c.created_at)).where(_opposed.c.subject.in_(subjects))
    found: datetime.datetime | None = connection.scalar(since)
    return found


def fictional(connection: sa.Connection, batch_ids: Collection[str]) -> Mapping[str, bool | None]:
    """By file, whether the model that answered had learnt from fictional people."""
    wanted = sa.select(_batches.c.id, _batches.c.fictional).where(_batches.c.id.in_(batch_ids))
    return {row.id: row.fictional for row in connection.execute(wanted)}
