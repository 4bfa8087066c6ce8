"""Workbooks (.xlsx) as they are read: the first sheet as a table of text."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from futurisys.employee.cells import EPOCH, EPOCH_1904, Form
from futurisys.employee.markup import CHUNK, Attributes, MarkupError, gather
from futurisys.employee.packages import Package
from futurisys.employee.sheets import Row
from futurisys.employee.worksheets import IMMENSE, Book, SharedTexts, read_forms, read_rows
from futurisys.errors import ExtractError

UNREADABLE = "ce n'est pas un classeur .xlsx lisible ; enregistrez-le de nouveau, ou en CSV UTF-8."

# How a zip and its documents take it where they are no workbook, or one with flipped bits.
_DAMAGED = (
    EOFError,
    ExpatError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")


@dataclass(frozen=True)
class _Outline:
    """What a workbook says of itself: the part that its first sheet is, the others by kind."""

    sheet: str
    parts: Mapping[str, str]
    epoch: datetime


def read_workbook(file: BinaryIO, name: str) -> Iterator[Row]:
    """Yield (row, cells) of each row of the first sheet that is not blank, as text.

    A formula is read as the value that the spreadsheet last gave it. Raises ExtractError where
    this is no workbook, one that would unpack beyond measure, or a sheet without order.
    """
    with _opened(file, name) as package:
        outline = _outline(package)
        book = _book(package, outline, name)
        with package.open(outline.sheet) as source:
            yield from read_rows(source, book)


def count_rows(file: BinaryIO) -> int:
    """About how many rows the first sheet has, by its tags alone; 0 where it cannot be read."""
    try:
        with _opened(file, "") as package, package.open(_outline(package).sheet) as source:
            return sum(len(_ROW.findall(chunk)) for chunk in iter(lambda: source.read(CHUNK), b""))
    except ExtractError:
        return 0
    finally:
        file.seek(0)


@contextmanager
def _opened(file: BinaryIO, name: str) -> Iterator[Package]:
    """The parts of a workbook; whatever shows that it is damaged becomes an ExtractError."""
    try:
        package = Package(file)
        try:
            if package.is_immense():
                raise ExtractError(f"{name} : {IMMENSE}")
            yield package
        finally:
            package.close()
    except _DAMAGED as error:
        raise ExtractError(f"{name} : {UNREADABLE}") from error


def _outline(package: Package) -> _Outline:
    main = package.main_part()
    sheets: list[Attributes] = []
    properties: Attributes = {}
    with package.open(main) as source:
        gather(
            source,
            {"workbook/sheets/sheet": sheets.append, "workbook/workbookPr": properties.update},
        )
    targets = package.targets(main)
    references = (value for one in sheets for key, value in one.items() if key.endswith(":id"))
    found = (targets[reference] for reference in references)
    first = next((part for kind, part in found if kind == "worksheet"), None)
    if first is None:
        raise MarkupError("there is no sheet")
    epoch = EPOCH_1904 if properties.get("date1904") in ("1", "true") else EPOCH
    return _Outline(first, dict(targets.values()), epoch)


def _book(package: Package, outline: _Outline, name: str) -> Book:
    """What the cells lean on; a workbook may do without shared texts, and without styles."""
    texts, forms = SharedTexts(), {"0": Form.PLAIN}
    if part := outline.parts.get("sharedStrings"):
        with package.open(part) as source:
            texts.read(source)
    if part := outline.parts.get("styles"):
        with package.open(part) as source:
            forms |= read_forms(source)
    return Book(name, texts, forms, outline.epoch, package.text_max)
