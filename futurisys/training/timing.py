"""What a model that learnt from earlier people is worth for later ones, where days allow it.

{"from": the day, "people": of that day on, "left", "learnt_from": of earlier ones,
 "roc_auc": {"value", "low", "high"} at 95 %}
"""

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from futurisys.statistics.areas import area
from futurisys.training.contenders import Model

# Of the people, those who are the later ones, or as near to it as days allow.
LATER = 0.2
# Leavers and stayers, earlier and later.
FEWEST = 20
CONFIDENCE = 0.95
Labels = NDArray[np.bool_]


def out_of_time(
    table: pd.DataFrame, left: Labels, model: Model, days: Sequence[datetime.date]
) -> dict[str, Any] | None:
    """The measure of n people by the days of their facts; None where no day splits them well."""
    known = np.array(days, dtype="datetime64[D]")
    first = _split(known, left)
    if first is None:
        return None
    later = known >= first
    with threadpool_limits(1):
        margin = model.margin(table[~later], left[~later], table[later])
    found = area(margin, left[later])
    low, high = found.interval(CONFIDENCE)
    return {
        "from": str(first),
        "people": int(later.sum()),
        "left": int(left[later].sum()),
        "learnt_from": int((~later).sum()),
        "roc_auc": {"value": found.value, "low": low, "high": high},
    }


def _split(days: NDArray[np.datetime64], left: Labels) -> np.datetime64 | None:
    """The first day of the later people."""
    chosen = [day for day in np.unique(days)[1:] if _is_fair(days >= day, left)]
    return min(chosen, key=lambda day: abs((days >= day).mean() - LATER), default=None)


def _is_fair(later: Labels, left: Labels) -> bool:
    """Whether there are enough leavers and stayers on both sides."""
    counts = [(side & kind).sum() for side in (later, ~later) for kind in (left, ~left)]
    return min(counts) >= FEWEST
