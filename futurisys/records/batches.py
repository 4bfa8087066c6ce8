"""Batches: how many rows of a file were refused and why, and its answers as a ranked table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.employee.answer import MEMBERS
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records import reviews
from futurisys.records.predictions import by_column
from futurisys.records.tables import Batch, Input, Prediction
from futurisys.records.weights import TOLD, heaviest
from futurisys.records.words import IS_WARNED, RANK, WORD, says

_batches, _inputs, _predictions = Batch.__table__, Input.__table__, Prediction.__table__
# What a table may be sorted by; rows that are equal stand in the order of the file.
ORDERS: Mapping[str, sa.ColumnElement[Any]] = {
    "risque": _predictions.c.probability,
    "mot": RANK,
    "ligne": _predictions.c.line,
    "raisons": heaviest(),
    "departement": _inputs.c.departement,
    "poste": _inputs.c.poste,
}
_KEY = "sorted_by"
_ENDS = ("probability", "threshold", "range_low", "range_high", "model_version")
_SHOWN: list[sa.ColumnElement[Any]] = [
    *(_predictions.c[name] for name in ("id", "line", *_ENDS)),
    WORD,
    IS_WARNED.label("warned"),
    *(_inputs.c[name] for name in TOLD),
    *(_predictions.c[EFFECT + name] for name in TOLD),
]
_TAKEN: list[sa.ColumnElement[Any]] = [
    *(_predictions.c[name] for name in ("id", "line", *MEMBERS)),
    *(_inputs.c[name] for name in KEPT),
    *(_predictions.c[EFFECT + name] for name in KEPT),
]


# Line, column and sentence, and the file where several were sent.
Fault = tuple[int, str, str] | tuple[int, str, str, str]


@dataclass(frozen=True)
class ScoredFile:
    """What became of a file: how many of its rows were refused, why, and which model answered.

    source: as `Batch` has it.
    """

    refused: int
    faults: Sequence[Fault]
    model_version: str
    fictional: bool
    source: str | None = None


@dataclass(frozen=True)
class RankingFilters:
    """The rows of a file to select; None selects all.

    review: a kind of `records.reviews`, which is the newest of a row, or `ANY` or `NONE` of there.
    """

    department: str | None = None
    word: str | None = None
    review: str | None = None


def keep(
    connection: sa.Connection,
    batch_id: str,
    file: ScoredFile,
    reading: Mapping[str, Any],
    sender: str | None,
) -> None:
    """Note what became of a file, what was read of it, and the holder of the key that sent it."""
    row = {"id": batch_id, "reading": reading, "sender": sender}
    connection.execute(sa.insert(_batches), row | vars(file))


def add(
    connection: sa.Connection, batch_id: str, refused: int, faults: Sequence[Fault], most: int
) -> None:
    """Note what is wrong with further rows of a file, of which `most` faults are remembered."""
    known = connection.scalar(sa.select(_batches.c.faults).where(_batches.c.id == batch_id))
    values = {"refused": _batches.c.refused + refused, "faults": [*(known or ()), *faults][:most]}
    connection.execute(sa.update(_batches).where(_batches.c.id == batch_id).values(values))


def find(connection: sa.Connection, batch_id: str) -> Any | None:
    """The row (refused, faults, reading) of a batch, or None."""
    return connection.execute(sa.select(_batches).where(_batches.c.id == batch_id)).one_or_none()


def shows_somebody(connection: sa.Connection, batch_id: str) -> bool:
    """Whether somebody of a batch is seen."""
    of_batch = sa.select(_predictions.c.id).where(_predictions.c.batch_id == batch_id)
    return connection.execute(of_batch.limit(1)).first() is not None


def counts(connection: sa.Connection, batch_id: str) -> list[Any]:
    """Rows (departement, word, people): the number of answers for each department and word."""
    groups = _inputs.c.departement, WORD
    statement = of_file(sa.select(*groups, sa.func.count().label("people")), batch_id)
    return list(connection.execute(statement.group_by(*groups).order_by(*groups)))


def page(
    connection: sa.Connection,
    batch_id: str,
    filters: RankingFilters,
    order: tuple[str, bool],
    window: tuple[int, int],
) -> Mapping[str, Sequence[Any]]:
    """A page of rows, by column: what is shown of each answer, its facts and its effects.

    Its word and whether it has warnings are `word` and `warned`; of facts and effects, what may be
    told. order: a name of `ORDERS`, and whether descending. window: the offset and the limit.
    """
    past, most = window
    chosen = _chosen(batch_id, filters, order).offset(past).limit(most)
    return _by_column(connection, _whole(chosen, order, _SHOWN))


def following(
    connection: sa.Connection,
    batch_id: str,
    filters: RankingFilters,
    order: tuple[str, bool],
    after: Mapping[str, Any] | None,
    limit: int,
) -> Mapping[str, Sequence[Any]]:
    """So many whole rows, in the order of `page`, behind the row `after`."""
    chosen = _chosen(batch_id, filters, order).limit(limit)
    if after:
        name, down = order
        column, last = ORDERS[name], after[_KEY]
        behind = sa.and_(column == last, _predictions.c.id > after["id"])
        chosen = chosen.where(sa.or_(column < last if down else column > last, behind))
    return _by_column(connection, _whole(chosen, order, _TAKEN))


def _by_column(connection: sa.Connection, statement: sa.Select[Any]) -> Mapping[str, Sequence[Any]]:
    result = connection.execute(statement)
    return by_column(list(result.keys()), result.all())


def _chosen(batch_id: str, filters: RankingFilters, order: tuple[str, bool]) -> sa.Select[Any]:
    """The ids of the rows that the filters leave, in order, and what they are sorted by."""
    name, down = order
    statement = of_file(sa.select(_predictions.c.id, ORDERS[name].label(_KEY)), batch_id)
    if filters.department is not None:
        statement = statement.where(_inputs.c.departement == filters.department)
    if filters.word is not None:
        statement = statement.where(says(filters.word))
    if filters.review is not None:
        statement = statement.where(reviews.says(batch_id, filters.review))
    first = ORDERS[name].desc() if down else ORDERS[name]
    return statement.order_by(first, _predictions.c.id)


def _whole(
    chosen: sa.Select[Any], order: tuple[str, bool], columns: Sequence[sa.ColumnElement[Any]]
) -> sa.Select[Any]:
    """The columns of the rows that were chosen: to sort all of all rows would take far longer."""
    rows = chosen.subquery()
    key = rows.c[_KEY]
    return (
        sa.select(*columns, key)
        .join_from(rows, _predictions, _predictions.c.id == rows.c.id)
        .join(_inputs, _inputs.c.id == _predictions.c.input_id)
        .order_by(key.desc() if order[1] else key, _predictions.c.id)
    )


def of_file(statement: sa.Select[Any], batch_id: str) -> sa.Select[Any]:
    """A statement about answers, kept to those of a file, with their facts."""
    return statement.join_from(_predictions, _inputs).where(_predictions.c.batch_id == batch_id)
