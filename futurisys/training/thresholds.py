"""Thresholds chosen on out-of-fold scores: by precision, by capacity, by cost."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]


@dataclass(frozen=True)
class Ladder:
    """Every threshold that makes a difference, ascending, with what it flags and finds.

    threshold: distinct scores, shape (k,). flagged, found: how many people, and how many
    leavers, stand at it or above.
    """

    threshold: Floats
    flagged: NDArray[np.int64]
    found: NDArray[np.int64]
    people: int
    left: int

    @classmethod
    def of(cls, scores: Floats, left: Labels) -> Self:
        """The ladder of n scores and labels."""
        order = np.argsort(scores, kind="stable")
        ranked = scores[order]
        first = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
        found = np.cumsum(left[order][::-1].astype(np.int64))[::-1][first]
        return cls(ranked[first], len(scores) - first, found, len(scores), int(left.sum()))

    def at_precision(self, precision: float) -> float:
        """The smallest threshold at which at least `precision` of those flagged have left.

        Where none reaches it, the highest score.
        """
        return self._first(self.found >= precision * self.flagged)

    def at_capacity(self, share: float) -> float:
        """The smallest threshold that flags at most this share of people."""
        return self._first(self.flagged <= share * self.people)

    def at_cost(self, missed: float, false: float) -> float:
        """The threshold of least cost: so much a leaver missed, so much a false alarm."""
        cost = missed * (self.left - self.found) + false * (self.flagged - self.found)
        return float(self.threshold[np.argmin(cost)])

    def at_best_f1(self) -> float:
        return float(self.threshold[np.argmax(2 * self.found / (self.flagged + self.left))])

    def at(self, threshold: float) -> dict[str, float]:
        """What the steps from this threshold up flag and find."""
        step = int(np.searchsorted(self.threshold, threshold))
        flagged, found = int(self.flagged[step]), int(self.found[step])
        return {
            "flagged": flagged / self.people,
            "recall": found / self.left,
            "precision": found / flagged,
            "false_positive_rate": (flagged - found) / (self.people - self.left),
        }

    def _first(self, enough: Labels) -> float:
        return float(self.threshold[np.argmax(enough) if enough.any() else -1])
