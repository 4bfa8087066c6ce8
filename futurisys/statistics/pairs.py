"""Whether the same people have changed: p-values of two measurements of each of n people."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from futurisys.statistics.tails import chi_square_tail, normal_tails, sign_tails

# Up to so many changes a distribution is counted out; beyond, it is near enough to its limit.
RANKED_MAX = 50
TOSSED_MAX = 1000
# Of a matrix of counts, what is smaller than this share of its largest eigenvalue is 0.
_NOTHING = 1e-10


def signed_ranks(changes: ArrayLike) -> float:
    """Wilcoxon's signed-rank test, of n changes; those of 0 say nothing.

    The null: each change might as well have had the other sign.
    """
    moved = np.asarray(changes, dtype=float)
    moved = moved[moved != 0]
    if not len(moved):
        return 1.0
    _, places, ties = np.unique(np.abs(moved), return_inverse=True, return_counts=True)
    doubled = (2 * np.cumsum(ties) - ties + 1)[places]
    upward = int(doubled[moved > 0].sum())
    if len(moved) <= RANKED_MAX:
        return _counted_out(doubled, upward)
    count = len(moved)
    ties = ties.astype(float)
    variance = count * (count + 1) * (2 * count + 1) / 24 - float((ties**3 - ties).sum()) / 48
    return normal_tails((upward / 2 - count * (count + 1) / 4) / math.sqrt(variance))


def _counted_out(doubled: NDArray[np.int_], upward: int) -> float:
    """Of all ways to give signs to ranks (doubled, so that ties are whole), how many go as far."""
    ways = np.zeros(int(doubled.sum()) + 1)
    ways[0] = 1
    for rank in doubled.tolist():
        ways[rank:] += ways[:-rank].copy()
    ends = ways[: upward + 1].sum(), ways[upward:].sum()
    return min(1.0, 2 * float(min(ends)) / 2.0 ** len(doubled))


def mcnemar(gained: int, lost: int) -> float:
    """McNemar's test, of how many went from no to yes, and from yes to no."""
    moved = gained + lost
    if moved <= TOSSED_MAX:
        return sign_tails(gained, lost)
    return chi_square_tail((gained - lost) ** 2 / moved, 1)


def stuart_maxwell(table: ArrayLike) -> float:
    """Whether k levels are as frequent as before; table: k x k people, before by after.

    Levels between which nobody moved take no degree of freedom.
    """
    people = np.asarray(table, dtype=float)
    difference = people.sum(axis=1) - people.sum(axis=0)
    spread = np.diag(people.sum(axis=1) + people.sum(axis=0)) - people - people.T
    sizes, ways = np.linalg.eigh(spread)
    real = sizes > _NOTHING * max(sizes.max(), 1)
    statistic = float(((ways[:, real].T @ difference) ** 2 / sizes[real]).sum())
    return chi_square_tail(statistic, int(real.sum()))
