"""Beta calibration (Kull, Silva Filho and Flach, 2017), on margins instead of probabilities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class BetaCalibration:
    """p' = sigmoid(a·ln p − b·ln(1 − p) + c), with a and b at least 0: the order is kept."""

    a: float
    b: float
    c: float

    def log_odds(self, margin: ArrayLike) -> NDArray[np.float64]:
        """Calibrated log-odds, shape (n,), of raw margins, shape (n,), both in nats."""
        margin = np.asarray(margin, dtype=np.float64)
        return self.b * np.logaddexp(0, margin) - self.a * np.logaddexp(0, -margin) + self.c


def probability(log_odds: ArrayLike) -> NDArray[np.float64]:
    """The probability, shape (n,), that log-odds of shape (n,) stand for."""
    return np.exp(-np.logaddexp(0, -np.asarray(log_odds, dtype=np.float64)))
