"""The rows of two of the extracts, held by the employee's number until the third asks for them.

What is read of them is held as text, a row after the other in one array, with 24 bytes a row to
find it by: no more than the files have as text, `HELD_MAX` for both.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.cells import failure_of
from futurisys.employee.finding import nobody
from futurisys.employee.headers import width_fault
from futurisys.employee.joining import Extract
from futurisys.employee.rereading import BETWEEN
from futurisys.employee.schema import EVAL, EXTRACTED, KEYS, SIRH, SONDAGE
from futurisys.errors import ExtractError

HELD_MAX = 64 << 20
KEY = {
    SIRH: re.compile("([0-9]{1,10})"),
    EVAL: re.compile("(?:[Ee][-_ ]?)?([0-9]{1,10})"),
    SONDAGE: re.compile("([0-9]{1,10})"),
}
TOO_LARGE = (
    f"les évaluations et le sondage ont ensemble plus de {HELD_MAX >> 20} Mio de texte : partagez "
    "les employés entre plusieurs envois, chacun avec ses trois extraits."
)
TWICE = "cet employé figure déjà à la ligne {}, ne gardez qu'une des deux lignes."


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a row before any of its cells is judged; file: its place in `EXTRACTS`.

    is_absence: whether it is that another file lacks the person.
    """

    file: int
    line: int
    column: str
    sentence: str
    is_absence: bool = False


class JoinedRow(list[str]):
    """The cells of an employee from the three files.

    lines: where each file has them, 0 where it does not. wrong: why they cannot be joined.
    """

    def __init__(self, cells: Iterable[str], lines: Sequence[int], wrong: Sequence[Wrong]) -> None:
        super().__init__(cells)
        self.lines, self.wrong = lines, wrong


class Held:
    """The rows of one extract by the number of the employee, each of them once.

    room: how many bytes of text may be held.
    wrong: the rows that have no place in it, with the sentence on each.
    """

    def __init__(self, extract: Extract, file: int, room: int) -> None:
        self.extract, self.file = extract, file
        self._text, self._ends = bytearray(), array("q", [0])
        keys, lines = array("q"), array("q")
        self.wrong: list[Wrong] = []
        for line, cells in extract.found.rows:
            told = cells_of(extract, cells)
            key = number_of(extract, told) if not isinstance(told, tuple) else told
            if isinstance(key, tuple):
                self.wrong.append(Wrong(file, line, *key))
                continue
            self._text += BETWEEN.join(told).encode("utf-8", "surrogatepass")
            if len(self._text) > room:
                raise ExtractError(f"{extract.part.shown}, ligne {line} : {TOO_LARGE}")
            self._ends.append(len(self._text))
            keys.append(key)
            lines.append(line)
        if not keys and not self.wrong:
            raise nobody(extract.part.shown)
        self._lines = np.asarray(lines, np.int64)
        self._order = np.argsort(np.asarray(keys, np.int64), kind="stable")
        self._keys = np.asarray(keys, np.int64)[self._order]
        self._refuse_repeated()

    @property
    def size(self) -> int:
        """How many bytes of text are held."""
        return len(self._text)

    def row(self, key: int) -> tuple[int, list[str]] | None:
        """The line and the cells of an employee; None where the file lacks them."""
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return None
        return self._row(int(self._order[place]))

    def others(self, known: NDArray[np.int64]) -> Iterator[int]:
        """The lines of who is none of those, in the order of the file."""
        first = np.append(True, self._keys[1:] != self._keys[:-1])[: len(self._keys)]
        lacking = np.flatnonzero(first & ~np.isin(self._keys, known))
        for place in lacking[np.argsort(self._order[lacking])].tolist():
            yield int(self._lines[self._order[place]])

    def _row(self, index: int) -> tuple[int, list[str]]:
        text = self._text[self._ends[index] : self._ends[index + 1]]
        cells = text.decode("utf-8", "surrogatepass").split(BETWEEN)
        return int(self._lines[index]), cells

    def _refuse_repeated(self) -> None:
        """Note whose number stood on an earlier line: that line is the one that counts."""
        same = np.flatnonzero(self._keys[1:] == self._keys[:-1]) + 1
        for place in same.tolist():
            first = self._order[np.searchsorted(self._keys, self._keys[place])]
            line = int(self._lines[self._order[place]])
            sentence = TWICE.format(self._lines[first])
            column = self.extract.spelled(self.extract.key)
            self.wrong.append(Wrong(self.file, line, column, sentence))


def cells_of(extract: Extract, cells: Sequence[str]) -> list[str] | tuple[str, str]:
    """The cells that are read of a row, or the column and the sentence where it has not all."""
    fault = width_fault(extract.found.header, cells)
    return fault or [cells[position] for position in extract.columns]


def number_of(extract: Extract, cells: Sequence[str]) -> int | tuple[str, str]:
    """The employee's number in a row's cells, or the column and the sentence where it is none."""
    match = KEY[extract.kind].fullmatch(cells[extract.key])
    if match:
        return int(match[1])
    fact = EXTRACTED[KEYS[extract.kind]]
    sentence = f"le numéro de l'employé est attendu, écrit comme {fact.example}."
    if failure := failure_of(cells[extract.key]):
        sentence = str(fact.error_messages[failure])
    return extract.spelled(extract.key), sentence
