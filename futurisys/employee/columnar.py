"""Employees by columns: what the schema says of each row, at the price of each distinct cell.

The definition stays one: a cell is judged by the schema's own field, once for each text that a
column holds, and only rows that break a cross-field rule are put to the schema's own sentence.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from marshmallow import ValidationError
from numpy.typing import NDArray

from futurisys.employee.fields import TEXT_MAX, Fact
from futurisys.employee.schema import (
    ASKED,
    DERIVED,
    FACTS,
    MAJORITY,
    NEVER_MORE_THAN,
    EmployeeSchema,
    Known,
    disagreements,
    employee_schema,
)
from futurisys.employee.unkept import Derived
from futurisys.errors import ExtractError

REMEMBERED = 20_000
NAME_MAX = 64
_DECLARED: Mapping[str, Any] = EmployeeSchema._declared_fields


@dataclass(frozen=True)
class Refused:
    """A cell's faults, in place of its value."""

    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """A block of rows, judged.

    columns: of the good rows, by field, a value each; fields that are not there are None.
    good: the positions of those rows in the block. faults: for each bad row, its position and
    sentences by column.
    """

    columns: dict[str, Sequence[Any]]
    good: list[int]
    faults: dict[int, dict[str, list[str]]]


class _Cells(dict[str, Any]):
    """What the schema makes of each text of one column: a value, or `Refused`."""

    def __init__(self, fact: Fact, mark: str) -> None:
        self._fact, self._mark = fact, mark

    def __missing__(self, cell: str) -> Any:
        try:
            value = self._fact.deserialize(self._fact.parse(cell, self._mark))
        except ValidationError as error:
            value = Refused(tuple(map(str, error.messages)))
        if len(cell) <= TEXT_MAX:
            if len(self) >= REMEMBERED:
                self.clear()
            self[cell] = value
        return value


class Table:
    """A table whose first row names the columns; rows are judged block by block.

    needed: the optional fields that may not be left out. known: the levels that the model has seen.
    marks: the decimal mark of each field, where the file decides it (`surveying.survey`).
    Raises ExtractError where a column is unknown, there twice, or missing.
    """

    def __init__(
        self,
        header: Sequence[str],
        name: str,
        line: int,
        needed: tuple[str, ...] = (),
        known: Known = (),
        marks: Mapping[str, str] | None = None,
    ) -> None:
        _check_header(header, f"{name}, ligne {line}", needed)
        self.name = name
        self.header = tuple(header)
        self._facts = [(i, column) for i, column in enumerate(header) if column in FACTS]
        facts: Mapping[str, Any] = employee_schema(needed, known).fields
        marks = marks or {}
        self._cells = {
            column: _Cells(facts[column], marks.get(column, "")) for _, column in self._facts
        }

    def check(self, rows: Sequence[Sequence[str]]) -> Checked:
        """Judge rows of text cells, as the schema would judge each of them."""
        width = len(self.header)
        faults: dict[int, dict[str, list[str]]] = {}
        for position, row in enumerate(rows):
            if len(row) != width:
                sentence = f"{width} cellules sont attendues, il y en a {len(row)}."
                faults[position] = {self.header[min(len(row), width - 1)]: [sentence]}
        good = [position for position in range(len(rows)) if position not in faults]
        cells = list(zip(*(rows[position] for position in good), strict=True))
        columns = {
            column: list(map(self._cells[column].__getitem__, cells[index]))
            for index, column in self._facts
            if cells
        }
        self._refuse(columns, good, faults)
        columns, good = _without(columns, good, faults)
        for position, wrong in _disagreeing(columns, good):
            faults[position] = wrong
        columns, good = _without(columns, good, faults)
        nothing = [None] * len(good)
        return Checked({name: columns.get(name, nothing) for name in FACTS}, good, faults)

    def _refuse(
        self,
        columns: Mapping[str, Sequence[Any]],
        good: Sequence[int],
        faults: dict[int, dict[str, list[str]]],
    ) -> None:
        """Note the refused cells of each column."""
        for column, values in columns.items():
            if Refused in set(map(type, values)):
                for position, value in zip(good, values, strict=True):
                    if type(value) is Refused:
                        faults.setdefault(position, {})[column] = list(value.sentences)


def _without(
    columns: dict[str, Any], good: list[int], faults: Mapping[int, Any]
) -> tuple[dict[str, Any], list[int]]:
    """The columns of the rows that have no fault."""
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
    """The rows that break a cross-field rule, with the schema's sentences."""
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


def _check_header(header: Sequence[str], here: str, needed: tuple[str, ...]) -> None:
    """Refuse a column without a name, there twice, derived or unknown, and the lack of one."""
    known = {name for name, field in _DECLARED.items() if not isinstance(field, Derived)}
    times = Counter(header)
    for number, name in enumerate(header, start=1):
        shown = name[:NAME_MAX] or str(number)
        if not name:
            raise ExtractError(f"{here}, colonne {shown} : la colonne n'a pas de nom.")
        if times[name] > 1:
            raise ExtractError(f"{here}, colonne {shown} : la colonne figure deux fois.")
        if name in DERIVED:
            raise ExtractError(f"{here}, colonne {shown} : calculé par le service, retirez-le.")
        if name not in known:
            raise ExtractError(f"{here}, colonne {shown} : colonne inconnue.")
    for name in ASKED + needed:
        if name not in times:
            raise ExtractError(f"{here}, colonne {name} : la colonne manque.")
