"""What `statistics/` says of agreement, shares and means is statsmodels' on the same rows."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from futurisys.statistics.intervals import wilson
from futurisys.statistics.means import weighted_mean
from tests.test_agreement import close, people

pytestmark = pytest.mark.slow
__all__ = ["people"]


def test_people_who_were_all_seen_to_the_end_are_a_logistic_regressions(people):
    """The intercept beside the estimates, its variance, and that of the ratio by it."""
    chances, left = people.chances, people.left
    log_odds = np.log(chances / (1 - chances))
    family = sm.families.Binomial()
    model = sm.GLM(left.astype(float), np.ones(len(left)), family, offset=log_odds)
    known = model.fit(tol=1e-14)
    found = people.whole().compared()
    assert found.ratio == close(left.sum() / chances.sum())
    assert found.intercept == close(known.params[0])
    assert found.intercept_variance == close(known.cov_params()[0, 0])
    assert found.intercept_interval() == close(tuple(known.conf_int()[0]))
    # By the delta method, of the sum of what the regression fits.
    slope = known.mu @ (1 - known.mu) / left.sum()
    assert found.ratio_variance == close(slope**2 * known.cov_params()[0, 0])


@pytest.mark.parametrize(("hits", "trials"), [(0, 12), (12, 12), (7, 80), (40, 41)])
def test_wilsons_interval_is_statsmodels(hits, trials):
    """Of none and of all, too."""
    known = proportion_confint(hits, trials, method="wilson")
    assert wilson(hits, trials) == close(known)


def test_a_mean_and_its_interval_are_statsmodels():
    """Where everybody stands for themselves it is the usual mean, with n - 1 below."""
    values = np.random.default_rng(1).normal(size=40)
    found, usual = weighted_mean(values, np.full(40, 3.0)), DescrStatsW(values)
    assert found.value == pytest.approx(usual.mean, rel=0, abs=1e-9)
    assert tuple(found.interval()) == pytest.approx(usual.zconfint_mean(), rel=0, abs=1e-9)
