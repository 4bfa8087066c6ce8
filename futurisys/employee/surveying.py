"""What the columns of a file say as a whole, before any row is judged: decimal marks and units.

A column is read once, block by block, at the price of its distinct cells and in bounded memory.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.employee.fields import Number, Percent, Whole
from futurisys.employee.mapping import AS_WRITTEN, ToldCells
from futurisys.employee.numbers import COMMA, OTHER, POINT, evidence, is_plain, number_in, value_of
from futurisys.employee.schema import FACTS
from futurisys.employee.sheets import Row
from futurisys.employee.tallies import Group, Tally
from futurisys.employee.typography import figure

# Of one column at a time, of those that may say anything, before they are counted and forgotten.
DISTINCT_MAX = 10_000
LEAST_ROWS, LEAST_SHARE = 5, 0.5
# So many of the numbers that are out of place must be in place under another unit to name it.
EXPLAINED = 0.9
# Longer than any number is written.
_LONGEST = 80
_EITHER, _PLAIN = "", "plain"
THOUSANDS = (
    "l'écriture ressemble à des milliers écrits {}, mais est lue comme un nombre à virgule ; si ce "
    "sont des milliers, retirez {}."
)
FRACTIONS = (
    "la valeur est entre 0 et 1, et ressemble à une fraction (0,11 pour 11 %) ; si c'en est une, "
    "multipliez-la par 100."
)


@dataclass(frozen=True)
class Alert:
    """What is to be asked about a column before its file is scored.

    column: as the file spells it. rows: how many of those that have a value (`of`) look so. line,
    example: the first of them; the sentence repeats no value of a person.
    """

    column: str
    rows: int
    of: int
    line: int
    example: str
    sentence: str


@dataclass(frozen=True)
class Profile:
    """marks: the decimal mark by field, where the file decides it. alerts: in the file's order."""

    marks: Mapping[str, str]
    alerts: tuple[Alert, ...]


class _Column:
    """The survey of one column. seen: of its field, as the model's manifest has it."""

    def __init__(
        self, fact: Number, seen: Mapping[str, Any], is_workbook: bool, told: ToldCells
    ) -> None:
        self._fact, self._seen, self._is_workbook, self._told = fact, seen, is_workbook, told
        self._scales = fact.unit.scales if fact.unit else {}
        self._cells: Counter[str] = Counter()
        self._first: dict[str, int] = {}
        self._of = 0
        self._proved = {COMMA: 0, POINT: 0}
        self._open = {COMMA: Group(), POINT: Group()}
        self._readings = {mark: Tally() for mark in (_PLAIN, _EITHER, COMMA, POINT)}

    def add(self, lines: Sequence[int], cells: Sequence[str]) -> None:
        """Take the cells of some more rows, and the line of each."""
        self._of += len(cells) - cells.count("")
        if odd := {cell for cell in set(cells) if self._is_odd(cell)}:
            for line, cell in zip(lines, cells, strict=True):
                if cell in odd:
                    self._cells[cell] += 1
                    self._first.setdefault(cell, line)
        if len(self._cells) > DISTINCT_MAX:
            self._count()

    def mark(self) -> str:
        """The decimal mark, where it is one alone."""
        proved = self._proof()
        # With the comma for it, the numbers that the workbook itself writes would lose their point.
        return _EITHER if self._is_workbook and proved == COMMA else proved

    def alert(self, column: str, lines_of: str = "") -> Alert | None:
        """What is to be asked about the column, its gravest oddity alone."""
        for found, sentence in self._oddities():
            if found.first:
                line, example = found.first
                lines, at = ("ligne", "") if found.rows == 1 else ("lignes", "la première : ")
                rows = f"{found.rows} {lines} sur {self._of} ({at}ligne {line}{lines_of})"
                told = f"Colonne {column}, {rows} : {sentence}"
                return Alert(column, found.rows, self._of, line, example, told)
        return None

    def _proof(self) -> str:
        """The decimal mark that the column proves; "" where it proves none, or both."""
        self._count()
        proved = [mark for mark, rows in self._proved.items() if rows]
        return proved[0] if len(proved) == 1 else _EITHER

    def _oddities(self) -> Iterator[tuple[Group, str]]:
        """The groups of cells to be asked about, and the end of the sentence on each."""
        if not self._proof():
            yield self._open[COMMA], THOUSANDS.format("à l'américaine (1,234)", "la virgule")
            yield self._open[POINT], THOUSANDS.format("avec un point (1.234)", "le point")
        parts = [self._readings[_PLAIN], self._readings[self.mark()]]
        fractions, outside = Group(), Group()
        for part in parts:
            fractions.add(part.fractions.rows, part.fractions.first)
            outside.add(part.outside.rows, part.outside.first)
        if isinstance(self._fact, Percent) and not any(part.larger for part in parts):
            yield fractions, FRACTIONS
        if outside.rows >= max(LEAST_ROWS, LEAST_SHARE * self._of):
            seen = f"{figure(self._seen['min'])} à {figure(self._seen['max'])}"
            end = self._likeness(parts, outside)
            yield outside, f"la valeur sort de ce que le modèle a vu ({seen}){end}"

    def _likeness(self, parts: Sequence[Tally], outside: Group) -> str:
        fits = sum((part.fits for part in parts), Counter())
        for words in self._scales:
            if fits[words] >= EXPLAINED * outside.rows:
                return f", et ressemble {words} ; vérifiez l'unité."
        return " ; vérifiez l'unité."

    def _count(self) -> None:
        """Count the cells that were taken, and forget them."""
        for cell, rows in self._cells.items():
            self._count_one(cell, rows, (self._first[cell], cell))
        self._cells.clear()
        self._first.clear()

    def _is_odd(self, cell: str) -> bool:
        """Whether a cell may say anything of its column: most are digits, and their like was seen.

        Of percentages, each that is more than 1 says that the others are no fractions.
        """
        if not is_plain(cell) or self._told is not AS_WRITTEN or isinstance(self._fact, Percent):
            return 0 < len(cell) <= _LONGEST
        return "min" in self._seen and not self._is_seen(int(cell))

    def _count_one(self, cell: str, rows: int, first: tuple[int, str]) -> None:
        number = number_in(self._told.meant(cell), self._fact.unit)
        if number is None:
            return
        if COMMA not in number and (self._is_workbook or POINT not in number):
            self._read(self._readings[_PLAIN], value_of(number), rows, first)
            return
        proved, is_open = self._evidence(number)
        if proved:
            self._proved[proved] += rows
        if is_open:
            self._open[is_open].add(rows, first)
        # What a cell proves is the mark of the column, or the column has two.
        for mark in (_EITHER, proved) if proved else (_EITHER, COMMA, POINT):
            self._read(self._readings[mark], value_of(number, mark), rows, first)

    def _evidence(self, number: str) -> tuple[str, str]:
        """What a number says of the decimal mark, by its form or by what the field can be."""
        proved, is_open = evidence(number)
        if not is_open:
            return proved, is_open
        possible = [m for m in OTHER if self._is_possible(value_of(number, m))]
        return (possible[0], "") if len(possible) == 1 else ("", is_open if possible else "")

    def _is_possible(self, value: float | None) -> bool:
        scale = self._told.scale
        if value is None or not self._fact.low <= value * scale <= self._fact.high:
            return False
        return value == int(value) or scale != 1 or not isinstance(self._fact, Whole)

    def _read(self, tally: Tally, value: float | None, rows: int, first: tuple[int, str]) -> None:
        """Count a number where it belongs."""
        if value is None:
            return
        value *= self._told.scale
        if 0 < value < 1:
            tally.fractions.add(rows, first)
        elif not 0 <= value <= 1:
            tally.larger += rows
        if "min" in self._seen and not self._is_seen(value):
            tally.outside.add(rows, first)
            tally.fits.update(
                {words: rows for words, by in self._scales.items() if self._is_seen(value * by)}
            )

    def _is_seen(self, value: float) -> bool:
        return bool(self._seen["min"] <= value <= self._seen["max"])


def survey(
    header: Sequence[str],
    columns: Mapping[int, str],
    blocks: Iterable[Sequence[Row]],
    seen: Mapping[str, Any],
    is_workbook: bool | Container[int] = False,
    told: Mapping[str, ToldCells] | None = None,
    lines_of: str = "",
) -> Profile:
    """What the columns of numbers of a table say as a whole.

    header: as the file spells it. columns: the field that each position has (`Match.columns`).
    seen: of each field, by the model (`Predictor.seen`). is_workbook: of all, or these positions: a
    workbook's own numbers come with a point, whatever the mark of what was typed as text.
    told: what a person said of a field's cells. lines_of: which of several files has the lines.
    """
    typed = is_workbook if not isinstance(is_workbook, bool) else columns if is_workbook else ()
    surveys = {
        position: _Column(
            fact, seen.get(name, {}), position in typed, (told or {}).get(name, AS_WRITTEN)
        )
        for position, name in columns.items()
        if isinstance(fact := FACTS.get(name), Number)
    }
    for block in blocks:
        rows = [row for row in block if len(row[1]) == len(header)]
        lines = [line for line, _ in rows]
        cells = list(zip(*(cells for _, cells in rows), strict=True))
        for position, one in surveys.items() if rows else ():
            one.add(lines, cells[position])
    marks = {columns[position]: one.mark() for position, one in surveys.items()}
    alerts = (one.alert(header[position], lines_of) for position, one in surveys.items())
    return Profile({n: m for n, m in marks.items() if m}, tuple(filter(None, alerts)))
