"""One person's rows, and old ones, in every table that says it has some."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from futurisys.records import idempotency, requests
from futurisys.records.database import db
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.persons import Outcome, Person, Request
from futurisys.records.tables import AGES, PERSON, Batch, Input, Prediction

Rows = list[dict[str, Any]]
_people, _predictions, _batches = Person.__table__, Prediction.__table__, Batch.__table__
_inputs, _outcomes, _requests = Input.__table__, Outcome.__table__, Request.__table__


class Erased(NamedTuple):
    """How many predictions and requests of a person were removed; waiting: of these, still open."""

    predictions: int
    requests: int
    waiting: int


class Gone(NamedTuple):
    """How many predictions were removed, and how many stay because a request is about them."""

    removed: int
    spared: int


def everything(connection: sa.Connection, subjects: Collection[str]) -> Mapping[str, Rows]:
    """All that is kept of a person, by table, each oldest first; subjects: their keyed hashes."""
    kept = {}
    for table in _children_first():
        statement = sa.select(table).where(_is_of(table, subjects))
        ordered = exempt(statement.order_by(*table.primary_key.columns), Exempt.RIGHTS)
        rows = connection.execute(ordered).mappings()
        kept[table.name] = [dict(row) for row in rows]
    return kept


def erase(connection: sa.Connection, subjects: Collection[str]) -> Erased:
    """Remove all that is kept of a person."""
    waiting = requests.open_of(connection, subjects)
    erased = {
        table: connection.execute(sa.delete(table).where(_is_of(table, subjects))).rowcount
        for table in _children_first()
    }
    return Erased(erased[_predictions], erased[_requests], waiting)


def purge(connection: sa.Connection, before: str) -> Gone:
    """Remove every row older than the id `before` on which none is left that is younger.

    What an open request is about stays.

    With the last of somebody's rows goes their number, and their own row unless the journal may
    still tell of them.
    """
    asking = requests.asking(connection)
    spared = count_about(connection, asking, _predictions.c.id < before)
    idempotency.forget_older(connection, before)
    purged = {}
    for table in _children_first(AGES):
        needed = (
            sa.exists().where(column == key.column)
            for child in db.metadata.sorted_tables
            for column in child.columns
            for key in column.foreign_keys
            if key.column.table is table and key.ondelete != "CASCADE"
        )
        conditions = table.c.id < before, *(~one for one in needed), *not_about(table, asking)
        conditions = (*conditions, ~is_answered()) if table is _batches else conditions
        purged[table] = connection.execute(sa.delete(table).where(*conditions)).rowcount
    forget_people(connection)
    return Gone(purged[_predictions], spared)


def forget_people(connection: sa.Connection) -> None:
    """Remove people of whom nothing else is kept; where the journal may tell of them, a number.

    That somebody left is kept for their estimates alone, and goes first.
    """
    connection.execute(sa.delete(_outcomes).where(resolves_nothing()))
    nobody = nothing_else()
    connection.execute(sa.delete(_people).where(*nobody, _people.c.salt.is_(None)))
    connection.execute(sa.update(_people).where(*nobody).values(number=None))


def nothing_else() -> tuple[sa.ColumnElement[bool], ...]:
    """That no table but that of people has a row of a person."""
    return tuple(
        ~sa.exists().where(column == _people.c.subject)
        for column in by_hash()
        if column.table is not _people
    )


def resolves_nothing() -> sa.ColumnElement[bool]:
    """That somebody left of whom no estimate is left."""
    return ~sa.exists().where(_inputs.c.subject == _outcomes.c.subject)


def is_answered() -> sa.ColumnElement[bool]:
    """Whether an answer of a file is left."""
    return sa.exists().where(_predictions.c.batch_id == _batches.c.id)


def not_about(table: sa.Table, subjects: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    """That a row is about none of some people."""
    if not subjects or not table.info[PERSON]:
        return ()
    return (~sa.func.coalesce(_is_of(table, subjects), sa.false()),)


def count_about(
    connection: sa.Connection, subjects: Collection[str], which: sa.ColumnElement[bool]
) -> int:
    """How many of some predictions are about some people; for who is about to remove the others."""
    if not subjects:
        return 0
    wanted = sa.select(sa.func.count()).select_from(_predictions)
    wanted = wanted.where(which, _is_of(_predictions, subjects))
    return connection.scalar(exempt(wanted, Exempt.BEFORE_WRITING)) or 0


def by_hash() -> Iterator[sa.Column[Any]]:
    """The columns, one a table, that say by a keyed hash whose a row is."""
    for table in _children_first():
        column = table.columns[table.info[PERSON]]
        if not column.foreign_keys:
            yield column


def _children_first(says: str = PERSON) -> Iterator[sa.Table]:
    """The tables that say something of themselves, each before those that it refers to."""
    return (table for table in reversed(db.metadata.sorted_tables) if table.info.get(says))


def _is_of(table: sa.Table, subjects: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether a row is a person's, by itself or by the row that it refers to."""
    column = table.columns[table.info[PERSON]]
    for key in column.foreign_keys:
        parent = key.column.table
        return column.in_(sa.select(key.column).where(_is_of(parent, subjects)))
    return column.in_(subjects)
