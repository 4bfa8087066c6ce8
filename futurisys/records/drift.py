"""The files of one source: which they are, whom they are about, and what was found of each."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.employee.schema import ASKED
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.predictions import by_column
from futurisys.records.tables import Batch, Input, Prediction

_batches, _inputs, _predictions = Batch.__table__, Input.__table__, Prediction.__table__
# What is one source: the name that was given, or whoever sent files without a name.
_WHOSE = _batches.c.source, sa.case((_batches.c.source.is_(None), _batches.c.sender))
_FILE = sa.cast(_predictions.c.batch_id, sa.String(36)).label("batch_id")
Facts = Mapping[str, Sequence[Any]]


def earlier(connection: sa.Connection, batch_id: str) -> list[str]:
    """The files of the same source before one, newest first, without those that were set aside."""
    before = _of_source(batch_id).where(_batches.c.id < batch_id)
    return list(connection.scalars(before.order_by(_batches.c.id.desc())))


def after(connection: sa.Connection, batch_id: str) -> str | None:
    """The next file of the same source that was not set aside."""
    later = _of_source(batch_id).where(_batches.c.id > batch_id)
    found: str | None = connection.scalar(later.order_by(_batches.c.id).limit(1))
    return found


def _of_source(batch_id: str) -> sa.Select[Any]:
    """The ids of the files of one's source that were not set aside; none where it has no source."""
    this = (
        sa.select(_batches.c.source, _batches.c.sender).where(_batches.c.id == batch_id).subquery()
    )
    is_unnamed = sa.and_(_batches.c.source.is_(None), this.c.source.is_(None))
    is_same = sa.or_(
        _batches.c.source == this.c.source,
        sa.and_(is_unnamed, _batches.c.sender == this.c.sender),
    )
    return sa.select(_batches.c.id).join(this, is_same).where(_batches.c.set_aside_at.is_(None))


def people(connection: sa.Connection, batch_id: str) -> int:
    """How many answers a file got."""
    statement = sa.select(sa.func.count()).where(_predictions.c.batch_id == batch_id)
    return int(connection.scalar(exempt(statement, Exempt.WHOLE)) or 0)


def facts(connection: sa.Connection, batch_id: str, below: str) -> Facts:
    """What a file says of its people, by column, with `subject`, None where it is not known.

    below: only whoever has a hash before this text; "" for all.
    """
    statement = (
        sa.select(_inputs.c.subject, *(_inputs.c[name] for name in ASKED))
        .join_from(_predictions, _inputs)
        .where(_predictions.c.batch_id == batch_id, *_before(below))
        .order_by(_predictions.c.id)
    )
    return _columns(connection, statement)


def newcomers(
    connection: sa.Connection, files: Sequence[str], chosen: Sequence[str], below: str
) -> Facts:
    """As `facts`, with `batch_id`, what is said of people in the first of these files with them.

    chosen: only those whose first file is one of these.
    """
    place = sa.func.row_number().over(partition_by=_inputs.c.subject, order_by=_predictions.c.id)
    firsts = (
        sa.select(_FILE, _predictions.c.input_id, place.label("place"))
        .join_from(_predictions, _inputs)
        .where(_predictions.c.batch_id.in_(files), _inputs.c.subject.is_not(None), *_before(below))
        .subquery()
    )
    statement = (
        sa.select(firsts.c.batch_id, _inputs.c.subject, *(_inputs.c[name] for name in ASKED))
        .join_from(firsts, _inputs, firsts.c.input_id == _inputs.c.id)
        .where(firsts.c.place == 1, firsts.c.batch_id.in_(chosen))
    )
    return _columns(connection, statement)


def name(connection: sa.Connection, batch_id: str, source: str) -> None:
    """Note where a file comes from."""
    connection.execute(sa.update(_batches).where(_batches.c.id == batch_id).values(source=source))


def keep(connection: sa.Connection, batch_id: str, found: Mapping[str, Any]) -> None:
    """Note how the people of a file differ."""
    connection.execute(sa.update(_batches).where(_batches.c.id == batch_id).values(drift=found))


def set_aside(connection: sa.Connection, batch_id: str, moment: datetime.datetime | None) -> None:
    """Have no later file be compared with one; None takes that back."""
    which = sa.update(_batches).where(_batches.c.id == batch_id)
    connection.execute(which.values(set_aside_at=moment))


def one(connection: sa.Connection, batch_id: str) -> Any | None:
    """The row (id, source, sender, drift, set_aside_at) of a file; None where there is none."""
    return connection.execute(_described().where(_batches.c.id == batch_id)).one_or_none()


def newest(connection: sa.Connection) -> list[Any]:
    """As `one`, the last file of each source that was not set aside, newest first."""
    place = sa.func.row_number().over(partition_by=_WHOSE, order_by=_batches.c.id.desc())
    ranked = sa.select(_batches.c.id, place.label("place")).where(
        _batches.c.set_aside_at.is_(None),
        _batches.c.drift.is_not(None),
        sa.func.coalesce(*_WHOSE).is_not(None),
    )
    last = ranked.subquery()
    wanted = _described().join(last, sa.and_(last.c.id == _batches.c.id, last.c.place == 1))
    return list(connection.execute(wanted.order_by(_batches.c.id.desc())))


def _described() -> sa.Select[Any]:
    names = ("id", "title", "source", "sender", "drift", "set_aside_at")
    return sa.select(*(_batches.c[name] for name in names))


def _before(below: str) -> list[sa.ColumnElement[bool]]:
    return [_inputs.c.subject < below] if below else []


def _columns(connection: sa.Connection, statement: sa.Select[Any]) -> Facts:
    result = connection.execute(exempt(statement, Exempt.WHOLE))
    return by_column(list(result.keys()), result.all())
