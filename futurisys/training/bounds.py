"""How far people who were not seen in training support an estimate, on either side."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.isotonic import IsotonicRegression

from futurisys.model.calibration import BetaCalibration, Bounds
from futurisys.training.fitting import Floats

FEWEST = 40
ROOM = 0.5  # In nats, how far an estimate can still go beyond what they support.
CONFIDENCE = 0.95  # On one side.
STEP = 20  # A probability is told in twentieths.


@dataclass(frozen=True)
class End:
    """The people at one end of the estimates, and how many of them left."""

    people: int
    left: int

    @property
    def log_odds(self) -> float:
        """Of (left + ½) ÷ (people + 1), in nats."""
        return math.log((self.left + 0.5) / (self.people - self.left + 0.5))

    @property
    def at_least(self) -> float:
        """A probability that people like these surely exceed, rounded down."""
        stayed = self.people - self.left
        sure = beta.ppf(1 - CONFIDENCE, self.left, stayed + 1) if self.left else 0
        return math.floor(sure * STEP) / STEP

    @property
    def at_most(self) -> float:
        """A probability that people like these surely stay below, rounded up."""
        stayed = self.people - self.left
        sure = beta.ppf(CONFIDENCE, self.left + 1, stayed) if stayed else 1
        return math.ceil(sure * STEP) / STEP


def ends(margin: Floats, left: NDArray[np.bool_]) -> tuple[End, End] | None:
    """The lowest and the highest people by their out-of-fold margin, shape (n,).

    Each is the isotonic bin at that end, with those beside it until it has `FEWEST` people; None
    where there are fewer than that in all.
    """
    if len(left) < FEWEST:
        return None
    level = IsotonicRegression().fit_transform(margin, left)
    _, place, people = np.unique(level, return_inverse=True, return_counts=True)
    bins = list(zip(people.tolist(), np.bincount(place, left).astype(int).tolist(), strict=True))
    found = [_end(bins), _end(reversed(bins))]
    # Where few people leave, the ½ can put the smaller of two bins above the other.
    low, high = sorted(found, key=lambda end: end.log_odds)
    return low, high


def bounded(
    calibration: BetaCalibration, margin: Floats, left: NDArray[np.bool_]
) -> BetaCalibration:
    """The calibration within what n people support, by margins that no model saw in training."""
    if not (found := ends(margin, left)):
        return calibration
    low, high = found
    return replace(calibration, bounds=Bounds(low.log_odds, high.log_odds, ROOM))


def described(low: End, high: End) -> dict[str, Any]:
    """What a manifest says of the bounds; told: the probability that people are told beyond one."""
    return {
        "low": vars(low) | {"log_odds": low.log_odds, "told": low.at_most},
        "high": vars(high) | {"log_odds": high.log_odds, "told": high.at_least},
        "room": ROOM,
    }


def _end(bins: Iterable[tuple[int, int]]) -> End:
    """The first bins, as many as it takes."""
    people = left = 0
    for more, leavers in bins:
        people, left = people + more, left + leavers
        if people >= FEWEST:
            break
    return End(people, left)
