"""Two sets of answers side by side, person by person: a file or a period, and a later one."""

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records.history import first_id
from futurisys.records.tables import Input, Prediction
from futurisys.records.words import WORD

_inputs, _predictions = Input.__table__, Prediction.__table__
BLOCK = 1000
IS_OLD, IS_NEW, LEVEL = "is_old", "is_new", "level"
# As text, for the driver takes a third of the time to make an object of each that is not asked for.
_IDS = [sa.cast(_predictions.c[name], sa.String(36)).label(name) for name in ("id", "batch_id")]
_ESTIMATED = ("line", "probability", "model_version")
_PLACED = ("subject", "departement", "poste")


@dataclass(frozen=True)
class Side:
    """Which answers are meant: of a file, of a period, or of both; since is included, until not."""

    batch_id: str | None = None
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None

    @property
    def is_said(self) -> bool:
        """Whether it leaves anything out."""
        return any((self.batch_id, self.since, self.until))


def models(connection: sa.Connection, side: Side) -> list[Any]:
    """Rows of model_version, answers, and named: those whose person has a keyed hash."""
    version, subject = _predictions.c.model_version, _inputs.c.subject
    counts = sa.func.count().label("answers"), sa.func.count(subject).label("named")
    statement = sa.select(version, *counts).join_from(_predictions, _inputs)
    return list(connection.execute(statement.where(_is_of(side)).group_by(version)))


def answers(
    connection: sa.Connection, old: Side, new: Side, by: str, facts: Sequence[str]
) -> Iterator[Any]:
    """The answers of both sides, those of each person together, the newest first.

    `IS_OLD` and `IS_NEW` say of which side a row is, `LEVEL` what it has of the field `by`; facts:
    which others are asked for. Whose hash is not known cannot be found again: they are left out.
    """
    sides = sa.or_(_is_of(old), _is_of(new))
    columns: list[sa.ColumnElement[Any]] = [
        *_IDS,
        *(_predictions.c[name] for name in _ESTIMATED),
        *(_inputs.c[name] for name in _PLACED),
        WORD,
        _is_of(old).label(IS_OLD),
        _is_of(new).label(IS_NEW),
        _inputs.c[by].label(LEVEL),
        *(_inputs.c[name].label(f"fact_{name}") for name in facts),
    ]
    statement = (
        sa.select(*columns)
        .join_from(_predictions, _inputs)
        .where(sides, _inputs.c.subject.is_not(None))
        .order_by(_inputs.c.subject, _predictions.c.id.desc())
        .execution_options(yield_per=BLOCK)
    )
    return iter(connection.execute(statement))


def explained(connection: sa.Connection, identifiers: Collection[str]) -> dict[str, Any]:
    """By id, the base, the facts and the effects of some answers."""
    found: dict[str, Any] = {}
    columns = [
        *(_predictions.c[name] for name in ("id", "base")),
        *(_inputs.c[name] for name in KEPT),
        *(_predictions.c[EFFECT + name] for name in KEPT),
    ]
    wanted = list(identifiers)
    for start in range(0, len(wanted), BLOCK):
        some = _predictions.c.id.in_(wanted[start : start + BLOCK])
        statement = sa.select(*columns).join_from(_predictions, _inputs).where(some)
        found |= {row["id"]: row for row in connection.execute(statement).mappings()}
    return found


def _is_of(side: Side) -> sa.ColumnElement[bool]:
    conditions = []
    if side.batch_id:
        conditions.append(_predictions.c.batch_id == side.batch_id)
    if side.since:
        conditions.append(_predictions.c.id >= first_id(side.since))
    if side.until:
        conditions.append(_predictions.c.id < first_id(side.until))
    return sa.and_(sa.true(), *conditions)
