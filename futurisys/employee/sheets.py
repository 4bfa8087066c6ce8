"""Tables of text as spreadsheets write them: read row by row, written so that nothing in them acts.

A table is never whole in memory: its encoding is found by one pass over the file, its rows by
another.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from futurisys.errors import ExtractError

CHUNK = 1 << 20
BOM = "\ufeff"
# A row is in memory as a whole; none that a table is made of comes near.
ROW_MAX = 1 << 20
MALFORMED = "la ligne est mal formée (un guillemet est de trop, ou n'est pas fermé)."
TOO_LONG = f"la ligne dépasse {ROW_MAX} caractères."
# A spreadsheet takes a cell that begins with one of these for something to compute.
_ACTIVE = frozenset("=+-@\t\r")

Row = tuple[int, list[str]]


def read_table(file: BinaryIO, name: str) -> Iterator[Row]:
    """Yield (first line, cells) of each row that is not blank; a comma or semicolon file.

    Cells are stripped of white space. UTF-8, or what Windows calls Latin-1, or Latin-1. The file
    is closed after the last row.
    Raises ExtractError, one sentence that begins with the file's name.
    """
    with io.TextIOWrapper(file, _encoding(file, name), newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=_delimiter(text), strict=True)
        number = 1
        try:
            for row in reader:
                lines.left = ROW_MAX
                cells = list(map(str.strip, row))
                if any(cells):
                    yield number, cells
                number = reader.line_num + 1
        except csv.Error as error:
            sentence = TOO_LONG if lines.left < 0 else MALFORMED
            raise ExtractError(f"{name}, ligne {number} : {sentence}") from error


def harmless(cells: Iterable[str]) -> list[str]:
    """The cells, those that a spreadsheet would compute made plain text by an apostrophe."""
    return ["'" + cell if cell[:1] in _ACTIVE else cell for cell in cells]


class TableWriter:
    """Rows as lines of CSV; excel: as a French Excel opens them (semicolon, BOM, decimal comma)."""

    def __init__(self, excel: bool = False) -> None:
        self.excel = excel
        self._lines: list[str] = []
        self._writer = csv.writer(self, delimiter=";" if excel else ",", lineterminator="\r\n")

    def write(self, line: str) -> None:
        """Called by the csv module, once a row."""
        self._lines.append(line)

    def head(self, cells: Sequence[str]) -> bytes:
        """The first line, after the mark by which Excel knows UTF-8."""
        mark = BOM if self.excel else ""
        return mark.encode() + self.lines([cells])[0]

    def lines(self, rows: Iterable[Sequence[str]]) -> list[bytes]:
        """One line a row, encoded."""
        self._lines.clear()
        self._writer.writerows(rows)
        return [line.encode() for line in self._lines]

    def number(self, value: float) -> str:
        """A number, unrounded."""
        text = repr(value)
        return text.replace(".", ",") if self.excel else text


class _Lines:
    """The lines of a text; left: how many more characters one row may have."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._read = text.readline
        self.left = ROW_MAX

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read(self.left + 1)
        self.left -= len(line)
        if self.left < 0:
            raise csv.Error
        if not line:
            raise StopIteration
        return line


def _delimiter(text: io.TextIOWrapper) -> str:
    """What the first line that is not blank holds more of."""
    first = next((line for line in iter(lambda: text.readline(CHUNK), "") if line.strip()), "")
    text.seek(0)
    return ";" if first.count(";") > first.count(",") else ","


def _encoding(file: BinaryIO, name: str) -> str:
    candidates = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp1252")}
    line = 1
    file.seek(0)
    for chunk in iter(lambda: file.read(CHUNK), b""):
        if b"\0" in chunk:
            line += chunk.count(b"\n", 0, chunk.index(b"\0"))
            raise ExtractError(
                f"{name}, ligne {line} : ce n'est pas du texte ; "
                "enregistrez le fichier en CSV UTF-8."
            )
        line += chunk.count(b"\n")
        _narrow(candidates, chunk)
    _narrow(candidates, b"", final=True)
    file.seek(0)
    return next(iter(candidates), "latin-1")


def _narrow(
    candidates: dict[str, codecs.IncrementalDecoder], chunk: bytes, final: bool = False
) -> None:
    """Drop the encodings that these bytes are not written in."""
    for name, decoder in list(candidates.items()):
        try:
            decoder.decode(chunk, final)
        except UnicodeDecodeError:
            del candidates[name]
