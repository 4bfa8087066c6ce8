"""Workbooks (.xlsx) as they are read: their sheets as rows of text."""

import re
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from futurisys.employee.cells import EPOCH, EPOCH_1904, Form
from futurisys.employee.markup import CHUNK, Attributes, MarkupError, Source, gather
from futurisys.employee.packages import Package
from futurisys.employee.sheets import Row
from futurisys.employee.worksheets import IMMENSE, Book, SharedTexts, Sheet, read_forms
from futurisys.errors import ExtractError

UNREADABLE = "ce n'est pas un classeur .xlsx lisible ; enregistrez-le de nouveau, ou en CSV UTF-8."
SHEETS_MAX = 255
MANY_SHEETS = (
    f"le classeur a plus de {SHEETS_MAX} feuilles ; enregistrez celle des employés à part, en "
    ".xlsx ou en CSV UTF-8."
)
# Excel's own names of sheets have 31 characters at most.
TITLE_MAX = 64
# Of each sheet so much is unpacked to find the one that holds the table; twenty rows are less.
BEGINNING_MAX = 1 << 20

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


class Page:
    """One sheet of a workbook; title: as its tab spells it; is_hidden: whether it has no tab."""

    def __init__(self, package: Package, book: Book, part: str, attributes: Attributes) -> None:
        self._package, self._book, self._part = package, book, part
        self.title = attributes.get("name", "")[:TITLE_MAX]
        self.is_hidden = attributes.get("state") in ("hidden", "veryHidden")
        self._sheet = Sheet(book)

    def rows(self) -> Iterator[Row]:
        """Yield (row, cells) of each row that is not blank, as text.

        A formula is read as the value that the spreadsheet last gave it. Raises ExtractError
        where the sheet is damaged, or without order.
        """
        self._sheet = sheet = Sheet(self._book)
        with _sound(self._book.name), self._package.open(self._part) as source:
            yield from sheet.rows(source)

    def top(self) -> Generator[Row, None, None]:
        """The rows in the sheet's beginning, of which an immense one has no more than any."""
        with _sound(self._book.name), self._package.open(self._part) as source:
            yield from Sheet(self._book).rows(_Beginning(source))

    def hidden(self) -> int:
        """Of the rows that were read last, how many the spreadsheet does not show."""
        return self._sheet.hidden

    def count_rows(self) -> int:
        """About how many rows there are, by their tags alone; 0 where they cannot be read."""
        try:
            with _sound(self._book.name), self._package.open(self._part) as source:
                chunks = iter(lambda: source.read(CHUNK), b"")
                return sum(len(_ROW.findall(chunk)) for chunk in chunks)
        except ExtractError:
            return 0


def pages_of(file: BinaryIO, name: str) -> list[Page]:
    """The sheets of a workbook in their order, one at least.

    Raises ExtractError, in sentences that begin with `name`, where this is no workbook, or one
    that would unpack beyond measure.
    """
    with _sound(name):
        package = Package(file)
        if foreign := package.foreign():
            raise ExtractError(f"{name} : {foreign}")
        if package.is_immense():
            raise ExtractError(f"{name} : {IMMENSE}")
        return _pages(package, name)


@contextmanager
def _sound(name: str) -> Iterator[None]:
    """Whatever shows that a workbook is damaged becomes an ExtractError."""
    try:
        yield
    except _DAMAGED as error:
        raise ExtractError(f"{name} : {UNREADABLE}") from error


def _pages(package: Package, name: str) -> list[Page]:
    main = package.main_part()
    sheets: list[Attributes] = []
    properties: Attributes = {}
    with package.open(main) as source:
        gather(
            source,
            {"workbook/sheets/sheet": sheets.append, "workbook/workbookPr": properties.update},
        )
    targets = package.targets(main)
    found: dict[str, Attributes] = {}
    for one in sheets:
        for key, value in one.items():
            kind, part = targets.get(value, ("", "")) if key.endswith(":id") else ("", "")
            if kind == "worksheet":
                # Two names of one part are one sheet, which is then read once.
                found.setdefault(part.lower(), one)
    if not found:
        raise MarkupError("there is no sheet")
    if len(found) > SHEETS_MAX:
        raise ExtractError(f"{name} : {MANY_SHEETS}")
    epoch = EPOCH_1904 if properties.get("date1904") in ("1", "true") else EPOCH
    book = _book(package, dict(targets.values()), epoch, name)
    return [Page(package, book, part, one) for part, one in found.items()]


def _book(package: Package, parts: Mapping[str, str], epoch: datetime, name: str) -> Book:
    """What the cells lean on; a workbook may do without shared texts, and without styles."""
    texts, forms = SharedTexts(), {"0": Form.PLAIN}
    if part := parts.get("sharedStrings"):
        with package.open(part) as source:
            texts.read(source)
    if part := parts.get("styles"):
        with package.open(part) as source:
            forms |= read_forms(source)
    return Book(name, texts, forms, epoch, package.text_max)


class _Beginning:
    """What stands first in a part; what is beyond is beyond measure."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = BEGINNING_MAX

    def read(self, size: int, /) -> bytes:
        if self._left <= 0:
            raise MarkupError("no more of it is looked at")
        self._left -= size
        return self._source.read(size)
