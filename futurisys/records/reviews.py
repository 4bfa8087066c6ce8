"""What people thought of estimates, and did: written once, the newest one counts."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.records.persons import Review
from futurisys.records.tables import Input, Prediction
from futurisys.records.words import WORD

AGREED, DISAGREED, WRONG, DROPPED = "accord", "désaccord", "données fausses", "sans suite"
MET, ACTED = "entretien mené", "mesure prise"
KINDS = (AGREED, DISAGREED, WRONG, DROPPED, MET, ACTED)
# Of these it is asked whether the person knows that an estimate exists.
KNOWN_TO_THE_PERSON = (MET, ACTED)
MEASURES = ("rémunération", "horaires", "formation", "mobilité", "autre")
# What a list may ask for beside a kind.
ANY, NONE = "avec", "sans"
BLOCK = 1000

_reviews, _inputs, _predictions = Review.__table__, Input.__table__, Prediction.__table__
_newer = _reviews.alias("newer")
_IS_NEWEST = ~sa.exists().where(
    _newer.c.prediction_id == _reviews.c.prediction_id, _newer.c.id > _reviews.c.id
)


def keep(connection: sa.Connection, row: Mapping[str, Any]) -> None:
    """Write a review."""
    connection.execute(sa.insert(_reviews), dict(row))


def find(connection: sa.Connection, review_id: str) -> Any:
    """The row of a review that is there."""
    return connection.execute(sa.select(_reviews).where(_reviews.c.id == review_id)).one()


def of_prediction(connection: sa.Connection, prediction_id: str) -> list[Any]:
    """All reviews of an estimate, the newest first."""
    statement = sa.select(_reviews).where(_reviews.c.prediction_id == prediction_id)
    return list(connection.execute(statement.order_by(_reviews.c.id.desc())))


def of_file(connection: sa.Connection, batch_id: str) -> list[Any]:
    """Rows (prediction_id, kind, departement, word): the newest review of each of a file's people.

    They are few beside the file, which is not read for them.
    """
    columns = _reviews.c.prediction_id, _reviews.c.kind, _inputs.c.departement, WORD
    return list(connection.execute(_newest(columns).where(*_of_file(batch_id))))


def planned(connection: sa.Connection, today: datetime.date, limit: int) -> list[Any]:
    """The estimates to come back to from today on, the nearest day first.

    Rows of an estimate (id, batch_id, line), its person (departement, poste), its word, and its
    newest review (back_on, kind, author).
    """
    columns = (
        *(_predictions.c[name] for name in ("id", "batch_id", "line")),
        *(_inputs.c[name] for name in ("departement", "poste")),
        WORD,
        *(_reviews.c[name] for name in ("back_on", "kind", "author")),
    )
    statement = _newest(columns).where(_reviews.c.back_on >= today)
    order = _reviews.c.back_on, _reviews.c.id
    return list(connection.execute(statement.order_by(*order).limit(limit)))


def says(batch_id: str, wanted: str) -> sa.ColumnElement[bool]:
    """Whether the newest review of an answer of a file is what is wanted, a kind, `ANY` or `NONE`.

    Of the whole file at once, for to ask it of each row takes far longer.
    """
    found = _newest((_reviews.c.prediction_id,)).where(*_of_file(batch_id))
    if wanted == NONE:
        return _predictions.c.id.not_in(found)
    return _predictions.c.id.in_(found if wanted == ANY else found.where(_reviews.c.kind == wanted))


def forget_dates(connection: sa.Connection, today: datetime.date) -> None:
    """Have the days that are past go."""
    past = _reviews.c.back_on < today
    connection.execute(sa.update(_reviews).where(past).values(back_on=None))


def notes(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    """Rows (id, note) of all reviews that have a note, some at a time."""
    wanted = sa.select(_reviews.c.id, _reviews.c.note).where(_reviews.c.note.is_not(None))
    wanted = wanted.order_by(_reviews.c.id).limit(BLOCK)
    rows = connection.execute(wanted).all()
    while rows:
        yield rows
        rows = connection.execute(wanted.where(_reviews.c.id > rows[-1].id)).all()


def renew(connection: sa.Connection, notes: Mapping[str, bytes]) -> None:
    """Write the notes of some reviews anew, by the reviews' ids."""
    statement = sa.update(_reviews).where(_reviews.c.id == sa.bindparam("review"))
    given = [{"review": review_id, "sealed": note} for review_id, note in notes.items()]
    if given:
        connection.execute(statement.values(note=sa.bindparam("sealed")), given)


def _newest(columns: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    """The newest review of each estimate that has one, with the estimate and its facts."""
    joined = sa.select(*columns).join_from(_reviews, _predictions).join(_inputs)
    return joined.where(_IS_NEWEST)


def _of_file(batch_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Which reviews are of answers of a file, whose ids are all greater than its own.

    Spelled so that no index leads from the file to its answers: these are many, and reviews few.
    """
    lot = sa.func.coalesce(_predictions.c.batch_id, _predictions.c.id)
    return _reviews.c.prediction_id > batch_id, lot == batch_id
