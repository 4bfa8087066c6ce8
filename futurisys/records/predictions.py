"""Writing and reading predictions, inside a transaction that the caller holds."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from uuid_utils import UUID, uuid7

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records import idempotency
from futurisys.records.idempotency import Name
from futurisys.records.tables import Input, Prediction

ANSWER = ("label", "probability", "threshold", "risk", "base", "model_version", "warnings")
_inputs, _predictions = Input.__table__, Prediction.__table__
_INSERT_INPUT = sa.insert(_inputs)
_INSERT_PREDICTION = sa.insert(_predictions)

# Rows as JSON: few parameters instead of a hundred halve what the driver spends on them, and the
# function's plans are made once a connection. SQLite has no such function.
_KEEP = "SELECT keep_prediction(%(sent)s, %(given)s, %(named)s, %(lock)s)"


def new_id() -> tuple[str, datetime.datetime]:
    """A new UUIDv7, and the millisecond that it holds, so that a period is a range of ids."""
    identifier = uuid7()
    moment = datetime.datetime.fromtimestamp(identifier.timestamp / 1000, datetime.UTC)
    return str(identifier), moment


def moment_of(identifier: str) -> datetime.datetime:
    """The millisecond that an id holds."""
    return datetime.datetime.fromtimestamp(UUID(identifier).timestamp / 1000, datetime.UTC)


def new_ids(count: int) -> tuple[list[str], list[datetime.datetime]]:
    """So many new ids, in order, and the moment that each holds."""
    identifiers = [uuid7() for _ in range(count)]
    times = [identifier.timestamp for identifier in identifiers]
    moments = {
        time: datetime.datetime.fromtimestamp(time / 1000, datetime.UTC) for time in set(times)
    }
    return list(map(str, identifiers)), [moments[time] for time in times]


@dataclass(frozen=True)
class Entry:
    """One input, its answer, and the name of the request, as rows to be written.

    identifier: the prediction's id, a UUIDv7.
    """

    identifier: str
    sent: dict[str, Any]
    given: dict[str, Any]
    name: Name | None


def entry(
    employee: Mapping[str, Any],
    answer: Mapping[str, Any],
    request_id: str | None,
    subject: str | None,
    name: Name | None,
) -> Entry:
    """What there is to keep of an answer.

    answer: the members of `ANSWER`, and `effects` on the log-odds by field. subject: the keyed
    hash of the person's reference, where it is known.
    """
    input_id, received_at = new_id()
    identifier, answered_at = new_id()
    facts = {name: employee.get(name) for name in KEPT}
    effects = answer["effects"]
    return Entry(
        identifier,
        {"id": input_id, "subject": subject, **facts, "created_at": received_at},
        {
            "id": identifier,
            "input_id": input_id,
            "request_id": request_id,
            "batch_id": None,
            "line": None,
            **{name: answer[name] for name in ANSWER},
            **{EFFECT + name: effects.get(name) for name in KEPT},
            "created_at": answered_at,
        },
        name,
    )


def keep(connection: sa.Connection, entry: Entry) -> bool:
    """Write an entry; False, with nothing written, where its name is taken or in flight."""
    name = entry.name
    named = name.row(entry.identifier) if name else None
    if connection.dialect.name == "postgresql":
        rows = {"sent": _json(entry.sent), "given": _json(entry.given), "named": _json(named)}
        lock = name.lock if name else None
        return bool(connection.exec_driver_sql(_KEEP, rows | {"lock": lock}).scalar())
    if name and idempotency.find(connection, name):
        return False
    connection.execute(_INSERT_INPUT, entry.sent)
    connection.execute(_INSERT_PREDICTION, entry.given)
    if named:
        idempotency.keep(connection, named)
    return True


def _json(row: Mapping[str, Any] | None) -> str | None:
    return json.dumps(row, default=datetime.datetime.isoformat) if row else None


@dataclass(frozen=True)
class Stored:
    """An answer that is kept, with the facts that it was given for.

    answer: the members of `ANSWER`, and `effects` by field. facts: the fields of `KEPT`.
    batch_id: of the file in which the employee stood, where it had a name; line: where.
    """

    identifier: str
    batch_id: str | None
    line: int | None
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
        row["batch_id"],
        row["line"],
        row["created_at"],
        {name: row[name] for name in KEPT},
        {name: row[name] for name in ANSWER} | {"effects": effects},
    )
