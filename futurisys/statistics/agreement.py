"""Whether as many left as estimates said: observed over expected, and calibration in the large."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.statistics.intervals import LEVEL, Interval, around

Floats = NDArray[np.float64]
STEPS, CLOSE, FAR = 100, 1e-13, 64.0


@dataclass(frozen=True)
class Agreement:
    """Departures beside what estimates add up to.

    intercept: by how much the estimates are too low, on the log-odds; NaN where nobody left, or all
    did. ratio_variance: of the logarithm of the ratio, by chance alone; intercept_variance: of the
    intercept. ratio_own, intercept_own: the variances that the model's own error adds: what other
    people to learn from would have made its estimates.
    """

    people: int
    observed: int
    expected: float
    intercept: float
    ratio_variance: float
    intercept_variance: float
    ratio_own: float
    intercept_own: float

    @property
    def ratio(self) -> float:
        return self.observed / self.expected if self.expected else math.nan

    def ratio_interval(self, level: float = LEVEL) -> Interval:
        """Between which values the ratio is, by the normal law of its logarithm."""
        if not self.observed:
            # Beyond it nobody would have left too seldom: the rule of three, at any level.
            return Interval(0.0, -math.log((1 - level) / 2) / self.expected)
        own = around(math.log(self.ratio), self.ratio_variance + self.ratio_own, level)
        return Interval(*map(math.exp, own))

    def intercept_interval(self, level: float = LEVEL) -> Interval:
        return around(self.intercept, self.intercept_variance + self.intercept_own, level)


def compared(
    chances: Any, known: Any, seen: Any, left: Any, shift: float | None = None
) -> Agreement:
    """Of n people, estimated to leave within a horizon, at a risk that is the same every day.

    known: the share of the horizon of which it is known who left; seen: the share until which each
    was seen: up to their departure, or a measure. What is expected of each is the chance of having
    left by then, which is never above one, however sure an estimate is; where a measure came
    first, less the chance that was left on that day: measures at random times bend nothing.
    shift: the standard deviation of the model's mean log-odds; None where that is not known.
    """
    chances, known, seen = (np.asarray(one, dtype=float) for one in (chances, known, seen))
    left = np.asarray(left, dtype=bool)
    some = _People(np.log(chances) - np.log1p(-chances), known, known - seen, left)
    observed, said = int(left.sum()), some.moved(0.0)
    if not 0 < observed < some.leaving_most:
        return _nothing(len(left), observed, said.expected)
    intercept = _intercept(some, observed)
    fitted, own = some.moved(intercept), shift or 0.0
    return Agreement(
        people=len(left),
        observed=observed,
        expected=said.expected,
        intercept=intercept,
        ratio_variance=fitted.variance / observed**2,
        intercept_variance=fitted.variance / fitted.slope**2,
        ratio_own=(own * said.slope / said.expected) ** 2,
        intercept_own=own**2,
    )


@dataclass(frozen=True)
class _Expected:
    """How many departures are to be expected of people, and by how much chance moves their number.

    slope: by how much more, for each unit that is added to the log-odds of all.
    """

    expected: float
    slope: float
    variance: float


@dataclass(frozen=True)
class _People:
    """n people; rest: how much of what is known of the horizon was to come when each was last seen.

    known, rest: shares of the horizon.
    """

    log_odds: Floats
    known: Floats
    rest: Floats
    left: NDArray[np.bool_]

    @property
    def ended(self) -> NDArray[np.bool_]:
        """Of whom a measure ended the seeing."""
        return ~self.left & (self.rest > 0)

    @property
    def leaving_most(self) -> int:
        """How many are to be expected to leave, were all estimates as high as can be."""
        return int((~self.ended & (self.known > 0)).sum())

    def moved(self, by: float) -> _Expected:
        """What is to be expected, with something added to all log-odds."""
        log_odds, ended = self.log_odds + by, self.ended
        hazards = np.logaddexp(0, log_odds)
        chances = np.exp(log_odds - hazards)
        staying, after = np.exp(-hazards * self.known), np.exp(-hazards * self.rest)
        later = np.where(ended, self.rest * after, 0.0)
        # Seen from day to day a departure says the less, the surer it was in the days to come.
        by_day = (after**2 - staying**2) / 2
        variance = by_day if ended.any() else staying * (1 - staying)
        return _Expected(
            float((np.where(ended, after, 1.0) - staying).sum()),
            float(chances @ (self.known * staying - later)),
            float(variance.sum()),
        )


def _nothing(people: int, observed: int, expected: float) -> Agreement:
    """Where nobody left, or everybody did: there is a ratio, and no intercept."""
    unknown, variance = math.nan, 1 / observed if observed else math.nan
    return Agreement(people, observed, expected, unknown, variance, unknown, 0.0, unknown)


def _intercept(some: _People, observed: int) -> float:
    """What is to be added to all log-odds for as many to be expected as were observed."""
    low, found, high = -FAR, 0.0, FAR
    for _ in range(STEPS):
        at = some.moved(found)
        excess = at.expected - observed
        low, high = (low, found) if excess > 0 else (found, high)
        # Far off the curve is flat: no step goes farther than its bend.
        step = excess / at.slope if at.slope > 0 else math.copysign(1.0, excess)
        nearer = found - max(-1.0, min(step, 1.0))
        if abs(step) < CLOSE:
            break
        found = nearer if low < nearer < high else (low + high) / 2
    return found
