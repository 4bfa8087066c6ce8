"""A company's past: who was there on a day, and who of them had left within a horizon."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from futurisys.employee.departures import Departure, reference
from futurisys.employee.extracts import read_undecided
from futurisys.employee.schema import REFERENCE
from futurisys.errors import TrialRefused
from futurisys.sample import SAMPLE
from futurisys.training.estimator import frame

# Within fewer days hardly anybody leaves.
HORIZON_MIN = 30
Labels = NDArray[np.bool_]


@dataclass(frozen=True)
class Extracts:
    """The three extracts as they were on a day, in whatever order."""

    paths: Sequence[Path]
    on: datetime.date


@dataclass(frozen=True)
class Snapshot:
    """Who was there on a day, and who of them had left within the horizon: n rows."""

    on: datetime.date
    table: pd.DataFrame
    left: Labels


@dataclass(frozen=True)
class Past:
    """One snapshot, or two; horizon_days: within how many days of each somebody counts as gone.

    fictional: whether the people are the sample's. remarks: what there is to know of how the files
    were read.
    """

    first: Snapshot
    later: Snapshot | None
    horizon_days: int
    fictional: bool
    remarks: tuple[str, ...]


def read_past(
    first: Extracts,
    later: Extracts | None,
    departures: Sequence[Departure],
    complete_to: datetime.date | None = None,
) -> Past:
    """What the extracts and a list of who has left say of the past.

    complete_to: until when the list has everybody; the last departure's day where nobody says it.
    Raises ExtractError, TrialRefused.
    """
    days = {
        number: one.left_on for one in departures if (number := reference(one.number)) is not None
    }
    if not days:
        raise TrialRefused("La liste des départs ne nomme personne.")
    until = complete_to or max(days.values())
    horizon = _horizon(first.on, later.on if later else None, until)
    remarks: list[str] = []
    if complete_to is None:
        remarks.append(
            f"La liste des départs est tenue pour complète jusqu'au dernier, le {until:%d/%m/%Y}."
        )
    known: set[int] = set()
    snapshots = [
        _snapshot(one, days, horizon, known, remarks) for one in (first, later) if one is not None
    ]
    if unknown := len(days.keys() - known):
        remarks.append(f"Départs listés qui ne sont de personne dans les extraits : {unknown}.")
    fictional = _contents(first.paths) == _contents(SAMPLE.values())
    return Past(snapshots[0], snapshots[1] if later else None, horizon, fictional, tuple(remarks))


def _horizon(first: datetime.date, later: datetime.date | None, until: datetime.date) -> int:
    """Within how many days everybody's departure is known, and by the later day the first's."""
    if later is not None and later <= first:
        raise TrialRefused("Les seconds extraits doivent être plus récents que les premiers.")
    spans = [until - (later or first)] + ([later - first] if later else [])
    days = min(spans).days
    if days < HORIZON_MIN:
        raise TrialRefused(
            f"Entre les extraits et la fin de la liste des départs il y a moins de {HORIZON_MIN} "
            "jours : prenez des extraits plus anciens."
        )
    return days


def _snapshot(
    extracts: Extracts,
    days: Mapping[int, datetime.date],
    horizon: int,
    known: set[int],
    remarks: list[str],
) -> Snapshot:
    """Who was there; whoever is listed as gone before that day is left out, and told.

    known: filled with the numbers of all.
    """
    employees, reading = read_undecided(extracts.paths)
    remarks.extend(reading.remarks())
    known.update(one[REFERENCE] for one in employees)
    there = [one for one in employees if not _left(days, one[REFERENCE], None, extracts.on)]
    if gone := len(employees) - len(there):
        remarks.append(
            f"Personnes déjà parties le {extracts.on:%d/%m/%Y}, et laissées de côté : {gone}."
        )
    until = extracts.on + datetime.timedelta(days=horizon)
    left = [_left(days, one[REFERENCE], extracts.on, until) for one in there]
    return Snapshot(extracts.on, frame(there), np.array(left, dtype=bool))


def _left(
    days: Mapping[int, datetime.date],
    number: int,
    after: datetime.date | None,
    until: datetime.date,
) -> bool:
    day = days.get(number)
    return day is not None and (after is None or day > after) and day <= until


def _contents(paths: Iterable[Path]) -> set[bytes]:
    return {path.read_bytes() for path in paths}
