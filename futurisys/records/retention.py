"""What has been kept for long enough, and how it goes: some columns of its rows, or the rows."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records import idempotency, requests
from futurisys.records.journal import JournalLine, pseudonyms
from futurisys.records.people import (
    count_about,
    is_answered,
    not_about,
    nothing_else,
    resolves_nothing,
)
from futurisys.records.persons import Outcome, Person, Request, Review
from futurisys.records.tables import Batch, Input, Prediction

_inputs, _predictions, _batches = Input.__table__, Prediction.__table__, Batch.__table__
_people, _journal, _reviews = Person.__table__, JournalLine.__table__, Review.__table__
_requests, _outcomes = Request.__table__, Outcome.__table__
# By whom groups are seen, and to whom rows are shown: it is kept as long as the answer.
PLACE = "departement"
# In place of warnings, which tell facts: an answer that had some is no surer without them.
WARNED = ["Des valeurs étonnaient le modèle (elles sont effacées) : l'estimation est moins sûre."]
# What is left of how a file was read: that its sender has informed its people.
INFORMED: dict[str, Any] = {"alerts": [], "informed": True}
# The sender of whatever was asked for without a key; NULL is a sender of whom nothing is known.
NOBODY = ""


@dataclass(frozen=True)
class Due:
    """Rows of a table of which something is due to go.

    values: what their columns are given; None where the rows go as a whole. always: whether it goes
    even where an open request is about the person.
    """

    table: sa.Table
    conditions: tuple[sa.ColumnElement[bool], ...]
    values: Mapping[str, Any] | None = None
    always: bool = False


def take(connection: sa.Connection, due: Due, after: str, limit: int) -> list[str]:
    """Have the first rows behind the key `after` lose what is due; returns their keys.

    With a file goes the name of the request that had sent it.
    """
    [key] = due.table.primary_key.columns
    spared = () if due.always else not_about(due.table, requests.asking(connection))
    wanted = sa.select(key).where(*due.conditions, *spared).order_by(key).limit(limit)
    keys = list(connection.scalars(wanted.where(key > after) if after else wanted))
    if due.values is None:
        if due.table is _batches:
            idempotency.forget_batches(connection, keys)
        connection.execute(sa.delete(due.table).where(key.in_(keys)))
    else:
        connection.execute(sa.update(due.table).where(key.in_(keys)).values(due.values))
    return keys


def spared(connection: sa.Connection, before: str) -> int:
    """How many older answers keep what would go, because an open request is about the person."""
    return count_about(connection, requests.asking(connection), _predictions.c.id < before)


def asked(until: datetime.datetime) -> Due:
    """Requests that were closed before a moment."""
    return Due(_requests, (_requests.c.closed_at < until,), always=True)


def reasons(before: str) -> Due:
    """The effects of older answers, and which facts they were warned of."""
    warnings = _predictions.c.warnings
    warned = sa.cast(warnings, sa.Text).not_in(("[]", json.dumps(WARNED)))
    effects = [_predictions.c[EFFECT + name] for name in KEPT]
    told = sa.or_(warned, *(effect.is_not(None) for effect in effects))
    nothing: dict[str, Any] = dict.fromkeys((effect.name for effect in effects), sa.null())
    kept = sa.case((warned, sa.literal(WARNED, sa.JSON)), else_=warnings)
    return Due(_predictions, (_predictions.c.id < before, told), nothing | {"warnings": kept})


def facts(before: str) -> Due:
    """What was said of people, but for their department."""
    columns = [_inputs.c[name] for name in KEPT if name != PLACE]
    told = sa.or_(*(column.is_not(None) for column in columns))
    nothing = dict.fromkeys((column.name for column in columns), sa.null())
    return Due(_inputs, (_inputs.c.id < before, told), nothing)


def notes(before: str) -> Due:
    """The notes about older answers."""
    told = _reviews.c.note.is_not(None), _reviews.c.prediction_id < before
    return Due(_reviews, told, {"note": sa.null()})


def dates(today: datetime.date) -> Due:
    """The days on which somebody meant to come back, and which are past."""
    return Due(_reviews, (_reviews.c.back_on < today,), {"back_on": sa.null()}, always=True)


def titles(before: str) -> Due:
    """How older files were called, they, their sheets and their columns."""
    reading, faults = (sa.cast(_batches.c[name], sa.Text) for name in ("reading", "faults"))
    named = (_batches.c.title.is_not(None), faults != "[]", reading != json.dumps(INFORMED))
    informed = reading.like('%"informed": true%')
    kept = sa.case((informed, sa.literal(INFORMED, sa.JSON)), else_=sa.null())
    nothing = {"title": sa.null(), "faults": [], "reading": kept}
    return Due(_batches, (_batches.c.id < before, sa.or_(*named)), nothing)


def numbers(before: str) -> Due:
    """The numbers of people of whom nothing was said since."""
    said = sa.exists().where(_inputs.c.subject == _people.c.subject, _inputs.c.id >= before)
    return Due(_people, (_people.c.number.is_not(None), ~said), {"number": sa.null()})


def answers(before: str) -> Due:
    """Older answers, and with each the name of its request."""
    return Due(_predictions, (_predictions.c.id < before,))


def keyless_answers(before: str) -> Due:
    """Older answers for which no key asked."""
    return Due(_predictions, (_predictions.c.id < before, _predictions.c.sender == NOBODY))


def inputs(before: str) -> Due:
    """Older facts for which no answer is left."""
    answered = sa.exists().where(_predictions.c.input_id == _inputs.c.id)
    return Due(_inputs, (_inputs.c.id < before, ~answered))


def files(before: str) -> Due:
    """Older files of which no answer is left."""
    return Due(_batches, (_batches.c.id < before, ~is_answered()))


def keyless_files(before: str) -> Due:
    """Older files that no key sent, of which no answer is left."""
    due = files(before)
    return Due(_batches, (*due.conditions, _batches.c.sender.is_(None)))


def outcomes() -> Due:
    """That people left of whom no estimate is left."""
    return Due(_outcomes, (resolves_nothing(),), always=True)


def people() -> Due:
    """People of whom nothing else is kept, and no line of the journal tells."""
    return Due(_people, (*nothing_else(), _people.c.salt.is_(None)))


def salted(connection: sa.Connection, after: str, limit: int) -> list[Any]:
    """Rows (subject, salt) behind a hash, of people of whom the journal alone may still tell."""
    wanted = sa.select(_people.c.subject, _people.c.salt)
    wanted = wanted.where(*nothing_else(), _people.c.salt.is_not(None), _people.c.subject > after)
    return list(connection.execute(wanted.order_by(_people.c.subject).limit(limit)))


def unsalt(connection: sa.Connection, rows: Sequence[Any]) -> None:
    """Take their salt from those of the people of whom no line of the journal is left."""
    named = {one: row.subject for row in rows for one in pseudonyms(row.salt)}
    told = sa.select(_journal.c.person).where(_journal.c.person.in_(named)).distinct()
    spoken_of = {named[person] for person in connection.scalars(told)}
    silent = [row.subject for row in rows if row.subject not in spoken_of]
    emptied = sa.update(_people).where(_people.c.subject.in_(silent)).values(salt=None)
    connection.execute(emptied)


def journal(before: str) -> Due:
    """Older lines of the journal that are outside its chain; the chain is cut off in order."""
    return Due(_journal, (_journal.c.id < before, _journal.c.number.is_(None)))
