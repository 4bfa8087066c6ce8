"""Whether two groups of other people are alike: chi-square over fifths or levels, permuted."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# So many tables: one that is further out than all of them has a p-value of 1 in 20,000.
DRAWS = 19_999
# What is no rarer than so many among the first draws is usual, and not drawn any further.
FIRST_DRAWS, USUAL = 399, 8
# What rounding adds to a statistic that is the same.
_ROUNDING = 1e-9
Counts = NDArray[np.int_]


def in_fifths(first: ArrayLike, second: ArrayLike) -> tuple[Counts, Counts]:
    """How many of each group lie in each fifth of both together; equal values stay together."""
    groups = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    ends = np.unique(np.quantile(np.concatenate(groups), (0.2, 0.4, 0.6, 0.8)))
    one, other = (
        np.bincount(np.searchsorted(ends, values), minlength=len(ends) + 1) for values in groups
    )
    return one, other


def in_levels(first: Iterable[Any], second: Iterable[Any]) -> tuple[Counts, Counts]:
    """How many of each group have each level that somebody has."""
    groups = list(first), list(second)
    levels, places = np.unique(np.array([*groups[0], *groups[1]], dtype=str), return_inverse=True)
    one, other = (
        np.bincount(part, minlength=len(levels)) for part in np.split(places, [len(groups[0])])
    )
    return one, other


def chi_square(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Pearson's statistic of the table whose two rows are these counts; first: one row, or many."""
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    both = one + other
    shares = one.sum(axis=-1, keepdims=True) / both.sum(axis=-1, keepdims=True)
    expected = both * shares, both * (1 - shares)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = (one - expected[0]) ** 2 / expected[0] + (other - expected[1]) ** 2 / expected[1]
    found: NDArray[np.float64] = np.where(both > 0, terms, 0.0).sum(axis=-1)
    return found


def permuted(first: ArrayLike, second: ArrayLike) -> float:
    """The p-value of `chi_square` where who is in which group is drawn anew, again and again.

    The draws are the same each time, so that the same counts have one p-value.
    """
    one, other = np.asarray(first), np.asarray(second)
    both, group = one + other, int(one.sum())
    if np.count_nonzero(both) < 2 or not 0 < group < both.sum():
        return 1.0
    seen, rng = float(chi_square(one, other)) - _ROUNDING, np.random.default_rng(0)
    further = draws = 0
    for many in (FIRST_DRAWS, DRAWS - FIRST_DRAWS):
        drawn = rng.multivariate_hypergeometric(both, group, many)
        further += int(np.count_nonzero(chi_square(drawn, both - drawn) >= seen))
        draws += many
        if further >= USUAL:
            break
    return (1 + further) / (1 + draws)
