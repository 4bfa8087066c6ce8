"""What is known of people within a horizon: until when each was seen, and whether they left."""

import datetime
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from futurisys.operations.following import Days, Followed
from futurisys.statistics.agreement import Agreement, compared
from futurisys.statistics.survival import Standing, standing

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# Beyond this share of people whom a measure took away others cannot stand for them.
CENSORED_MOST = 0.2
# No estimate is so sure that nothing could be added to it.
SURE = 1e-12
# People of one word are weighed in so many bands of their estimate, each of so many people.
BANDS_MOST, BAND_LEAST = 5, 100


@dataclass(frozen=True)
class Resolved:
    """What is known of n people; arrays (n,).

    chances, flagged, words, levels: as they were estimated; flagged: whether from the threshold up.
    known: of how many days from the estimate on, at most the horizon, it is known who left. seen:
    for how many of them; a measure ends it, and so does a departure. left: whether they were seen
    to leave. measured: whether a measure ended what was seen before the horizon did.
    """

    horizon: int
    chances: Floats
    flagged: Flags
    words: NDArray[np.str_]
    levels: NDArray[np.object_]
    known: Floats
    seen: Floats
    left: Flags
    measured: Flags

    def __len__(self) -> int:
        return len(self.chances)

    @property
    def over(self) -> Flags:
        """Of whom the horizon was over before outcomes ended."""
        return self.known >= self.horizon

    @property
    def is_whole(self) -> bool:
        """Whether everybody was seen for the whole horizon, or until they left."""
        return bool(self.over.all()) and not self.measured.any()

    def where(self, chosen: NDArray[Any]) -> Self:
        """Some of them, as an index of numpy chooses."""
        names = [one.name for one in fields(self) if one.name != "horizon"]
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})

    def agreement(self, shift: float | None) -> Agreement:
        """Their departures beside their estimates; shift: as in `agreement`."""
        known, seen = self.known / self.horizon, self.seen / self.horizon
        return compared(self.chances, known, seen, self.left, shift)

    def standing(self) -> Standing:
        """For whom each stands of those whom a measure ended the seeing of.

        Measures are given by what people are shown: each word has bands of its own.
        """
        return standing(self.seen, self.left, self.horizon, bands(self.words, self.chances))


def resolve(found: Followed, horizon: int, complete_to: datetime.date) -> Resolved:
    """What is known by the day to which outcomes are complete; later estimates are left out."""
    found = found.where(found.estimated_on <= np.datetime64(complete_to))
    known = _days(found, np.full(len(found), complete_to, dtype="datetime64[D]"))
    gone, measured = (_days(found, moments) for moments in (found.left_on, found.measured_on))
    # Below 0 of whoever got a measure before: they stand for nobody, others stand for them.
    ends = np.minimum(np.minimum(known, measured), horizon)
    left = gone <= ends
    chances = np.clip(found.probabilities, SURE, 1 - SURE)
    return Resolved(
        horizon=horizon,
        chances=chances,
        flagged=found.probabilities >= found.thresholds,
        words=found.words,
        levels=found.levels,
        known=np.minimum(known, horizon),
        seen=np.maximum(np.where(left, gone, ends), 0.0),
        left=left,
        measured=~left & (measured < np.minimum(known, horizon)),
    )


def bands(words: NDArray[np.str_], chances: Floats) -> NDArray[np.int64]:
    """A number for each of n people, alike for those of one word and of like estimates."""
    found = np.zeros(len(words), dtype=np.int64)
    for number, word in enumerate(np.unique(words)):
        own = np.flatnonzero(words == word)
        count = min(max(len(own) // BAND_LEAST, 1), BANDS_MOST)
        place = np.argsort(np.argsort(chances[own], kind="stable"), kind="stable")
        found[own] = number * BANDS_MOST + place * count // len(own)
    return found


def _days(found: Followed, moments: Days) -> Floats:
    """How many days after the estimate each moment is; infinitely many where there is none."""
    after = (moments - found.estimated_on).astype(float)
    return np.where(np.isnat(moments), np.inf, after)
