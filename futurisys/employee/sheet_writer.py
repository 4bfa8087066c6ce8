"""A sheet as it is written: its rows come one after the other, and are never whole in memory.

A text is written as a text whatever it begins with, a number with all its digits.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple
from xml.sax.saxutils import escape

CHUNK = 1 << 20
ROWS_MAX = 1 << 20
# A cell that holds more is mended, or refused, by who opens it.
TEXT_MAX = 32_767
# Beyond these digits a spreadsheet changes a whole number: it is written as a text.
WHOLE_MAX = 10**15
# In characters: as wide as its texts and its heading, with room for the arrow of a filter.
WIDTH_MIN, WIDTH_MAX, ARROW = 8, 60, 4
REMEMBERED = 20_000
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
# What XML has no place for.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet would take this for a character that is written by its number.
_ESCAPED = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_FROZEN = """<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>\
<selection pane="bottomLeft"/>"""


class Style(IntEnum):
    """How a cell looks, by its place among the formats of `workbook_writer.STYLES`."""

    PLAIN = 0
    HEADING = 1
    PERCENT = 2
    WRAPPED = 3


class Column(NamedTuple):
    """A column of a sheet; spell: how its texts are to be written."""

    heading: str
    style: Style = Style.PLAIN
    spell: Callable[[str], str] = str


class _Cells(dict[Any, str]):
    """The values of one column as what follows the number of a row in a cell's address.

    longest: of all the texts, in characters. A float and the whole number that it equals are one.
    """

    def __init__(self, spell: Callable[[str], str], style: Style) -> None:
        self._spell = spell
        self._style = f'" s="{style:d}"' if style else '"'
        self.longest = 0

    def __missing__(self, value: Any) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        cell = self._text(value) if isinstance(value, str) else _number(value)
        self[value] = known = f"{self._style}{cell}</c>"
        return known

    def _text(self, text: str) -> str:
        spelled = _cut(_UNWRITABLE.sub("", self._spell(text)))
        self.longest = max(self.longest, *map(len, spelled.split("\n")))
        space = ' xml:space="preserve"' if spelled != spelled.strip() else ""
        inside = escape(_ESCAPED.sub("_x005F_", spelled))
        return f' t="inlineStr"><is><t{space}>{inside}</t></is>'


class Sheet:
    """A sheet whose rows wait in a file of their own until the workbook is put together.

    is_list: its header stays in sight, and its rows can be filtered. count: how many rows, the
    header among them; a sheet can hold `ROWS_MAX`.
    """

    def __init__(self, name: str, columns: Sequence[Column], is_list: bool = True) -> None:
        self.name = name
        self.is_list = is_list
        self._columns = columns
        self._letters = [_letters(number) for number in range(1, len(columns) + 1)]
        self._begins = [f'<c r="{letters}' for letters in self._letters]
        self._cells = [_Cells(one.spell, one.style) for one in columns]
        self._widths = [len(one.heading) + ARROW * is_list for one in columns]
        self._rows = TemporaryFile()  # noqa: SIM115 (closed by close)
        self.count = 0
        bold = [_Cells(str, Style.HEADING) for _ in columns]
        self._add([[one.heading for one in columns]], bold)

    @property
    def extent(self) -> tuple[str, str]:
        """The first cell and the last."""
        return "A1", f"{self._letters[-1]}{self.count}"

    def append(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows of texts and numbers, a value a column; "" and None are no cell."""
        self._add(rows, self._cells)

    def write_to(self, part: IO[bytes], is_first: bool) -> None:
        """Write the whole sheet as a part of a workbook; is_first: it is in sight."""
        begins, ends = self._frame(is_first)
        part.write(begins.encode())
        self._rows.seek(0)
        shutil.copyfileobj(self._rows, part, CHUNK)
        part.write(ends.encode())

    def close(self) -> None:
        self._rows.close()

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return self._rows.seek(0, os.SEEK_END)

    def _add(self, rows: Iterable[Sequence[Any]], cells: Sequence[_Cells]) -> None:
        lines = []
        for number, row in enumerate(rows, self.count + 1):
            told = [
                f"{begins}{number}{known[value]}"
                for begins, known, value in zip(self._begins, cells, row, strict=True)
                if value is not None and value != ""
            ]
            lines.append(f'<row r="{number}">{"".join(told)}</row>')
        self.count += len(lines)
        self._rows.write("".join(lines).encode())

    def _frame(self, is_first: bool) -> tuple[str, str]:
        """What stands before the rows, and behind them."""
        extent = ":".join(self.extent)
        selected = ' tabSelected="1"' if is_first else ""
        view = f'<sheetView{selected} workbookViewId="0">{_FROZEN * self.is_list}</sheetView>'
        widths = "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(self._fitting(), 1)
        )
        begins = (
            f'{XML}<worksheet {MAIN}><dimension ref="{extent}"/><sheetViews>{view}</sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>'
        )
        arrows = f'<autoFilter ref="{extent}"/>' if self.is_list else ""
        return begins, f"</sheetData>{arrows}</worksheet>"

    def _fitting(self) -> list[int]:
        pairs = zip(self._widths, self._cells, strict=True)
        return [min(max(WIDTH_MIN, wide, known.longest + 1), WIDTH_MAX) for wide, known in pairs]


def _number(value: float) -> str:
    """A number as what stands in a cell."""
    if type(value) is int and abs(value) >= WHOLE_MAX:
        return f' t="inlineStr"><is><t>{value}</t></is>'
    return f"><v>{value!r}</v>"


def _cut(text: str) -> str:
    """As much of a text as a cell holds, counted as spreadsheets do, in halves of UTF-16."""
    if 2 * len(text) <= TEXT_MAX:
        return text
    return text.encode("utf-16-le")[: 2 * TEXT_MAX].decode("utf-16-le", "ignore")


def _letters(number: int) -> str:
    """1 as A, 27 as AA."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
