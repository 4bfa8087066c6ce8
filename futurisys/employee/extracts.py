"""The three HR extracts as a model learns from them: read, joined and judged as those to score."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

from marshmallow import ValidationError

from futurisys.employee.columnar import Place
from futurisys.employee.fields import YesNo
from futurisys.employee.held import JoinedRow
from futurisys.employee.joined import JoinedTable, join_parts
from futurisys.employee.joining import Part
from futurisys.employee.reading import Reading
from futurisys.employee.schema import EXTRACTED, FACTS, LABEL, REFERENCE, SONDAGE, Known
from futurisys.employee.sheets import Row, blocks_of
from futurisys.errors import ExtractError

_LEFT = YesNo(EXTRACTED[LABEL].words, extract=SONDAGE, example=EXTRACTED[LABEL].example)


class _Beginner:
    """A reader that has seen nobody yet."""

    needed: tuple[str, ...] = ()
    known: Known = ()
    seen: Mapping[str, Any] = {}


class _Person(NamedTuple):
    """An employee as the files write them and as the schema loads them; whether they have left."""

    cells: Sequence[str]
    facts: dict[str, Any]
    has_left: bool


class _Faults:
    """What is wrong with the files: the first of it, and how much there is."""

    def __init__(self) -> None:
        self._count = 0
        # That somebody is absent may follow from a number that is badly written: it is told last.
        self._first: dict[bool, str] = {}

    def note(self, place: Place, column: str, sentence: str, is_absence: bool = False) -> None:
        where = f"{place.file}, ligne {place.line}, colonne {column}"
        self._count += 1
        self._first.setdefault(is_absence, f"{where} : {sentence}")

    def refuse(self) -> None:
        """Raise ExtractError, one sentence, where anything is wrong."""
        if not self._count:
            return
        first = self._first.get(False) or self._first[True]
        others = self._count - 1
        if others:
            are = "autre faute est" if others == 1 else "autres fautes sont"
            first = f"{first.removesuffix('.')} ; {others} {are} à corriger."
        raise ExtractError(first)


def read_rows(paths: Mapping[str, Path]) -> list[dict[str, Any]]:
    """The joined rows as HR would post them: every column, numbers as numbers.

    paths: the three extracts, whichever stands under which name. Rows are sorted by id_employee.
    Raises ExtractError, one sentence with file, line and column.
    """
    header, people, _ = _read(paths.values())
    return [
        {name: EXTRACTED[name].parse(cell) for name, cell in zip(header, one.cells, strict=True)}
        for one in people
    ]


def read_employees(paths: Mapping[str, Path]) -> tuple[list[dict[str, Any]], list[bool]]:
    """The employees as the schema loads them, sorted by id_employee, and whether each has left.

    Raises ExtractError as `read_rows` does.
    """
    employees, left, _ = read_and_tell(paths)
    return employees, left


def read_and_tell(
    paths: Mapping[str, Path],
) -> tuple[list[dict[str, Any]], list[bool], Reading]:
    """What `read_employees` returns, and what is to be known of how the files were read."""
    _, people, reading = _read(paths.values())
    return [one.facts for one in people], [one.has_left for one in people], reading


def read_undecided(paths: Iterable[Path]) -> tuple[list[dict[str, Any]], Reading]:
    """The employees alone, whatever the files say of who has left, and how they were read.

    paths: the three extracts, in any order. Raises ExtractError as `read_rows` does.
    """
    _, people, reading = _read(paths, ())
    return [one.facts for one in people], reading


def _read(
    paths: Iterable[Path], label: tuple[str, ...] = (LABEL,)
) -> tuple[tuple[str, ...], list[_Person], Reading]:
    """The columns of the joined table, its people, and how it was read.

    label: the column that says who has left; nobody has where none is named.
    """
    faults, people = _Faults(), list[_Person]()
    with _opened(paths) as parts:
        table, rows, reading = join_parts(parts, _Beginner(), label=label)
        for block in blocks_of(rows):
            people.extend(_judged(table, block, faults, bool(label)))
    faults.refuse()
    people.sort(key=lambda one: one.facts[REFERENCE])
    return table.header, people, reading


def _judged(
    table: JoinedTable, block: list[Row], faults: _Faults, labelled: bool
) -> Iterator[_Person]:
    """The people of a block of whom nothing is wrong; what is, is noted."""
    checked = table.check(block)
    rows = [cast(JoinedRow, cells) for _, cells in block]
    for position, told in checked.faults.items():
        is_absence = any(wrong.is_absence for wrong in rows[position].wrong)
        for column, sentences in told.items():
            for sentence in sentences:
                faults.note(checked.places[position, column], column, sentence, is_absence)
    labels = [labelled and _label(table, row, faults) for row in rows]
    names = [name for name in FACTS if name in table.header]
    facts = zip(*(checked.columns[name] for name in names), strict=True)
    for position, values in zip(checked.good, facts, strict=True):
        yield _Person(rows[position], dict(zip(names, values, strict=True)), labels[position])


def _label(table: JoinedTable, row: JoinedRow, faults: _Faults) -> bool:
    """Whether a person has left; what is wrong with how that is said is noted."""
    position = table.header.index(LABEL)
    column = table.spelled(LABEL)
    place = table.place_of(row, column)
    if place:
        try:
            return bool(_LEFT.deserialize(_LEFT.parse(row[position])))
        except ValidationError as error:
            for sentence in error.messages:
                faults.note(place, column, str(sentence))
    return False


@contextmanager
def _opened(paths: Iterable[Path]) -> Iterator[list[Part]]:
    """The files, open for as long as they are read; one that cannot be is an ExtractError."""
    with ExitStack() as stack:
        parts = []
        for path in paths:
            try:
                parts.append(Part(stack.enter_context(path.open("rb")), path.name))
            except OSError as error:
                raise ExtractError(f"{path} : le fichier ne peut pas être lu.") from error
        yield parts
