"""What French sets around its marks, and how it writes a number and a moment."""

import datetime
import re
from typing import Any

import numpy as np

NARROW, MINUS = "\u202f", "\u2212"
# Levels whose spelling in the extracts is not that of the language.
SPELLED = {"Frequent": "Fréquent", "Entrepreunariat": "Entrepreneuriat"}
_BEFORE = re.compile("[ \u00a0](?=[:;?!%»])")
_AFTER = re.compile("«[ \u00a0]")


def typeset(text: str) -> str:
    """A sentence with the narrow spaces and the apostrophes that French sets."""
    return _AFTER.sub(f"«{NARROW}", _BEFORE.sub(NARROW, text)).replace("'", "’")


def figure(value: float) -> str:
    """A number as 5 993 or 12,5."""
    return f"{value:,.12g}".replace(",", NARROW).replace(".", ",")


def number(value: float, digits: int = 0, signed: bool = False) -> str:
    """1234.5 as 1 234,5; `digits` after the comma; with a sign before it where `signed`."""
    text = f"{abs(value):,.{digits}f}"
    sign = MINUS if value < 0 else "+" if signed else ""
    return sign * bool(text.strip("0.,")) + text.replace(",", NARROW).replace(".", ",")


def percent(share: float, digits: int = 0) -> str:
    """0.155 as 15,5 %."""
    return f"{number(100 * share, digits)}{NARROW}%"


def points(share: float) -> str:
    """A difference of probability as +12,3 points, or +1,9 point: the plural begins at two."""
    many = "s" if round(abs(100 * share), 1) >= 2 else ""
    return f"{number(100 * share, 1, signed=True)} point{many}"


def exactly(value: Any) -> str:
    """12.5 as 12,5, 11.0 as 11, and 0.00001 with all its digits, so that it can be sent again."""
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-").replace(".", ",")
    return str(value)


def spelled(level: str) -> str:
    """A level as a reader spells it; files and programs keep the spelling of the extracts."""
    return SPELLED.get(level, level)


def day(when: datetime.date, zone: datetime.tzinfo) -> str:
    """A day as 23/11/2026, that of a moment by the clocks of a time zone."""
    local = when.astimezone(zone) if isinstance(when, datetime.datetime) else when
    return f"{local:%d/%m/%Y}"


def moment(when: datetime.datetime, zone: datetime.tzinfo) -> str:
    """A moment as 23/11/2026 à 14 h 05, by the clocks of a time zone."""
    return f"{when.astimezone(zone):%d/%m/%Y à %H h %M}"
