"""The three extracts, sent together: recognised by their headers and joined by their keys.

Of the evaluations and the survey what is read is held as text, a row after the other in one array,
with 24 bytes a row to find it by: no more than the files have as text, `HELD_MAX` for all.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.fields import Fact
from futurisys.employee.finding import FoundTable, find_table, nobody
from futurisys.employee.headers import is_known, match_columns, shown, width_fault
from futurisys.employee.schema import EVAL, EXTRACTS, KEYS, SIRH, SONDAGE, EmployeeSchema
from futurisys.errors import ExtractError

NAME_MAX = 64
HELD_MAX = 64 << 20
KEY = {
    SIRH: re.compile("([0-9]{1,10})"),
    EVAL: re.compile("E_([0-9]{1,10})"),
    SONDAGE: re.compile("([0-9]{1,10})"),
}
WORDS = {
    SIRH: "l'extrait du SIRH",
    EVAL: "l'extrait des évaluations",
    SONDAGE: "l'extrait du sondage",
}
TOO_LARGE = (
    f"les évaluations et le sondage ont plus de {HELD_MAX >> 20} Mio de texte : envoyez les "
    "extraits en plusieurs fois."
)
# No text has it in a cell.
_BETWEEN = "\0"
_FIELDS: Mapping[str, Any] = EmployeeSchema._declared_fields


@dataclass(frozen=True)
class Part:
    """One of the files that were sent together; name: what its sender calls it."""

    file: BinaryIO
    name: str

    @property
    def shown(self) -> str:
        """The name as sentences and faults may repeat it."""
        return self.name[:NAME_MAX]


@dataclass(frozen=True)
class Extract:
    """A part whose table is known to be one of `EXTRACTS`, and the columns that are read of it."""

    kind: str
    part: Part
    found: FoundTable
    columns: Mapping[int, str]
    left_out: tuple[str, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The columns that are read, as the file spells them."""
        return tuple(self.found.header[position] for position in self.columns)

    @property
    def key(self) -> int:
        """Where the employee's number stands among those columns."""
        return list(self.columns.values()).index(KEYS[self.kind])

    def spelled(self, place: int) -> str:
        return shown(self.header[place])


def arrange(parts: Sequence[Part], told: Mapping[str, str] | None = None) -> list[Extract]:
    """The three extracts in the order of `EXTRACTS`, whatever the files are called.

    told: what a person said of the columns. Raises ExtractError, one sentence, where they are not
    the three; files stay open, and their own until the rows are read.
    """
    found: dict[str, Extract] = {}
    for part in parts:
        one = _recognise(part, told)
        if one.kind in found:
            names = f"« {found[one.kind].part.shown} » et « {part.shown} »"
            raise ExtractError(
                f"{names} sont deux fois {WORDS[one.kind]} : n'envoyez qu'un des deux."
            )
        found[one.kind] = one
    lacking = [kind for kind in EXTRACTS if kind not in found]
    if lacking:
        words = " et ".join(f"{WORDS[kind]} (par exemple {kind})" for kind in lacking)
        raise ExtractError(f"Il manque {words} : envoyez les trois fichiers ensemble.")
    return [found[kind] for kind in EXTRACTS]


def _recognise(part: Part, told: Mapping[str, str] | None) -> Extract:
    """What a file is: the extract of which it has most columns."""
    found = find_table(part.file, part.shown, is_known)
    match = match_columns(found.header, (), told)
    have = [_FIELDS[name].extract for name in match.read.values()]
    kind = max(EXTRACTS, key=have.count)
    if not have.count(kind):
        raise ExtractError(
            f"{part.shown}, ligne {found.line} : on ne reconnaît dans ce fichier aucune colonne "
            "des trois extraits (SIRH, évaluations, sondage)."
        )
    return Extract(kind, part, found, match.read, match.left_out)


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a row before any of its cells is judged; file: its place in `EXTRACTS`."""

    file: int
    line: int
    column: str
    sentence: str


class JoinedRow(list[str]):
    """The cells of an employee from the three files.

    lines: where each file has them, 0 where it does not. wrong: why they cannot be joined.
    """

    def __init__(self, cells: Iterable[str], lines: Sequence[int], wrong: Sequence[Wrong]) -> None:
        super().__init__(cells)
        self.lines, self.wrong = lines, wrong


class Held:
    """The rows of one extract by the number of the employee, each of them once.

    wrong: the rows that have no place in it, with the sentence on each.
    """

    def __init__(self, extract: Extract, file: int, room: int = HELD_MAX) -> None:
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
            self._text += _BETWEEN.join(told).encode("utf-8", "surrogatepass")
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

    def others(self, known: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        """Number and line of who is none of those, in the order of the file."""
        first = np.append(True, self._keys[1:] != self._keys[:-1])[: len(self._keys)]
        lacking = np.flatnonzero(first & ~np.isin(self._keys, known))
        for place in lacking[np.argsort(self._order[lacking])].tolist():
            yield int(self._keys[place]), int(self._lines[self._order[place]])

    def _row(self, index: int) -> tuple[int, list[str]]:
        text = self._text[self._ends[index] : self._ends[index + 1]]
        cells = text.decode("utf-8", "surrogatepass").split(_BETWEEN)
        return int(self._lines[index]), cells

    def _refuse_repeated(self) -> None:
        """Note whose number stood on an earlier line: that line is the one that counts."""
        same = np.flatnonzero(self._keys[1:] == self._keys[:-1]) + 1
        for place in same.tolist():
            key = self._keys[place]
            first = self._lines[self._order[np.searchsorted(self._keys, key)]]
            line = int(self._lines[self._order[place]])
            sentence = f"l'employé {key} figure déjà à la ligne {first}."
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
    fact: Fact = _FIELDS[KEYS[extract.kind]]
    return extract.spelled(extract.key), f"le numéro de l'employé s'écrit comme {fact.example}."
