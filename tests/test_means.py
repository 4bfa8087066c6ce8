"""Means of people who stand for others."""

import math

import pytest

from futurisys.statistics.means import weighted_mean


def test_a_mean_is_weighed():
    """Who stands for two counts twice, who stands for nobody not at all."""
    assert weighted_mean([1, 0, 9], [2, 1, 0]).value == pytest.approx(2 / 3)


def test_of_nobody_there_is_no_mean_and_of_one_no_variance():
    """What cannot be said is no number."""
    assert math.isnan(weighted_mean([], []).value)
    assert math.isnan(weighted_mean([1, 2], [1, 0]).variance)
