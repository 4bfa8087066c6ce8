"""Human oversight in figures: of those signalled, who was looked at; what was said; what is asked.

Whoever may see no person is told these counts of everybody, all of them `counted`.
"""

import datetime
from typing import Any

import sqlalchemy as sa

from futurisys.employee.answer import FLAGGED
from futurisys.records.history import first_id
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.persons import Request, Review
from futurisys.records.reviews import AGREED, DISAGREED
from futurisys.records.tables import Input, Prediction
from futurisys.records.words import says

_inputs, _predictions = Input.__table__, Prediction.__table__
_reviews, _requests = Review.__table__, Request.__table__


def flagged(connection: sa.Connection, since: datetime.datetime, counted: bool) -> Any:
    """One row (people, looked): who was signalled since, and of whom somebody said something.

    Whoever has no reference counts once for each estimate.
    """
    person = sa.func.coalesce(_inputs.c.subject, sa.cast(_predictions.c.id, sa.String))
    said = sa.exists().where(_reviews.c.prediction_id == _predictions.c.id)
    statement = sa.select(
        sa.func.count(person.distinct()).label("people"),
        sa.func.count(sa.case((said, person)).distinct()).label("looked"),
    ).join_from(_predictions, _inputs)
    statement = statement.where(_predictions.c.id >= first_id(since), says(FLAGGED))
    return connection.execute(_whole(statement, counted)).one()


def kinds(connection: sa.Connection, since: datetime.datetime, counted: bool) -> dict[str, int]:
    """Of how many estimates given since each kind of thing was said."""
    estimates = sa.func.count(_reviews.c.prediction_id.distinct())
    statement = sa.select(_reviews.c.kind, estimates).group_by(_reviews.c.kind)
    statement = statement.where(_reviews.c.prediction_id >= first_id(since))
    return {row[0]: row[1] for row in connection.execute(_whole(statement, counted))}


def opinions(connection: sa.Connection, since: datetime.datetime, counted: bool) -> dict[str, int]:
    """Of how many estimates given since each opinion is the last one."""
    place = sa.func.row_number().over(
        partition_by=_reviews.c.prediction_id, order_by=_reviews.c.id.desc()
    )
    every = sa.select(_reviews.c.kind, place.label("place")).where(
        _reviews.c.prediction_id >= first_id(since), _reviews.c.kind.in_((AGREED, DISAGREED))
    )
    last = every.subquery()
    statement = sa.select(last.c.kind, sa.func.count()).where(last.c.place == 1)
    rows = connection.execute(_whole(statement.group_by(last.c.kind), counted))
    return {row[0]: row[1] for row in rows}


def requests(connection: sa.Connection, today: datetime.date) -> list[Any]:
    """Rows (kind, open, late, oldest) of what is asked for and not answered, of everybody.

    late: how many should have been answered. oldest: the day on which the first came.
    """
    late = sa.func.sum(sa.case((_requests.c.due_on < today, 1), else_=0))
    statement = (
        sa.select(
            _requests.c.kind,
            sa.func.count().label("open"),
            late.label("late"),
            sa.func.min(_requests.c.received_on).label("oldest"),
        )
        .where(_requests.c.outcome.is_(None))
        .group_by(_requests.c.kind)
        .order_by(_requests.c.kind)
    )
    return list(connection.execute(_whole(statement, counted=True)))


def _whole(statement: Any, counted: bool) -> sa.Select[Any]:
    """A statement of everybody where counts alone are told, of the caller's people otherwise."""
    return exempt(statement, Exempt.COUNTED) if counted else statement
