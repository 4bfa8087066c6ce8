"""Live figures: equal to scikit-learn's on the same rows, and shown from enough people on."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from futurisys.operations.following import Followed
from futurisys.operations.live_figures import EXPECTED_LEAST, LEFT_LEAST, WARNING_LEVEL, figures
from futurisys.operations.live_told import verdict
from futurisys.operations.resolving import Resolved, resolve
from futurisys.statistics.intervals import wilson
from tests.stable import HORIZON, START, THRESHOLD, after, company, estimated

NEVER = np.datetime64("NaT", "D")


def close(value: Any) -> Any:
    """The same to nine digits."""
    return pytest.approx(value, rel=0, abs=1e-9)


def days(*counts: int | None) -> Any:
    """Days after the first, NaT of None."""
    known = [NEVER if one is None else START + np.timedelta64(one, "D") for one in counts]
    return np.array(known, dtype="datetime64[D]")


def resolved(left: Any, measured: Any = None, on: Any = START, end: int = HORIZON) -> Resolved:
    """People by when they left and when a measure was taken, all estimated at .3."""
    found = estimated(np.full(len(left), 0.3), on)
    found = replace(found, left_on=left)
    if measured is not None:
        found = replace(found, measured_on=measured)
    return resolve(found, HORIZON, after(end))


def told(some: Resolved, shift: float | None = None) -> Any:
    """What can be said of people, by department."""
    return figures(some, "departement", shift)


@pytest.fixture(scope="module")
def whole() -> Resolved:
    """A company that was seen to the end."""
    return resolve(company(5).found, HORIZON, after(HORIZON))


def test_a_departure_counts_within_the_horizon_and_what_is_known():
    """The day of the estimate and the last one count; what comes later is not looked at."""
    found = resolved(days(0, 365, 366, None))
    assert found.left.tolist() == [True, True, False, False]
    assert found.seen.tolist() == [0, 365, 365, 365]
    assert found.is_whole
    found = resolved(days(100, 101, None), end=100)
    assert (found.left.tolist(), found.seen.tolist()) == ([True, False, False], [100] * 3)
    assert not found.over.any()


def test_a_measure_ends_what_is_seen_of_a_person():
    """What came later does not count, and a measure before the estimate leaves nothing to see."""
    found = resolved(days(50, 51, None, None, 20), days(50, 50, 50, 365, -3))
    assert found.left.tolist() == [True, False, False, False, False]
    assert found.seen.tolist() == [50, 50, 50, 365, 0]
    assert found.measured.tolist() == [False, True, True, False, True]
    assert not found.is_whole


def test_who_is_estimated_after_outcomes_end_is_left_out():
    """Nothing is known of them."""
    found = resolved(days(None, None), on=days(0, 366))
    assert len(found) == 1


def test_the_ranking_is_scikit_learns(whole):
    """The area, recall and precision, these two with Wilson's intervals."""
    found = told(whole).ranking
    up = whole.chances >= THRESHOLD
    assert found.area.value == close(roc_auc_score(whole.left, whole.chances))
    assert found.recall.value == close(recall_score(whole.left, up))
    assert found.precision.value == close(precision_score(whole.left, up))
    hits = (up & whole.left).sum()
    for one, trials in ((found.recall, whole.left.sum()), (found.precision, up.sum())):
        assert one.interval == close(wilson(hits, trials))


def test_reliability_is_scikit_learns(whole):
    """Tenths of the people by their estimates, each with its mean and with who left."""
    shares, means = calibration_curve(whole.left, whole.chances, n_bins=10, strategy="quantile")
    bins = told(whole).bins
    assert [one.mean for one in bins] == close(means)
    assert [one.agreement.observed / one.agreement.people for one in bins] == close(shares)


def test_equal_estimates_stay_in_one_bin(whole):
    """Nor is there a bin of fewer than ten people."""
    chances = np.where(np.arange(len(whole)) < 5, 0.9, 0.2)
    bins = told(replace(whole, chances=chances)).bins
    assert [one.agreement.people for one in bins] == [len(whole)]


def test_nothing_is_compared_before_thirty_are_to_be_expected():
    """It is said how many are missing."""
    few = resolved(np.full(99, NEVER))
    found = told(few)
    assert (found.agreement, found.warns, found.missing_expected) == (None, False, 1)
    found = told(resolved(np.full(101, NEVER)))
    assert found.agreement.expected == close(EXPECTED_LEAST + 0.3)
    assert found.warns


def test_nothing_is_ranked_before_eighty_have_left():
    """Nor are bins and groups shown; who has not been seen for a horizon is not ranked at all."""
    left = days(*(1 if place < LEFT_LEAST - 1 else None for place in range(300)))
    found = told(resolved(left))
    assert (found.ranking, found.bins, found.groups, found.missing_left) == (None, [], [], 1)
    left[-1] = START
    found = told(resolved(left))
    assert found.ranking
    assert found.bins
    assert [one.agreement.people for one in found.groups] == [100] * 3
    found = told(resolved(left, end=HORIZON - 1))
    assert (found.ranking, found.missing_over) == (None, LEFT_LEAST)
    assert found.groups


def test_a_ranking_is_not_shown_where_too_many_got_a_measure():
    """Beyond a fifth of all, or where nearly nobody of those who are signalled was seen on."""
    found = company(7, measures=0.0).found
    for share, is_shown in ((0.5, True), (0.955, False)):
        given = (found.words == "flagged") & (np.arange(len(found)) % 100 < 100 * share)
        measured = replace(found, measured_on=np.where(given, START, NEVER))
        one = told(resolve(measured, HORIZON, after(HORIZON))).ranking
        assert (one.area is not None) == is_shown
    everybody = np.where(np.arange(len(found)) % 4 == 0, START, NEVER)
    measured = replace(found, measured_on=everybody)
    one = told(resolve(measured, HORIZON, after(HORIZON))).ranking
    assert one.censored > 0.2
    assert (one.area, one.recall, one.precision) == (None, None, None)


def test_small_groups_are_folded(whole):
    """A group of nine is none; its people are among the others, and these are ten."""
    levels = whole.levels.copy()
    levels[:9], levels[9:14] = "Direction", None
    found = told(replace(whole, levels=levels))
    assert "Direction" not in {one.level for one in found.groups}
    assert found.others.agreement.people >= 14
    people = sum(one.agreement.people for one in [*found.groups, found.others])
    assert people == len(whole)


@pytest.mark.parametrize(
    ("share", "warns"), [(1.04, False), (1.1, True), (0.955, False), (0.9, True)]
)
def test_a_difference_that_may_be_as_small_as_is_tolerated_is_none_to_warn_of(share, warns):
    """However many people make it certain that there is one."""
    count = 10_000
    left = np.where(np.arange(count) < 0.3 * share * count, START, NEVER)
    found = told(resolved(left))
    assert not found.agreement.ratio_interval(WARNING_LEVEL).holds(1)
    assert found.warns == warns
    assert ("5\u202f%" in verdict(found)) != warns


def test_a_company_that_changed_is_warned():
    """Where twice as many leave as were estimated."""
    found = company(3).found
    twice = found.estimated_on + (found.left_on - found.estimated_on) // 2
    changed: Followed = replace(found, left_on=twice)
    assert told(resolve(changed, HORIZON, after(HORIZON)), 0.08).warns
    assert not told(resolve(found, HORIZON, after(HORIZON)), 0.08).warns
