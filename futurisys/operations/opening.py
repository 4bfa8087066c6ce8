"""A file of employees made ready to be scored: its table found, its columns known and surveyed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from futurisys.employee.columnar import Table
from futurisys.employee.finding import filled, find_table
from futurisys.employee.headers import is_known, match_header
from futurisys.employee.joined import join_parts
from futurisys.employee.joining import Part, arrange, refuse_alone
from futurisys.employee.mapping import ColumnMapping
from futurisys.employee.reading import Reading
from futurisys.employee.rereading import Rereadable
from futurisys.employee.sheets import Row
from futurisys.employee.surveying import survey
from futurisys.model.predictor import Predictor


@dataclass(frozen=True)
class OpenedTable:
    """A table whose rows can be scored; reading: what is to be known of how it is read."""

    table: Table
    rows: Iterator[Row]
    reading: Reading


def open_table(
    file: BinaryIO, name: str, predictor: Predictor, mapping: ColumnMapping | None = None
) -> OpenedTable:
    """The table in a file, whose rows are read twice: first to survey its columns.

    name: what its sender calls it. predictor: the model that says which optional fields it needs,
    what it has seen and which levels it knows. mapping: what a person said of the columns.
    Raises ExtractError, in sentences that begin with `name`, where this is no table of employees.
    """
    found = find_table(file, name, is_known)
    match = match_header(found.header, predictor.needed, mapping.told if mapping else None)
    refuse_alone(match, name)
    match.complete(f"{name}, ligne {found.line}")
    told = mapping.cells(match) if mapping else {}
    read = Rereadable(found.rows, lambda: find_table(file, name, is_known).rows)
    blocks = filled(read.blocks(), name)
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
    return OpenedTable(table, read.rows(), reading)


def open_files(
    parts: Sequence[Part], predictor: Predictor, mapping: ColumnMapping | None = None
) -> OpenedTable:
    """The table in one file, as `open_table` has it, or that the three extracts make.

    Raises ExtractError as `open_table` does, and where several files are not the three.
    """
    if len(parts) > 1:
        return OpenedTable(*join_parts(parts, predictor, mapping))
    return open_table(parts[0].file, parts[0].name, predictor, mapping)


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
