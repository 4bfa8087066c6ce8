"""What the estimates of many people add up to, and how far that may move."""

import math

import numpy as np
import pytest

from futurisys.model.calibration import probability
from futurisys.model.sums import EXACT_BELOW, sum_of_few, sum_of_many

DRAWS = 200_000


@pytest.fixture
def chances():
    """As many estimates as the normal law takes, few of them high."""
    return np.random.default_rng(7).beta(1, 5, EXACT_BELOW)


def test_chance_alone_moves_a_sum_by_the_root_of_its_variance():
    """Σp(1 − p) is the variance; nine times in ten the sum lies within 1.645 of its root."""
    found = sum_of_many(1470, 237.0, 144.0, None)
    assert found.by_chance == (217, 257)
    assert found.with_model is None


def test_the_model_moves_all_people_together():
    """Its own error grows with the number of people, and adds to the chance of each of them."""
    found = sum_of_many(1470, 237.0, 144.0, 0.1)
    spread = 1.6449 * math.sqrt(144 + (0.1 * 144) ** 2)
    assert found.with_model == (math.floor(237 - spread), math.ceil(237 + spread))
    low, high = sum_of_many(147_000, 23_700.0, 14_400.0, 0.1).with_model or (0, 0)
    assert high - low > 60 * (found.with_model[1] - found.with_model[0])


def test_the_shift_of_log_odds_is_carried_to_the_sum_by_its_slope(chances):
    """Moving everybody's log-odds by one standard deviation moves the sum as the formula says."""
    log_odds = np.log(chances / (1 - chances))
    moved = probability(log_odds + 0.05).sum() - probability(log_odds - 0.05).sum()
    assert moved / 2 == pytest.approx(0.05 * (chances * (1 - chances)).sum(), rel=0.01)


def test_few_people_are_counted_one_by_one():
    """Of three sure and two even estimates three to five people are all that can be."""
    found = sum_of_few([1.0, 1.0, 1.0, 0.5, 0.5], None)
    assert (found.people, found.expected, found.by_chance) == (5, 4.0, (3, 5))


def test_counting_agrees_with_drawing(chances):
    """The interval holds nine draws in ten, and one person less on either side does not."""
    generator = np.random.default_rng(1)
    few = chances[:40]
    found = sum_of_few(few.tolist(), 0.4)
    assert found.with_model
    for interval, shifts in (
        (found.by_chance, np.zeros(DRAWS)),
        (found.with_model, generator.normal(0, 0.4, DRAWS)),
    ):
        log_odds = np.log(few / (1 - few)) + shifts[:, np.newaxis]
        drawn = (generator.random((DRAWS, len(few))) < 1 / (1 + np.exp(-log_odds))).sum(axis=1)
        low, high = interval
        assert (drawn < low).mean() < 0.055 < (drawn <= low).mean() + 0.01
        assert (drawn > high).mean() < 0.055 < (drawn >= high).mean() + 0.01


def test_both_ways_agree_where_they_meet(chances):
    """The normal law takes over without a jump."""
    exact = sum_of_few(chances.tolist(), 0.1)
    variance = (chances * (1 - chances)).sum()
    normal = sum_of_many(len(chances), chances.sum(), variance, 0.1)
    assert exact.with_model
    assert normal.with_model
    for one, other in ((exact.by_chance, normal.by_chance), (exact.with_model, normal.with_model)):
        assert np.abs(np.subtract(one, other)).max() <= 1


def test_no_sum_goes_beyond_its_people():
    """Neither fewer than nobody nor more than everybody."""
    for expected, ends in ((0.5, (0, 4)), (119.5, (116, 120))):
        assert sum_of_many(120, expected, 0.49, 4.0).with_model == ends
