"""Many tests at once: what each says when one false alarm among all of them is one too many."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(chances: ArrayLike) -> NDArray[np.float64]:
    """The p-values of one family, adjusted as Holm has it, whatever holds between its tests."""
    values = np.asarray(chances, dtype=float)
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted
