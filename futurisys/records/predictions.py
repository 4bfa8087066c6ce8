"""Writing and reading predictions, inside a transaction that the caller holds."""

import datetime
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from uuid_utils import uuid7

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records.tables import Input, Prediction

ANSWER = ("probability", "label", "threshold", "model_version", "base")
_INSERT_INPUT = sa.insert(Input.__table__)
_INSERT_PREDICTION = sa.insert(Prediction.__table__)


def keep(
    connection: sa.Connection,
    employee: Mapping[str, Any],
    answer: Mapping[str, Any],
    effects: Mapping[str, float],
) -> str:
    """Write one input and its answer; returns the prediction's id, a UUIDv7.

    answer: at least the columns of `ANSWER`. effects: by field, on the log-odds.
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
            **{name: answer[name] for name in ANSWER},
            **{EFFECT + name: effect for name, effect in effects.items()},
            "created_at": now,
        },
    )
    return prediction_id
