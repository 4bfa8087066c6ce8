"""The cells of one sheet of a workbook, row by row, as they stand, whatever size it declares.

Empty rows and columns cost nothing. Rows or cells out of order are refused: a value in the wrong
row would be taken for another person's.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase

from futurisys.employee import cells
from futurisys.employee.cells import Form
from futurisys.employee.markup import Attributes, Element, MarkupError, Source, gather, walk
from futurisys.employee.sheets import Row
from futurisys.errors import ExtractError

ROWS_MAX = 1_048_576
COLUMNS_MAX = 256
LAST_COLUMN = 16_384
# In characters. A block of rows is in memory, and a text that is shared stands only once in the
# file, however many cells name it.
ROW_TEXT_MAX = 1 << 16
AGAIN = "enregistrez le classeur de nouveau, ou en CSV UTF-8."
IMMENSE = "le classeur est démesuré une fois décompressé."

# The escape of an underscore that would otherwise begin an escaped character.
_UNDERSCORE = "_x005F_"


class SharedTexts:
    """The texts that cells name by their number, kept as one block of bytes to save memory."""

    def __init__(self) -> None:
        self._block = bytearray()
        self._ends = array("Q")
        self._runs: list[str] = []

    def read(self, source: Source) -> None:
        """Take the texts of a workbook; raises as `walk` does."""
        text = Element(closed=self._runs.append)
        shared = Element({"t": text, "r": Element({"t": text})}, closed=self._keep)
        for _ in walk(source, Element({"sst": Element({"si": shared})})):
            pass

    def _keep(self, _: str) -> None:
        self._block += "".join(self._runs).strip().replace(_UNDERSCORE, "_").encode()
        self._ends.append(len(self._block))
        self._runs.clear()

    def __getitem__(self, raw: str) -> str:
        place = int(raw)
        if place < 0:
            raise IndexError(raw)
        start = self._ends[place - 1] if place else 0
        return self._block[start : self._ends[place]].decode()


@dataclass(frozen=True)
class Book:
    """What reading the cells of any of a workbook's sheets needs.

    name: of the file. forms: of each style, by its number as cells write it. epoch: the day that
    dates count from. text_max: how many characters all cells of a sheet may hold together.
    """

    name: str
    texts: SharedTexts
    forms: Mapping[str, Form]
    epoch: datetime
    text_max: int


def read_forms(source: Source) -> dict[str, Form]:
    """How each style shows a number, by the style's number; raises as `walk` does."""
    own: dict[int, Form] = {}
    used = array("Q")

    def define(attributes: Attributes) -> None:
        own[int(attributes["numFmtId"])] = cells.form_of(attributes["formatCode"])

    def use(attributes: Attributes) -> None:
        used.append(int(attributes.get("numFmtId", "0")))

    gather(source, {"styleSheet/numFmts/numFmt": define, "styleSheet/cellXfs/xf": use})
    forms = cells.BUILT_IN | own
    return {str(style): forms.get(one, Form.PLAIN) for style, one in enumerate(used)}


class Sheet:
    """One sheet, read as its XML comes; hidden: how many of the rows yielded so far are hidden."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._left = book.text_max
        self._number, self._digits = 0, "0"
        self._column = 0
        self._cells: list[str] = []
        self._kind = self._style = ""
        self._runs: list[str] = []
        self._length = 0
        self._is_hidden = self._is_formula = self._is_blank = False
        self._rows: list[tuple[bool, Row]] = []
        self.hidden = 0

    def rows(self, source: Source) -> Iterator[Row]:
        """Yield (row number, texts) of each row that is not blank, without blank cells at its end.

        Raises as `walk` does, and ExtractError where a row or a cell is out of order or of bounds.
        """
        try:
            for _ in walk(source, self._document()):
                yield from self._whole()
        except Exception:
            # What stands before a fault tells which sheet it is in.
            yield from self._whole()
            raise

    def _whole(self) -> Iterator[Row]:
        for is_hidden, row in self._rows:
            self.hidden += is_hidden
            yield row
        self._rows.clear()

    def _document(self) -> Element:
        text = Element(closed=self._text)
        inline = Element({"t": text, "r": Element({"t": text})}, opened=self._inline)
        formula = Element(opened=self._formula)
        cell = Element(
            {"v": text, "is": inline, "f": formula}, opened=self._cell, closed=self._end_cell
        )
        row = Element({"c": cell}, opened=self._row, closed=self._end_row)
        return Element({"worksheet": Element({"sheetData": Element({"row": row})})})

    def _row(self, attributes: Attributes) -> None:
        raw = attributes.get("r")
        number = self._number + 1 if raw is None else int(raw)
        if number > ROWS_MAX:
            raise ExtractError(
                f"{self._book.name} : une ligne porte un numéro au-delà de 1 048 576, le dernier "
                f"d'une feuille ; {AGAIN}"
            )
        if number <= self._number:
            raise self._error(f"après cette ligne, la feuille n'est plus en ordre ; {AGAIN}")
        self._number, self._digits = number, str(number)
        self._column = self._length = 0
        self._cells = []
        self._is_hidden = attributes.get("hidden") in ("1", "true")

    def _cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        if place is None:
            column = self._column + 1
        else:
            column = _COLUMNS.get(place.removesuffix(self._digits)) or self._column_of(place)
        if column <= self._column:
            raise self._error(f"les cellules de la ligne ne sont pas en ordre ; {AGAIN}")
        if column > LAST_COLUMN:
            raise self._error(f"une cellule est au-delà de la colonne XFD, la dernière ; {AGAIN}")
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._is_formula = self._is_blank = False

    def _column_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        if not (letters.isascii() and letters.isalpha() and letters.isupper()):
            raise MarkupError("a cell has no place")
        if place[len(letters) :] != self._digits:
            raise self._error(f"une cellule se dit d'une autre ligne ; {AGAIN}")
        column = 0
        for letter in letters[: len("XFD") + 1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        return column

    def _inline(self, _: Attributes) -> None:
        self._kind = "inlineStr"

    def _formula(self, _: Attributes) -> None:
        self._is_formula = True

    def _text(self, text: str) -> None:
        if text:
            self._runs.append(text)
            self._weigh(text)
        else:
            self._is_blank = True

    def _weigh(self, text: str) -> None:
        """Count the characters of the row; raises ExtractError where there are too many."""
        self._length += len(text)
        if self._length > ROW_TEXT_MAX:
            raise self._error(
                "la ligne porte plus de 65 536 caractères ; retirez les colonnes de texte libre."
            )

    def _end_cell(self, _: str) -> None:
        if not self._runs and not self._is_formula:
            return
        raw = "".join(self._runs)
        self._runs.clear()
        if self._column > COLUMNS_MAX:
            return
        text = self._said(raw).strip() if raw else ""
        if not text and self._is_formula and not self._has_blank_value(raw):
            text = cells.FORMULA_WITHOUT_VALUE
            self._weigh(text)
        if text:
            row = self._cells
            row.extend([""] * (self._column - 1 - len(row)))
            row.append(text)

    def _has_blank_value(self, raw: str) -> bool:
        """Whether the result of a formula is an empty or a blank text."""
        return self._kind == "str" and (self._is_blank or bool(raw))

    def _said(self, raw: str) -> str:
        """The text of a cell, from its raw content and its type."""
        kind = self._kind
        if kind == "n":
            book = self._book
            return raw.strip() and cells.number(raw, book.forms[self._style], book.epoch)
        if kind == "s":
            text = self._book.texts[raw]
            self._weigh(text)
            return text
        if kind == "b":
            return cells.truth(raw)
        if kind == "d":
            return raw.removesuffix("Z").replace("T", " ")
        return raw.replace(_UNDERSCORE, "_")

    def _end_row(self, _: str) -> None:
        if self._cells:
            self._left -= self._length
            if self._left < 0:
                raise ExtractError(f"{self._book.name} : {IMMENSE}")
            self._rows.append((self._is_hidden, (self._number, self._cells)))

    def _error(self, sentence: str) -> ExtractError:
        return ExtractError(f"{self._book.name}, ligne {self._number} : {sentence}")


_COLUMNS = {
    first + last: 26 * tens + ones
    for tens, first in enumerate(["", *ascii_uppercase[: COLUMNS_MAX // 26]])
    for ones, last in enumerate(ascii_uppercase, 1)
}
