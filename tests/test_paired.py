"""How the benchmark in pairs judges what it measured."""

import pytest

from benchmarks.paired import interval


@pytest.mark.parametrize(("pairs", "ranks"), [(6, (1, 6)), (15, (4, 12)), (30, (10, 21))])
def test_the_interval_of_a_median_stands_between_two_ranks(pairs, ranks):
    """What it is stands in every table of the sign test: 95 % at least, and no rank wider."""
    assert interval(range(pairs, 0, -1)) == ranks
