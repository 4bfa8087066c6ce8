"""What became of a file that was scored under a name: its counts, its ranked table, its faults."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.employee.schema import FACTS, KEPT, REFERENCE
from futurisys.errors import PredictionUnknown
from futurisys.model.population import answers_kept
from futurisys.operations.all_or_none import Fault
from futurisys.operations.scored_tables import LINE
from futurisys.operations.scoring import Block
from futurisys.operations.transactions import reading
from futurisys.records import batches
from futurisys.records.batches import RankingFilters
from futurisys.records.predictions import moment_of

RANKING_SECONDS = 30
ROWS = 10_000


@dataclass(frozen=True)
class Summary:
    """What is known of a file as a whole.

    people: how many answers, by department and risk. refused: how many rows had none; faults: why.
    """

    batch_id: str
    created_at: datetime.datetime
    people: Mapping[tuple[str, str], int]
    refused: int
    faults: Sequence[Fault]


def summary(batch_id: str) -> Summary:
    """What became of a file; raises PredictionUnknown where there was none."""
    with reading(RANKING_SECONDS) as connection:
        row = batches.find(connection, batch_id)
        counted = batches.counts(connection, batch_id)
    if row is None:
        raise PredictionUnknown("Aucun fichier n'est connu sous cet identifiant.")
    people = {(one.departement, one.risk): one.people for one in counted}
    faults = [tuple(fault) for fault in row.faults]
    return Summary(batch_id, moment_of(batch_id), people, row.refused, faults)


def page(
    batch_id: str, filters: RankingFilters, order: tuple[str, bool], window: tuple[int, int]
) -> list[Mapping[str, Any]]:
    """The rows of a page, facts and answers as one, as `records.batches.page` has them."""
    with reading(RANKING_SECONDS) as connection:
        return batches.page(connection, batch_id, filters, order, window)


def header(references: bool) -> tuple[str, ...]:
    """The columns of the table that `blocks` gives, before those of the answer."""
    return (LINE, REFERENCE, *KEPT) if references else (LINE, *KEPT)


def blocks(found: Summary, references: Mapping[int, str] | None = None) -> Iterator[Block]:
    """The table of a file, the highest risk first and the refused rows last, in blocks.

    Each is read by itself, so that whoever takes long to write it keeps nobody from the database.
    references: those of the people by line, which are kept nowhere: whoever sent the file has them.
    """
    last: Mapping[str, Any] | None = None
    while rows := _behind(found.batch_id, last):
        yield _answered(rows, references)
        last = rows[-1]
    yield _refused(found.faults, references)


def _behind(batch_id: str, last: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    with reading(RANKING_SECONDS) as connection:
        return batches.ranked(connection, batch_id, last, ROWS)


def _answered(rows: Sequence[Mapping[str, Any]], references: Mapping[int, str] | None) -> Block:
    told = [(row["line"], _cells(row["line"], row, references)) for row in rows]
    answers = answers_kept(rows)
    return Block(told, range(len(rows)), {}, answers, [row["id"] for row in rows])


def _refused(faults: Sequence[Fault], references: Mapping[int, str] | None) -> Block:
    sentences: dict[int, dict[str, list[str]]] = {}
    for line, column, sentence in faults:
        sentences.setdefault(line, {}).setdefault(column, []).append(sentence)
    told = [(line, _cells(line, {}, references)) for line in sentences]
    return Block(told, [], dict(enumerate(sentences.values())), answers_kept([]), [])


def _cells(line: int, row: Mapping[str, Any], references: Mapping[int, str] | None) -> list[str]:
    known = [] if references is None else [references.get(line, "")]
    values = (FACTS[name].serialize(name, row) if name in row else None for name in KEPT)
    return [str(line), *known, *map(_text, values)]


def _text(value: Any) -> str:
    """A fact as HR would type it: 5993 is no 5993.0."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
