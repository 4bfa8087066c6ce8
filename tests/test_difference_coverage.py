"""What two models differ by on outcomes: intervals that hold the truth, and measures that bend
nothing, though they are given by what the first of the two said."""

import math
import os
from collections import defaultdict

import numpy as np
import pytest

from futurisys.operations.outcomes_compared import differences
from futurisys.operations.resolving import resolve
from tests.stable import GRID, HORIZON, SHIFT, THRESHOLD, after, company, moved

pytestmark = [pytest.mark.slow, pytest.mark.prove]
PROVE = bool(os.environ.get("PROVE"))
COMPANIES = 1000 if PROVE else 100
# The share of intervals that must hold the truth; of few companies chance alone moves it more.
LOW, HIGH = (0.93, 0.97) if PROVE else (0.87, 1.0)
# How much worse the second model knows people: what moves its log-odds at random.
NOISE = 0.7
EDGES = THRESHOLD, 0.3
MANY = 5
FIRST = np.repeat(GRID, MANY)
SECOND = moved(FIRST, NOISE * np.random.default_rng(2).standard_normal(len(FIRST)))
ORDERS = np.argsort(FIRST), np.argsort(SECOND)


def truth_of(shift: float) -> dict[str, float]:
    """By how much the second differs from the first, of infinitely many people."""
    true = moved(FIRST, shift)
    found: dict[str, list[float]] = defaultdict(list)
    for chances, edge, order in zip((FIRST, SECOND), EDGES, ORDERS, strict=True):
        stay = 1 - true[order]
        below = np.cumsum(stay) - stay / 2
        found["area"].append(float(true[order] @ below / (true.sum() * stay.sum())))
        squares = true * (1 - chances) ** 2 + (1 - true) * chances**2
        found["error"].append(float(squares.mean()))
        found["recall"].append(float(true[chances >= edge].sum() / true.sum()))
    return {name: second - first for name, (first, second) in found.items()}


@pytest.mark.parametrize("measures", [0.0, 0.6])
def test_intervals_of_differences_hold_the_truth(measures):
    """Nineteen in twenty do, and no difference is bent by measures for whoever is signalled."""
    held, off = defaultdict(list), defaultdict(list)
    for seed in range(COMPANIES):
        found = company(seed, measures=measures).found
        noise = np.random.default_rng(10_000 + seed).standard_normal(len(found))
        chances = found.probabilities, moved(found.probabilities, NOISE * noise)
        told = differences(resolve(found, HORIZON, after(HORIZON)), chances, EDGES)
        truth = truth_of(SHIFT * np.random.default_rng(seed).standard_normal())
        for name, true in truth.items():
            value, low, high = told[name]
            held[name].append(low <= true <= high)
            off[name].append(value - true)
    for name, found_ in held.items():
        assert LOW <= np.mean(found_) <= HIGH, (name, np.mean(found_))
        error = np.std(off[name]) / math.sqrt(COMPANIES)
        assert abs(np.mean(off[name])) < 4 * error, (name, np.mean(off[name]), error)
