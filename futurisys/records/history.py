"""What is kept, page by page, newest first."""

import datetime
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from futurisys.employee.answer import MEMBERS
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.tables import Input, Prediction
from futurisys.records.words import says

_inputs, _predictions = Input.__table__, Prediction.__table__
_COLUMNS = [_predictions.c[name] for name in ("id", "created_at", "batch_id", "sender", *MEMBERS)]
_MILLISECONDS_MAX = 2**48 - 1


@dataclass(frozen=True)
class Filters:
    """Which predictions are meant; since is included, until is not.

    subjects: the keyed hashes under which one person may be kept; none of them: everybody.
    batch_id: those of a file. sender: of whom somebody with a key of this holder has asked. word:
    who is called so. is_alone: those that stand in no file.
    """

    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    label: str | None = None
    model_version: str | None = None
    subjects: tuple[str, ...] = ()
    batch_id: str | None = None
    sender: str | None = None
    word: str | None = None
    is_alone: bool = False


def page(
    connection: sa.Connection, filters: Filters, before: str | None, limit: int
) -> list[dict[str, Any]]:
    """At most `limit` predictions, newest first, of those older than the id `before`."""
    statement = page_statement(filters, before, limit)
    return [dict(row) for row in connection.execute(statement).mappings()]


def page_statement(filters: Filters, before: str | None, limit: int) -> sa.Select[Any]:
    """The statement of a page: the order and the period are those of the id itself."""
    statement = _filtered(sa.select(*_COLUMNS), filters)
    if before:
        statement = statement.where(_predictions.c.id < before)
    return statement.order_by(_predictions.c.id.desc()).limit(limit)


def count(connection: sa.Connection, filters: Filters) -> int:
    """How many predictions there are; reads them all."""
    statement = sa.select(sa.func.count()).select_from(_predictions)
    return connection.scalar(_filtered(statement, filters)) or 0


def subject_of(connection: sa.Connection, subjects: Collection[str]) -> str | None:
    """The first of some hashes under which an answer is kept; None where none is."""
    wanted = sa.select(sa.func.min(_inputs.c.subject)).join_from(_predictions, _inputs)
    found: str | None = connection.scalar(wanted.where(_inputs.c.subject.in_(subjects)))
    return found


def newest_department(connection: sa.Connection, subjects: Collection[str]) -> str | None:
    """Where a person was when they were last asked about, for who is told only that they moved."""
    newest = sa.select(_inputs.c.departement).where(_inputs.c.subject.in_(subjects))
    newest = newest.order_by(_inputs.c.id.desc()).limit(1)
    found: str | None = connection.scalar(exempt(newest, Exempt.LEFT))
    return found


def first_id(moment: datetime.datetime) -> str:
    """The smallest UUIDv7 that a moment, or the millisecond after it, can have."""
    milliseconds = math.ceil(moment.timestamp() * 1000)
    held = min(max(milliseconds, 0), _MILLISECONDS_MAX)
    return str(UUID(int=held << 80))


def _filtered(statement: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    if filters.subjects:
        statement = statement.join(_inputs, _inputs.c.id == _predictions.c.input_id)
    return statement.where(*_conditions(filters))


def _conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.since:
        yield _predictions.c.id >= first_id(filters.since)
    if filters.until:
        yield _predictions.c.id < first_id(filters.until)
    if filters.label:
        yield _predictions.c.label == filters.label
    if filters.model_version:
        yield _predictions.c.model_version == filters.model_version
    if filters.subjects:
        yield _inputs.c.subject.in_(filters.subjects)
    if filters.batch_id:
        yield _predictions.c.batch_id == filters.batch_id
    if filters.sender:
        yield _predictions.c.sender == filters.sender
    if filters.word:
        yield says(filters.word)
    if filters.is_alone:
        # The index `ix_predictions_alone` knows them by these words.
        yield sa.or_(_predictions.c.line.is_(None), _predictions.c.batch_id.is_(None))
