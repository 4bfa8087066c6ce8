"""Two monthly files of the sample, the second with what a month brings."""

from typing import Any

# By their place in the sample: who is paid more, and from what to what; who changes department, as
# people of their post also work in the other; who has left; how many at the end are new.
PAID_MORE, PAID, PAID_THEN = 815, 2070, 4570
TRANSFERRED, FROM, TO = 18, "Commercial", "Consulting"
LEAVERS = (0, 7, 100)
NEWCOMERS = 5

Rows = list[dict[str, Any]]


def monthly(rows: Rows) -> tuple[Rows, Rows]:
    """The sample as it was a month ago and as it is; rows: all of it."""
    first = [dict(row) for row in rows[:-NEWCOMERS]]
    second = [dict(row) for place, row in enumerate(rows) if place not in LEAVERS]
    paid, moved = (_at(second, rows[place]) for place in (PAID_MORE, TRANSFERRED))
    assert (str(paid["revenu_mensuel"]), moved["departement"]) == (str(PAID), FROM)
    paid["revenu_mensuel"] = str(PAID_THEN)
    moved["departement"] = TO
    return first, second


def _at(some: Rows, row: dict[str, Any]) -> dict[str, Any]:
    """The same person among some."""
    [found] = [one for one in some if one["id_employee"] == row["id_employee"]]
    return found


def few(rows: Rows) -> tuple[Rows, Rows]:
    """Of both files those to whom something happens, and some others; rows: the whole sample."""
    places = [*range(12), *LEAVERS, PAID_MORE, TRANSFERRED, *range(len(rows) - 10, len(rows))]
    numbers = {rows[place]["id_employee"] for place in places}
    first, second = ([row for row in one if row["id_employee"] in numbers] for one in monthly(rows))
    return first, second
