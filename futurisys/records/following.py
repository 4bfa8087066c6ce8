"""Each person's first estimate, and what became of the person: a departure, a measure."""

import datetime
from typing import Any

import sqlalchemy as sa

from futurisys.records.history import first_id
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.persons import Outcome, OutcomeList, Review
from futurisys.records.reviews import ACTED, WRONG
from futurisys.records.tables import Input, Prediction
from futurisys.records.withheld import withheld
from futurisys.records.words import WORD

_inputs, _predictions, _reviews = Input.__table__, Prediction.__table__, Review.__table__
_outcomes, _lists = Outcome.__table__, OutcomeList.__table__
# As text, for the driver takes a third of the time to make an object of each.
_IDS = [sa.cast(_predictions.c[name], sa.String(36)).label(name) for name in ("id", "input_id")]
_ESTIMATED = ("probability", "threshold", "model_version")
# A fact that everybody was asked for: it is empty where facts have gone.
ASKED = "revenu_mensuel"
PLACE = "place"
_WITHHELD = sa.text(f"({withheld()})")


def firsts(
    connection: sa.Connection,
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    version: str | None,
    by: str,
    has_facts: bool,
) -> list[Any]:
    """The first estimate of each person given since, and before until, by a version or by any.

    Rows (id, input_id, probability, threshold, model_version, word, level, subject, left_on,
    measured_at): level, of the field `by`; measured_at, the moment at which the first measure for
    the person was noted, about whichever estimate. has_facts: of the estimates whose facts are
    kept. Nobody is among them who is not to be shown, whoever asks; nor whose hash is not known.
    """
    first = _numbered(since, until, version, by, has_facts).subquery("first")
    measured = _noted(ACTED).subquery("measured")
    columns = [column for column in first.c if column.name != PLACE]
    statement = (
        sa.select(*columns, _outcomes.c.left_on, measured.c.at.label("measured_at"))
        .select_from(first)
        .outerjoin(_outcomes, _outcomes.c.subject == first.c.subject)
        .outerjoin(measured, measured.c.subject == first.c.subject)
        .where(first.c[PLACE] == 1)
        .order_by(first.c.id)
    )
    return list(connection.execute(_summed(statement)))


def wrong(connection: sa.Connection) -> set[str]:
    """The ids of the estimates of which it was said that their facts were wrong."""
    identifier = sa.cast(_reviews.c.prediction_id, sa.String(36))
    statement = sa.select(identifier).where(_reviews.c.kind == WRONG)
    return set(connection.scalars(_summed(statement)))


def complete_to(connection: sa.Connection) -> datetime.date | None:
    """Until which day it is known who left; None where no list has said it of the others."""
    found: datetime.date | None = connection.scalar(sa.select(sa.func.max(_lists.c.complete_to)))
    return found


def versions(connection: sa.Connection) -> list[str]:
    """The versions that have answered and whose answers are kept, the last to begin first."""
    version = _predictions.c.model_version
    first = sa.func.min(sa.cast(_predictions.c.id, sa.String(36)))
    statement = sa.select(version).group_by(version).order_by(first.desc())
    return list(connection.scalars(_summed(statement)))


def _numbered(
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    version: str | None,
    by: str,
    has_facts: bool,
) -> sa.Select[Any]:
    """All estimates that are meant, each with its `PLACE` among those of the person."""
    order = _predictions.c.id.asc()
    place = sa.func.row_number().over(partition_by=_inputs.c.subject, order_by=order)
    columns: list[sa.ColumnElement[Any]] = [
        *_IDS,
        *(_predictions.c[name] for name in _ESTIMATED),
        WORD,
        _inputs.c[by].label("level"),
        _inputs.c.subject,
        place.label(PLACE),
    ]
    statement = sa.select(*columns).join_from(_predictions, _inputs)
    statement = statement.where(_inputs.c.subject.is_not(None), _inputs.c.subject.not_in(_WITHHELD))
    if since:
        statement = statement.where(_predictions.c.id >= first_id(since))
    if until:
        statement = statement.where(_predictions.c.id < first_id(until))
    if version:
        statement = statement.where(_predictions.c.model_version == version)
    if has_facts:
        statement = statement.where(_inputs.c[ASKED].is_not(None))
    return statement


def _noted(kind: str) -> sa.Select[Any]:
    """Rows (subject, at): when a kind of thing was first noted about an estimate of each person."""
    return (
        sa.select(_inputs.c.subject, sa.func.min(_reviews.c.created_at).label("at"))
        .join_from(_reviews, _predictions)
        .join(_inputs)
        .where(_reviews.c.kind == kind, _inputs.c.subject.is_not(None))
        .group_by(_inputs.c.subject)
    )


def _summed(statement: sa.Select[Any]) -> sa.Select[Any]:
    """What a key of groups gets of everybody: it is shown sums over ten people and more."""
    return exempt(statement, Exempt.FOLDED)
