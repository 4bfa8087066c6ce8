"""Writing and reading predictions, inside a transaction that the caller holds."""

import datetime
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from uuid_utils import uuid7

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records.tables import Input, Prediction

ANSWER = ("label", "probability", "threshold", "risk", "base", "model_version", "warnings")
_INSERT_INPUT = sa.insert(Input.__table__)
_INSERT_PREDICTION = sa.insert(Prediction.__table__)


def keep(
    connection: sa.Connection,
    employee: Mapping[str, Any],
    answer: Mapping[str, Any],
    request_id: str | None,
) -> str:
    """Write one input and its answer; returns the prediction's id, a UUIDv7.

    answer: the members of `ANSWER`, and `effects` on the log-odds by field.
    """
    now = datetime.datetime.now(datetime.UTC)
    input_id, prediction_id = str(uuid7()), str(uuid7())
    facts = {name: employee.get(name) for name in KEPT}
    connection.execute(_INSERT_INPUT, {"id": input_id, **facts, "created_at": now})
    connection.execute(
        _INSERT_PREDICTION,
        {
            "id": prediction_id,
            "input_id": input_id,
            "request_id": request_id,
            **{name: answer[name] for name in ANSWER},
            **{EFFECT + name: effect for name, effect in answer["effects"].items()},
            "created_at": now,
        },
    )
    return prediction_id


def find(connection: sa.Connection, prediction_id: str) -> dict[str, Any] | None:
    """The answer that is kept under an id, as `keep` took it; None where there is none."""
    statement = sa.select(Prediction.__table__).where(Prediction.__table__.c.id == prediction_id)
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        return None
    effects = {name: row[EFFECT + name] for name in KEPT if row[EFFECT + name] is not None}
    return {name: row[name] for name in ANSWER} | {"effects": effects}
