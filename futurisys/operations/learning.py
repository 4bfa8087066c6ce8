"""A training set of what was kept: each person's first estimate, and what became of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask import current_app
from numpy.typing import NDArray

from futurisys.errors import TrainingRefused
from futurisys.operations.following import Days, Followed, complete_to, followed
from futurisys.operations.journal import LEARNING
from futurisys.operations.privacy import subjects_tried
from futurisys.operations.requests import RECTIFICATION, REFUSED, WITHDRAWN
from futurisys.operations.retention import ACTOR_MAX
from futurisys.operations.transactions import reading, writing
from futurisys.records import journal, learning
from futurisys.records.withheld import CONTEST
from futurisys.statistics.survival import standing

SECONDS = 600
# Of whom more was not seen to the end, nothing is measured, and so nothing learnt.
UNSEEN_MAX = 0.2
# The share of those of a word that must have been seen to the end: for others they stand.
SEEN_MIN = 0.1


@dataclass(frozen=True)
class Past:
    """What was kept of n people, to be learnt from.

    employees: their facts, nothing that names them. estimated_on: when they were those. seen: for
    how many days afterwards it is known what became of each, at most the horizon. left: whether
    they left then. words: what was said of each, by which measures were given. horizon: in days.
    """

    employees: Sequence[Mapping[str, Any]]
    estimated_on: Days
    seen: NDArray[np.float64]
    left: NDArray[np.bool_]
    words: NDArray[np.str_]
    horizon: int


def past(horizon: int | None, actor: str, but_not: Iterable[int] = ()) -> Past:
    """The people whose first estimate with facts is a horizon older than what is known of all.

    Whoever had a measure was seen until that day. Nobody is among them whose facts were said to be
    wrong, or who contests or opposes. but_not: the references of people who are learnt from
    otherwise. The journal says how many they are. Raises TrainingRefused.
    """
    if not current_app.config["FUTURISYS_TRAIN_FROM_RECORDS"]:
        raise TrainingRefused(
            "Nothing is learnt from records unless FUTURISYS_TRAIN_FROM_RECORDS=yes: it is a "
            "purpose of its own, of which people are informed."
        )
    if horizon is None:
        raise TrainingRefused(
            "Within how many days a departure counts is not known: set FUTURISYS_HORIZON_DAYS."
        )
    others = {subject for number in but_not for subject in subjects_tried(number)}
    with reading(SECONDS) as connection:
        people = _resolved(connection, horizon)
        kept = learning.facts(connection, people.inputs.tolist())
    apart = np.array([row.pop("subject") not in others for row in kept], dtype=bool)
    found = _seen(people, kept, horizon)
    found = _where(found, apart & (found.left | (found.seen > 0)))
    _refuse_unseen(found)
    with writing() as connection:
        journal.note(connection, LEARNING, actor[:ACTOR_MAX], len(found.employees))
    return found


def _resolved(connection: sa.Connection, horizon: int) -> Followed:
    """Those of whom it is known what became of them, and against whose facts nothing was said."""
    until = complete_to(connection)
    if until is None:
        raise TrainingRefused(
            "Until when it is known who left was never said: keep a list of departures with "
            "`flask outcomes import FILE --complet-au D`."
        )
    found = followed(connection, has_facts=True)
    contested = learning.contested(connection, (CONTEST, RECTIFICATION), (REFUSED, WITHDRAWN))
    sound = ~found.wrong & ~np.isin(found.ids, sorted(contested))
    return found.where(sound & (found.estimated_on + horizon <= np.datetime64(until)))


def _seen(people: Followed, employees: Sequence[Mapping[str, Any]], horizon: int) -> Past:
    """For how long each was seen, and whether they left then."""
    end = people.estimated_on + horizon
    # Nothing compares with a day that there is none of.
    has_left = people.left_on <= end
    last = np.where(has_left, people.left_on, end)
    measured = people.measured_on < last
    last = np.where(measured, people.measured_on, last)
    seen = (last - people.estimated_on).astype(float)
    return Past(employees, people.estimated_on, seen, has_left & ~measured, people.words, horizon)


def _where(found: Past, chosen: NDArray[np.bool_]) -> Past:
    return replace(
        found,
        employees=[one for one, is_one in zip(found.employees, chosen, strict=True) if is_one],
        **{
            name: getattr(found, name)[chosen] for name in ("estimated_on", "seen", "left", "words")
        },
    )


def _refuse_unseen(found: Past) -> None:
    """Raise TrainingRefused where too few were seen to the end to tell of the others."""
    if not len(found.seen):
        raise TrainingRefused(
            "Nobody was estimated, with facts that are still kept, so many days before the last "
            "day of which all departures are known."
        )
    bands = np.unique(found.words, return_inverse=True)[1]
    known = standing(found.seen, found.left, found.horizon, bands)
    if known.censored > UNSEEN_MAX or known.smallest < SEEN_MIN:
        raise TrainingRefused(
            f"A measure was taken for {known.censored:.0%} of the people before the end of the "
            f"horizon, at most for {UNSEEN_MAX:.0%} may it be, and for some of each word it must "
            "not: what would have become of them cannot be told from the others."
        )
