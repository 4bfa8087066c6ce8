"""Whom a model learns from: their facts, who of them left, and where that is known from."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.departures import Departure
from futurisys.employee.extracts import read_and_tell, read_undecided
from futurisys.employee.schema import REFERENCE
from futurisys.errors import TrainingRefused
from futurisys.model.statements import EXTRACTS, RECORDS
from futurisys.sample import SAMPLE
from futurisys.statistics.completing import completed


@dataclass(frozen=True)
class People:
    """Employees as the schema loads them, and whether each left.

    origin: whence they are, `EXTRACTS`, `RECORDS` or both. fictional: whether they are the
    sample's. horizon: within how many days of their facts they left; None where no date is known.
    days: of each one's facts, where there is a horizon. drawn: of how many it was drawn whether
    they left, for a measure was taken for them before. remarks: what there is to know of how they
    were read.
    """

    employees: Sequence[Mapping[str, Any]]
    left: Sequence[bool]
    origin: tuple[str, ...] = (EXTRACTS,)
    fictional: bool = False
    horizon: int | None = None
    days: Sequence[datetime.date] = ()
    drawn: int = 0
    remarks: tuple[str, ...] = ()


def of_extracts(extracts: Mapping[str, Path]) -> People:
    """Those of three extracts that say themselves who left; raises ExtractError."""
    employees, left, reading = read_and_tell(extracts)
    fictional = is_sample(extracts.values())
    return People(employees, left, fictional=fictional, remarks=tuple(reading.remarks()))


@dataclass(frozen=True)
class Span:
    """From which day on departures count, and until which day all of them are known."""

    first: datetime.date
    last: datetime.date

    def horizon(self, wanted: int | None = None) -> int:
        """How many days that is, or as many as are wanted; raises TrainingRefused."""
        days = (self.last - self.first).days
        if days < 1:
            raise TrainingRefused(
                f"Departures are known to {self.last}, which is not after {self.first}, the day of "
                "the snapshot: give a later list, or an earlier snapshot."
            )
        if wanted and wanted > days:
            raise TrainingRefused(
                f"Departures are known for {days} days after the snapshot, and {wanted} are asked "
                "for: give a later list, or fewer days as FUTURISYS_HORIZON_DAYS."
            )
        return wanted or days


def present(
    employees: Sequence[Mapping[str, Any]],
    gone_on: Sequence[datetime.date],
    on: datetime.date,
    horizon: int,
) -> tuple[list[Mapping[str, Any]], list[bool]]:
    """Who was there on a day, and who of them left within so many days of it.

    gone_on: when each left; `datetime.date.max` of whoever is not said to have.
    """
    end = on + datetime.timedelta(days=horizon)
    there = [(one, day) for one, day in zip(employees, gone_on, strict=True) if day > on]
    return [one for one, _ in there], [day <= end for _, day in there]


def of_snapshot(
    extracts: Mapping[str, Path],
    departures: Iterable[Departure],
    span: Span,
    horizon: int,
) -> People:
    """Those of three extracts of one day, and who of them left within so many days of it.

    Whoever was gone by that day is left out; what the extracts say of who has left does not count.
    Raises ExtractError.
    """
    employees, reading = read_undecided(extracts.values())
    gone_on = {one.number: one.left_on for one in departures}
    end = span.first + datetime.timedelta(days=horizon)
    days = [gone_on.pop(str(one[REFERENCE]), datetime.date.max) for one in employees]
    there, left = present(employees, days, span.first, horizon)
    others = sum(span.first < day <= end for day in gone_on.values())
    return People(
        there,
        left,
        horizon=horizon,
        days=[span.first] * len(there),
        remarks=(*reading.remarks(), *_told(len(employees) - len(there), others)),
    )


def of_records(
    employees: Sequence[Mapping[str, Any]],
    days: Sequence[datetime.date],
    seen: NDArray[np.float64],
    left: NDArray[np.bool_],
    words: NDArray[np.str_],
    horizon: int,
) -> People:
    """Those whom the service has kept.

    seen: for how many days after those of their facts each was; left: whether they left then.
    words: what was said of them: who was not seen to the horizon is told by others of that word.
    """
    bands = np.unique(words, return_inverse=True)[1]
    gone, drawn = completed(seen, left, horizon, bands)
    return People(
        employees, gone.tolist(), (RECORDS,), False, horizon, tuple(days), int(drawn.sum())
    )


def together(some: People, others: People) -> People:
    """The people of two origins, of one horizon."""
    return People(
        [*some.employees, *others.employees],
        [*some.left, *others.left],
        some.origin + others.origin,
        False,
        some.horizon,
        (*some.days, *others.days),
        some.drawn + others.drawn,
        some.remarks + others.remarks,
    )


def _told(before: int, others: int) -> Iterator[str]:
    """Who does not count, of a snapshot and of a list of departures."""
    if before:
        yield f"Personnes déjà parties au jour des extraits, laissées de côté : {before}."
    if others:
        yield f"Personnes de la liste parties ensuite, mais absentes des extraits : {others}."


def is_sample(paths: Iterable[Path]) -> bool:
    """Whether extracts, in whatever order, are the sample's to the last byte."""
    return _contents(paths) == _contents(SAMPLE.values())


def _contents(paths: Iterable[Path]) -> set[bytes]:
    return {path.read_bytes() for path in paths}
