"""Groups of people: the sums that the means of a group are made of."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.tables import Batch, Input, Prediction

_inputs, _predictions = Input.__table__, Prediction.__table__
PEOPLE, RISK, ABOVE = "people", "risk", "above"


def latest_batch(connection: sa.Connection) -> str | None:
    """The id of the newest file of which people are seen, or groups."""
    newest = sa.select(_predictions.c.batch_id).where(
        _predictions.c.batch_id.in_(sa.select(Batch.__table__.c.id))
    )
    newest = newest.order_by(_predictions.c.batch_id.desc()).limit(1)
    found: str | None = connection.scalar(exempt(newest, Exempt.FOLDED))
    return found


def sums(
    connection: sa.Connection, by: Sequence[str], batch_id: str | None = None
) -> list[dict[str, Any]]:
    """One row for each combination of the fields `by`: them, and the sums over its people.

    batch_id: of the answers of this file alone. What comes back is to be folded: a key of groups
    gets it of everybody.

    `PEOPLE`: how many; `RISK`: of the probabilities; `ABOVE`: how many from the threshold up;
    `EFFECT` + field: of the effects.
    """
    latest = _latest(by, batch_id)
    above = sa.case((latest.c.probability >= latest.c.threshold, 1), else_=0)
    statement = sa.select(
        *(latest.c[name] for name in by),
        sa.func.count().label(PEOPLE),
        sa.func.sum(latest.c.probability).label(RISK),
        sa.func.sum(above).label(ABOVE),
        *(sa.func.sum(latest.c[EFFECT + name]).label(EFFECT + name) for name in KEPT),
    ).group_by(*(latest.c[name] for name in by))
    rows = connection.execute(exempt(statement, Exempt.FOLDED)).mappings()
    return [dict(row) for row in rows]


def _latest(by: Sequence[str], batch_id: str | None) -> sa.Subquery:
    """The newest prediction of each person.

    Without a reference nobody can tell two people with the same facts from one who was asked for
    twice: they count as one, so that no group looks larger than it is.
    """
    unknown = _inputs.c.subject.is_(None)
    person = [_inputs.c.subject, *(sa.case((unknown, _inputs.c[name])) for name in KEPT)]
    rank = sa.func.row_number().over(partition_by=person, order_by=_predictions.c.id.desc())
    ranked = (
        sa.select(
            *(_inputs.c[name] for name in by),
            _predictions.c.probability,
            _predictions.c.threshold,
            *(_predictions.c[EFFECT + name] for name in KEPT),
            rank.label("rank"),
        )
        .join_from(_predictions, _inputs)
        .where(*([_predictions.c.batch_id == batch_id] if batch_id else []))
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.rank == 1).subquery()
