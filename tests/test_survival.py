"""Curves and weights of people who were not seen to the end equal scikit-survival's."""

import csv
import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from sksurv.metrics import cumulative_dynamic_auc
from sksurv.nonparametric import kaplan_meier_estimator
from sksurv.util import Surv

from futurisys.statistics.areas import weighted_area
from futurisys.statistics.survival import censoring, kaplan_meier, standing

HORIZON = 12


class People(NamedTuple):
    """Until which month each was seen, whether they left then, and a score that is higher for who
    wants to leave."""

    months: Any
    left: Any
    scores: Any


@pytest.fixture(scope="module")
def retention() -> People:
    """3,770 people of a published data set, of months 1 to 12."""
    found = importlib.util.find_spec("peopleanalyticsdata")
    assert found
    assert found.origin
    path = Path(found.origin).parent / "data" / "job_retention.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ("month", "left", "intention", "sentiment")
    month, left, intention, sentiment = np.array(
        [[float(row[name]) for name in names] for row in rows]
    ).T
    assert len(rows) == 3770
    return People(month, left == 1, intention - sentiment / 10)


def close(value: Any) -> Any:
    """The same to nine digits."""
    return pytest.approx(value, rel=0, abs=1e-9)


def test_a_curve_is_kaplan_meiers(retention):
    """With departures and ends of seeing in the same months."""
    months, left, _ = retention
    times, shares = kaplan_meier_estimator(left, months)
    found = kaplan_meier(months, left)
    assert found.times.tolist() == times.tolist()
    assert found.shares == close(shares)
    seen = censoring(months, left)
    assert seen.shares == close(kaplan_meier_estimator(left, months, reverse=True)[1])


def test_a_curve_is_read_just_before_a_time(retention):
    """Who leaves in a month was still at risk in it."""
    found = kaplan_meier(retention.months, retention.left)
    first, *_ = found.shares
    assert found.before([0, 1, 1.5, 2]) == close([1, 1, first, first])


@pytest.mark.parametrize("horizon", [6, 9, 12])
def test_a_weighed_area_is_scikit_survivals(retention, horizon):
    """With half of the people seen for some months only, and departures first in each month."""
    months, left, scores = retention
    ends = np.random.default_rng(3).integers(1, 25, len(months))
    times, left = np.minimum(months, ends), left & (months <= ends)
    in_time = left & (times <= horizon)
    # What ends later in a month than a departure is half a month later for scikit-survival.
    known = Surv.from_arrays(left, np.where(left, times, times + 0.5))
    areas, _ = cumulative_dynamic_auc(known, known, scores, [horizon + 0.25])
    found = standing(np.minimum(times, horizon), in_time, horizon, np.zeros(len(times)))
    weighed = weighted_area(scores, found.is_case, found.is_control, found.weights)
    assert weighed.value == close(areas[0])


def test_each_band_has_weights_of_its_own(retention):
    """People of a band that was seen to the end stand for themselves alone."""
    months, left, scores = retention
    band = scores > np.median(scores)
    ends = np.where(band, np.random.default_rng(4).integers(1, 25, len(months)), HORIZON)
    times, in_time = np.minimum(months, ends), left & (months <= ends)
    times = np.where(in_time, times, np.minimum(ends, HORIZON))
    found = standing(times, in_time, HORIZON, band)
    assert set(found.weights[~band]) == {1.0}
    assert found.weights[band].sum() == pytest.approx(band.sum(), rel=0.02)
    assert found.censored == close(np.mean(~in_time & (times < HORIZON)))
    assert 0 < found.smallest < 1
