"""A population at a glance: how many people, what their estimates add up to, what weighs most."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.employee.ages import AGE_BAND, AGE_BANDS
from futurisys.employee.answer import FLAGGED, UNCERTAIN
from futurisys.employee.schema import value_of
from futurisys.model.calibration import probability
from futurisys.model.card import Card
from futurisys.model.predictor import Predictor
from futurisys.model.sums import EXACT_BELOW, Sum, sum_of_few, sum_of_many
from futurisys.operations import folding
from futurisys.operations.files import RANKING_SECONDS
from futurisys.operations.folding import SMALLEST
from futurisys.operations.transactions import reading
from futurisys.records import glance as records
from futurisys.records.glance import MOVED, WEIGHED
from futurisys.records.weights import TOLD

BINS = 20
EDGES = tuple(number / BINS for number in range(BINS + 1))
HEAVIEST = 6
UNSAID = "non renseigné"


@dataclass(frozen=True)
class Weight:
    """How far one field moves the mean estimate: up by those whom it raises, down by the others."""

    field: str
    raised: float
    lowered: float


@dataclass(frozen=True)
class Group:
    """People who have one level of a field; expected: the sum of their estimates."""

    level: str
    people: int
    expected: float
    flagged: int
    uncertain: int


@dataclass(frozen=True)
class Groups:
    """The groups that may be shown, the highest mean estimate first, and all others as one."""

    shown: Sequence[Group]
    others: Group | None


@dataclass(frozen=True)
class Glance:
    """What the people of a file are together.

    bins: how many, by the place of the bin between `EDGES` and the word. start: from where the
    model sets out, for everybody. mean: the mean estimate. weights: the `HEAVIEST`. card: of the
    model that answered; None where it is not the one that is served.
    """

    sum: Sum
    threshold: float
    bins: Mapping[tuple[int, str], int]
    start: float
    mean: float
    weights: Sequence[Weight]
    groups: Groups
    card: Card | None

    @property
    def words(self) -> Mapping[str, int]:
        """How many people each word is said of."""
        counted: Counter[str] = Counter()
        for (_, word), people in self.bins.items():
            counted[word] += people
        return counted


def glance(batch_id: str, by: str, predictor: Predictor | None) -> Glance | None:
    """A file's people; None where nobody of it was answered.

    by: the field that they are grouped by, or `AGE_BAND`. predictor: today's model, whose own error
    is known where it is the one that answered.
    """
    with reading(RANKING_SECONDS) as connection:
        rows = records.totals(connection, batch_id, EDGES, by)
        if not rows:
            return None
        first = rows[0]
        is_todays = predictor is not None and predictor.version == first.model_version
        card = predictor.card if predictor and is_todays else None
        moves = card.range if card else None
        start = float(probability(first.base))
        found = _sum(connection, batch_id, rows, moves.shift if moves else None)
        weights = records.shares(connection, batch_id, start)
    bins: Counter[tuple[int, str]] = Counter()
    for row in rows:
        bins[row.bin, row.word] += row.people
    return Glance(
        found,
        first.threshold,
        bins,
        start,
        found.expected / found.people,
        sorted(_weights(weights, found.people), key=_of_both, reverse=True)[:HEAVIEST],
        _groups(by, rows),
        card,
    )


def _groups(field: str, rows: Sequence[Any]) -> Groups:
    """The people of rows by level: those of fewer than `SMALLEST` people are one, if any."""
    people: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        people[(row.level,)] += row.people
    hidden = folding.folded(people)
    shown = [
        _added(level_of(field, level), [row for row in rows if row.level == level])
        for (level,) in people
        if (level,) not in hidden
    ]
    others = _added("", [row for row in rows if (row.level,) in hidden])
    return Groups(
        sorted(shown, key=lambda one: -one.expected / one.people),
        others if others.people >= SMALLEST else None,
    )


def _sum(connection: sa.Connection, batch_id: str, rows: Sequence[Any], shift: float | None) -> Sum:
    people = sum(row.people for row in rows)
    if people < EXACT_BELOW:
        return sum_of_few(records.chances(connection, batch_id), shift)
    expected, variance = (
        sum(getattr(row, name) for row in rows) for name in ("expected", "variance")
    )
    return sum_of_many(people, expected, variance, shift)


def _weights(row: Any, people: int) -> Iterator[Weight]:
    for name in TOLD:
        moved, weighed = (getattr(row, way + name) or 0.0 for way in (MOVED, WEIGHED))
        if weighed:
            # Half of both is what goes up, half of their difference what goes down.
            yield Weight(name, (weighed + moved) / 2 / people, (moved - weighed) / 2 / people)


def _of_both(weight: Weight) -> float:
    return weight.raised - weight.lowered


def _added(level: str, rows: Sequence[Any]) -> Group:
    """Rows as one group."""
    words: Counter[str] = Counter()
    for row in rows:
        words[row.word] += row.people
    expected = sum(row.expected for row in rows)
    return Group(level, words.total(), expected, words[FLAGGED], words[UNCERTAIN])


def level_of(field: str, level: Any) -> str:
    """A level of a field, or the band of an age, for a reader."""
    if level is None:
        return UNSAID
    return AGE_BANDS[level] if field == AGE_BAND else str(value_of(field, level))
