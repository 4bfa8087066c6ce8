"""Writing and reading predictions, inside a transaction that the caller holds."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from uuid_utils import UUID, uuid7

from futurisys.employee.answer import MEMBERS, Answer
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records import idempotency
from futurisys.records.idempotency import Name
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.tables import Input, Prediction

_inputs, _predictions = Input.__table__, Prediction.__table__
_INSERT_INPUT = sa.insert(_inputs)
_INSERT_PREDICTION = sa.insert(_predictions)
encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


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


class Entry(NamedTuple):
    """What there is to keep of an answer.

    identifier: the prediction's id, a UUIDv7. subject: the keyed hash of the person's reference,
    where it is known. sender: as `Prediction` has it. tried: all hashes under which the person may
    be known.
    """

    identifier: str
    answered_at: datetime.datetime
    input_id: str
    received_at: datetime.datetime
    employee: Mapping[str, Any]
    answer: Answer
    request_id: str | None
    subject: str | None
    name: Name | None
    sender: str | None = None
    tried: Sequence[str] = ()


def entry(
    employee: Mapping[str, Any],
    answer: Answer,
    request_id: str | None,
    subject: str | None,
    name: Name | None,
    sender: str | None = None,
    tried: Sequence[str] = (),
) -> Entry:
    """An answer with ids of its own."""
    received, answered = new_id(), new_id()
    own = *answered, *received
    return Entry(*own, employee, answer, request_id, subject, name, sender, tried)


def keep(connection: sa.Connection, entry: Entry) -> bool:
    """Write an entry; False, with nothing written, where its name is taken."""
    if entry.name and idempotency.find(connection, entry.name):
        return False
    facts = {name: entry.employee.get(name) for name in KEPT}
    effects = {EFFECT + name: entry.answer.effects.get(name) for name in KEPT}
    connection.execute(
        _INSERT_INPUT,
        {"id": entry.input_id, "subject": entry.subject, "created_at": entry.received_at} | facts,
    )
    connection.execute(
        _INSERT_PREDICTION,
        {
            "id": entry.identifier,
            "input_id": entry.input_id,
            "request_id": entry.request_id,
            "sender": entry.sender,
            "created_at": entry.answered_at,
            **{name: getattr(entry.answer, name) for name in MEMBERS},
            **effects,
        },
    )
    if entry.name:
        idempotency.keep(connection, entry.name.row(entry.identifier))
    return True


@dataclass(frozen=True)
class Stored:
    """An answer that is kept, with the facts that it was given for.

    facts: the fields of `KEPT`. batch_id: of the file in which the employee stood, where it had a
    name; line: where. sender: as `Prediction` has it. subject: the keyed hash of the person, where
    their reference is known.
    """

    identifier: str
    batch_id: str | None
    line: int | None
    created_at: datetime.datetime
    facts: dict[str, Any]
    answer: Answer
    sender: str | None
    subject: str | None


def find(connection: sa.Connection, prediction_id: str) -> Stored | None:
    """What is kept under an id; None where there is nothing."""
    row = connection.execute(_under(prediction_id)).mappings().one_or_none()
    return stored(dict(row)) if row else None


def known(connection: sa.Connection, prediction_id: str) -> Stored:
    """What is kept under an id that a request's name got."""
    statement = exempt(_under(prediction_id), Exempt.REPLAY)
    return stored(dict(connection.execute(statement).mappings().one()))


def stored(row: Mapping[str, Any]) -> Stored:
    """A row of both tables as what is kept."""
    effects = {name: row[EFFECT + name] for name in KEPT if row[EFFECT + name] is not None}
    return Stored(
        row["id"],
        row["batch_id"],
        row["line"],
        row["created_at"],
        {name: row[name] for name in KEPT},
        Answer.of(row, effects),
        row["sender"],
        row["subject"],
    )


def by_column(names: Sequence[str], rows: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Rows as columns, by name."""
    return dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))


def effects_of(columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[float]]:
    """By field, the effects of answers that one model gave, of their columns.

    An effect is 0 where it is forgotten already, and those of others not yet.
    """
    found = {name: columns[EFFECT + name] for name in KEPT if EFFECT + name in columns}
    return {
        name: [effect or 0.0 for effect in effects]
        for name, effects in found.items()
        if any(effect is not None for effect in effects)
    }


def _under(prediction_id: str) -> sa.Select[Any]:
    facts = (_inputs.c[name] for name in ("subject", *KEPT))
    statement = sa.select(_predictions, *facts)
    return statement.join_from(_predictions, _inputs).where(_predictions.c.id == prediction_id)
