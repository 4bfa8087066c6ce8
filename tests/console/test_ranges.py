"""The range of an estimate in words, near the bounds beyond which no data tells more."""

import pytest

from futurisys.console.estimates import between, in_brief
from tests.console import spaced

# Log-odds of 0.01 and of 0.85: beyond them an estimate is said to be under 5 %, over 75 %.
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
        (0.82, 0.78, 0.9, "plus de 75 %"),
        (0.88, 0.6, 0.9, "au moins 60 %"),
        (0.02, 0.005, 0.03, "moins de 5 %"),
    ],
)
def test_a_row_says_its_range_unless_its_estimate_says_as_much(chance, low, high, said):
    """The table of people has room for what its estimate leaves unsaid, and for no more."""
    assert spaced(in_brief(chance, low, high, BOUNDS)) == spaced(said)
