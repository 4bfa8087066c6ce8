"""The three HR extracts, read as spreadsheets write them and joined into one row an employee."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from futurisys.employee.fields import Fact
from futurisys.employee.headers import match_columns, shown
from futurisys.employee.joining import KEY
from futurisys.employee.schema import (
    ASKED,
    EXTRACTS,
    KEYS,
    LABEL,
    SONDAGE,
    EmployeeSchema,
)
from futurisys.employee.sheets import Row, read_table
from futurisys.errors import ExtractError

EXTRACTED: dict[str, Fact] = {
    name: field
    for name, field in EmployeeSchema._declared_fields.items()
    if isinstance(field, Fact)
}


@dataclass(frozen=True)
class Line:
    """One line of one extract: where it stands, and its cells by column.

    spelled: the columns as the file spells them.
    """

    extract: str
    file: str
    number: int
    cells: Mapping[str, str]
    spelled: Mapping[str, str]

    def error(self, column: str, sentence: str) -> ExtractError:
        where = f"{self.file}, ligne {self.number}, colonne {self.spelled[column]}"
        return ExtractError(f"{where} : {sentence}")


def read_rows(paths: Mapping[str, Path]) -> list[dict[str, Any]]:
    """The joined rows as HR would post them: every column, numbers as numbers.

    paths: one file for each of `EXTRACTS`. Rows are sorted by id_employee.
    Raises ExtractError, one sentence with file, line and column.
    """
    return [_row(lines) for lines in _join(paths)]


def read_employees(paths: Mapping[str, Path]) -> tuple[list[dict[str, Any]], list[bool]]:
    """The employees as the schema loads them, sorted by id_employee, and whether each has left.

    Raises ExtractError, one sentence with file, line and column.
    """
    schema = EmployeeSchema()
    employees, left = [], []
    for lines in _join(paths):
        try:
            employees.append(schema.load(_row(lines)))
        except ValidationError as error:
            raise _locate(error, lines) from error
        left.append(_label(lines))
    return employees, left


def _row(lines: tuple[Line, ...]) -> dict[str, Any]:
    return {
        name: EXTRACTED[name].parse(cell) for line in lines for name, cell in line.cells.items()
    }


def _label(lines: tuple[Line, ...]) -> bool:
    line = next(line for line in lines if line.extract == SONDAGE)
    word = line.cells[LABEL]
    if word not in ("Oui", "Non"):
        raise line.error(LABEL, "« Oui » ou « Non » est attendu.")
    return word == "Oui"


def _locate(error: ValidationError, lines: tuple[Line, ...]) -> ExtractError:
    """Say in which file and line the first fault of a joined row stands."""
    column, sentences = next(iter(error.messages_dict.items()))
    line = next(line for line in lines if column in line.cells)
    return line.error(column, sentences[0])


def _join(paths: Mapping[str, Path]) -> list[tuple[Line, ...]]:
    extracts = {name: _by_key(name, _read(name, paths[name])) for name in EXTRACTS}
    everyone = sorted(set().union(*extracts.values()))
    for name, present in extracts.items():
        for key in everyone:
            if key not in present:
                other = next(lines[key] for lines in extracts.values() if key in lines)
                raise other.error(
                    KEYS[other.extract], f"l'employé {key} est absent de {paths[name].name}."
                )
    return [tuple(lines[key] for lines in extracts.values()) for key in everyone]


def _by_key(extract: str, lines: list[Line]) -> dict[int, Line]:
    """Each line under the employee's number; a number that is wrong or comes twice is refused."""
    column = KEYS[extract]
    keyed: dict[int, Line] = {}
    for line in lines:
        match = KEY[extract].fullmatch(line.cells[column])
        if not match:
            example = EXTRACTED[column].example
            raise line.error(column, f"le numéro de l'employé s'écrit comme {example}.")
        key = int(match[1])
        if key in keyed:
            first = keyed[key].number
            raise line.error(column, f"l'employé {key} figure déjà à la ligne {first}.")
        keyed[key] = line
    return keyed


def _read(extract: str, path: Path) -> list[Line]:
    """The lines of one extract, its header checked, cells stripped of white space."""
    rows = _table(path)
    top, header = next(rows, (1, []))
    columns = _columns(extract, header, f"{path.name}, ligne {top}")
    spelled = {name: shown(header[position]) for position, name in columns.items()}
    lines = []
    for number, row in rows:
        if len(row) != len(header):
            raise ExtractError(
                f"{path.name}, ligne {number}, colonne {min(len(row), len(header)) + 1} : "
                f"{len(header)} cellules sont attendues, il y en a {len(row)}."
            )
        cells = {name: row[position] for position, name in columns.items()}
        lines.append(Line(extract, path.name, number, cells, spelled))
    if not lines:
        raise ExtractError(f"{path.name}, ligne {top + 1} : le fichier n'a pas d'employé.")
    return lines


def _columns(extract: str, header: list[str], here: str) -> dict[int, str]:
    """Where each column of an extract stands; one of another extract is refused."""
    needed = (*ASKED, KEYS[extract], LABEL)
    asked = [name for name in EXTRACTED if EXTRACTED[name].extract == extract and name in needed]
    match = match_columns(header, asked)
    for position, name in match.read.items():
        if EXTRACTED[name].extract != extract:
            raise ExtractError(
                f"{here}, colonne {shown(header[position])} : "
                f"cette colonne vient de {EXTRACTED[name].extract}."
            )
    match.complete(here)
    return match.read


def _table(path: Path) -> Iterator[Row]:
    try:
        with path.open("rb") as file:
            yield from read_table(file, path.name)
    except OSError as error:
        raise ExtractError(f"{path} : le fichier ne peut pas être lu.") from error
