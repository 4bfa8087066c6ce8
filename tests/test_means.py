"""Means of people who stand for others."""

import math

import numpy as np
import pytest
from statsmodels.stats.weightstats import DescrStatsW

from futurisys.statistics.means import weighted_mean


def test_a_mean_and_its_interval_are_statsmodels():
    """Where everybody stands for themselves it is the usual mean, with n - 1 below."""
    values = np.random.default_rng(1).normal(size=40)
    found, usual = weighted_mean(values, np.full(40, 3.0)), DescrStatsW(values)
    assert found.value == pytest.approx(usual.mean, rel=0, abs=1e-9)
    assert tuple(found.interval()) == pytest.approx(usual.zconfint_mean(), rel=0, abs=1e-9)


def test_a_mean_is_weighed():
    """Who stands for two counts twice, who stands for nobody not at all."""
    assert weighted_mean([1, 0, 9], [2, 1, 0]).value == pytest.approx(2 / 3)


def test_of_nobody_there_is_no_mean_and_of_one_no_variance():
    """What cannot be said is no number."""
    assert math.isnan(weighted_mean([], []).value)
    assert math.isnan(weighted_mean([1, 2], [1, 0]).variance)
