"""What was answered before."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from futurisys.errors import PredictionUnknown
from futurisys.model.artifact import LABELS
from futurisys.operations.privacy import subject_of
from futurisys.operations.transactions import TRANSACTION_SECONDS, reading
from futurisys.records import history, predictions
from futurisys.records.history import Filters
from futurisys.records.predictions import Stored

PAGE_MAX = 200
COUNT_SECONDS = 30
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
    not kept, nothing is known of any person.
    """
    subject = subject_of(reference)
    if reference is not None and subject is None:
        return Page([], None, 0 if total else None)
    filters = dataclasses.replace(filters, subject=subject)
    with reading(COUNT_SECONDS if total else TRANSACTION_SECONDS) as connection:
        rows = history.page(connection, filters, before, limit + 1)
        counted = history.count(connection, filters) if total else None
    more = len(rows) > limit
    return Page(rows[:limit], rows[limit - 1]["id"] if more else None, counted)


def prediction(identifier: str) -> Stored:
    """What is kept under an id; raises PredictionUnknown."""
    with reading() as connection:
        kept = predictions.find(connection, identifier)
    if kept is None:
        raise PredictionUnknown("Aucune prédiction n'est conservée sous cet identifiant.")
    return kept
