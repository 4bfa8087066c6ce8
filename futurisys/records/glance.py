"""The people of one file taken together: counts and sums, and nobody's row."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

import sqlalchemy as sa

from futurisys.employee.ages import AGE_BAND, OLD, YOUNG
from futurisys.employee.columns import EFFECT
from futurisys.records.batches import of_file
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.tables import Input, Prediction
from futurisys.records.weights import TOLD
from futurisys.records.words import WORD

_inputs, _predictions = Input.__table__, Prediction.__table__
_chance = _predictions.c.probability
_EFFECTS = {name: sa.func.coalesce(_predictions.c[EFFECT + name], 0) for name in TOLD}
_age = _inputs.c.age
# The place of an age in `AGE_BANDS`.
_band = sa.case((_age < YOUNG, 0), (_age <= OLD, 1), (_age > OLD, 2))
MOVED, WEIGHED = "moved_", "weighed_"


def totals(
    connection: sa.Connection, batch_id: str, edges: Sequence[float], field: str
) -> list[Any]:
    """A row for each bin, word and level that somebody has.

    Columns: bin, its place between the `edges`, which begin with 0 and end with 1; word; level, of
    a field or of `AGE_BAND`; people; expected and variance, the sums of p and of p(1 − p); base,
    threshold and model_version, those of the file.
    """
    inside = enumerate(pairwise(edges))
    place = sa.case(
        *((_chance < high, number) for number, (_, high) in inside), else_=len(edges) - 2
    )
    groups: list[sa.ColumnElement[Any]] = [place.label("bin"), WORD, _level(field).label("level")]
    statement: sa.Select[Any] = sa.select(
        *groups,
        sa.func.count().label("people"),
        sa.func.sum(_chance).label("expected"),
        sa.func.sum(_chance * (1 - _chance)).label("variance"),
        *(
            sa.func.max(_predictions.c[name]).label(name)
            for name in ("base", "threshold", "model_version")
        ),
    )
    return list(connection.execute(_summed(of_file(statement, batch_id).group_by(*groups))))


def chances(connection: sa.Connection, batch_id: str) -> list[float]:
    """Everybody's probability; for few people."""
    return list(connection.scalars(_summed(of_file(sa.select(_chance), batch_id))))


def shares(connection: sa.Connection, batch_id: str, start: float) -> Any:
    """One row: by how much a field moves all estimates together, and by how much whichever way.

    Its columns are `MOVED` + field and `WEIGHED` + field. start: the probability that the model
    starts from. Each person's effects share out the difference to theirs in proportion.
    """
    moved: sa.ColumnElement[Any] = reduce(add, _EFFECTS.values())
    slope = (_chance - start) / sa.func.nullif(moved, 0)
    columns: list[sa.ColumnElement[Any]] = [slope.label("slope")]
    columns += [one.label(name) for name, one in _EFFECTS.items()]
    # Kept apart, so that the slope is computed once a person.
    people = of_file(sa.select(*columns), batch_id).offset(0).subquery()
    sums = []
    for name in TOLD:
        share = people.c.slope * people.c[name]
        sums.append(sa.func.sum(share).label(MOVED + name))
        sums.append(sa.func.sum(sa.func.abs(share)).label(WEIGHED + name))
    return connection.execute(_summed(sa.select(*sums))).one()


def edge(connection: sa.Connection, batch_id: str, first: int) -> float:
    """The probability of the last of the `first` people, the highest ones first."""
    statement = of_file(sa.select(_chance), batch_id).order_by(*_highest_first).limit(1)
    return float(connection.execute(statement.offset(first - 1)).scalar_one())


def straddling(connection: sa.Connection, batch_id: str, chance: float) -> int:
    """How many people's ranges hold a probability."""
    kept = _predictions.c
    statement = of_file(sa.select(sa.func.count()), batch_id)
    held = sa.and_(kept.range_low < chance, kept.range_high >= chance)
    return int(connection.execute(statement.where(held)).scalar_one())


def make_up(
    connection: sa.Connection, batch_id: str, fields: Sequence[str], first: int
) -> list[Any]:
    """Rows of a level of each field, people, and above: how many are among the `first` of all."""
    place = sa.func.row_number().over(order_by=_highest_first).label("place")
    levels = [_level(name).label(name) for name in fields]
    people = of_file(sa.select(place, *levels), batch_id).subquery()
    columns = [people.c[name] for name in fields]
    statement = sa.select(
        *columns,
        sa.func.count().label("people"),
        sa.func.sum(sa.case((people.c.place <= first, 1), else_=0)).label("above"),
    )
    return list(connection.execute(statement.group_by(*columns)))


_highest_first = (_chance.desc(), _predictions.c.id)


def _level(field: str) -> sa.ColumnElement[Any]:
    return _band if field == AGE_BAND else _inputs.c[field]


def _summed(statement: sa.Select[Any]) -> sa.Select[Any]:
    """What a key of groups gets of everybody: its page shows sums over ten people and more."""
    return exempt(statement, Exempt.FOLDED)
