"""What was answered before."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.errors import PredictionUnknown
from futurisys.model.artifact import LABELS
from futurisys.operations.privacy import subject_of, subjects_tried
from futurisys.operations.transactions import TRANSACTION_SECONDS, reading
from futurisys.records import history, perimeter, predictions
from futurisys.records.history import Filters
from futurisys.records.predictions import Stored

PAGE_MAX = 200
COUNT_SECONDS = 30
# What is said where answers are asked for by another word than their own.
EITHER = f"« {' » ou « '.join(sorted(LABELS.values()))} » est attendu."


@dataclass(frozen=True)
class Page:
    """Predictions, newest first; the id after which the next page goes on; how many in all.

    left: whether they are of one person who has moved out of the caller's perimeter since.
    """

    predictions: list[dict[str, Any]]
    next: str | None
    total: int | None
    left: bool = False


def page(
    filters: Filters,
    reference: int | None = None,
    before: str | None = None,
    limit: int = PAGE_MAX,
    total: bool = False,
) -> Page:
    """A page of what is kept; reference: of this person alone.

    A page goes on from an id, so that rows added meanwhile shift nothing. Where references are
    not kept, nothing is known of any person.
    """
    if reference is not None:
        if subject_of(reference) is None:
            return Page([], None, 0 if total else None)
        filters = dataclasses.replace(filters, subjects=subjects_tried(reference))
    with reading(COUNT_SECONDS if total else TRANSACTION_SECONDS) as connection:
        rows = history.page(connection, filters, before, limit + 1)
        counted = history.count(connection, filters) if total else None
        left = bool(rows and filters.subjects) and _has_left(connection, filters)
    more = len(rows) > limit
    return Page(rows[:limit], rows[limit - 1]["id"] if more else None, counted, left)


def _has_left(connection: sa.Connection, filters: Filters) -> bool:
    """Whether a person was last in a department that the caller does not see."""
    seen = perimeter.current().departments
    return seen is not None and history.newest_department(connection, filters.subjects) not in seen


def prediction(identifier: str) -> Stored:
    """What is kept under an id; raises PredictionUnknown."""
    with reading() as connection:
        kept = predictions.find(connection, identifier)
    if kept is None:
        raise PredictionUnknown("Aucune prédiction n'est conservée sous cet identifiant.")
    return kept
