"""What was kept of people, to be learnt from: their facts, and which estimates were contested."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.employee.schema import KEPT
from futurisys.records.persons import Request
from futurisys.records.tables import Input, Prediction

# Inputs that one statement names.
BLOCK = 500
_inputs, _predictions, _requests = Input.__table__, Prediction.__table__, Request.__table__


def facts(connection: sa.Connection, input_ids: Sequence[str]) -> list[dict[str, Any]]:
    """What was said of the people of some inputs, and each one's `subject`, in that order."""
    found: dict[str, dict[str, Any]] = {}
    wanted = sa.select(_inputs.c.id, _inputs.c.subject, *(_inputs.c[name] for name in KEPT))
    for place in range(0, len(input_ids), BLOCK):
        few = wanted.where(_inputs.c.id.in_(input_ids[place : place + BLOCK]))
        for row in connection.execute(few).mappings():
            kept = dict(row)
            found[kept.pop("id")] = kept
    return [found[identifier] for identifier in input_ids]


def contested(
    connection: sa.Connection, kinds: Sequence[str], dismissed: Sequence[str]
) -> set[str]:
    """The ids of the estimates against which a person has asked for something of some kinds.

    dismissed: how a request ends that had no ground. One that names no estimate is about all.
    """
    about = sa.or_(
        _requests.c.prediction_id.is_(None), _requests.c.prediction_id == _predictions.c.id
    )
    ended = sa.func.coalesce(_requests.c.outcome, "")
    wanted = (
        sa.select(sa.cast(_predictions.c.id, sa.String(36)))
        .join_from(_predictions, _inputs)
        .join(_requests, sa.and_(_requests.c.subject == _inputs.c.subject, about))
        .where(_requests.c.kind.in_(kinds), ended.not_in(dismissed))
    )
    return set(connection.scalars(wanted))
