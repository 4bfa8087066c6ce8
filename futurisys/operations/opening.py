"""A file of employees made ready to be scored: its table found, its columns known and surveyed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from futurisys.employee.columnar import Table
from futurisys.employee.finding import find_table
from futurisys.employee.formats import is_workbook
from futurisys.employee.headers import Match, is_known, match_header
from futurisys.employee.mapping import ColumnMapping
from futurisys.employee.reading import Reading
from futurisys.employee.sheets import Row
from futurisys.employee.surveying import Alert, survey
from futurisys.errors import ExtractError
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
    of_workbook = is_workbook(file)
    found = find_table(file, name, is_known)
    match = match_header(found.header, predictor.needed, mapping.told if mapping else None)
    match.complete(f"{name}, ligne {found.line}")
    blocks = _filled(blocks_of(found.rows), name)
    profile = survey(found.header, match.columns, blocks, predictor.seen, of_workbook)
    reading = Reading(
        match.left_out, found.sheet, found.other_sheets, found.hidden_rows(), profile.alerts
    )
    table = Table(match, name, found.line, predictor.needed, predictor.known, profile.marks)
    return OpenedTable(table, find_table(file, name, is_known).rows, reading)


def look(
    file: BinaryIO, name: str, predictor: Predictor, mapping: ColumnMapping | None = None
) -> tuple[Match, Sequence[Alert]]:
    """What a file's columns hold, whether or not all are there, and what is odd about them."""
    of_workbook = is_workbook(file)
    found = find_table(file, name, is_known)
    match = match_header(found.header, predictor.needed, mapping.told if mapping else None)
    blocks = blocks_of(found.rows)
    profile = survey(found.header, match.columns, blocks, predictor.seen, of_workbook)
    return match, profile.alerts


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
        raise ExtractError(f"{name} : sous son en-tête, le fichier n'a pas d'employé.")
    yield first
    yield from blocks
