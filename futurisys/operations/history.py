"""What was answered before."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.errors import PredictionUnknown
from futurisys.model.artifact import LABELS
from futurisys.operations.access import current_caller
from futurisys.operations.journal import PERSON, record
from futurisys.operations.kept_files import KeptFile, default_title
from futurisys.operations.privacy import subject_of, subjects_tried
from futurisys.operations.transactions import TRANSACTION_SECONDS, reading
from futurisys.records import history, kept_files, perimeter, predictions
from futurisys.records.history import Filters
from futurisys.records.kept_files import FileFilters
from futurisys.records.predictions import Stored, moment_of

PAGE_MAX = 200
COUNT_SECONDS = 30
UNKNOWN = "Aucune estimation n'est conservée sous cet identifiant, ou vous n'y avez pas accès."
# What is said where answers are asked for by another word than their own.
EITHER = f"« {' » ou « '.join(sorted(LABELS.values()))} » est attendu."


@dataclass(frozen=True)
class Page:
    """Predictions, newest first; the id after which the next page goes on; how many in all."""

    predictions: list[dict[str, Any]]
    next: str | None
    total: int | None


def page(
    filters: Filters,
    reference: int | None = None,
    before: str | None = None,
    limit: int = PAGE_MAX,
    total: bool = False,
) -> Page:
    """A page of what is kept; reference: of this person alone.

    A page goes on from an id, so that rows added meanwhile shift nothing. Where references are
    not kept, nothing is known of any person. A page about one person leaves a line in the journal.
    """
    if reference is not None:
        if subject_of(reference) is None:
            return Page([], None, 0 if total else None)
        filters = dataclasses.replace(filters, subjects=subjects_tried(reference))
    with reading(COUNT_SECONDS if total else TRANSACTION_SECONDS) as connection:
        rows = history.page(connection, filters, before, limit + 1)
        counted = history.count(connection, filters) if total else None
        subject = history.subject_of(connection, filters.subjects) if filters.subjects else None
    if reference is not None:
        record(current_caller(), PERSON, len(rows[:limit]), subject)
    more = len(rows) > limit
    return Page(rows[:limit], rows[limit - 1]["id"] if more else None, counted)


def _has_left(connection: sa.Connection, filters: Filters) -> bool:
    """Whether a person was last in a department that the caller does not see."""
    seen = perimeter.current().departments
    return seen is not None and history.newest_department(connection, filters.subjects) not in seen


@dataclass(frozen=True)
class Entries:
    """Files, and answers that stand in none, newest first; the id after which the next goes on.

    Of one person they are the answers alone, each with its file, if it has one. senders: who holds
    which keys, by the holders that entries name. titles: of the files in which answers stand. left:
    whether one person is meant who has moved out of the caller's perimeter since.
    """

    entries: list[KeptFile | Mapping[str, Any]]
    next: str | None
    senders: Mapping[str, str]
    titles: Mapping[str, str]
    left: bool = False


def entries(
    filters: Filters, reference: int | None = None, before: str | None = None, limit: int = PAGE_MAX
) -> Entries:
    """A page of what was asked for; reference: of this person alone, as `page` has it.

    A page about one person leaves a line in the journal.
    """
    of_person = reference is not None
    if reference is not None and subject_of(reference) is None:
        return Entries([], None, {}, {})
    subjects = () if reference is None else subjects_tried(reference)
    wanted = dataclasses.replace(filters, subjects=subjects, is_alone=not of_person)
    with reading(COUNT_SECONDS) as connection:
        rows: list[Any] = []
        if of_person or not filters.batch_id:
            rows = history.page(connection, wanted, before, limit + 1)
        files = [] if of_person else kept_files.page(connection, _of(filters), before, limit + 1)
        senders = kept_files.senders(connection)
        lots = {row["batch_id"] for row in rows if row["batch_id"]}
        titles = kept_files.titles(connection, lots)
        left = bool(rows and subjects) and _has_left(connection, wanted)
        subject = history.subject_of(connection, subjects) if of_person else None
    if of_person:
        record(current_caller(), PERSON, len(rows[:limit]), subject)
    found = [*((row["id"], row) for row in rows), *((row["id"], KeptFile.of(row)) for row in files)]
    found.sort(key=lambda one: one[0], reverse=True)
    told = {lot: title or default_title(moment_of(lot)) for lot, title in titles.items()}
    last = found[limit - 1][0] if len(found) > limit else None
    return Entries([one for _, one in found[:limit]], last, senders, told, left)


def _of(filters: Filters) -> FileFilters:
    """The files that filters mean."""
    period = filters.since, filters.until
    return FileFilters(*period, filters.sender, filters.batch_id, filters.word)


def prediction(identifier: str, action: str = PERSON) -> Stored:
    """What is kept under an id, once a line in the journal says who asked; action: for what.

    Raises PredictionUnknown.
    """
    with reading() as connection:
        kept = predictions.find(connection, identifier)
    if kept is None:
        raise PredictionUnknown(UNKNOWN)
    record(current_caller(), action, subject=kept.subject)
    return kept
