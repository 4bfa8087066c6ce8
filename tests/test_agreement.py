"""Observed over expected and calibration in the large equal statsmodels' on the same rows."""

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from futurisys.statistics.agreement import accrued, counted


@pytest.fixture(scope="module")
def people() -> Any:
    """Estimates, who left of twice as many, and for which share of a year each was seen."""
    draw = np.random.default_rng(11)
    chances = draw.beta(1, 5, 800)
    left = draw.random(800) < np.clip(2 * chances, 0, 1)
    seen = np.where(left, draw.random(800), draw.choice([0.25, 0.7, 1.0], 800))
    return chances, left, seen


def close(value: Any) -> Any:
    """The same to nine digits."""
    return pytest.approx(value, rel=0, abs=1e-9)


def test_people_who_were_all_seen_to_the_end_are_a_logistic_regressions(people):
    """The intercept beside the estimates, its variance, and that of the ratio by it."""
    chances, left, _ = people
    log_odds = np.log(chances / (1 - chances))
    family = sm.families.Binomial()
    model = sm.GLM(left.astype(float), np.ones(len(left)), family, offset=log_odds)
    known = model.fit(tol=1e-14)
    found = counted(chances, left)
    assert found.ratio == close(left.sum() / chances.sum())
    assert found.intercept == close(known.params[0])
    assert found.intercept_variance == close(known.cov_params()[0, 0])
    assert found.intercept_interval() == close(tuple(known.conf_int()[0]))
    # By the delta method, of the sum of what the regression fits.
    slope = known.mu @ (1 - known.mu) / left.sum()
    assert found.ratio_variance == close(slope**2 * known.cov_params()[0, 0])


def test_people_who_were_seen_for_a_while_are_a_poisson_regressions(people):
    """The logarithm of observed over expected beside cumulative hazards."""
    chances, left, seen = people
    hazards = -np.log1p(-chances) * seen
    family = sm.families.Poisson()
    model = sm.GLM(left.astype(float), np.ones(len(left)), family, offset=np.log(hazards))
    known = model.fit(tol=1e-14)
    found = accrued(chances, seen, left)
    assert found.expected == close(hazards.sum())
    assert found.intercept == close(known.params[0])
    assert found.intercept_variance == close(known.cov_params()[0, 0])
    assert found.ratio_interval() == close(tuple(np.exp(known.conf_int()[0])))


def test_the_models_own_error_moves_all_estimates_together(people):
    """It adds what a small shift of all log-odds does to the sum of the estimates."""
    chances, left, seen = people
    small = 1e-5
    moved = 1 / (1 + (1 - chances) / chances * math.exp(-small))
    for one in (lambda p, s: counted(p, left, s), lambda p, s: accrued(p, seen, left, s)):
        slope = (
            math.log(one(moved, None).expected) - math.log(one(chances, None).expected)
        ) / small
        found = one(chances, 0.3)
        assert found.ratio_own == pytest.approx((0.3 * slope) ** 2, rel=1e-4)
        assert found.ratio_variance == one(chances, None).ratio_variance
        assert one(chances, None).ratio_own == 0
    assert counted(chances, left, 0.3).intercept_own == close(0.09)


def test_where_nobody_left_there_is_a_ratio_and_no_intercept(people):
    """It may yet be as high as what would leave nobody once in forty times."""
    chances, left, seen = people
    nobody = np.zeros_like(left)
    for found in (counted(chances, nobody), accrued(chances, seen, nobody)):
        assert found.ratio == 0
        assert math.isnan(found.intercept)
        low, high = found.ratio_interval()
        assert low == 0
        assert math.exp(-high * found.expected) == pytest.approx(0.025)


def test_an_estimate_far_off_is_found_all_the_same():
    """Of people who all seem to stay, and nearly all leave."""
    left = np.arange(100) < 97
    found = counted(np.full(100, 1e-4), left)
    assert found.intercept == pytest.approx(math.log(97 / 3) - math.log(1e-4 / (1 - 1e-4)))
