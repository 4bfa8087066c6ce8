"""Numbers, shares and days as a French reader writes them."""

import datetime
from collections.abc import Callable

from futurisys.employee import typography
from futurisys.employee.typography import NARROW, typeset
from futurisys.operations.clock import zone

MINUS = "\u2212"


def number(value: float, digits: int = 0, signed: bool = False) -> str:
    """1234.5 as 1 234,5; `digits` after the comma; with a sign before it where `signed`."""
    text = f"{abs(value):,.{digits}f}"
    sign = MINUS if value < 0 else "+" if signed else ""
    return sign * bool(text.strip("0.,")) + text.replace(",", NARROW).replace(".", ",")


def percent(share: float, digits: int = 0) -> str:
    """0.155 as 15,5 %."""
    return f"{number(100 * share, digits)}{NARROW}%"


def day(moment: str) -> str:
    """An ISO 8601 moment as 23/11/2026, by local clocks."""
    return f"{datetime.datetime.fromisoformat(moment).astimezone(zone()):%d/%m/%Y}"


def moment(when: datetime.datetime) -> str:
    """A moment as 23/11/2026 à 14 h 05, by local clocks."""
    return typography.moment(when, zone())


def points(share: float) -> str:
    """A difference of probability as +12,3 points, or +1,9 point: the plural begins at two."""
    many = "s" if round(abs(100 * share), 1) >= 2 else ""
    return f"{number(100 * share, 1, signed=True)} point{many}"


FILTERS: dict[str, Callable[..., str]] = {
    one.__name__: one for one in (number, percent, day, moment, points, typeset)
}
