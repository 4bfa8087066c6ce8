"""Beta calibration (Kull, Silva Filho and Flach, 2017), on margins instead of probabilities."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

NEAR = 1e-4


@dataclass(frozen=True)
class BetaCalibration:
    """p' = sigmoid(a·ln p − b·ln(1 − p) + c), with a and b at least 0: the order is kept."""

    a: float
    b: float
    c: float

    def log_odds(self, margin: Any) -> Any:
        """Calibrated log-odds of raw margins, one or shape (n,), both in nats."""
        return self.b * _softplus(margin) - self.a * _softplus(-margin) + self.c

    def chance(self, log_odds: Any) -> Any:
        """The probability that is sent, one or shape (n,), for calibrated log-odds."""
        return probability(log_odds)

    def slope(self, start: float, margin: Any) -> Any:
        """The mean slope of the calibrated log-odds between two margins, above 0.

        It is what turns raw contributions, which add up to `margin - start`, into effects on the
        calibrated log-odds: beta calibration is monotone but not affine, so one factor a person
        scales them all. Where the two nearly meet it is the derivative half-way, for the ratio
        would be noise there.
        """
        distance = margin - start
        near = abs(distance) < NEAR
        rise = self.log_odds(margin) - self.log_odds(start)
        if near is False:
            return rise / distance
        middle = start + distance / 2
        derivative = self.b * probability(middle) + self.a * probability(-middle)
        if near is True:
            return derivative
        return np.where(near, derivative, rise / np.where(near, 1, distance))


def probability(log_odds: Any) -> Any:
    """The probability, one or shape (n,), that log-odds stand for."""
    if isinstance(log_odds, float):
        return math.exp(-_softplus(-log_odds))
    return _exp(-_softplus(np.negative(log_odds)))


def _softplus(value: Any) -> Any:
    """ln(1 + eˣ) without overflow.

    One number goes past numpy, whose code is cold after each wait for the database; it gets the
    same bits as among many.
    """
    if isinstance(value, float):
        return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
    return np.logaddexp(0, value)


# Not numpy's own, whose last bit depends on the processor.
_exp = np.vectorize(math.exp, otypes=[float])
