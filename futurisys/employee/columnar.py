"""Employees by columns: each row is judged as the schema would, at the cost of its distinct cells.

A cell is judged by the schema's own field, once for each distinct text of a column. Cross-field
rules are computed for whole columns, and only rows that break one go to the schema for a sentence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from marshmallow import ValidationError
from numpy.typing import NDArray

from futurisys.employee.fields import TEXT_MAX, Fact
from futurisys.employee.first_lines import FirstLines
from futurisys.employee.headers import Match, shown, width_fault
from futurisys.employee.mapping import AS_WRITTEN, ToldCells
from futurisys.employee.schema import (
    FACTS,
    MAJORITY,
    NEVER_MORE_THAN,
    REFERENCE,
    Known,
    disagreements,
    employee_schema,
)
from futurisys.employee.sheets import Row

REMEMBERED = 20_000
TWICE = "le même figure déjà à la ligne {}, ne gardez qu'une des deux lignes."


@dataclass(frozen=True)
class Refused:
    """What is wrong with a cell, in the place of its value."""

    sentences: tuple[str, ...]


class Place(NamedTuple):
    """Where a cell came from, in a table joined of several files."""

    file: str
    line: int


@dataclass(frozen=True)
class Checked:
    """A block of n rows, judged, of which m are good. A position counts from 0 in the block.

    rows (n): their cells as they came, of the columns that are read. good (m): their positions.
    columns: for each field the m values of the good rows, all None where the table has not the
    field. faults: the sentences of each bad row, by position, then by column as the file spells it.
    places: of a table of several files, where a cell came from, by its position and column.
    """

    rows: list[Row]
    columns: dict[str, Sequence[Any]]
    good: list[int]
    faults: dict[int, dict[str, list[str]]]
    places: Mapping[tuple[int, str], Place] = field(default_factory=dict)


class _Cells(dict[str, Any]):
    """What the schema makes of the texts of one column: a value or `Refused`, remembered."""

    def __init__(self, fact: Fact, mark: str, told: ToldCells) -> None:
        self._fact, self._mark, self._told = fact, mark, told

    def _parse(self, cell: str) -> Any:
        if self._told is AS_WRITTEN:
            return self._fact.parse(cell, self._mark)
        return self._told.value(self._fact, cell, self._mark)

    def __missing__(self, cell: str) -> Any:
        try:
            value = self._fact.deserialize(self._parse(cell))
        except ValidationError as error:
            value = Refused(tuple(map(str, error.messages)))
        if len(cell) <= TEXT_MAX:
            if len(self) >= REMEMBERED:
                self.clear()
            self[cell] = value
        return value


class Table:
    """A table whose columns are matched; rows are judged block by block.

    header: the names of the columns that are read, in the order of the file. needed: the optional
    fields that may not be left out. known: the levels that the model has seen. marks: the decimal
    mark of each field, where the file decides it (`surveying.survey`). told: what a person said of
    a field's cells.
    Raises ExtractError where a field has two columns, or a needed one none.
    """

    def __init__(
        self,
        match: Match,
        name: str,
        line: int,
        needed: tuple[str, ...] = (),
        known: Known = (),
        marks: Mapping[str, str] | None = None,
        told: Mapping[str, ToldCells] | None = None,
    ) -> None:
        match.complete(f"{name}, ligne {line}")
        self.name = name
        self.match = match
        self.header = tuple(match.read.values())
        self._positions = tuple(match.read)
        self._spelled = {column: shown(match.header[i]) for i, column in match.read.items()}
        self._facts = [(i, column) for i, column in enumerate(self.header) if column in FACTS]
        facts: Mapping[str, Any] = employee_schema(needed, known).fields
        marks, told = marks or {}, told or {}
        self._cells = {
            column: _Cells(facts[column], marks.get(column, ""), told.get(column, AS_WRITTEN))
            for _, column in self._facts
        }
        self._first_lines = FirstLines()

    def spelled(self, column: str) -> str:
        """A column that is read, as the file spells it."""
        return self._spelled[column]

    def check(self, rows: Sequence[Row]) -> Checked:
        """Judge rows of text cells, as the schema would judge each of them.

        Whoever was in the table before, in this block or in an earlier one, is a fault.
        """
        faults = self._of_another_width(rows)
        rows = self._read(rows)
        good = [position for position in range(len(rows)) if position not in faults]
        cells = list(zip(*(rows[position][1] for position in good), strict=True))
        columns = {
            column: list(map(self._cells[column].__getitem__, cells[index]))
            for index, column in self._facts
            if cells
        }
        self._refuse(columns, good, faults)
        self._refuse_repeated(columns, [rows[position][0] for position in good], good, faults)
        columns, good = _without(columns, good, faults)
        for position, wrong in _disagreeing(columns, good):
            faults[position] = {self._spelled[name]: told for name, told in wrong.items()}
        columns, good = _without(columns, good, faults)
        nothing = [None] * len(good)
        return Checked(rows, {name: columns.get(name, nothing) for name in FACTS}, good, faults)

    def pass_over(self, rows: Sequence[Row]) -> None:
        """Note who is in rows that were judged before, and that are not judged again."""
        width = len(self.match.header)
        rows = self._read([row for row in rows if len(row[1]) == width])
        for index, column in self._facts:
            if column == REFERENCE:
                numbers = [self._cells[column][cells[index]] for _, cells in rows]
                self._first(numbers, [line for line, _ in rows])

    def _of_another_width(self, rows: Sequence[Row]) -> dict[int, dict[str, list[str]]]:
        """The faults of the rows that have fewer or more cells than the header, by position."""
        faults = {}
        for position, (_, cells) in enumerate(rows):
            if fault := width_fault(self.match.header, cells):
                column, sentence = fault
                faults[position] = {column: [sentence]}
        return faults

    def _read(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with the cells that are read; none of a row whose width is not the header's."""
        width = len(self.match.header)
        if len(self._positions) == width and all(len(cells) == width for _, cells in rows):
            return list(rows)
        pick: Any = itemgetter(*self._positions)
        return [(line, list(pick(cells)) if len(cells) == width else []) for line, cells in rows]

    def _refuse(
        self,
        columns: Mapping[str, Sequence[Any]],
        good: Sequence[int],
        faults: dict[int, dict[str, list[str]]],
    ) -> None:
        """Add to the faults what the refused cells of each column are refused for."""
        for column, values in columns.items():
            if Refused in set(map(type, values)):
                for position, value in zip(good, values, strict=True):
                    if type(value) is Refused:
                        told = faults.setdefault(position, {})
                        told.setdefault(self._spelled[column], []).extend(value.sentences)

    def _refuse_repeated(
        self,
        columns: Mapping[str, Sequence[Any]],
        lines: Sequence[int],
        good: Sequence[int],
        faults: dict[int, dict[str, list[str]]],
    ) -> None:
        """Add a fault where a person's number stood on an earlier line, whatever else is wrong."""
        numbers = columns.get(REFERENCE, ())
        for position, line, first in zip(good, lines, self._first(numbers, lines), strict=True):
            if first != line:
                sentence = f"{FACTS[REFERENCE].words} : {TWICE.format(first)}"
                told = faults.setdefault(position, {})
                told.setdefault(self._spelled[REFERENCE], []).append(sentence)

    def _first(self, numbers: Sequence[Any], lines: Sequence[int]) -> list[int]:
        """For each row, the line on which its number stood first; its own where it has none."""
        known = [index for index, number in enumerate(numbers) if type(number) is int]
        found = self._first_lines.note(
            [numbers[index] for index in known], [lines[index] for index in known]
        )
        firsts = list(lines)
        for index, first in zip(known, found, strict=True):
            firsts[index] = first
        return firsts


def _without(
    columns: dict[str, Any], good: list[int], faults: Mapping[int, Any]
) -> tuple[dict[str, Any], list[int]]:
    """The columns, and the positions, of the rows that have no fault."""
    keep = [position not in faults for position in good]
    if all(keep):
        return columns, good
    left = [position for position, kept in zip(good, keep, strict=True) if kept]
    return {
        name: [value for value, kept in zip(values, keep, strict=True) if kept]
        for name, values in columns.items()
    }, left


def _disagreeing(
    columns: Mapping[str, Sequence[Any]], good: Sequence[int]
) -> Iterable[tuple[int, dict[str, list[str]]]]:
    """The position of each row that breaks a cross-field rule, with the schema's sentences."""
    if not good:
        return
    suspect: NDArray[np.bool_] = np.zeros(len(good), dtype=bool)
    for lesser, greater in NEVER_MORE_THAN:
        suspect |= np.asarray(columns[lesser]) > np.asarray(columns[greater])
    if "age" in columns:
        ages = np.array([np.inf if age is None else age for age in columns["age"]])
        suspect |= ages - np.asarray(columns["annee_experience_totale"]) < MAJORITY
    for index in np.flatnonzero(suspect).tolist():
        yield good[index], disagreements({name: columns[name][index] for name in columns})
