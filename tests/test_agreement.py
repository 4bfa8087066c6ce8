"""Observed over expected and calibration in the large equal scipy's on the same rows."""

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import expon, poisson_binom

from futurisys.statistics.agreement import Agreement, compared


class People(NamedTuple):
    """Estimates; for which share of a year it is known who left, and until which each was seen."""

    chances: Any
    known: Any
    seen: Any
    left: Any

    def compared(self, shift: float | None = None) -> Agreement:
        return compared(*self, shift)

    def whole(self) -> "People":
        """The same people, had all been seen to the end."""
        ones = np.ones(len(self.chances))
        return self._replace(known=ones, seen=np.where(self.left, self.seen, ones))


@pytest.fixture(scope="module")
def people() -> People:
    """Half as many are expected as leave; nobody has a measure."""
    draw = np.random.default_rng(11)
    chances = draw.beta(1, 5, 800)
    known = draw.choice([0.25, 0.7, 1.0], 800)
    left = draw.random(800) < np.clip(2 * chances, 0, 1)
    return People(chances, known, np.where(left, known * draw.random(800), known), left)


def close(value: Any) -> Any:
    """The same to nine digits."""
    return pytest.approx(value, rel=0, abs=1e-9)


def moved(chances: Any, by: float) -> Any:
    """Estimates with something added to all log-odds."""
    return 1 / (1 + (1 - chances) / chances * math.exp(-by))


def gone(chances: Any, known: Any) -> Any:
    """The chance of having left by then, at a risk that is the same every day."""
    return expon.cdf(known, scale=-1 / np.log1p(-chances))


def test_people_who_were_seen_for_a_while_leave_as_scipy_says(people):
    """What is expected, how chance moves it, and what makes both numbers the same."""
    chances, known, _, left = people
    found = people.compared()
    assert found.expected == close(poisson_binom.mean(gone(chances, known)))

    def excess(by: float) -> float:
        return float(gone(moved(chances, by), known).sum() - left.sum())

    intercept = brentq(excess, -5, 5, xtol=1e-14, rtol=1e-14)
    assert found.intercept == close(intercept)
    chance = poisson_binom.var(gone(moved(chances, intercept), known))
    assert found.ratio_variance == close(chance / left.sum() ** 2)
    small = 1e-4
    slope = (excess(intercept + small) - excess(intercept - small)) / (2 * small)
    assert found.intercept_variance == pytest.approx(chance / slope**2, rel=1e-6)


def test_nobody_is_expected_to_leave_more_than_once():
    """Of a hundred who are all but sure to leave half a year later, at most a hundred are."""
    ones = np.ones(100)
    sure = People(0.999 * ones, 0.5 * ones, 0.5 * ones, np.arange(100) < 90)
    assert 90 < sure.compared().expected < 100


def test_measures_at_random_times_bend_nothing():
    """However high estimates are: as many leave before as are expected, and by chance as said."""
    draw, count, times = np.random.default_rng(7), 200, 600
    chances = np.linspace(0.02, 0.98, count)
    excess, variances = [], []
    for _ in range(times):
        until = -draw.exponential(size=count) / np.log1p(-chances)
        known, measured = draw.uniform(0.2, 1, count), draw.uniform(0, 1.5, count)
        ends = np.minimum(known, measured)
        left = until <= ends
        found = compared(chances, known, np.where(left, until, ends), left)
        excess.append(found.observed - found.expected)
        variances.append(found.ratio_variance * found.observed**2)
    error = np.std(excess)
    assert abs(np.mean(excess)) < 4 * error / math.sqrt(times)
    assert np.mean(variances) == pytest.approx(error**2, rel=0.2)


def test_a_measure_before_anything_was_seen_leaves_nothing_to_expect():
    """Nor does it count for the spread."""
    found = compared([0.5, 0.5, 0.5], [1, 1, 0.5], [1, 0.5, 0], [False, True, False])
    assert found.expected == close(1.0)


def test_the_models_own_error_moves_all_estimates_together(people):
    """It adds what a small shift of all log-odds does to the sum of the estimates."""
    small = 1e-5
    for some in (people, people.whole()):
        more = some._replace(chances=moved(some.chances, small)).compared()
        found, alone = some.compared(0.3), some.compared()
        slope = math.log(more.expected / alone.expected) / small
        assert found.ratio_own == pytest.approx((0.3 * slope) ** 2, rel=1e-4)
        assert found.ratio_variance == alone.ratio_variance
        assert alone.ratio_own == 0
        assert found.intercept_own == close(0.09)


def test_where_nobody_left_there_is_a_ratio_and_no_intercept(people):
    """It may yet be as high as what would leave nobody once in forty times."""
    nobody = people._replace(seen=people.known, left=np.zeros(len(people.left), dtype=bool))
    for found in (nobody.compared(), nobody.whole().compared()):
        assert found.ratio == 0
        assert math.isnan(found.intercept)
        low, high = found.ratio_interval()
        assert low == 0
        assert math.exp(-high * found.expected) == pytest.approx(0.025)


def test_an_estimate_far_off_is_found_all_the_same():
    """Of people who all seem to stay, and nearly all leave."""
    left = np.arange(100) < 97
    ones = np.ones(100)
    found = compared(1e-4 * ones, ones, ones, left)
    assert found.intercept == pytest.approx(math.log(97 / 3) - math.log(1e-4 / (1 - 1e-4)))
