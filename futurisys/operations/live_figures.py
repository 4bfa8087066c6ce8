"""Live figures: what estimates said beside what came of it, as soon as there are people enough."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.operations import folding
from futurisys.operations.folding import SMALLEST
from futurisys.operations.glance import level_of
from futurisys.operations.resolving import CENSORED_MOST, Resolved
from futurisys.statistics.agreement import Agreement
from futurisys.statistics.areas import weighted_area
from futurisys.statistics.intervals import LEVEL, Interval, wilson

# From so many departures that were to be expected, and from so many that were seen.
EXPECTED_LEAST, LEFT_LEAST = 30, 80
# Of each of which one of so many looks warns where nothing has changed: one in five years.
LOOKS = 60
WARNING_LEVEL = 1 - 1 / LOOKS
# No model is right to the last departure: a difference that may be as small as this share of them,
# as who is hired or stays makes it in any company, is none to warn of.
TOLERATED = 0.05
# Nor can others stand for them where fewer than this share of some band was seen to the end.
SEEN_LEAST = 0.2
BINS = 10


@dataclass(frozen=True)
class Measured:
    """A figure with its interval of nineteen times in twenty."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class Ranking:
    """How well estimates tell who leaves, of the people whose horizon is over.

    censored: the share of them whom a measure took away, whom others stand for. recall: of those
    who left, who was estimated from the threshold up; precision: of these, who left. All three are
    None where too many were taken away; precision, where nobody was estimated so high, too.
    """

    people: int
    left: int
    censored: float
    area: Measured | None
    recall: Measured | None
    precision: Measured | None


@dataclass(frozen=True)
class Bin:
    """People of like estimates: from low to high, mean."""

    low: float
    high: float
    mean: float
    agreement: Agreement


@dataclass(frozen=True)
class Group:
    """People who have one level of a field."""

    level: str
    agreement: Agreement


@dataclass(frozen=True)
class Figures:
    """What can be said of people; what needs more of them is None or empty.

    is_whole: whether everybody was seen for the whole horizon; otherwise what is expected of each
    is the chance of having left in the time that is known. expected, left: of all of them. over,
    over_left: whose horizon is over, and who of these left. groups: of ten people or more; others:
    all others as one, where they are ten.
    """

    people: int
    measured: int
    over: int
    over_left: int
    is_whole: bool
    expected: float
    left: int
    agreement: Agreement | None
    ranking: Ranking | None
    bins: Sequence[Bin]
    groups: Sequence[Group]
    others: Group | None

    @property
    def missing_expected(self) -> int:
        """How many departures are yet to be expected before the two can be compared."""
        return max(math.ceil(EXPECTED_LEAST - self.expected), 0)

    @property
    def missing_left(self) -> int:
        """How many departures are yet to be seen before bins and groups are shown."""
        return max(LEFT_LEAST - self.left, 0)

    @property
    def missing_over(self) -> int:
        """The same of people whose horizon is over, before the ranking is shown."""
        return max(LEFT_LEAST - self.over_left, 0)

    @property
    def warns(self) -> bool:
        """Whether departures and estimates differ more than a stable company's would."""
        if self.agreement is None:
            return False
        low, high = self.agreement.ratio_interval(WARNING_LEVEL)
        return low > 1 + TOLERATED or high < 1 / (1 + TOLERATED)


def figures(some: Resolved, by: str, shift: float | None) -> Figures:
    """What can be said of people; by: the field of their levels. shift: as in `agreement`."""
    whole = some.agreement(shift)
    over = some.where(some.over)
    many, left = whole.observed >= LEFT_LEAST, int(over.left.sum())
    shown, others = _groups(some, by, shift) if many else ([], None)
    return Figures(
        people=len(some),
        measured=int(some.measured.sum()),
        over=len(over),
        over_left=left,
        is_whole=some.is_whole,
        expected=whole.expected,
        left=whole.observed,
        agreement=whole if whole.expected >= EXPECTED_LEAST else None,
        ranking=ranking(over) if left >= LEFT_LEAST else None,
        bins=_bins(some, shift) if many else [],
        groups=shown,
        others=others,
    )


def ranking(over: Resolved) -> Ranking:
    """Of people whose horizon is over."""
    stand = over.standing()
    people, left = len(over), int(over.left.sum())
    if stand.censored > CENSORED_MOST or stand.smallest < SEEN_LEAST:
        return Ranking(people, left, stand.censored, None, None, None)
    found = weighted_area(over.chances, stand.is_case, stand.is_control, stand.weights)
    area = Measured(found.value, found.interval(LEVEL))
    cases = stand.is_case.astype(float)
    recall = _share(over.flagged, stand.weights * cases)
    precision = _share(stand.is_case, stand.weights * over.flagged)
    return Ranking(people, left, stand.censored, area, recall, precision)


def _share(hits: NDArray[Any], weights: NDArray[np.float64]) -> Measured | None:
    """The share of weights that hits have, with Wilson's interval for as many people as count."""
    total = float(weights.sum())
    if not total:
        return None
    value = float(weights @ hits) / total
    # Some weighing more than others, they count as fewer (Kish, 1965).
    count = total**2 / float(weights @ weights)
    return Measured(value, wilson(value * count, count))


def _bins(some: Resolved, shift: float | None) -> list[Bin]:
    """About as many people in each, the lowest estimates first."""
    edges = np.quantile(some.chances, np.linspace(0, 1, BINS + 1)[1:-1])
    place = np.searchsorted(edges, some.chances)
    found: list[Bin] = []
    own: NDArray[np.bool_] = np.zeros(len(some), dtype=bool)
    for number in range(BINS):
        own = own | (place == number)
        rest = place > number
        # Equal estimates stay together, and nobody is left in a bin of fewer than ten.
        if own.sum() < SMALLEST or 0 < rest.sum() < SMALLEST:
            continue
        held = some.where(own)
        low, high = float(held.chances.min()), float(held.chances.max())
        mean = float(held.chances.mean())
        found.append(Bin(low, high, mean, held.agreement(shift)))
        own = np.zeros(len(some), dtype=bool)
    return found


def _groups(some: Resolved, by: str, shift: float | None) -> tuple[list[Group], Group | None]:
    """Those that may be shown, the largest first, and the others."""
    levels = [(level,) for level in some.levels]
    people: Counter[tuple[Hashable, ...]] = Counter(levels)
    hidden = folding.folded(people)

    def group(level: str, own: Sequence[bool]) -> Group:
        return Group(level, some.where(np.array(own)).agreement(shift))

    shown = [
        group(level_of(by, cell[0]), [one == cell for one in levels])
        for cell, _ in people.most_common()
        if cell not in hidden
    ]
    rest = [one in hidden for one in levels]
    return shown, group("", rest) if sum(rest) >= SMALLEST else None
