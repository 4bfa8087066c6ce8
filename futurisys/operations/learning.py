"""A training set of what was kept: each person's first estimate, and what became of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask import current_app
from numpy.typing import NDArray

from futurisys.employee.schema import ASKED, KEPT
from futurisys.errors import TrainingRefused
from futurisys.operations.following import Days, Followed, complete_to, followed
from futurisys.operations.journal import LEARNING
from futurisys.operations.privacy import subjects_tried
from futurisys.operations.requests import RECTIFICATION, REFUSED, WITHDRAWN
from futurisys.operations.resolving import CENSORED_MOST, Resolved, resolve
from futurisys.operations.retention import ACTOR_MAX
from futurisys.operations.transactions import reading, writing
from futurisys.records import facts, journal, learning
from futurisys.records.withheld import CONTEST
from futurisys.statistics.survival import standing

SECONDS = 600
_SUBJECT = "subject"
_KEPT = (_SUBJECT, *KEPT)
# What there is of whoever has been erased, or is not to be shown, since they were looked up.
_GONE = (None,) * len(_KEPT)
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
        people, known = _resolved(connection, horizon)
        kept = facts.of_inputs(connection, _KEPT, people.inputs.tolist())
    rows = [dict(zip(_KEPT, kept.get(one, _GONE), strict=True)) for one in people.inputs.tolist()]
    apart = np.array([row.pop(_SUBJECT) not in others for row in rows], dtype=bool)
    # A field that was asked for later is empty in what was kept before.
    whole = np.array([all(row[name] is not None for name in ASKED) for row in rows], dtype=bool)
    found = Past(rows, people.estimated_on, known.seen, known.left, known.words, horizon)
    found = _where(found, apart & whole & (found.left | (found.seen > 0)))
    _refuse_unseen(found)
    with writing() as connection:
        journal.note(connection, LEARNING, actor[:ACTOR_MAX], len(found.employees))
    return found


def _resolved(connection: sa.Connection, horizon: int) -> tuple[Followed, Resolved]:
    """Those whose horizon is over and against whose facts nothing was said; what came of it."""
    until = complete_to(connection)
    if until is None:
        raise TrainingRefused(
            "Until when it is known who left was never said: keep a list of departures with "
            "`flask outcomes import FILE --complet-au D`."
        )
    found = followed(connection, has_facts=True)
    contested = learning.contested(connection, (CONTEST, RECTIFICATION), (REFUSED, WITHDRAWN))
    sound = ~found.wrong & ~np.isin(found.ids, sorted(contested))
    found = found.where(sound & (found.estimated_on + horizon <= np.datetime64(until)))
    return found, resolve(found, horizon, until)


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
            f"Nobody was estimated, with facts that are still kept, {found.horizon} days before "
            "the last day of which all departures are known: facts are kept for as long as "
            "FUTURISYS_HORIZON_DAYS asks for."
        )
    bands = np.unique(found.words, return_inverse=True)[1]
    known = standing(found.seen, found.left, found.horizon, bands)
    if known.censored > CENSORED_MOST or known.smallest < SEEN_MIN:
        raise TrainingRefused(
            f"A measure was taken for {known.censored:.0%} of the people before the end of the "
            f"horizon, at most for {CENSORED_MOST:.0%} may it be, and for some of each word it "
            "must not: what would have become of them cannot be told from the others."
        )
