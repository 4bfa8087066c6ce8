"""A page of a file's ranked table: of each person what a row has room for."""

from collections.abc import Iterator, Mapping
from typing import Any

from futurisys.model.explain import briefly
from futurisys.operations import files
from futurisys.records.batches import RankingFilters
from futurisys.records.predictions import effects_of

REASONS = 3
_TOLD = (
    *("id", "line", "probability", "threshold", "range_low", "range_high"),
    *("model_version", "word", "warned", "departement", "poste"),
)


def rows(
    batch_id: str, filters: RankingFilters, order: tuple[str, bool], window: tuple[int, int]
) -> Iterator[Mapping[str, Any]]:
    """Each row with its `REASONS` heaviest reasons.

    Where all are of one department, their department is no reason.
    """
    columns = files.page(batch_id, filters, order, window)
    hidden = () if filters.department is None else ("departement",)
    reasons = briefly(columns, effects_of(columns), REASONS, hidden)
    told = zip(*(columns[name] for name in _TOLD), strict=True)
    for row, heaviest in zip(told, reasons, strict=True):
        yield dict(zip(_TOLD, row, strict=True), reasons=heaviest)
