"""A file of employees made ready to be scored: its table found, its columns known and surveyed."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, BinaryIO, cast

from futurisys.employee.columnar import Table
from futurisys.employee.extracts import EXTRACTED
from futurisys.employee.finding import FoundTable, find_table, nobody
from futurisys.employee.headers import (
    ColumnsMissing,
    Match,
    is_known,
    match_columns,
    match_header,
)
from futurisys.employee.joined import Join, JoinedTable
from futurisys.employee.joining import Extract, Part, arrange
from futurisys.employee.mapping import ColumnMapping
from futurisys.employee.reading import Reading
from futurisys.employee.schema import ASKED, KEYS
from futurisys.employee.sheets import Row
from futurisys.employee.surveying import survey
from futurisys.model.predictor import Predictor

BLOCK = 2000
# Of a block, so that rows of a million empty cells are held one by one.
CELLS_MAX = 100 * BLOCK


@dataclass(frozen=True)
class OpenedTable:
    """A table whose rows can be scored; reading: what is to be known of how it is read."""

    table: Table
    rows: Iterator[Row]
    reading: Reading


def open_table(
    file: BinaryIO, name: str, predictor: Predictor, mapping: ColumnMapping | None = None
) -> OpenedTable:
    """The table in a file, which is read twice: first to survey its columns.

    name: what its sender calls it. predictor: the model that says which optional fields it needs,
    what it has seen and which levels it knows. mapping: what a person said of the columns.
    Raises ExtractError, in sentences that begin with `name`, where this is no table of employees.
    """
    found, match = _matched(file, name, predictor, mapping)
    match.complete(f"{name}, ligne {found.line}")
    told = mapping.cells(match) if mapping else {}
    blocks = _filled(blocks_of(found.rows), name)
    profile = survey(found.header, match.columns, blocks, predictor.seen, found.is_workbook, told)
    reading = Reading(
        match.left_out,
        found.sheet,
        found.other_sheets,
        found.hidden_rows(),
        profile.alerts,
        columns=ColumnMapping.of(match, mapping).document,
        mapping=mapping.digest if mapping else "",
    )
    table = Table(match, name, found.line, predictor.needed, predictor.known, profile.marks, told)
    return OpenedTable(table, find_table(file, name, is_known).rows, reading)


def open_files(
    parts: Sequence[Part], predictor: Predictor, mapping: ColumnMapping | None = None
) -> OpenedTable:
    """The table in one file, or that the three extracts make; raises as either does."""
    if len(parts) > 1:
        return open_extracts(parts, predictor, mapping)
    return open_table(parts[0].file, parts[0].name, predictor, mapping)


def open_extracts(
    parts: Sequence[Part], predictor: Predictor, mapping: ColumnMapping | None = None
) -> OpenedTable:
    """The table that the three extracts make, as `open_table` has that of one file.

    Raises ExtractError, one sentence, where they are not the three, or lack a column.
    """
    told = mapping.told if mapping else None
    extracts = arrange(parts, told)
    _complete(extracts, predictor.needed, told)
    join = Join(extracts)
    match = match_header(join.header, predictor.needed, told)
    of_workbook = chain.from_iterable([one.found.is_workbook] * len(one.header) for one in extracts)
    typed = {position for position, is_typed in enumerate(of_workbook) if is_typed}
    name, line = extracts[0].part.shown, extracts[0].found.line
    blocks = _filled(blocks_of(join.surveyed()), name)
    cells = mapping.cells(match) if mapping else {}
    profile = survey(join.header, match.columns, blocks, predictor.seen, typed, cells)
    table = JoinedTable(match, name, line, predictor.needed, predictor.known, profile.marks, cells)
    reading = Reading(
        tuple(chain.from_iterable(one.left_out for one in extracts)),
        ", ".join(dict.fromkeys(one.found.sheet for one in extracts if one.found.sheet)),
        tuple(chain.from_iterable(one.found.other_sheets for one in extracts)),
        sum(one.found.hidden_rows() for one in extracts),
        profile.alerts,
        join.matched,
        columns=ColumnMapping.of(match, mapping).document,
        mapping=mapping.digest if mapping else "",
    )
    return OpenedTable(table.of(join), join.rows(), reading)


def digest_of(parts: Sequence[Part], mapping: ColumnMapping | None = None) -> bytes:
    """The sha256 of what was sent: of the files in the order of the extracts, and the mapping.

    A file alone, of which nothing is said, has its own. Raises ExtractError as `open_files` does.
    """
    if len(parts) > 1:
        parts = [one.part for one in arrange(parts, mapping.told if mapping else None)]
    digests = []
    for part in parts:
        part.file.seek(0)
        digests.append(hashlib.file_digest(cast(Any, part.file), "sha256").digest())
        part.file.seek(0)
    if mapping:
        digests.append(bytes.fromhex(mapping.digest))
    return digests[0] if len(digests) == 1 else hashlib.sha256(b"".join(digests)).digest()


def _complete(
    extracts: Sequence[Extract], needed: tuple[str, ...], told: Mapping[str, str] | None
) -> None:
    """Raise ExtractError where a column is there twice, ColumnsMissing where one is not at all."""
    header = tuple(chain.from_iterable(one.found.header for one in extracts))
    asked = tuple(dict.fromkeys((*ASKED, *needed, *KEYS.values())))
    match = match_columns(header, asked, told)
    replace(match, missing=()).complete(", ".join(one.part.shown for one in extracts))
    for one in extracts:
        lacking = [name for name in match.missing if EXTRACTED[name].extract == one.kind]
        here = f"{one.part.shown}, ligne {one.found.line}"
        try:
            replace(match, missing=tuple(lacking)).complete(here)
        except ColumnsMissing as error:
            raise ColumnsMissing(str(error), match) from error


def _matched(
    file: BinaryIO, name: str, predictor: Predictor, mapping: ColumnMapping | None
) -> tuple[FoundTable, Match]:
    found = find_table(file, name, is_known)
    return found, match_header(found.header, predictor.needed, mapping.told if mapping else None)


def blocks_of(rows: Iterator[Row], size: int = BLOCK) -> Iterator[list[Row]]:
    """The rows, at most so many at a time, and fewer where they are wider than any employee."""
    block: list[Row] = []
    cells = 0
    for row in rows:
        block.append(row)
        cells += len(row[1])
        if len(block) == size or cells >= CELLS_MAX:
            yield block
            block, cells = [], 0
    if block:
        yield block


def _filled(blocks: Iterator[list[Row]], name: str) -> Iterator[list[Row]]:
    """The blocks, of which there must be one."""
    first = next(blocks, None)
    if first is None:
        raise nobody(name)
    yield first
    yield from blocks
