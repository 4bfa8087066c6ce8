"""Each person's first estimate with what became of it, as arrays."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from futurisys.operations.clock import zone
from futurisys.records import following as records
from futurisys.records.predictions import moment_of

complete_to = records.complete_to
PLACE = "departement"
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Followed:
    """The first estimate of each of n people, the earliest first; each array is (n,).

    ids, inputs: of the estimate and of its facts. probabilities, thresholds, versions, words: as it
    was answered. levels: of the field that people are grouped by, None where it is not known any
    more. estimated_on, left_on, measured_on: days by the clocks here; the last two are NaT of those
    who are not said to have left, and for whom no measure was noted. wrong: whether it was said
    that the facts were.
    """

    ids: NDArray[np.str_]
    inputs: NDArray[np.str_]
    probabilities: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    versions: NDArray[np.str_]
    words: NDArray[np.str_]
    levels: NDArray[np.object_]
    estimated_on: Days
    left_on: Days
    measured_on: Days
    wrong: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def where(self, chosen: NDArray[Any]) -> Self:
        """Some of them, as an index of numpy chooses."""
        return replace(self, **{one.name: getattr(self, one.name)[chosen] for one in fields(self)})


def followed(
    connection: sa.Connection,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    version: str | None = None,
    by: str = PLACE,
    has_facts: bool = False,
) -> Followed:
    """The people whom the caller sees, of the days since, and before until; by: a field.

    version: of the model that is to have answered; None: any. has_facts: only estimates whose facts
    are still kept count, and so the first of these. Who had left before their estimate is left out.
    """
    begin, end = (_midnight(day) if day else None for day in (since, until))
    rows = records.firsts(connection, begin, end, version, by, has_facts)
    wrong = records.wrong(connection)
    found = _arrays(rows, wrong)
    return found.where(~(found.left_on < found.estimated_on))


def _arrays(rows: Sequence[Any], wrong: set[str]) -> Followed:
    levels = np.empty(len(rows), dtype=object)
    levels[:] = [row.level for row in rows]
    return Followed(
        ids=np.array([row.id for row in rows], dtype="U36"),
        inputs=np.array([row.input_id for row in rows], dtype="U36"),
        probabilities=np.array([row.probability for row in rows], dtype=float),
        thresholds=np.array([row.threshold for row in rows], dtype=float),
        versions=np.array([row.model_version for row in rows], dtype=str),
        words=np.array([row.word for row in rows], dtype=str),
        levels=levels,
        estimated_on=_days([moment_of(row.id) for row in rows]),
        left_on=np.array([row.left_on for row in rows], dtype="datetime64[D]"),
        measured_on=_days([row.measured_at for row in rows]),
        wrong=np.array([row.id in wrong for row in rows], dtype=bool),
    )


def _days(moments: Sequence[datetime.datetime | None]) -> Days:
    """The day of each moment by the clocks here, NaT of none."""
    here = zone()
    days = [moment and moment.astimezone(here).date() for moment in moments]
    return np.array(days, dtype="datetime64[D]")


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), zone())
