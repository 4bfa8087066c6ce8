"""Beta calibration (Kull, Silva Filho and Flach, 2017), on margins instead of probabilities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

NEAR = 1e-4
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BetaCalibration:
    """p' = sigmoid(a·ln p − b·ln(1 − p) + c), with a and b at least 0: the order is kept."""

    a: float
    b: float
    c: float

    def log_odds(self, margin: float | Floats) -> Floats:
        """Calibrated log-odds, shape (n,), of raw margins, shape (n,), both in nats."""
        return self.b * np.logaddexp(0, margin) - self.a * np.logaddexp(0, -margin) + self.c

    def slope(self, start: float, margin: float | Floats) -> Floats:
        """The mean slope of the calibrated log-odds between two margins, above 0.

        It is what turns raw contributions, which add up to `margin - start`, into effects on the
        calibrated log-odds: beta calibration is monotone but not affine, so one factor a person
        scales them all. Where the two nearly meet it is the derivative half-way, for the ratio
        would be noise there.
        """
        distance = margin - start
        near = np.abs(distance) < NEAR
        rise = self.log_odds(margin) - self.log_odds(start)
        if not near.any():
            return rise / distance
        middle = start + distance / 2
        derivative = self.b * probability(middle) + self.a * probability(-middle)
        return np.where(near, derivative, rise / np.where(near, 1, distance))


def probability(log_odds: ArrayLike) -> Floats:
    """The probability, shape (n,), that log-odds of shape (n,) stand for."""
    return np.exp(-np.logaddexp(0, np.negative(log_odds)))
