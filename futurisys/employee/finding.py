"""The table in a file: the sheet that holds it or how its cells stand apart, and its header.

Of what might be read, that is read whose header names most of the columns that are known.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from futurisys.employee.formats import is_workbook, refuse_foreign
from futurisys.employee.sheets import Row, Text
from futurisys.employee.workbooks import Page, pages_of
from futurisys.errors import ExtractError

# Of the rows that are not blank, and of the cells in each: a header stands among these.
ROWS_LOOKED_AT = 20
CELLS_LOOKED_AT = 256
# No cell that is longer names a column.
NAME_MAX = 256
EMPTY = "le fichier est vide ; il y faut une ligne d'en-tête, puis une ligne par employé."

IsKnown = Callable[[str], bool]


@dataclass(frozen=True)
class FoundTable:
    """A table in a file: its header as it is spelled there, and the rows below it.

    header: without white space around its cells, nor empty cells at its end. line: on which it
    begins. rows: as wide as the header, but where more stands in them, or where text has fewer
    cells; blank rows are left out. sheet: the one that was read, "" for text; other_sheets: those
    that were not. hidden_rows: how many of those read so far the spreadsheet does not show.
    is_workbook: not to be asked of the file again, for that would lose its place.
    """

    header: tuple[str, ...]
    line: int
    rows: Iterator[Row]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    hidden_rows: Callable[[], int] = int
    is_workbook: bool = False


def find_table(file: BinaryIO, name: str, is_known: IsKnown) -> FoundTable:
    """The table in a file of text or a workbook; is_known: whether a cell names a column.

    The file stays open, and its own until the rows are read. Raises ExtractError, in sentences
    that begin with `name`, where there is no table, and where its rows end if one is malformed.
    """
    refuse_foreign(file, name)
    if is_workbook(file):
        return _in_workbook(pages_of(file, name), name, is_known)
    text = Text(file, name)
    if text.is_empty:
        raise ExtractError(f"{name} : {EMPTY}")
    tops = [_look(text.top(one), is_known) for one in text.delimiters]
    best = tops.index(max(tops, key=lambda top: (top.known, top.alike, top.width, top.is_broken)))
    return _table(text.rows(text.delimiters[best]), tops[best], name)


def nobody(name: str) -> ExtractError:
    """That a table has a header and no people."""
    return ExtractError(
        f"{name} : sous son en-tête, le fichier n'a pas d'employé ; ajoutez une ligne pour chacun."
    )


def filled(blocks: Iterator[list[Row]], name: str) -> Iterator[list[Row]]:
    """The blocks of a table's rows; raises ExtractError where there is none."""
    first = next(blocks, None)
    if first is None:
        raise nobody(name)
    yield first
    yield from blocks


def count_rows(file: BinaryIO, is_known: IsKnown) -> int:
    """About how many rows the sheet has that holds the table; 0 where it cannot be read."""
    try:
        pages = pages_of(file, "")
        place, _ = _best_page(pages, is_known)
        return pages[place].count_rows()
    except ExtractError:
        return 0
    finally:
        file.seek(0)


@dataclass(frozen=True)
class _Top:
    """What the first rows of a possible table show.

    place: of the header, among the rows that are not blank. known: how many of its cells name a
    column. width: how many cells it has; alike: how many rows have as many, where that is more
    than one. is_broken: whether the reading came to a halt.
    """

    place: int
    known: int
    width: int
    alike: int
    is_broken: bool


def _look(rows: Generator[Row, None, None], is_known: IsKnown) -> _Top:
    """Look for the header among the first rows; what cannot be read there is said when it is."""
    known, widths, is_broken = list[int](), list[int](), False
    with closing(rows):
        try:
            for _, cells in islice(rows, ROWS_LOOKED_AT):
                widths.append(_width(cells))
                named = [cell for cell in cells[:CELLS_LOOKED_AT] if 0 < len(cell) <= NAME_MAX]
                known.append(sum(map(is_known, named)))
        except ExtractError:
            is_broken = True
    if not known:
        return _Top(0, 0, 0, 0, is_broken)
    place = known.index(max(known))
    width = widths[place]
    return _Top(place, known[place], width, widths.count(width) if width > 1 else 0, is_broken)


def _in_workbook(pages: Sequence[Page], name: str, is_known: IsKnown) -> FoundTable:
    place, top = _best_page(pages, is_known)
    page = pages[place]
    others = tuple(one.title for one in pages if one is not page)
    return _table(page.rows(), top, name, page, others)


def _best_page(pages: Sequence[Page], is_known: IsKnown) -> tuple[int, _Top]:
    """The place of the sheet that holds the table, and its top.

    A sheet that nobody sees is read only where none that is seen has half as many known columns:
    it may be what became of the table a year ago.
    """
    tops = [_look(page.top(), is_known) for page in pages]
    most = max(top.known for top in tops)

    def rank(place: int) -> tuple[bool, bool, bool, int]:
        top, page = tops[place], pages[place]
        holds = top.width > 0 or top.is_broken
        return 2 * top.known >= most, holds, not page.is_hidden, top.known

    best = max(range(len(pages)), key=rank)
    return best, tops[best]


def _table(
    rows: Iterator[Row],
    top: _Top,
    name: str,
    page: Page | None = None,
    others: tuple[str, ...] = (),
) -> FoundTable:
    """The table whose header stands where the top has it."""
    line, cells = next(islice(rows, top.place, None), (1, []))
    if not cells:
        raise ExtractError(f"{name} : {EMPTY}")
    header = tuple(cells[: _width(cells)])
    below = _cut(rows, len(header))
    if page is None:
        return FoundTable(header, line, below)
    above, hidden = page.hidden(), page.hidden
    filled = _filled(below, len(header))
    return FoundTable(
        header, line, filled, page.title, others, lambda: hidden() - above, is_workbook=True
    )


def _cut(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """The rows without the empty cells to the right of the header."""
    for line, cells in rows:
        while len(cells) > width and not cells[-1]:
            cells.pop()
        yield line, cells


def _filled(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """The rows of a sheet, which has no cell where nothing stands."""
    for line, cells in rows:
        cells.extend([""] * (width - len(cells)))
        yield line, cells


def _width(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not empty."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1]), 0)
