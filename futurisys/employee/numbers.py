"""Numbers as people write them in files: thousands apart, either decimal mark, a unit beside."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from futurisys.employee.levels import SPACES, folded

COMMA, POINT = ",", "."
OTHER = {COMMA: POINT, POINT: COMMA}
DIGITS_MAX = 18
NUMBER = f"-?[0-9]{{1,{DIGITS_MAX}}}(?:[.,][0-9]{{1,{DIGITS_MAX}}})?"
# Longer than any number with its unit; what is matched below takes the square of its length.
_LONGEST = 80
_NUMBER = re.compile(NUMBER)
_APART = f"[{SPACES}'\u2019]"
_GROUPED = re.compile(f"-?[0-9]{{1,3}}({_APART})[0-9]{{3}}(?:\\1[0-9]{{3}})*(?:[.,][0-9]+)?")
_BETWEEN = re.compile(_APART)
# By the mark that stands between the thousands.
_THOUSANDS = {
    mark: re.compile(f"-?[1-9][0-9]{{0,2}}(?:[{mark}][0-9]{{3}})+(?:[{other}][0-9]+)?")
    for mark, other in OTHER.items()
}
_MEASURED = re.compile(rf"([^0-9.,-]*)(-?[0-9](?:(?:[.,0-9]|{_APART})*[0-9])?)([^0-9.,-]*)")


@dataclass(frozen=True)
class Unit:
    """What a number counts. words: "en euros", to end a sentence. spellings: beside a number.

    scales: what else such numbers may be when they are out of place, and by what to multiply them.
    """

    words: str
    spellings: tuple[str, ...]
    scales: Mapping[str, float]

    @cached_property
    def folded(self) -> frozenset[str]:
        return frozenset(map(folded, self.spellings))


EUROS = Unit(
    "en euros",
    ("€", "EUR", "euro", "euros", "€/mois", "€ / mois", "EUR/mois", "euros/mois"),
    {
        "à un salaire annuel": 1 / 12,
        "à des milliers d'euros (k€)": 1000,
        "à un salaire annuel en milliers d'euros (k€)": 1000 / 12,
        "à des centimes": 1 / 100,
    },
)
KILOMETRES = Unit("en kilomètres", ("km", "kilomètre", "kilomètres"), {"à des mètres": 1 / 1000})
YEARS = Unit("en années", ("an", "ans", "année", "années"), {"à des mois": 1 / 12})
PERCENTS = Unit("en pourcents", ("%",), {"à des fractions (0,11 pour 11 %)": 100})


def number_in(cell: str, unit: Unit | None) -> str | None:
    """The number of a cell, as it is written there, in this unit or without one."""
    if is_plain(cell):
        return cell
    found = _measured(cell)
    return found[0] if found and (not found[1] or _is_own(found[1], unit)) else None


def read(cell: str, unit: Unit | None, mark: str) -> int | float | None:
    """What a cell counts in this unit, by its decimal mark; None where that is nothing."""
    if is_plain(cell):
        return int(cell)
    number = number_in(cell, unit)
    return None if number is None else value_of(number, mark)


def is_foreign(value: Any, unit: Unit | None) -> bool:
    """Whether a text has a number in another unit than this one."""
    found = _measured(value) if type(value) is str else None
    return found is not None and bool(found[1]) and not _is_own(found[1], unit)


def is_plain(text: str) -> bool:
    """Whether a text is digits alone, as most numbers are."""
    return text.isdigit() and text.isascii() and len(text) <= DIGITS_MAX


def _is_own(spelled: str, unit: Unit | None) -> bool:
    return unit is not None and folded(spelled) in unit.folded


def _measured(cell: str) -> tuple[str, str] | None:
    """The number of a cell, as it is written there, and its unit; None where it has no number."""
    match = _MEASURED.fullmatch(cell) if len(cell) <= _LONGEST else None
    if match is None:
        return None
    before, number, after = (part.strip() for part in match.groups())
    return number, f"{before} {after}".strip()


def value_of(text: str, mark: str = "") -> int | float | None:
    """The number that a text is; None where it is none.

    mark: the decimal one where it is known; otherwise either is, but in 1,234.5 and 1.234.567.
    """
    if is_plain(text):
        return int(text)
    if _GROUPED.fullmatch(text):
        text = _BETWEEN.sub("", text)
    grouping = OTHER[mark] if mark else decided(text)
    if grouping and grouping in text:
        if not _THOUSANDS[grouping].fullmatch(text):
            return None
        text = text.replace(grouping, "")
    if not _NUMBER.fullmatch(text):
        return None
    return float(text.replace(COMMA, POINT)) if COMMA in text or POINT in text else int(text)


def decided(text: str) -> str:
    """The mark that stands between thousands whatever the decimal one may be; "" where none."""
    for mark, other in OTHER.items():
        is_clear = other in text or text.count(mark) > 1
        if mark in text and is_clear and _THOUSANDS[mark].fullmatch(text):
            return mark
    return ""


def evidence(text: str) -> tuple[str, str]:
    """What a number says of the decimal mark: the mark it proves, or the one that it leaves open.

    5993,50 and 1.234,5 prove the comma; 5,993 leaves it open whether the comma is one.
    """
    marks = [mark for mark in OTHER if mark in text]
    if grouping := decided(text):
        return OTHER[grouping], ""
    if len(marks) != 1:
        return "", ""
    is_open = not _GROUPED.fullmatch(text) and _THOUSANDS[marks[0]].fullmatch(text)
    return ("", marks[0]) if is_open else (marks[0], "")
