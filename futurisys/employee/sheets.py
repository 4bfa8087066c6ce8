"""Tables of text as spreadsheets write them: read row by row, written so that nothing in them acts.

A table is never whole in memory: its encoding is found by one pass over the file, its rows by
another.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import BinaryIO

from futurisys.employee.formats import UTF_16_MARKS
from futurisys.errors import ExtractError

CHUNK = 1 << 20
# Of text at a time, to be cut into lines.
CHARACTERS = 1 << 16
BOM = "\ufeff"
# A row is in memory as a whole; none that a table is made of comes near.
ROW_MAX = 1 << 20
BLOCK = 2000
# Of a block, so that rows of a million empty cells are held one by one.
CELLS_MAX = 100 * BLOCK
DELIMITERS = (",", ";", "\t", "|")
NO_TEXT = "ce n'est pas du texte ; enregistrez le fichier en CSV UTF-8."
MALFORMED = "la ligne est mal formée (un guillemet est de trop, ou n'est pas fermé)."
TOO_LONG = f"la ligne dépasse {ROW_MAX} caractères."
# How Excel is told what its cells are separated by, in a line that is none of the table.
_NAMED = re.compile(r'"?sep=([^\w\s"]|\t)"?[,;\t|]*\s*', re.IGNORECASE)
_NAMED_MAX = 64
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+").findall
_HOLDS = re.compile(r'[^\s,;|"]').search
LINE_END = "\r\n"
# A spreadsheet takes a cell that begins with one of these for something to compute.
_ACTIVE = frozenset("=+-@\t\r")

Row = tuple[int, list[str]]


class Text:
    """A file of text that may be a table: how it is encoded, and how its cells may stand apart.

    delimiters: the likeliest first: what a leading `sep=` line names, then what the first line
    that is not blank holds more of. is_empty: whether nothing but blanks and delimiters is there.
    Raises ExtractError, one sentence that begins with the file's name, where it is no text.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name
        self._encoding = _encoding(file, name)
        with self._opened() as text:
            named = _NAMED.fullmatch(text.readline(_NAMED_MAX))
            self._skipped = 1 if named else 0
            if not named:
                text.seek(0)
            first = _first_line(text)
        self.is_empty = not first
        likely = sorted(DELIMITERS, key=first.count, reverse=True)
        self.delimiters = tuple(dict.fromkeys([named[1], *likely] if named else likely))

    def rows(self, delimiter: str) -> Generator[Row, None, None]:
        """Yield (first line, cells) of each row that is not blank, cells stripped of white space.

        One reading at a time; the file stays open. Raises ExtractError where a row is malformed.
        """
        return self._rows(delimiter, iter)

    def top(self, delimiter: str) -> Generator[Row, None, None]:
        """The rows in the first million characters, of which blank lines are many."""
        return self._rows(delimiter, _beginning)

    def _rows(
        self, delimiter: str, part: Callable[[Iterator[str]], Iterator[str]]
    ) -> Generator[Row, None, None]:
        with self._opened() as text:
            lines = _Lines(text)
            number = 1 + self._skipped
            wanted = islice(lines, self._skipped, None)
            reader = csv.reader(part(wanted), delimiter=delimiter, strict=True)
            try:
                for row in reader:
                    lines.left = ROW_MAX
                    cells = list(map(str.strip, row))
                    if any(cells):
                        yield number, cells
                    number = reader.line_num + 1 + self._skipped
            except csv.Error as error:
                sentence = TOO_LONG if lines.left < 0 else MALFORMED
                raise ExtractError(f"{self._name}, ligne {number} : {sentence}") from error

    @contextmanager
    def _opened(self) -> Iterator[io.TextIOWrapper]:
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self._encoding, newline="")
        try:
            yield text
        finally:
            if not self._file.closed:
                text.detach()


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


def harmless(cells: Iterable[str]) -> list[str]:
    """The cells, those that a spreadsheet would compute made plain text by an apostrophe."""
    return ["'" + cell if cell[:1] in _ACTIVE else cell for cell in cells]


class TableWriter:
    """Rows as lines of CSV; excel: as a French Excel opens them (semicolon, BOM, decimal comma)."""

    def __init__(self, excel: bool = False) -> None:
        self.excel = excel
        self._between = ";" if excel else ","

    def head(self, cells: Sequence[str]) -> bytes:
        """The first line, after the mark by which Excel knows UTF-8."""
        mark = BOM if self.excel else ""
        return mark.encode() + self.lines([cells])[0]

    def lines(self, rows: Iterable[Sequence[str]]) -> list[bytes]:
        """One line a row, encoded."""
        return [self._line(row).encode() for row in rows]

    def _line(self, row: Sequence[str]) -> str:
        """A row as the csv module writes it, without it where no cell is to be quoted."""
        line = self._between.join(row)
        is_apart = line.count(self._between) == len(row) - 1 and line
        if is_apart and '"' not in line and "\r" not in line and "\n" not in line:
            return line + LINE_END
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self._between, lineterminator=LINE_END).writerow(row)
        return text.getvalue()

    def number(self, value: float) -> str:
        """A number, unrounded."""
        text = repr(value)
        return text.replace(".", ",") if self.excel else text


class _Lines:
    """The lines of a text; left: how many more characters one row may have.

    Cut from whole chunks: to ask for one line after the other takes three times as long.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.left = ROW_MAX

    def __iter__(self) -> Iterator[str]:
        rest = ""
        while chunk := self._text.read(CHARACTERS):
            lines = _LINES(rest + chunk)
            # The last may go on, or end with half of a line break.
            rest = lines.pop()
            for line in lines:
                yield self._counted(line)
            if len(rest) > self.left:
                self._counted(rest)
        if rest:
            yield self._counted(rest)

    def _counted(self, line: str) -> str:
        self.left -= len(line)
        if self.left < 0:
            raise csv.Error
        return line


def _first_line(text: io.TextIOWrapper) -> str:
    """The first line that holds more than blanks and delimiters; "" where there is none."""
    for chunk in iter(lambda: text.read(CHUNK), ""):
        if found := _HOLDS(chunk):
            start = chunk.rfind("\n", 0, found.start()) + 1
            return chunk[start:].partition("\n")[0]
    return ""


def _beginning(lines: Iterator[str]) -> Iterator[str]:
    left = ROW_MAX
    for line in lines:
        left -= len(line)
        if left < 0:
            return
        yield line


def _encoding(file: BinaryIO, name: str) -> str:
    """UTF-16 where a mark says so; UTF-8, or what Windows calls Latin-1, or Latin-1."""
    file.seek(0)
    if file.read(2) in UTF_16_MARKS:
        _check_utf_16(file, name)
        return "utf-16"
    candidates = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp1252")}
    line = 1
    file.seek(0)
    for chunk in iter(lambda: file.read(CHUNK), b""):
        if b"\0" in chunk:
            line += chunk.count(b"\n", 0, chunk.index(b"\0"))
            raise ExtractError(f"{name}, ligne {line} : {NO_TEXT}")
        line += chunk.count(b"\n")
        _narrow(candidates, chunk)
    _narrow(candidates, b"", final=True)
    return next(iter(candidates), "latin-1")


def _check_utf_16(file: BinaryIO, name: str) -> None:
    """Refuse what its mark calls UTF-16 and is not, or holds what no text does."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    line = 1
    file.seek(0)
    for chunk in chain(iter(lambda: file.read(CHUNK), b""), [b""]):
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise ExtractError(f"{name} : {NO_TEXT}") from error
        if "\0" in text:
            line += text.count("\n", 0, text.index("\0"))
            raise ExtractError(f"{name}, ligne {line} : {NO_TEXT}")
        line += text.count("\n")


def _narrow(
    candidates: dict[str, codecs.IncrementalDecoder], chunk: bytes, final: bool = False
) -> None:
    """Drop the encodings that these bytes are not written in."""
    for name, decoder in list(candidates.items()):
        try:
            decoder.decode(chunk, final)
        except UnicodeDecodeError:
            del candidates[name]
