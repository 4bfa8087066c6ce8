"""What two models differ by on outcomes: intervals that hold the truth, and measures that bend
nothing, though they are given by what the first of the two said."""

import math
import os
from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from futurisys.operations.outcomes_compared import differences
from futurisys.operations.resolving import resolve
from tests.stable import GRID, HORIZON, SHIFT, THRESHOLD, after, company

pytestmark = [pytest.mark.slow, pytest.mark.prove]


def moved(chances: Any, by: Any) -> Any:
    """Probabilities whose log-odds move, all by as much or each by its own."""
    return chances / (chances + (1 - chances) * np.exp(-by))


PROVE = bool(os.environ.get("PROVE"))
COMPANIES = 1000 if PROVE else 60
# The share of intervals that must hold the truth; of few companies chance alone moves it more.
LOW, HIGH = (0.93, 0.97) if PROVE else (0.87, 1.0)
# How much worse the second model knows people: what moves its log-odds at random.
NOISE = 0.7
EDGES = THRESHOLD, 0.3
# Instead of infinitely many draws of it: Gauss's nodes, each as often as its weight says.
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
FIRST = np.repeat(GRID, len(NODES))
SECOND = moved(FIRST, NOISE * np.tile(NODES, len(GRID)))
SHARES = np.tile(WEIGHTS / WEIGHTS.sum(), len(GRID)) / len(GRID)
ORDERS = np.argsort(FIRST), np.argsort(SECOND)


def truth_of(shift: float) -> dict[str, float]:
    """By how much the second differs from the first, of infinitely many people."""
    true = moved(FIRST, shift)
    leave, stay = SHARES * true, SHARES * (1 - true)
    found: dict[str, list[float]] = defaultdict(list)
    for chances, edge, order in zip((FIRST, SECOND), EDGES, ORDERS, strict=True):
        below = np.cumsum(stay[order]) - stay[order] / 2
        found["area"].append(float(leave[order] @ below / (leave.sum() * stay.sum())))
        found["error"].append(float(leave @ (1 - chances) ** 2 + stay @ chances**2))
        found["recall"].append(float(leave[chances >= edge].sum() / leave.sum()))
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
