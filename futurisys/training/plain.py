"""Figures in plain words: of a hundred people, how many; from what was said of unseen people.

    {"bands": [{"low", "high", "people", "left": {"value", "low", "high"}}],
     "threshold": {"flagged": PART, "unflagged": PART},
     "words": {"flagged": PART, "uncertain": PART, "unflagged": PART}}

A band is an interval of estimates, its left the share that had left with its interval at 95 %.
PART is {"people", "left", "of_left"}: how many people, which share of them had left, and which
share of all leavers they are. A share of nobody is null. words: flagged is whose whole range is at
the threshold or above, uncertain whose range holds it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.isotonic import IsotonicRegression

from futurisys.model.calibration import BetaCalibration
from futurisys.model.range import Range
from futurisys.training.fitting import Floats

PEOPLE_MIN = 40
TAILS = (0.025, 0.975)
Labels = NDArray[np.bool_]


def plain(
    calibration: BetaCalibration, margin: Floats, left: Labels, moves: Range, threshold: float
) -> dict[str, Any]:
    """The figures of margins, shape (repeats, n), as they would be sent, and of their ranges.

    Everybody counts once, however many repeats there are. left: of that shape, or (n,).
    """
    log_odds = calibration.unbounded(margin)
    chance, low, high = map(calibration.chance, (log_odds, *moves.around(log_odds)))
    left = np.broadcast_to(left, chance.shape)
    is_above = chance >= threshold
    is_sure, is_below = low >= threshold, high < threshold
    return {
        "bands": list(_bands(chance, left)),
        "threshold": {"flagged": _part(is_above, left), "unflagged": _part(~is_above, left)},
        "words": {
            "flagged": _part(is_sure, left),
            "uncertain": _part(~is_sure & ~is_below, left),
            "unflagged": _part(is_below, left),
        },
    }


def _part(among: Labels, left: Labels) -> dict[str, float | None]:
    """What is said of the people of one part."""
    people, leavers = int(among.sum()), int((among & left).sum())
    return {
        "people": people / len(among),
        "left": leavers / people if people else None,
        "of_left": leavers / int(left.sum()) if left.any() else None,
    }


def _bands(chance: Floats, left: Labels) -> Iterator[dict[str, Any]]:
    """Bands of at least `PEOPLE_MIN` people, cut where an isotonic curve of the shares rises."""
    repeats = len(chance)
    order = np.argsort(chance, axis=None, kind="stable")
    ranked, known = chance.ravel()[order], left.ravel()[order]
    risen = IsotonicRegression().fit_transform(ranked, known.astype(float))
    starts = [0]
    for start in (np.flatnonzero(np.diff(risen)) + 1).tolist():
        if min(start - starts[-1], len(ranked) - start) >= PEOPLE_MIN * repeats:
            starts.append(start)
    for start, end in zip(starts, [*starts[1:], len(ranked)], strict=True):
        people, leavers = (end - start) / repeats, known[start:end].sum() / repeats
        lowest, highest = beta.ppf(TAILS, leavers + 0.5, people - leavers + 0.5)
        yield {
            "low": float(ranked[start]),
            "high": float(ranked[min(end, len(ranked) - 1)]),
            "people": people,
            "left": {
                "value": leavers / people,
                "low": float(lowest),
                "high": float(highest),
            },
        }
