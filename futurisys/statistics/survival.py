"""What time tells of those who were not seen to the end: they are neither leavers nor stayers."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Curve(NamedTuple):
    """The share to whom something has not happened, after each of the times at which it can have.

    times: in order, each once; shares: (len(times),).
    """

    times: Floats
    shares: Floats

    def before(self, times: Any) -> Floats:
        """The share just before each of some times, 1 before the first."""
        steps = np.concatenate(([1.0], self.shares))
        return np.asarray(steps[np.searchsorted(self.times, times, "left")])


class Standing(NamedTuple):
    """Who is known to have left in time, who to have stayed, and for how many each stands.

    weights: 0 of whoever is neither. smallest: the smallest share that was still seen at the end,
    of any band: what the weights rest on.
    """

    is_case: Flags
    is_control: Flags
    weights: Floats
    smallest: float

    @property
    def censored(self) -> float:
        """The share of those who are neither."""
        known = self.is_case | self.is_control
        return float(1 - known.mean()) if len(known) else 0.0


def kaplan_meier(times: Any, happened: Any) -> Curve:
    """To which share it has not happened (Kaplan and Meier, 1958).

    times: until when each of n was seen. happened: whether it happened then, rather than that
    nothing more is known; to who was seen until the same time, it might have.
    """
    return _curve(np.asarray(times, dtype=float), np.asarray(happened, dtype=bool), False)


def censoring(times: Any, happened: Any) -> Curve:
    """Which share is still seen: the curve of the end of seeing, which a departure hides.

    Who left at the very time at which others were last seen left before it.
    """
    return _curve(np.asarray(times, dtype=float), ~np.asarray(happened, dtype=bool), True)


def standing(times: Any, left: Any, horizon: float, bands: Any) -> Standing:
    """Who stands for how many of those who were not seen to the horizon, or until they left.

    times: until when each of n was seen, at most the horizon. bands: a number for each, alike for
    those whom it was as likely not to see any longer; each is weighed by the inverse of how likely
    it was to be seen, in its band (inverse probability of censoring).
    """
    times, left, bands = np.asarray(times, dtype=float), np.asarray(left, bool), np.asarray(bands)
    is_control = ~left & (times >= horizon)
    weights, smallest = np.zeros(len(times)), 1.0
    for band in np.unique(bands):
        own = bands == band
        ends = np.where(is_control, np.inf, times)[own]
        seen = censoring(ends, left[own] | is_control[own])
        smallest = min(smallest, float(seen.before(horizon)))
        # Of a band in which nobody is known at the end there is nothing to weigh.
        likely = seen.before(times[own])
        weights[own] = np.divide(1, likely, out=np.zeros_like(likely), where=likely > 0)
    weights[~(left | is_control)] = 0
    return Standing(left, is_control, weights, smallest)


def _curve(times: Floats, happened: Flags, hides: bool) -> Curve:
    """hides: whether who ends otherwise at a time is gone before it happens to others then."""
    ordered, place = np.unique(times, return_inverse=True)
    ends = np.bincount(place, minlength=len(ordered))
    counts = np.bincount(place, happened, minlength=len(ordered))
    at_risk = len(times) - np.concatenate(([0], np.cumsum(ends)[:-1]))
    if hides:
        at_risk = at_risk - (ends - counts)
    ratio = np.divide(counts, at_risk, out=np.zeros(len(ordered)), where=at_risk > 0)
    return Curve(ordered, np.cumprod(1 - ratio))
