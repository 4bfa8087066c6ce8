"""Live figures of a model's estimates, as far as the records tell them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from futurisys.model.predictor import Predictor
from futurisys.operations.following import PLACE, Followed, complete_to, followed
from futurisys.operations.horizons import horizon_days
from futurisys.operations.live_figures import Figures, figures
from futurisys.operations.resolving import resolve
from futurisys.operations.transactions import reading
from futurisys.records import following as records

SECONDS = 30
# Beside a horizon, so that a monthly file begins each window.
MONTH = 31


@dataclass(frozen=True)
class Live:
    """What estimates said, beside what came of it.

    version: of the model that gave them; None where nobody was estimated. versions: the others that
    can be asked for, too. horizon: in days; None where neither the model nor the setting says one.
    is_models: whether the model says it. complete_to: until when it is known who left. since: from
    which day on the first estimate of each person counts; None: from the first of all. knows_error:
    whether the intervals hold the model's own error. figures: None where something is missing
    without which there are none.
    """

    version: str | None
    versions: Sequence[str]
    horizon: int | None
    is_models: bool
    complete_to: datetime.date | None
    since: datetime.date | None
    until: datetime.date | None
    knows_error: bool
    figures: Figures | None


@dataclass(frozen=True)
class Asked:
    """Which estimates are meant: of a version, the served one's by default, and of which days.

    since: the day, included; None: a horizon and a month before outcomes end. until: not included.
    is_all: from the first estimate of all. by: the field of the groups.
    """

    version: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    is_all: bool = False
    by: str = PLACE


def live(asked: Asked, predictor: Predictor | None) -> Live:
    """The figures of the people whom the caller sees; predictor: today's, if there is one."""
    with reading(SECONDS) as connection:
        versions = records.versions(connection)
        served = predictor.version if predictor else None
        version = asked.version or (served if served in versions else next(iter(versions), None))
        said = Said.of(connection, version, predictor)
        last = complete_to(connection)
        since = asked.since
        if said.horizon and last and not (since or asked.is_all):
            since = last - datetime.timedelta(said.horizon + MONTH)
        found = None
        if said.horizon and last and version:
            found = followed(connection, since, asked.until, version, asked.by)
    return Live(
        version,
        versions,
        said.horizon,
        said.is_models,
        last,
        since,
        asked.until,
        said.knows_error,
        said.figures(found, last, asked.by) if found and last else None,
    )


@dataclass(frozen=True)
class Said:
    """What is known of the version of a model.

    shift: the standard deviation of its mean log-odds; mean_error: of its mean estimate, as a
    probability. At least one of them is None.
    """

    horizon: int | None
    is_models: bool
    shift: float | None
    mean_error: float | None

    @classmethod
    def of(
        cls, connection: sa.Connection, version: str | None, predictor: Predictor | None
    ) -> "Said":
        """From the model itself, where it is today's; else from when it was decided on."""
        if predictor and predictor.version == version:
            moves = predictor.card.range
            own = predictor.card.horizon is not None
            return cls(horizon_days(predictor), own, moves.shift if moves else None, None)
        row = records.decided(connection, version) if version else None
        if row is None:
            return cls(horizon_days(None), False, None, None)
        own = row.horizon_days is not None
        return cls(row.horizon_days or horizon_days(None), own, None, row.mean_error)

    @property
    def knows_error(self) -> bool:
        return self.shift is not None or self.mean_error is not None

    def figures(self, found: Followed, last: datetime.date, by: str) -> Figures:
        """The figures of people, by the day to which outcomes are complete."""
        some = resolve(found, self.horizon or 0, last)
        shift = self.shift
        if self.mean_error is not None and len(some):
            # A shift of all log-odds moves the mean estimate by that times the mean of p(1 - p).
            shift = self.mean_error / float((some.chances * (1 - some.chances)).mean())
        return figures(some, by, shift)
