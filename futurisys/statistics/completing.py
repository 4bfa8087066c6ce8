"""What became of those who were not seen to the end: drawn from those who were seen for longer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.statistics.survival import kaplan_meier

Flags = NDArray[np.bool_]


def completed(
    times: Any, left: Any, horizon: float, bands: Any, seed: int = 0
) -> tuple[Flags, Flags]:
    """Whether each of n left within a horizon, and of whom that was drawn.

    times: until when each was seen, at most the horizon. left: whether they left then. bands: a
    number for each, alike for those whom it was as likely not to see any longer. Who was not seen
    to the end left as often as those of their band did who were still there (Kaplan and Meier):
    as many as that expects are drawn, so that nobody counts for more or less than one.
    """
    times, left, bands = np.asarray(times, dtype=float), np.asarray(left, bool), np.asarray(bands)
    unseen = ~left & (times < horizon)
    chances = np.zeros(len(times))
    for band in np.unique(bands[unseen]):
        own = bands == band
        curve = kaplan_meier(times[own], left[own])
        # To whom it had not happened by the end of a day it can from the next on.
        end, here = curve.before(np.nextafter([horizon], np.inf)), own & unseen
        until = curve.before(np.nextafter(times[here], np.inf))
        chances[here] = 1 - np.divide(end, until, out=np.ones(len(until)), where=until > 0)
    # Systematic: the number of those drawn is what their chances add up to, within one.
    start = np.random.default_rng(seed).random()
    reached = np.floor(np.cumsum(chances) + start)
    drawn = np.diff(reached, prepend=np.floor(start)) > 0
    return left | (drawn & unseen), unseen
