"""Numbers, shares and days as a French reader writes them."""

import datetime
from collections.abc import Callable

from futurisys.employee import typography
from futurisys.employee.told import grouped
from futurisys.employee.typography import number, percent, points, typeset
from futurisys.operations.clock import zone


def day(moment: str) -> str:
    """An ISO 8601 moment as 23/11/2026, by local clocks."""
    return f"{datetime.datetime.fromisoformat(moment).astimezone(zone()):%d/%m/%Y}"


def date(when: datetime.date) -> str:
    """A day as 23/11/2026, that of a moment by local clocks."""
    return typography.day(when, zone())


def moment(when: datetime.datetime) -> str:
    """A moment as 23/11/2026 à 14 h 05, by local clocks."""
    return typography.moment(when, zone())


FILTERS: dict[str, Callable[..., str]] = {
    one.__name__: one for one in (number, percent, day, date, moment, points, typeset, grouped)
}
