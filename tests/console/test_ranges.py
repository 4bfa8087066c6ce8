"""The range of an estimate in words, near the bounds beyond which no data tells more."""

import pytest

from futurisys.console.estimates import between, in_brief, in_words
from tests.console import spaced

# Log-odds of 0.01 and of 0.85, of which 5 % and 75 % are sure.
BOUNDS = {"low": {"log_odds": -4.595, "told": 0.05}, "high": {"log_odds": 1.735, "told": 0.75}}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.12, 0.34, "de 12 % à 34 %"),
        (0.005, 0.03, "moins de 5 %"),
        (0.005, 0.12, "au plus 12 %"),
        (0.6, 0.9, "au moins 60 %"),
        (0.83, 0.9, "plus de 75 %"),
        (0.88, 0.9, "plus de 75 %"),
        (0.005, 0.9, "de moins de 5 % à plus de 75 %"),
    ],
)
def test_a_range_never_begins_above_its_end(low, high, said):
    """An end that data cannot support leaves the range open there, in words of that kind."""
    assert spaced(between(low, high, BOUNDS)) == spaced(said)


@pytest.mark.parametrize(
    ("chance", "low", "high", "said"),
    [
        (0.2, 0.12, 0.34, "12 à 34 %"),
        (0.88, 0.83, 0.9, ""),
        (0.82, 0.78, 0.9, ""),
        (0.88, 0.6, 0.9, "au moins 60 %"),
        (0.02, 0.005, 0.03, ""),
    ],
)
def test_a_row_says_its_range_unless_its_estimate_says_as_much(chance, low, high, said):
    """The table of people has room for what its estimate leaves unsaid, and for no more."""
    assert spaced(in_brief(chance, low, high, BOUNDS)) == spaced(said)


def test_no_figure_stands_beyond_what_is_told_of_higher_and_lower_ones():
    """Down a ranking, « plus de 75 % » comes first, then figures of 75 % and less, to the end."""
    said = [in_words(chance / 1000, BOUNDS) for chance in range(999, 0, -1)]
    figures = [float(one.split("\u202f")[0].replace(",", ".")) for one in said if one[0].isdigit()]
    assert (max(figures), min(figures)) == (75, 5)
    assert [spaced(one) for one in said[:249]] == ["plus de 75 %"] * 249
    assert [spaced(one) for one in said[-49:]] == ["moins de 5 %"] * 49
    assert len(figures) == len(said) - 249 - 49
