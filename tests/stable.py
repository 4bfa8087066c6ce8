"""Companies that are what a model says of them, but for what the model itself may err by."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.answer import FLAGGED, UNCERTAIN, UNFLAGGED
from futurisys.operations.following import Followed
from futurisys.operations.live import MONTH

HORIZON = 365
# Days between two monthly files.
STEP = 30
START = np.datetime64("2025-01-01")
# As far as the sample's model says its mean log-odds may move.
SHIFT = 0.08
# From here up people are estimated to leave, and from here on that is said of them alone.
THRESHOLD, SURE = 0.25, 0.35
GRID = 1 / (1 + np.exp(2.1 - 1.2 * np.random.default_rng(1).standard_normal(20_000)))
DEPARTMENTS = np.array(["Commercial", "Consulting", "Ressources Humaines"], dtype=object)
Floats = NDArray[np.float64]


def moved(chances: Floats, shift: float) -> Floats:
    """Probabilities whose log-odds all move by a shift."""
    return chances / (chances + (1 - chances) * np.exp(-shift))


def estimated(chances: Floats, estimated_on: Any) -> Followed:
    """People of these estimates, of whom nothing is known yet."""
    count = len(chances)
    words = np.where(chances >= SURE, FLAGGED, np.where(chances >= 0.2, UNCERTAIN, UNFLAGGED))
    never = np.full(count, np.datetime64("NaT", "D"))
    return Followed(
        ids=np.arange(count).astype(str),
        inputs=np.arange(count).astype(str),
        probabilities=chances,
        thresholds=np.full(count, THRESHOLD),
        versions=np.full(count, "one"),
        words=words,
        levels=DEPARTMENTS[np.arange(count) % 3],
        estimated_on=np.broadcast_to(np.asarray(estimated_on, "datetime64[D]"), count).copy(),
        left_on=never,
        measured_on=never,
        wrong=np.zeros(count, dtype=bool),
    )


def departures(draw: np.random.Generator, chances: Floats) -> Floats:
    """After how many days each leaves, at a risk that is the same every day."""
    return np.asarray(np.ceil(HORIZON * draw.exponential(size=len(chances)) / hazards(chances)))


def hazards(chances: Floats) -> Floats:
    """How much risk adds up within the horizon."""
    return np.asarray(-np.log1p(-chances))


@dataclass(frozen=True)
class Company:
    """People with what came of them. truth: what a perfect measurement would find."""

    found: Followed
    truth: dict[str, float]


def company(seed: int, people: int = 1500, spread: int = 0, measures: float = 0.0) -> Company:
    """People drawn from `GRID`, whose truth is moved by a draw from `SHIFT`.

    spread: over how many days they were estimated. measures: to which share of those who are
    signalled a measure is given, at a random time; it takes three quarters of the risk away.
    """
    draw = np.random.default_rng(seed)
    shift = SHIFT * draw.standard_normal()
    chances = draw.choice(GRID, people)
    days = departures(draw, moved(chances, shift))
    on = START + draw.integers(0, spread + 1, people).astype("timedelta64[D]")
    found = estimated(chances, on)
    given = (found.words == FLAGGED) & (draw.random(people) < measures)
    at = draw.integers(1, HORIZON, people)
    days = np.where(given & (days > at), at + 4 * (days - at), days)
    return Company(
        replace(
            found,
            left_on=on + days.astype("timedelta64[D]"),
            measured_on=np.where(
                given & (days > at), on + at.astype("timedelta64[D]"), np.datetime64("NaT")
            ),
        ),
        truth_of(shift),
    )


def truth_of(shift: float) -> dict[str, float]:
    """What is measured of infinitely many people whose truth is moved by a shift."""
    chances = np.sort(GRID)
    true = moved(chances, shift)
    stay = 1 - true
    below = np.cumsum(stay) - stay / 2
    up = chances >= THRESHOLD
    return {
        "area": float(true @ below / (true.sum() * stay.sum())),
        "recall": float(true[up].sum() / true.sum()),
        "precision": float(true[up].mean()),
    }


def after(days: int) -> datetime.date:
    """The day so many days after the first estimate."""
    return datetime.date(2025, 1, 1) + datetime.timedelta(days)


def looks(seed: int, years: int = 5, people: int = 1500) -> Iterator[tuple[Followed, int]]:
    """A company in which nothing changes, looked at after each monthly file.

    Each time, whoever was estimated in a horizon and a month, by the first estimate of these, and
    the day, after the first file of all. Whoever leaves is replaced in the next file.
    """
    draw = np.random.default_rng(seed)
    shift = SHIFT * draw.standard_normal()
    first = (HORIZON + MONTH) // STEP + 1
    files = first + 12 * years
    hired, chances, left = (np.zeros(0) for _ in range(3))
    for file in range(files):
        day = file * STEP
        count = people - int((left >= day).sum())
        new = draw.choice(GRID, count)
        hired = np.append(hired, np.full(count, day))
        chances = np.append(chances, new)
        left = np.append(left, day + departures(draw, moved(new, shift)))
        if file < first:
            continue
        begin = -(-(day - HORIZON - MONTH) // STEP) * STEP
        on = np.maximum(hired, begin)
        there = left >= on
        days = [START + some[there].astype("timedelta64[D]") for some in (on, left)]
        yield replace(estimated(chances[there], days[0]), left_on=days[1]), day
