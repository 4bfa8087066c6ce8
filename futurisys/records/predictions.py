"""Writing and reading predictions, inside a transaction that the caller holds."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from uuid_utils import uuid7

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records.tables import Input, Prediction

ANSWER = ("label", "probability", "threshold", "risk", "base", "model_version", "warnings")
_inputs, _predictions = Input.__table__, Prediction.__table__
_INSERT_INPUT = sa.insert(_inputs)
_INSERT_PREDICTION = sa.insert(_predictions)

# Both rows in one statement and one round trip. Two parameters instead of seventy halve what the
# driver and SQLAlchemy spend on them; SQLite knows no such statement.
_INSERT_BOTH = sa.text(
    "WITH kept AS (INSERT INTO inputs SELECT * FROM json_populate_record(NULL::inputs, :sent)) "
    "INSERT INTO predictions SELECT * FROM json_populate_record(NULL::predictions, :given)"
)


def new_id() -> tuple[str, datetime.datetime]:
    """A new UUIDv7, and the millisecond that it holds, so that a period is a range of ids."""
    identifier = uuid7()
    moment = datetime.datetime.fromtimestamp(identifier.timestamp / 1000, datetime.UTC)
    return str(identifier), moment


def new_ids(count: int) -> tuple[list[str], list[datetime.datetime]]:
    """So many new ids, in order, and the moment that each holds."""
    identifiers = [uuid7() for _ in range(count)]
    times = [identifier.timestamp for identifier in identifiers]
    moments = {
        time: datetime.datetime.fromtimestamp(time / 1000, datetime.UTC) for time in set(times)
    }
    return list(map(str, identifiers)), [moments[time] for time in times]


def keep(
    connection: sa.Connection,
    employee: Mapping[str, Any],
    answer: Mapping[str, Any],
    request_id: str | None,
    subject: str | None,
) -> str:
    """Write one input and its answer; returns the prediction's id, a UUIDv7.

    answer: the members of `ANSWER`, and `effects` on the log-odds by field. subject: the keyed
    hash of the person's reference, where it is known.
    """
    input_id, now = new_id()
    prediction_id, now = new_id()
    facts = {name: employee.get(name) for name in KEPT}
    sent = {"id": input_id, "subject": subject, **facts, "created_at": now}
    effects = answer["effects"]
    given = {
        "id": prediction_id,
        "input_id": input_id,
        "request_id": request_id,
        "batch_id": None,
        **{name: answer[name] for name in ANSWER},
        **{EFFECT + name: effects.get(name) for name in KEPT},
        "created_at": now,
    }
    if connection.dialect.name == "postgresql":
        sent["created_at"] = given["created_at"] = now.isoformat()
        both = {"sent": json.dumps(sent), "given": json.dumps(given)}
        connection.execute(_INSERT_BOTH, both)
    else:
        connection.execute(_INSERT_INPUT, sent)
        connection.execute(_INSERT_PREDICTION, given)
    return prediction_id


@dataclass(frozen=True)
class Stored:
    """An answer that is kept, with the facts that it was given for.

    answer: the members of `ANSWER`, and `effects` by field. facts: the fields of `KEPT`.
    """

    identifier: str
    created_at: datetime.datetime
    facts: dict[str, Any]
    answer: dict[str, Any]


def find(connection: sa.Connection, prediction_id: str) -> Stored | None:
    """What is kept under an id; None where there is nothing."""
    statement = (
        sa.select(_predictions, *(_inputs.c[name] for name in KEPT))
        .join_from(_predictions, _inputs)
        .where(_predictions.c.id == prediction_id)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return stored(dict(row)) if row else None


def stored(row: Mapping[str, Any]) -> Stored:
    """A row of both tables as what is kept."""
    effects = {name: row[EFFECT + name] for name in KEPT if row[EFFECT + name] is not None}
    return Stored(
        row["id"],
        row["created_at"],
        {name: row[name] for name in KEPT},
        {name: row[name] for name in ANSWER} | {"effects": effects},
    )
