"""Areas and intervals equal those of scikit-learn and scipy on the same rows."""

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from futurisys.statistics.areas import area, difference, weighted_area
from futurisys.statistics.intervals import around, wilson


def close(value: Any) -> Any:
    """The same to nine digits."""
    return pytest.approx(value, rel=0, abs=1e-9)


@pytest.fixture(scope="module")
def people():
    """Two scores each, with ties, and who left."""
    draw = np.random.default_rng(7)
    left = draw.random(300) < 0.2
    scores = np.round(draw.normal(left, 1.0), 1)
    others = np.round(scores / 2 + draw.normal(0, 0.7, 300), 1)
    return scores, others, left


def kernel(scores, left):
    """Of each pair of who left and who stayed, whether the order is right; half where equal."""
    cases, controls = scores[left][:, None], scores[~left][None, :]
    return (cases > controls) + (cases == controls) / 2


def test_an_area_is_scikit_learns(people):
    """With ties, and with people who stand for others."""
    scores, _, left = people
    assert area(scores, left).value == pytest.approx(roc_auc_score(left, scores))
    weights = np.random.default_rng(8).random(300)
    known = roc_auc_score(left, scores, sample_weight=weights)
    assert weighted_area(scores, left, ~left, weights).value == close(known)


def test_its_variance_is_delongs(people):
    """The variance of the mean of each side's placements, as the paper has it."""
    scores, others, left = people
    order, other = kernel(scores, left), kernel(others, left)
    known = sum(np.var(order.mean(axis), ddof=1) / order.shape[1 - axis] for axis in (0, 1))
    assert area(scores, left).variance == close(known)
    both = sum(
        np.cov(order.mean(axis), other.mean(axis))[0, 1] / order.shape[1 - axis] for axis in (0, 1)
    )
    second = area(others, left).variance
    found = difference(scores, others, left)
    assert found.variance == close(known + second - 2 * both)
    assert found.value == close(roc_auc_score(left, others) - roc_auc_score(left, scores))


def test_who_was_not_seen_long_enough_is_on_no_side(people):
    """The area of the others is what it is without them."""
    scores, _, left = people
    seen = np.arange(300) % 3 > 0
    found = weighted_area(scores, left & seen, ~left & seen, np.ones(300))
    assert found.value == close(area(scores[seen], left[seen]).value)
    assert found.variance == close(area(scores[seen], left[seen]).variance)


def test_one_side_alone_has_no_area(people):
    """Nobody left: no figure, and no error."""
    scores, others, left = people
    nobody = np.zeros_like(left)
    assert math.isnan(area(scores, nobody).value)
    assert math.isnan(difference(scores, others, nobody).variance)
    assert math.isnan(area(scores, nobody).interval(0.95).low)


def test_without_a_trial_a_share_may_be_anything():
    """From none to all."""
    assert wilson(0, 0) == (0, 1)


def test_an_interval_by_the_normal_law_is_scipys():
    """At whatever level."""
    for level in (0.95, 1 - 1 / 60):
        known = norm.interval(level, 0.3, math.sqrt(0.02))
        assert around(0.3, 0.02, level) == close(known)
