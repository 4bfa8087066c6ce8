"""A list of who left: each person's number, the day and why, whatever file HR has it in."""

import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from futurisys.employee import declarations
from futurisys.employee.cells import FAILURES, failure_of
from futurisys.employee.finding import FoundTable, find_table
from futurisys.employee.headers import column_of, normalised, shown, width_fault
from futurisys.employee.levels import folded
from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.errors import ExtractError

Reason = Literal["démission", "autre"]
RESIGNED: Reason = "démission"
OTHERWISE: Reason = "autre"
REASONS: tuple[Reason, ...] = (RESIGNED, OTHERWISE)
# What stands for a number where a declaration gives none: nobody is found by it.
NAMELESS = ""
NUMBER_MAX = 2_147_483_647
YEARS = range(1950, 2100)
# No date, and no reason that is told from another, is longer.
CELL_MAX = 80
NUMBER, DAY, WHY = "le numéro de l'employé", "la date de départ", "la raison du départ"
_DAYS = (
    *("date_depart", "date de départ", "date du départ", "départ", "départ le", "quitté le"),
    *("date de sortie", "date sortie", "sortie", "date de fin", "date", "left_on"),
    *("date de fin de contrat", "date fin contrat", "date de fin du contrat", "fin de contrat"),
)
_WHYS = (
    *("raison", "raison du départ", "raison de départ", "motif", "motif de départ", "reason"),
    *("motif du départ", "motif de sortie", "motif de rupture", "motif de fin de contrat"),
    *("cause", "cause du départ", "type de départ", "nature du départ"),
)
_NUMBERS = ("matricule", "numéro", "numéro de l'employé", "numéro d'employé")
_SPELLED = {
    normalised(spelling): column
    for column, spellings in ((NUMBER, _NUMBERS), (DAY, _DAYS), (WHY, _WHYS))
    for spelling in spellings
}
NOT_A_NUMBER = f"un nombre entier, de 1 à {NUMBER_MAX}, est attendu."
NOT_A_DAY = f"une date, de {YEARS[0]} à {YEARS[-1]}, est attendue, comme 31/01/2026 ou 2026-01-31."
NO_REASON = f"la raison manque, indiquez « {RESIGNED} » ou « {OTHERWISE} »."
_TIME = r"(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?Z?)?"
_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})" + _TIME, re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)" + _TIME, re.ASCII)
# As it is said, or by the code that declarations have for it.
_RESIGNED = re.compile(r"demission|resign|\b0?59\b")


@dataclass(frozen=True)
class Departure:
    """That somebody left: their number as the service knows it, the day and why.

    number: without leading zeros; `NAMELESS` where a declaration gives none.
    """

    number: str
    left_on: datetime.date
    reason: Reason


def read(content: bytes, name: str = "Fichier", declared: bool = False) -> list[Departure]:
    """Who left by a file: CSV, .xlsx, or a declaration (DSN), known by its content.

    Each person once, with the last of their departures, in the order of the file; nobody where its
    header stands alone. name: what its sender calls it, where a sentence begins. declared: whether
    it must be a declaration. Raises ExtractError, which names the line and repeats no value.
    """
    if declarations.is_declaration(content):
        ends = declarations.read(content, name)
        return _last(
            Departure(_own(end.number), end.on, RESIGNED if end.resigned else OTHERWISE)
            for end in ends
        )
    if declared:
        raise ExtractError(f"{name} : {declarations.NONE}")
    found = find_table(io.BytesIO(content), name, lambda cell: _column(cell) is not None)
    return _last(_rows(found, _places(found, name), name))


def reference(number: str) -> int | None:
    """The reference that a number is; None where it is none that the service may know."""
    is_whole = number.isascii() and number.isdigit() and len(number) <= CELL_MAX
    return int(number) if is_whole and 1 <= int(number) <= NUMBER_MAX else None


def day_of(text: str) -> datetime.date | None:
    """The day that a text says, the French way or ISO's; None where it says none."""
    text = text.strip()
    if len(text) > CELL_MAX:
        return None
    if found := _FRENCH.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        return None
    try:
        return datetime.date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def reason_of(text: str) -> Reason | None:
    """Why somebody left: they resigned, or anything else; None where nothing is said."""
    text = folded(text[:CELL_MAX])
    if not text:
        return None
    return RESIGNED if _RESIGNED.search(text) else OTHERWISE


def _column(cell: str) -> str | None:
    """What the column of a header cell holds."""
    if column_of(cell) == REFERENCE:
        return NUMBER
    return _SPELLED.get(normalised(cell))


def _places(found: FoundTable, name: str) -> dict[str, int]:
    """Where the three columns stand; raises ExtractError where one is not there, or twice."""
    here = f"{name}, ligne {found.line}"
    places: dict[str, int] = {}
    for place, cell in enumerate(found.header):
        column = _column(cell)
        if column in places:
            one, other = shown(found.header[places[column]]), shown(cell)
            raise ExtractError(
                f"{here} : les colonnes « {one} » et « {other} » disent toutes deux {column}, "
                "n'en gardez qu'une."
            )
        if column:
            places[column] = place
    missing = [column for column in (NUMBER, DAY, WHY) if column not in places]
    if missing:
        raise ExtractError(
            f"{here} : il manque la colonne qui dit {' ni '.join(missing)} ; nommez les colonnes "
            f"{REFERENCE}, date_depart et raison."
        )
    return places


def _rows(found: FoundTable, places: dict[str, int], name: str) -> Iterator[Departure]:
    """The departures of the rows; raises ExtractError with the first fault, and how many more."""
    faults: list[str] = []
    for line, cells in found.rows:
        read = _departure(found.header, cells, places)
        if isinstance(read, Departure):
            yield read
        else:
            faults.append(f"{name}, ligne {line} : {read}")
    if faults:
        more = len(faults) - 1
        rest = f" Lignes refusées de plus : {more}." if more else ""
        raise ExtractError(faults[0] + rest)


def _departure(
    header: Sequence[str], cells: Sequence[str], places: dict[str, int]
) -> Departure | str:
    """What a row says, or what is wrong with it."""
    if fault := width_fault(header, cells):
        return f"colonne {fault[0]} : {fault[1]}"
    texts = {column: cells[place] for column, place in places.items()}
    for column, text in texts.items():
        if failure := failure_of(text[:CELL_MAX]):
            return f"{column} : {FAILURES[failure]}"
    number = _own(texts[NUMBER])
    left_on, reason = day_of(texts[DAY]), reason_of(texts[WHY])
    if reference(number) is None:
        return f"{FACTS[REFERENCE].words} : {NOT_A_NUMBER}"
    if left_on is None:
        return f"Date de départ : {NOT_A_DAY}"
    if reason is None:
        return f"Raison : {NO_REASON}"
    return Departure(number, left_on, reason)


def _own(text: str) -> str:
    """A number as the service knows it, whatever a program has filled it up with."""
    text = text.strip()
    is_whole = text.isascii() and text.isdigit() and len(text) <= CELL_MAX
    return str(int(text)) if is_whole else text


def _last(departures: Iterable[Departure]) -> list[Departure]:
    """Each person's last departure; all of those who have no number."""
    last: dict[str, Departure] = {}
    nameless = []
    for one in departures:
        if one.number == NAMELESS:
            nameless.append(one)
        elif one.number not in last or one.left_on >= last[one.number].left_on:
            last[one.number] = one
    return [*last.values(), *nameless]
