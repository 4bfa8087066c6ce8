"""What the estimates of many people add up to, and how far that may move."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.answer import LEVEL
from futurisys.model.calibration import probability

# From so many people on the normal law serves; of fewer each outcome is counted.
EXACT_BELOW = 100
TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
# How finely the model's common shift is taken where outcomes are counted.
_SHIFTS = 41
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sum:
    """A sum of n estimates, in people.

    by_chance: between which whole numbers, about nine times in ten, as many people would be, were
    each estimate exact. with_model: the same where the model itself may err; None where how far
    its mean estimate moves was never measured. The persons' own ranges do not enter it: what they
    have in common would be taken for what is each one's.
    """

    people: int
    expected: float
    by_chance: tuple[int, int]
    with_model: tuple[int, int] | None


def sum_of_many(people: int, expected: float, variance: float, shift: float | None) -> Sum:
    """The sum of n estimates, of Σp and Σp(1 − p), by the normal law.

    shift: the standard deviation of the population's mean log-odds. It moves the mean estimate by
    that times the mean of p(1 − p), the slope of a probability: n times which is shift · Σp(1 − p).
    """
    with_model = None
    if shift is not None:
        with_model = _normal(people, expected, variance + (shift * variance) ** 2)
    return Sum(people, expected, _normal(people, expected, variance), with_model)


def sum_of_few(chances: Sequence[float], shift: float | None) -> Sum:
    """The sum of each of these estimates, by counting how likely each number of people is."""
    known = np.asarray(chances, dtype=float)
    with_model = None
    if shift is not None:
        with_model = _between(_shifted(known, shift))
    return Sum(len(known), math.fsum(chances), _between(_counted(known)), with_model)


def _normal(people: int, expected: float, variance: float) -> tuple[int, int]:
    low, high = (expected + NormalDist().inv_cdf(tail) * math.sqrt(variance) for tail in TAILS)
    return max(math.floor(low), 0), min(math.ceil(high), people)


def _shifted(chances: Floats, shift: float) -> Floats:
    """How likely each number of people is where all log-odds move together, by a normal law."""
    held = np.clip(chances, 1e-12, 1 - 1e-12)
    log_odds = np.log(held / (1 - held))
    places = [NormalDist().inv_cdf((place + 0.5) / _SHIFTS) for place in range(_SHIFTS)]
    laws = [_counted(probability(log_odds + shift * place)) for place in places]
    return np.asarray(np.mean(laws, axis=0))


def _counted(chances: Floats) -> Floats:
    """How likely each number of people is, from none to all (n + 1,)."""
    law = np.ones(1)
    for chance in chances:
        law = np.convolve(law, (1 - chance, chance))
    return law


def _between(law: Floats) -> tuple[int, int]:
    reached = np.cumsum(law)
    low, high = (int(np.searchsorted(reached, tail)) for tail in TAILS)
    return low, min(high, len(law) - 1)
