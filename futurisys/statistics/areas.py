"""The area under the ROC curve: how often who left was estimated above who stayed."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from futurisys.statistics.intervals import Interval, around

Floats = NDArray[np.float64]


class Area(NamedTuple):
    """An area with its sampling variance; both are NaN where one of the two sides is empty."""

    value: float
    variance: float

    def interval(self, level: float) -> Interval:
        """Between which values it is, by the normal law; within 0 and 1."""
        return around(self.value, self.variance, level).within(0.0, 1.0)


@dataclass(frozen=True)
class Placements:
    """How each person stands against the other side.

    cases, controls: for each, the share of the other side that is below (of a case) or above (of
    a control), ties by half; each share is weighed, as is the place of whom it is of:
    case_weights, control_weights, which add up to 1.
    """

    cases: Floats
    controls: Floats
    case_weights: Floats
    control_weights: Floats

    @property
    def area(self) -> float:
        return float(self.cases @ self.case_weights)


def area(scores: Any, left: Any) -> Area:
    """The area of n scores, and its variance (DeLong, DeLong and Clarke-Pearson, 1988).

    left: whether each of the n left.
    """
    return weighted_area(scores, left, ~np.asarray(left, dtype=bool), np.ones(len(scores)))


def weighted_area(scores: Any, is_case: Any, is_control: Any, weights: Any) -> Area:
    """The same where people stand for others, as many as their weights say.

    Who is neither a case nor a control, for it was not seen which, counts by those alone who do.
    The variance takes the weights as they are.
    """
    scores, is_case, is_control = _sides(scores, is_case, is_control)
    if not is_case.any() or not is_control.any():
        return Area(math.nan, math.nan)
    found = placements(scores, is_case, is_control, np.asarray(weights, dtype=float))
    return Area(found.area, _covariance(found, found))


def difference(first: Any, second: Any, left: Any) -> Area:
    """By how much the area of the second scores of the same n people is above the first's.

    Paired, as DeLong's variance is; the value is between -1 and 1, so use `around` for its
    interval, not `Area.interval`.
    """
    both = first, second
    weights = np.ones(len(first))
    left = np.asarray(left, dtype=bool)
    return weighted_difference(*both, left, ~left, weights)


def weighted_difference(
    first: Any, second: Any, is_case: Any, is_control: Any, weights: Any
) -> Area:
    """The same where people stand for others, as in `weighted_area`."""
    first, is_case, is_control = _sides(first, is_case, is_control)
    if not is_case.any() or not is_control.any():
        return Area(math.nan, math.nan)
    weights = np.asarray(weights, dtype=float)
    one, other = (
        placements(np.asarray(scores, dtype=float), is_case, is_control, weights)
        for scores in (first, second)
    )
    variance = _covariance(one, one) + _covariance(other, other) - 2 * _covariance(one, other)
    return Area(other.area - one.area, max(variance, 0.0))


def placements(scores: Floats, is_case: Any, is_control: Any, weights: Floats) -> Placements:
    """How each of the cases and of the controls stands; n log n, whatever ties there are."""
    cases, controls = scores[is_case], scores[is_control]
    own, others = (weights[side] / weights[side].sum() for side in (is_case, is_control))
    return Placements(
        _below(cases, controls, others), 1 - _below(controls, cases, own), own, others
    )


def _sides(scores: Any, is_case: Any, is_control: Any) -> tuple[Floats, Any, Any]:
    cases, controls = (np.asarray(side, dtype=bool) for side in (is_case, is_control))
    return np.asarray(scores, dtype=float), cases, controls


def _below(some: Floats, others: Floats, weights: Floats) -> Floats:
    """The weight of those others who are below each of some, with half of those who are equal."""
    order = np.argsort(others, kind="stable")
    ordered = others[order]
    reached = np.concatenate(([0.0], np.cumsum(weights[order])))
    ends = (np.searchsorted(ordered, some, side) for side in ("left", "right"))
    below, up_to = (reached[end] for end in ends)
    return np.asarray((below + up_to) / 2)


def _covariance(one: Placements, other: Placements) -> float:
    """The sampling covariance of two areas of the same people.

    Where all weights are equal it is DeLong's, sums over n (n - 1).
    """
    total = 0.0
    for first, second, weights in (
        (one.cases - one.area, other.cases - other.area, one.case_weights),
        (one.controls - one.area, other.controls - other.area, one.control_weights),
    ):
        squares = weights**2
        if len(weights) < 2:
            return math.nan
        total += float(first * second @ squares) / (1 - float(squares.sum()))
    return total
