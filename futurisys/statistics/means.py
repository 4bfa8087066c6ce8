"""The mean of people who stand for others, with its sampling variance."""

import math
from typing import Any, NamedTuple

import numpy as np

from futurisys.statistics.intervals import LEVEL, Interval, around


class Mean(NamedTuple):
    """A mean with its sampling variance; the variance is NaN of fewer than two people."""

    value: float
    variance: float

    def interval(self, level: float = LEVEL) -> Interval:
        """Between which values it is, by the normal law."""
        return around(self.value, self.variance, level)


def weighted_mean(values: Any, weights: Any) -> Mean:
    """The mean of n values, each as often as its weight says; the variance takes these as they are.

    Where all weights are equal it is the usual one, s² / n with n - 1 below.
    """
    values, weights = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    total = float(weights.sum())
    if not total:
        return Mean(math.nan, math.nan)
    shares = weights / total
    value = float(values @ shares)
    squares = shares**2
    rest = 1 - float(squares.sum())
    if rest <= 0:
        return Mean(value, math.nan)
    return Mean(value, float((values - value) ** 2 @ squares) / rest)
