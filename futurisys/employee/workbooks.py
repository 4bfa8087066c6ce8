"""Workbooks (.xlsx): the first sheet as a table of text, and a table as a sheet.

openpyxl is imported when the first workbook comes: a worker that never sees one does without.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from futurisys.employee.sheets import Row
from futurisys.errors import ExtractError

UNPACKED_MAX = 1 << 30
# Shared texts and styles are held in memory, where the rows are not.
HELD_MAX = 64 << 20
COLUMNS_MAX = 64
UNREADABLE = "ce n'est pas un classeur .xlsx lisible ; enregistrez-le de nouveau, ou en CSV UTF-8."

# How openpyxl takes a file that is no workbook, or one with flipped bytes.
_DAMAGED = (
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
# What XML has no place for.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_workbook(file: BinaryIO, name: str) -> Iterator[Row]:
    """Yield (row, cells) of each row of the first sheet that is not blank, as text.

    A formula is read as the value that the spreadsheet last gave it. Raises ExtractError where
    this is no workbook, or one that would unpack beyond measure.
    """
    from openpyxl import load_workbook

    _check_size(file, name)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            width = 0
            for number, row in enumerate(book.worksheets[0].iter_rows(max_col=COLUMNS_MAX), 1):
                cells = [_text(cell) for cell in row]
                while len(cells) > width and not cells[-1]:
                    cells.pop()
                if any(cells):
                    width = width or len(cells)
                    yield number, cells + [""] * (width - len(cells))
        finally:
            book.close()
    except _DAMAGED as error:
        raise ExtractError(f"{name} : {UNREADABLE}") from error


def count_rows(file: BinaryIO) -> int:
    """About how many rows the first sheet has; 0 where it does not say."""
    from openpyxl import load_workbook

    try:
        return load_workbook(file, read_only=True).worksheets[0].max_row or 0
    except _DAMAGED:
        return 0
    finally:
        file.seek(0)


def write_workbook(rows: Iterable[Sequence[Any]], file: BinaryIO) -> None:
    """Write rows as the only sheet; a text is never taken for a formula, and spoils nothing."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Futurisys")
    for row in rows:
        cells: list[Any] = []
        for value in row:
            if isinstance(value, str):
                value = _UNWRITABLE.sub("", value)
                if value.startswith("="):
                    value = WriteOnlyCell(sheet, value)
                    value.data_type = "s"
            cells.append(value)
        sheet.append(cells)
    book.save(file)


def _check_size(file: BinaryIO, name: str) -> None:
    """Refuse a small file that would unpack into a huge one."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except _DAMAGED as error:
        raise ExtractError(f"{name} : {UNREADABLE}") from error
    held = [one.file_size for one in members if not one.filename.startswith("xl/worksheets/")]
    if sum(one.file_size for one in members) > UNPACKED_MAX or sum(held) > HELD_MAX:
        raise ExtractError(f"{name} : le classeur est démesuré une fois décompressé.")
    file.seek(0)


def _text(cell: Any) -> str:
    """A cell as CSV would hold it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, float | int) and "%" in (cell.number_format or ""):
        return f"{round(value * 100, 6):.15g} %"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()
