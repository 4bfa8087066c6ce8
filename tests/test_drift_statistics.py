"""The tests of drift say what scipy and statsmodels say of the same numbers."""

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats

from futurisys.statistics.families import holm
from futurisys.statistics.groups import chi_square, in_fifths, in_levels, permuted
from futurisys.statistics.pairs import mcnemar, signed_ranks, stuart_maxwell
from futurisys.statistics.tails import chi_square_tail, normal_tails, sign_tails

with warnings.catch_warnings():
    # It warns of others' modules while it is imported.
    warnings.simplefilter("ignore")
    from statsmodels.stats.contingency_tables import SquareTable
    from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
    from statsmodels.stats.multitest import multipletests

pytestmark = pytest.mark.slow
EXACT: dict[str, Any] = {"rel": 1e-9, "abs": 0}
SEEDS = range(20)


def test_the_tail_of_chi_square_is_scipys():
    """The upper tail is scipy's to a billionth of itself, far out too."""
    for freedom in range(1, 60):
        for statistic in (1e-6, 0.1, 1.0, 7.3, 40.0, 300.0, 1200.0):
            expected = stats.chi2.sf(statistic, freedom)
            assert chi_square_tail(statistic, freedom) == pytest.approx(expected, **EXACT)


def test_the_tails_of_the_normal_are_scipys():
    """Both tails together are scipy's."""
    for deviation in (-30.0, -2.5, 0.0, 1e-9, 1.96, 8.0, 37.0):
        expected = 2 * stats.norm.sf(abs(deviation))
        assert normal_tails(deviation) == pytest.approx(expected, **EXACT)


def test_uneven_tosses_are_scipys():
    """An exact sign test is scipy's binomial test."""
    for ups, downs in ((0, 0), (1, 0), (3, 9), (9, 3), (50, 50), (400, 310), (700, 299)):
        expected = stats.binomtest(ups, ups + downs).pvalue if ups + downs else 1.0
        assert sign_tails(ups, downs) == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_many_changes_are_ranked_as_scipy_does(seed):
    """With ties, zeros and more changes than are counted out, the limit is scipy's."""
    rng = np.random.default_rng(seed)
    changes = rng.integers(-4, 5 + seed % 3, 300) * rng.integers(0, 2, 300)
    expected = stats.wilcoxon(changes, zero_method="wilcox", correction=False, method="asymptotic")
    assert signed_ranks(changes) == pytest.approx(expected.pvalue, **EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_few_changes_are_counted_out_as_scipy_does(seed):
    """Without ties the exact distribution is scipy's."""
    rng = np.random.default_rng(seed)
    changes = rng.normal(0.3, 1, rng.integers(1, 51))
    expected = stats.wilcoxon(changes, method="exact").pvalue
    assert signed_ranks(changes) == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_few_changes_with_ties_are_counted_out(seed):
    """With ties it is what all ways of giving signs say."""
    rng = np.random.default_rng(seed)
    changes = rng.choice([-2.0, -1.0, 1.0, 2.0, 3.0], 9)
    signs = 1 - 2 * (np.arange(512)[:, None] >> np.arange(9) & 1)
    ranks = stats.rankdata(np.abs(changes))
    sums = (signs * ranks).sum(axis=1)
    seen = (np.sign(changes) * ranks).sum()
    expected = min(1.0, 2 * min((sums >= seen).mean(), (sums <= seen).mean()))
    assert signed_ranks(changes) == pytest.approx(expected, **EXACT)


def test_no_change_is_no_sign():
    """Who has not changed says nothing, and where nobody has, the p-value is 1."""
    assert signed_ranks(np.zeros(300)) == 1.0
    assert mcnemar(0, 0) == 1.0
    assert stuart_maxwell(np.diag([30, 20, 10])) == 1.0


def test_yes_and_no_are_compared_as_statsmodels_does():
    """Few changes are compared exactly, very many by the limit."""
    for gained, lost in ((0, 1), (3, 12), (40, 22), (600, 400), (900, 800)):
        is_exact = gained + lost <= 1000
        table = [[0, gained], [lost, 0]]
        expected = their_mcnemar(table, exact=is_exact, correction=False).pvalue
        assert mcnemar(gained, lost) == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_levels_are_compared_as_statsmodels_does(seed):
    """Where all levels hang together, Stuart and Maxwell's test is statsmodels'."""
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 30, (2 + seed % 6,) * 2)
    expected = SquareTable(table, shift_zeros=False).homogeneity().pvalue
    assert stuart_maxwell(table) == pytest.approx(expected, **EXACT)


def test_levels_that_nobody_left_or_reached_change_nothing():
    """A level without a change takes no degree of freedom."""
    moved = np.array([[50, 9, 2], [3, 60, 4], [1, 8, 70]])
    wider = np.zeros((5, 5))
    wider[:3, :3], wider[3, 3] = moved, 40
    assert stuart_maxwell(wider) == pytest.approx(stuart_maxwell(moved), **EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_pearsons_statistic_is_scipys(seed):
    """Chi-square over levels is scipy's, without a correction."""
    rng = np.random.default_rng(seed)
    first, second = rng.integers(1, 40, (2, 2 + seed % 7))
    expected = stats.chi2_contingency([first, second], correction=False).statistic
    assert float(chi_square(first, second)) == pytest.approx(expected, **EXACT)


def test_permuting_two_levels_is_an_exact_test():
    """Of two levels of equal groups the permuted p-value is Fisher's, but for what is drawn."""
    expected = stats.fisher_exact([[30, 20], [18, 32]]).pvalue
    assert permuted([30, 20], [18, 32]) == pytest.approx(expected, abs=0.003)
    assert permuted([30, 20], [18, 32]) == permuted([30, 20], [18, 32])


def test_nothing_to_compare_is_no_sign():
    """One level alone, or a group of nobody, says nothing."""
    assert permuted([30], [40]) == 1.0
    assert permuted([30, 2], [0, 0]) == 1.0


def test_people_are_counted_in_the_fifths_of_both_groups():
    """Equal values are in one fifth, and everybody is counted."""
    first, second = in_fifths([1, 1, 1, 2, 3], [1, 4, 5, 6, 7, 8])
    assert (first.sum(), second.sum()) == (5, 6)
    assert first[0] == 3
    levels = in_levels(["b", "a", "b"], ["c", "a"])
    assert [one.tolist() for one in levels] == [[1, 2, 0], [1, 0, 1]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_family_is_adjusted_as_statsmodels_does(seed):
    """Holm's adjustment is statsmodels'."""
    chances = np.random.default_rng(seed).beta(0.3, 1, 43)
    expected = multipletests(chances, method="holm")[1]
    assert holm(chances) == pytest.approx(expected, **EXACT)
