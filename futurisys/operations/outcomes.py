"""Who left, as HR says it: matched with who is estimated, shown, and kept of those alone."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.employee.departures import NAMELESS, RESIGNED, Departure
from futurisys.employee.departures import reference as reference_of
from futurisys.errors import OutcomesRefused, ScopeMissing
from futurisys.operations.access import Caller
from futurisys.operations.clock import today, zone
from futurisys.operations.journal import OUTCOME_CHANGED, OUTCOMES, actor_of
from futurisys.operations.privacy import subjects_tried
from futurisys.operations.requests import NO_KEY
from futurisys.operations.retention import ACTOR_MAX
from futurisys.operations.transactions import reading, writing
from futurisys.records import journal, outcomes
from futurisys.records.predictions import new_id

SECONDS = 600
# So many of the lists that were kept a page has room for.
LISTS_MAX = 12
NEW, CHANGED, SAME = "new", "changed", "same"
TOO_LATE = (
    "Une liste ne peut pas être complète jusqu'à un jour à venir : corrigez la date, ou "
    "laissez-la vide."
)
SOME_DEPARTMENTS = (
    "Une liste de départs porte sur toute l'entreprise : il y faut une clé « admin » de tous les "
    "départements."
)


@dataclass(frozen=True)
class Match:
    """What a list of departures says of who is estimated.

    departures: of who is estimated. listed: how many people it names; resigned: who resigned of
    them; to_come: who has not left yet; nameless: who has no number in the declaration. earliest,
    latest: the days; None of nobody. new, changed, same: of how many of those who are estimated
    nothing was said, something else, or this; early: how many had left before, whom no figure
    counts.
    """

    departures: Sequence[Departure]
    listed: int
    resigned: int
    new: int
    changed: int
    same: int
    early: int
    nameless: int
    earliest: datetime.date | None
    latest: datetime.date | None
    to_come: int

    @property
    def known(self) -> int:
        """How many people are estimated."""
        return self.new + self.changed + self.same

    @property
    def unknown(self) -> int:
        """How many are not, or are not to be."""
        return self.listed - self.known


@dataclass(frozen=True)
class _Leaver:
    """Somebody who is estimated and left: the hashes that they are estimated under, since when."""

    departure: Departure
    subjects: Sequence[str]
    since: datetime.datetime

    @property
    def is_early(self) -> bool:
        """Whether they had left before they were estimated."""
        return self.departure.left_on < self.since.astimezone(zone()).date()

    @property
    def said(self) -> tuple[datetime.date, str]:
        """What is said of them."""
        return self.departure.left_on, self.departure.reason

    def word(self, before: Mapping[str, tuple[datetime.date, str]]) -> str:
        """Whether that is new, something else than before, or the same."""
        known = [before[subject] for subject in self.subjects if subject in before]
        if not known:
            return NEW
        return SAME if all(one == self.said for one in known) else CHANGED


def keeps() -> bool:
    """Whether it can be said of somebody that they left: where people are found by their number."""
    return bool(subjects_tried(1))


def match(
    departures: Sequence[Departure], complete_to: datetime.date | None, caller: Caller
) -> Match:
    """What would be kept of a list, of which nothing is kept.

    complete_to: the day until which it is complete, where it says so. Raises OutcomesRefused, and
    ScopeMissing for who sees some departments alone.
    """
    _check(complete_to, caller)
    with reading(SECONDS) as connection:
        leavers = _leavers(connection, departures)
        return _matched(departures, leavers, _before(connection, leavers))


def keep(
    departures: Sequence[Departure], complete_to: datetime.date | None, caller: Caller
) -> Match:
    """Keep who left, of those who are estimated, and until when the list is complete.

    What is said last of a person holds; the journal says how many were said to have left, and has a
    line about each of whom something else was said before. Raises as `match` does.
    """
    _check(complete_to, caller)
    with writing(SECONDS) as connection:
        leavers = _leavers(connection, departures)
        before = _before(connection, leavers)
        found = _matched(departures, leavers, before)
        identifier, now = new_id()
        by = {"holder": caller.holder, "author": caller.name[:ACTOR_MAX], "created_at": now}
        said = [
            {
                "subject": subject,
                "left_on": one.departure.left_on,
                "reason": one.departure.reason,
                **by,
            }
            for one in leavers
            for subject in one.subjects
            if before.get(subject) != one.said
        ]
        outcomes.keep(connection, sorted(said, key=lambda row: row["subject"]))
        row = {"id": identifier, "complete_to": complete_to, "kept": found.known}
        outcomes.add_list(connection, row | by)
        journal.note(connection, OUTCOMES, actor_of(caller), found.known)
        for one in leavers:
            if one.word(before) == CHANGED:
                journal.note(connection, OUTCOME_CHANGED, actor_of(caller), 1, one.subjects[0])
    return found


def forget(reference: int, actor: str) -> bool:
    """Take back that somebody left, and leave a line; False where it was not said."""
    subjects = subjects_tried(reference)
    with writing() as connection:
        known = list(outcomes.kept(connection, subjects))
        if known:
            journal.note(connection, OUTCOME_CHANGED, actor[:ACTOR_MAX], 1, known[0])
        return outcomes.forget(connection, subjects)


def lists() -> Sequence[Any]:
    """Rows (created_at, author, kept, complete_to) of the last lists, the newest first."""
    with reading() as connection:
        return outcomes.lists(connection, LISTS_MAX)


def _check(complete_to: datetime.date | None, caller: Caller) -> None:
    if caller.departments is not None:
        raise ScopeMissing(SOME_DEPARTMENTS)
    if not keeps():
        raise OutcomesRefused(NO_KEY)
    if complete_to and complete_to > today():
        raise OutcomesRefused(TOO_LATE)


def _leavers(connection: sa.Connection, departures: Sequence[Departure]) -> list[_Leaver]:
    """Those of a list who are estimated and do not oppose to it, under whatever key it was."""
    references = ((one, reference_of(one.number)) for one in departures)
    tried = [(one, subjects_tried(number)) for one, number in references if number is not None]
    every = [subject for _, subjects in tried for subject in subjects]
    known, opposed = outcomes.estimated(connection, every), outcomes.opposed(connection, every)
    named = (
        (one, [subject for subject in subjects if subject in known])
        for one, subjects in tried
        if opposed.isdisjoint(subjects)
    )
    return [
        _Leaver(one, subjects, min(known[subject] for subject in subjects))
        for one, subjects in named
        if subjects
    ]


def _before(
    connection: sa.Connection, leavers: Sequence[_Leaver]
) -> dict[str, tuple[datetime.date, str]]:
    """What was said of them before, by hash."""
    every = [subject for one in leavers for subject in one.subjects]
    rows = outcomes.kept(connection, every)
    return {subject: (row.left_on, row.reason) for subject, row in rows.items()}


def _matched(
    departures: Sequence[Departure],
    leavers: Sequence[_Leaver],
    before: Mapping[str, tuple[datetime.date, str]],
) -> Match:
    words = [one.word(before) for one in leavers]
    days = [one.left_on for one in departures]
    return Match(
        departures=[one.departure for one in leavers],
        listed=len(departures),
        resigned=sum(one.reason == RESIGNED for one in departures),
        new=words.count(NEW),
        changed=words.count(CHANGED),
        same=words.count(SAME),
        early=sum(one.is_early for one in leavers),
        nameless=sum(one.number == NAMELESS for one in departures),
        earliest=min(days, default=None),
        latest=max(days, default=None),
        to_come=sum(day > today() for day in days),
    )
