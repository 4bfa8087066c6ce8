"""Files as a whole: the list of them, how one is called, and that one goes with all of it."""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.records import idempotency, perimeter, requests
from futurisys.records.history import first_id
from futurisys.records.people import Gone, count_about, forget_people, is_answered, not_about
from futurisys.records.readers import HOLDER
from futurisys.records.tables import (
    ApiKey,
    Batch,
    Input,
    Prediction,
    ScoringJob,
)
from futurisys.records.words import says

_batches, _predictions, _inputs = Batch.__table__, Prediction.__table__, Input.__table__
_keys = ApiKey.__table__
# Without a sender are those that no key sent, those that the terminal scored, and older ones.
_KEYLESS = sa.and_(
    _batches.c.sender.is_(None),
    _batches.c.model_version.is_not(None),
    ~sa.exists().where(ScoringJob.__table__.c.batch_id == _batches.c.id),
).label("keyless")
_SHOWN = [
    *(_batches.c[name] for name in ("id", "title", "sender", "model_version", "fictional")),
    _KEYLESS,
]


@dataclass(frozen=True)
class FileFilters:
    """Which files are meant; since is included, until is not.

    sender: the holder of a key. word: those in which somebody is called so.
    """

    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    sender: str | None = None
    batch_id: str | None = None
    word: str | None = None


def page(
    connection: sa.Connection, filters: FileFilters, before: str | None, limit: int
) -> list[dict[str, Any]]:
    """At most `limit` files, newest first, of those older than the id `before`.

    Each with `name`, of whoever holds the sender's key, and `people`, how many have an answer.
    """
    statement = _described().where(*_conditions(filters))
    if before:
        statement = statement.where(_batches.c.id < before)
    rows = connection.execute(statement.order_by(_batches.c.id.desc()).limit(limit))
    return [dict(row) for row in rows.mappings()]


def senders(connection: sa.Connection) -> dict[str, str]:
    """Whoever may have sent something: the names of keys by their holders."""
    rows = connection.execute(sa.select(HOLDER, _keys.c.name).order_by(_keys.c.created_at))
    return {row[0]: row[1] for row in rows}


def entitle(connection: sa.Connection, batch_id: str, title: str | None) -> None:
    """Give a file a title; None takes it away."""
    connection.execute(sa.update(_batches).where(_batches.c.id == batch_id).values(title=title))


def titles(connection: sa.Connection, batch_ids: Collection[str]) -> dict[str, str | None]:
    """The titles of some files, by id."""
    wanted = sa.select(_batches.c.id, _batches.c.title).where(_batches.c.id.in_(batch_ids))
    return {row.id: row.title for row in connection.execute(wanted)}


def delete(connection: sa.Connection, batch_id: str) -> Gone:
    """Remove a file with all that is kept of it, but what an open request is about.

    Nothing else is read on the way: whoever deletes a file may not see all of its people.
    """
    asking = requests.asking(connection)
    idempotency.forget_batches(connection, [batch_id])
    of_file = _predictions.c.batch_id == batch_id
    spared = count_about(connection, asking, of_file)
    unasked = of_file, *not_about(_predictions, asking)
    gone = connection.execute(sa.delete(_predictions).where(*unasked)).rowcount
    answered = sa.exists().where(_predictions.c.input_id == _inputs.c.id)
    connection.execute(sa.delete(_inputs).where(_inputs.c.id > batch_id, ~answered))
    forget_people(connection)
    connection.execute(sa.delete(_batches).where(_batches.c.id == batch_id, ~is_answered()))
    return Gone(gone, spared)


def is_keyless(connection: sa.Connection, batch_id: str) -> bool:
    """Whether a file was sent without a key."""
    return bool(connection.scalar(sa.select(_KEYLESS).where(_batches.c.id == batch_id)))


def _described() -> sa.Select[Any]:
    """Files, each with who sent it and how many people are seen of it.

    Who does not see everybody sees the files in which there is somebody whom they see, and of their
    own alone how many lines were refused: nobody knows of which department these are.
    """
    name = sa.select(_keys.c.name).where(_batches.c.sender == HOLDER)
    name = name.order_by(_keys.c.created_at.desc()).limit(1)
    people = sa.select(sa.func.count()).where(_predictions.c.batch_id == _batches.c.id)
    statement = sa.select(
        *_SHOWN, name.scalar_subquery().label("name"), people.scalar_subquery().label("people")
    )
    seen = perimeter.current()
    if seen.departments is None:
        return statement.add_columns(_batches.c.refused)
    own = sa.or_(_batches.c.sender == seen.holder, _batches.c.id.in_(seen.sent))
    somebody = sa.exists().where(_predictions.c.batch_id == _batches.c.id)
    refused = sa.case((own, _batches.c.refused), else_=0).label("refused")
    return statement.add_columns(refused).where(sa.or_(own, somebody))


def _conditions(filters: FileFilters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.since:
        yield _batches.c.id >= first_id(filters.since)
    if filters.until:
        yield _batches.c.id < first_id(filters.until)
    if filters.sender:
        yield _batches.c.sender == filters.sender
    if filters.batch_id:
        yield _batches.c.id == filters.batch_id
    if filters.word:
        yield sa.exists().where(_predictions.c.batch_id == _batches.c.id, says(filters.word))
