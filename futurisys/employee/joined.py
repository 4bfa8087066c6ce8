"""The table that the three extracts make: a row for each row of the SIRH's, judged as any other."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.columnar import Checked, Place, Table
from futurisys.employee.finding import filled, find_table
from futurisys.employee.headers import is_known, match_columns, shown
from futurisys.employee.held import HELD_MAX, Held, JoinedRow, Wrong, cells_of, number_of
from futurisys.employee.joining import Extract, Part, arrange, complete
from futurisys.employee.mapping import ColumnMapping
from futurisys.employee.reading import Reading
from futurisys.employee.rereading import Rereadable
from futurisys.employee.schema import ASKED, Known
from futurisys.employee.sheets import Row, blocks_of
from futurisys.employee.surveying import survey


class Reader(Protocol):
    """Who reads employees: the optional fields it needs, the levels it knows, what it has seen."""

    needed: tuple[str, ...]
    known: Known
    seen: Mapping[str, Any]


class Join:
    """Three extracts, of which the SIRH's is read again and again, and the others are held.

    matched: how many people are in all three, once `surveyed` has been read to its end.
    """

    def __init__(self, extracts: Sequence[Extract]) -> None:
        self.extracts = extracts
        self.header = tuple(chain.from_iterable(one.header for one in extracts))
        self.matched = 0
        evaluations = Held(extracts[1], 1, HELD_MAX)
        self._held = evaluations, Held(extracts[2], 2, HELD_MAX - evaluations.size)
        self._numbers: NDArray[np.int64] = np.empty(0, np.int64)
        sirh, part = extracts[0].found, extracts[0].part
        self._sirh = Rereadable(sirh.rows, lambda: find_table(part.file, part.shown, is_known).rows)

    def surveyed(self) -> Iterator[Row]:
        """The rows of the SIRH's file, joined, for a first reading."""
        numbers = array("q")
        yield from self._joined(chain.from_iterable(self._sirh.blocks()), numbers)
        self._numbers = np.unique(np.asarray(numbers, np.int64))
        self.matched = sum(
            all(held.row(number) for held in self._held) for number in self._numbers.tolist()
        )

    def rows(self) -> Iterator[Row]:
        """The joined rows, and then those of the other files that belong to nobody."""
        yield from self._joined(self._sirh.rows(), array("q"))
        for held in self._held:
            yield from self._left_over(held)

    def _joined(self, rows: Iterator[Row], numbers: "array[int]") -> Iterator[Row]:
        """Each row with what the others say of the person; numbers: filled with who they are."""
        sirh, *others = self.extracts
        for line, cells in rows:
            told = cells_of(sirh, cells)
            if isinstance(told, tuple):
                yield line, self._nobody(Wrong(0, line, *told))
                continue
            number = number_of(sirh, told)
            wrong, lines, joined = list[Wrong](), [line], list(told)
            if isinstance(number, tuple):
                wrong.append(Wrong(0, line, *number))
            else:
                numbers.append(number)
            for held, other in zip(self._held, others, strict=True):
                found = None if isinstance(number, tuple) else held.row(number)
                if found is None and not isinstance(number, tuple):
                    wrong.append(_absent(sirh, 0, line, other))
                lines.append(found[0] if found else 0)
                joined += found[1] if found else [""] * len(other.header)
            yield line, JoinedRow(joined, lines, wrong)

    def _left_over(self, held: Held) -> Iterator[Row]:
        """The rows that cannot be anybody's, and those of people whom the SIRH's file lacks."""
        for wrong in held.wrong:
            yield wrong.line, self._nobody(wrong)
        for line in held.others(self._numbers):
            wrong = _absent(held.extract, held.file, line, self.extracts[0])
            yield line, self._nobody(wrong)

    def _nobody(self, wrong: Wrong) -> JoinedRow:
        return JoinedRow([""] * len(self.header), [0, 0, 0], [wrong])


class JoinedTable(Table):
    """The joined table: a fault stands in the file, and on the line, that its column is of."""

    def of(self, join: Join) -> "JoinedTable":
        """This table, which knows the files that it was joined of."""
        self._names = [one.part.shown for one in join.extracts]
        self._files = {
            shown(cell): file for file, one in enumerate(join.extracts) for cell in one.header
        }
        return self

    def place_of(self, row: JoinedRow, column: str) -> Place | None:
        """Where a row has the cell of a column; None where that file lacks the person."""
        file = self._files[column]
        return Place(self._names[file], row.lines[file]) if row.lines[file] else None

    def check(self, rows: Sequence[Row]) -> Checked:
        """Judge the cells that are there; of a row that lacks a file, say that alone."""
        checked = super().check(rows)
        places: dict[tuple[int, str], Place] = {}
        for position, told in list(checked.faults.items()):
            row = cast(JoinedRow, rows[position][1])
            mine: dict[str, list[str]] = {}
            for name, what in told.items():
                if place := self.place_of(row, name):
                    mine[name], places[position, name] = what, place
            for wrong in row.wrong:
                # Of a number that is none, the cell's own sentences say the same.
                before = mine.get(wrong.column, []) if wrong.is_absence else []
                mine[wrong.column] = [*before, wrong.sentence]
                places[position, wrong.column] = Place(self._names[wrong.file], wrong.line)
            checked.faults[position] = mine
        return replace(checked, places=places)


def _absent(extract: Extract, file: int, line: int, other: Extract) -> Wrong:
    # What is wrong is kept with the file: the line says who, and no number does.
    lacking = f"cet employé n'est pas dans {other.part.shown}"
    sentence = f"{lacking} ; ajoutez-l'y ou retirez cette ligne."
    return Wrong(file, line, extract.spelled(extract.key), sentence, is_absence=True)


def join_parts(
    parts: Sequence[Part],
    reader: Reader,
    mapping: ColumnMapping | None = None,
    label: tuple[str, ...] = (),
) -> tuple[JoinedTable, Iterator[Row], Reading]:
    """The table of the three extracts, its rows, and what is to be known of how they are read.

    mapping: what a person said of the columns. label: the column of what a model is to learn.
    Raises ExtractError, one sentence, where they are not the three, lack a column or any people.
    """
    told = mapping.told if mapping else None
    extracts = arrange(parts, told)
    asked = ASKED + reader.needed
    complete(extracts, asked + label, told)
    join = Join(extracts)
    match = match_columns(join.header, asked, told)
    of_workbook = chain.from_iterable([one.found.is_workbook] * len(one.header) for one in extracts)
    typed = {position for position, is_typed in enumerate(of_workbook) if is_typed}
    name, line = extracts[0].part.shown, extracts[0].found.line
    blocks = filled(blocks_of(join.surveyed()), name)
    cells = mapping.cells(match) if mapping else {}
    lines_of = f" dans {name}"
    profile = survey(join.header, match.columns, blocks, reader.seen, typed, cells, lines_of)
    table = JoinedTable(match, name, line, reader.needed, reader.known, profile.marks, cells)
    reading = Reading(
        tuple(chain.from_iterable(one.left_out for one in extracts)),
        ", ".join(dict.fromkeys(one.found.sheet for one in extracts if one.found.sheet)),
        tuple(chain.from_iterable(one.unread for one in extracts)),
        sum(one.found.hidden_rows() for one in extracts),
        profile.alerts,
        join.matched,
        columns=ColumnMapping.of(match, mapping).document,
        mapping=mapping.digest if mapping else "",
    )
    return table.of(join), join.rows(), reading
