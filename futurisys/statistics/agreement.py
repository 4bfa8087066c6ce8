"""Whether as many left as estimates said: observed over expected, and calibration in the large."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.statistics.intervals import LEVEL, Interval, around

Floats = NDArray[np.float64]
STEPS, CLOSE = 100, 1e-13


@dataclass(frozen=True)
class Agreement:
    """Departures beside what estimates add up to.

    intercept: by how much the estimates are too low, on the log-odds where everybody was seen to
    the end, on the logarithm of the risk otherwise; NaN where nobody left, or all did.
    ratio_variance: of the logarithm of the ratio, by chance alone; intercept_variance: of the
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


def counted(chances: Any, left: Any, shift: float | None = None) -> Agreement:
    """Of n people who were seen to the end: estimates are probabilities.

    shift: the standard deviation of the model's mean log-odds; None where that is not known.
    """
    chances, left = np.asarray(chances, dtype=float), np.asarray(left, dtype=bool)
    observed, expected = int(left.sum()), float(chances.sum())
    if not 0 < observed < len(left):
        return _nothing(len(left), observed, expected)
    log_odds = np.log(chances) - np.log1p(-chances)
    intercept = _intercept(log_odds, observed)
    spread = _spread(log_odds + intercept)
    own = shift or 0.0
    return Agreement(
        people=len(left),
        observed=observed,
        expected=expected,
        intercept=intercept,
        ratio_variance=spread / observed**2,
        intercept_variance=1 / spread,
        ratio_own=(own * _spread(log_odds) / expected) ** 2,
        intercept_own=own**2,
    )


def accrued(chances: Any, seen: Any, left: Any, shift: float | None = None) -> Agreement:
    """Of n people seen for various shares of the horizon: estimates are cumulative hazards.

    seen: the share of the horizon until which each was seen, up to their departure; the risk is
    taken to be the same from day to day (Crowson, Atkinson and Therneau, 2016). shift: as above.
    """
    chances, seen, left = (np.asarray(one, dtype=float) for one in (chances, seen, left))
    observed, expected = int(left.sum()), float(-np.log1p(-chances) @ seen)
    if not observed or not expected:
        return _nothing(len(left), observed, expected)
    own = ((shift or 0.0) * float(chances @ seen) / expected) ** 2
    variance = 1 / observed
    intercept = math.log(observed / expected)
    return Agreement(len(left), observed, expected, intercept, variance, variance, own, own)


def _nothing(people: int, observed: int, expected: float) -> Agreement:
    """Where nobody left, or everybody did: there is a ratio, and no intercept."""
    unknown, variance = math.nan, 1 / observed if observed else math.nan
    return Agreement(people, observed, expected, unknown, variance, unknown, 0.0, unknown)


def _intercept(log_odds: Floats, observed: int) -> float:
    """What is to be added to all log-odds for the estimates to add up to what was observed."""
    share = observed / len(log_odds)
    found = math.log(share / (1 - share)) - float(log_odds.mean())
    for _ in range(STEPS):
        excess = float(_chances(log_odds + found).sum()) - observed
        step = excess / _spread(log_odds + found)
        # Far off the curve is flat: no step goes farther than its bend.
        found -= max(-1.0, min(step, 1.0))
        if abs(step) < CLOSE:
            break
    return found


def _spread(log_odds: Floats) -> float:
    """The sum of p (1 - p)."""
    chances = _chances(log_odds)
    return float((chances * (1 - chances)).sum())


def _chances(log_odds: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0, -log_odds)))
