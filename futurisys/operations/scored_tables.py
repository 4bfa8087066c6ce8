"""A scored table as it is handed back: the rows that came, and what the model says beside them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from futurisys.employee.answer import COLUMNS, KINDS, SENT
from futurisys.employee.headings import ERRORS, FILE, LINE, REVIEW, SIGNAL, TAKEN
from futurisys.employee.numbers import NUMBER
from futurisys.employee.reading import Reading
from futurisys.employee.schema import value_of
from futurisys.employee.sheets import Row, TableWriter, harmless
from futurisys.operations.scoring import Block

_DECIMAL = re.compile(NUMBER)
SEPARATOR = " | "
_WARNINGS = COLUMNS.index(SENT["warnings"].column)


class CsvForm:
    """The table as CSV: a row that could not be answered has its sentences in `ERRORS`.

    Of several files, each sentence has its own in `FILE`, and its line there in `LINE`.
    What is to be asked about a whole column stands among the warnings of the line that shows it.
    taken: what each row says of who took the table, if it says so. reviews: what was last said of
    an answer, by its id, for who may read that.
    """

    def __init__(
        self, excel: bool = False, taken: str = "", reviews: Mapping[str, str] | None = None
    ) -> None:
        self._writer = TableWriter(excel)
        self._taken = [taken] if taken else []
        self._reviews = reviews
        self._width = 0
        self._where: tuple[str, ...] = ()
        self._alerts: dict[int, list[str]] = {}

    def head(self, header: Sequence[str], reading: Reading) -> bytes:
        self._width = len(header)
        self._where = (FILE, LINE) if reading.is_joined else ()
        for alert in reading.alerts:
            self._alerts.setdefault(alert.line, []).append(alert.sentence)
        review = [] if self._reviews is None else [REVIEW]
        taken = [TAKEN] * len(self._taken)
        names = [*header, *COLUMNS, ERRORS, *self._where, SIGNAL, *review, *taken]
        return self._writer.head(names)

    def lines(self, block: Block) -> list[bytes]:
        """One line for each row of the block, in order."""
        return self._writer.lines(self._rows(block))

    def _rows(self, block: Block) -> Iterator[Sequence[str]]:
        columns = block.columns().items()
        told = zip(*(self._written(KINDS[name], values) for name, values in columns), strict=True)
        changed = self._changed(block.rows)
        last = zip(block.answers.words, *reviewed(block, self._reviews), strict=True)
        none = [""] if self._reviews is None else ["", ""]
        for position, (line, cells) in enumerate(block.rows):
            mine = [changed.get(cell, cell) for cell in cells] if changed else cells
            mine = mine or [""] * self._width
            if position in block.faults:
                said, *where = told_of(block, position)
                row = [*mine, *[""] * len(COLUMNS), said, *where[: len(self._where)], *none]
            else:
                row = [*mine, *next(told), "", *[""] * len(self._where), *next(last)]
            if line in self._alerts:
                warnings = [row[self._width + _WARNINGS], *self._alerts[line]]
                row[self._width + _WARNINGS] = SEPARATOR.join(filter(None, warnings))
            yield [*row, *self._taken]

    def _written(self, kind: Any, values: Sequence[Any]) -> Iterable[str]:
        """The values of a member of this type, as cells."""
        if kind is float:
            texts = {
                value: "" if value is None else self._writer.number(value) for value in set(values)
            }
            return map(texts.__getitem__, values)
        if kind is bool:
            return map(said, values)
        return map(SEPARATOR.join, values) if kind == tuple[str, ...] else values

    def _changed(self, rows: Sequence[Row]) -> dict[str, str]:
        """What is written in the place of the cells that cannot be handed back as they came."""
        came = list(set(chain.from_iterable(cells for _, cells in rows)))
        written = zip(came, harmless(self._decimals(came)), strict=True)
        return {cell: other for cell, other in written if other != cell}

    def _decimals(self, cells: Iterable[str]) -> Iterable[str]:
        """The numbers that came, with the comma that a French Excel asks for."""
        if not self._writer.excel:
            return cells
        return [
            cell.replace(".", ",") if "." in cell and _DECIMAL.fullmatch(cell) else cell
            for cell in cells
        ]


def told_of(block: Block, position: int) -> tuple[str, str, str]:
    """What is wrong with a row; of each sentence, the file where that stands, and the line."""
    faults = list(block.errors_of(position))
    files = harmless("".join(file) for _, _, _, *file in faults)
    lines = [str(line) for line, *_ in faults]
    sentences = [fault[2] for fault in faults]
    return SEPARATOR.join(sentences), SEPARATOR.join(files), SEPARATOR.join(lines)


def reviewed(block: Block, reviews: Mapping[str, str] | None) -> list[list[str]]:
    """The column of what was last said of each answer of a block, where there are `reviews`."""
    if reviews is None:
        return []
    return [[reviews.get(identifier, "") for identifier in block.identifiers]]


def said(value: bool | None) -> str:
    """Yes or no, as a table says it."""
    return "" if value is None else "Oui" if value else "Non"


def typed(name: str, values: Sequence[Any]) -> list[Any]:
    """A field's values as HR would type them: 5993 is no 5993.0, and what lacks is empty."""
    known = {value: _typed(value_of(name, value)) for value in set(values)}
    return [known[value] for value in values]


def risks_of(block: Block) -> list[float]:
    """What to sort the rows of a block by: the probability, and less than any where it lacks."""
    risks = [-1.0] * len(block.rows)
    for position, chance in zip(block.good, block.answers.probabilities, strict=True):
        risks[position] = chance
    return risks


def _typed(value: Any) -> Any:
    if value is None:
        return ""
    return int(value) if isinstance(value, float) and value.is_integer() else value
