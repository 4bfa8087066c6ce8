"""Calibration, fitted on out-of-fold margins."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from futurisys.model.calibration import BetaCalibration

Floats = NDArray[np.float64]
UNCALIBRATED = BetaCalibration(1, 1, 0)


def fit_calibration(margin: Floats, left: NDArray[np.bool_]) -> BetaCalibration:
    """The beta calibration of least log-loss on out-of-fold margins, shape (n,)."""
    loss = _loss(margin, left)
    best = minimize(
        lambda parameters: loss(BetaCalibration(*parameters)),
        [1.0, 1.0, 0.0],
        bounds=[(0, None), (0, None), (None, None)],
    )
    a, b, c = map(float, best.x)
    return BetaCalibration(a, b, c)


def calibrated_loss(margin: Floats, left: NDArray[np.bool_]) -> float:
    """The log-loss of margins, shape (n,), once calibrated on themselves."""
    return _loss(margin, left)(fit_calibration(margin, left))


def _loss(margin: Floats, left: NDArray[np.bool_]) -> Callable[[BetaCalibration], float]:
    def loss(calibration: BetaCalibration) -> float:
        log_odds = calibration.log_odds(margin)
        return float(np.mean(np.logaddexp(0, np.where(left, -log_odds, log_odds))))

    return loss
