"""Intervals: between which values what was measured is."""

import math
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.95


class Interval(NamedTuple):
    """From low to high, both included."""

    low: float
    high: float

    def within(self, low: float, high: float) -> "Interval":
        """The part of it between two values that nothing is beyond."""
        if math.isnan(self.low) or math.isnan(self.high):
            return self
        return Interval(max(self.low, low), min(self.high, high))

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def deviations(level: float) -> float:
    """How many standard deviations on either side hold that share of a normal law."""
    return NormalDist().inv_cdf((1 + level) / 2)


def around(value: float, variance: float, level: float = LEVEL) -> Interval:
    """The interval of a value by the normal law."""
    half = deviations(level) * math.sqrt(variance)
    return Interval(value - half, value + half)


def wilson(hits: float, trials: float, level: float = LEVEL) -> Interval:
    """The interval of a share of so many trials (Wilson, 1927); all of 0 to 1 without any.

    Both may be fractions, where trials count by weights.
    """
    if not trials:
        return Interval(0.0, 1.0)
    squared = deviations(level) ** 2
    share, wide = hits / trials, 1 + squared / trials
    middle = (share + squared / (2 * trials)) / wide
    spread = share * (1 - share) / trials + squared / (4 * trials**2)
    half = deviations(level) / wide * math.sqrt(spread)
    # Not a bit outside where none or all were hits.
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))
