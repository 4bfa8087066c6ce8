"""What live figures promise of chance: intervals that hold the truth, measures that bend nothing,
and warnings where nothing has changed at most once in five years."""

import math
import os
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest

from futurisys.operations.live_figures import EXPECTED_LEAST, WARNING_LEVEL, ranking
from futurisys.operations.resolving import CENSORED_MOST, Resolved, resolve
from futurisys.statistics.intervals import Interval
from tests.stable import HORIZON, SHIFT, after, company, looks

pytestmark = [pytest.mark.slow, pytest.mark.prove]
PROVE = bool(os.environ.get("PROVE"))
COMPANIES = 1000 if PROVE else 100
# The share of intervals that must hold the truth; of few companies chance alone moves it more.
LOW, HIGH = (0.93, 0.97) if PROVE else (0.87, 1.0)
STABLE = 300 if PROVE else 15


def known(
    resolved: Resolved, truth: dict[str, float]
) -> Iterator[tuple[str, float, Interval, float]]:
    """Of each figure its name, its value, its interval, and the truth."""
    whole = resolved.agreement(SHIFT)
    # The truth is moved by a draw, so the model's own claim is what the intervals must hold.
    yield "ratio", whole.ratio, whole.ratio_interval(), 1.0
    yield "intercept", whole.intercept, whole.intercept_interval(), 0.0
    if resolved.over.all():
        found = ranking(resolved)
        assert found.censored <= CENSORED_MOST
        for name in ("area", "recall", "precision"):
            one = getattr(found, name)
            yield name, one.value, one.interval, truth[name]


@pytest.mark.parametrize(
    ("spread", "measures", "end"),
    [
        pytest.param(0, 0.0, HORIZON, id="whole horizons"),
        pytest.param(0, 0.6, HORIZON, id="measures"),
        pytest.param(300, 0.6, HORIZON, id="estimated at different times"),
    ],
)
def test_intervals_hold_the_truth(spread, measures, end):
    """Nineteen in twenty do, whether all were seen to the end or not; and no figure is bent by
    measures at random times for whoever is signalled."""
    held, off = defaultdict(list), defaultdict(list)
    for seed in range(COMPANIES):
        one = company(seed, spread=spread, measures=measures)
        resolved = resolve(one.found, HORIZON, after(end))
        assert resolved.is_whole == (not spread and not measures)
        for name, value, interval, truth in known(resolved, one.truth):
            held[name].append(interval.holds(truth))
            off[name].append(value - truth)
    for name, found in held.items():
        print(f"{name}: {np.mean(found):.3f} hold, off by {np.mean(off[name]):+.4f}")
        assert LOW <= np.mean(found) <= HIGH
        # A ratio's mean is above that of its logarithm by half of its variance.
        bent = np.var(off[name]) / 2 if name == "ratio" else 0.0
        error = np.std(off[name]) / math.sqrt(COMPANIES)
        assert abs(np.mean(off[name]) - bent) < 4 * error, name
    assert len(held) == (2 if spread else 5)


@pytest.mark.parametrize("people", [250, 1500])
def test_a_stable_company_is_warned_at_most_once_in_five_years(people):
    """On average, of companies that are looked at after each monthly file, whose model errs by as
    much as its training may have made it; as soon as thirty departures are to be expected."""
    warned = [
        sum(not interval.holds(1) for interval in monthly(seed, people)) for seed in range(STABLE)
    ]
    print(f"{people} people: {np.mean(warned):.2f} warnings in 60 looks")
    assert np.mean(warned) <= 1


def monthly(seed: int, people: int) -> Iterator[Interval]:
    """The interval of each look at a company."""
    for found, day in looks(seed, people=people):
        resolved = resolve(found, HORIZON, after(day))
        agreement = resolved.agreement(SHIFT)
        if agreement.expected >= EXPECTED_LEAST:
            yield agreement.ratio_interval(WARNING_LEVEL)
