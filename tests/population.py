"""Tables of employees for the tests, as HR sends them."""

import csv
import functools
import io
from typing import Any

from futurisys.employee.schema import EXTRACTS, KEYS
from futurisys.sample import SAMPLE

Rows = list[dict[str, str]]


def sample_rows() -> Rows:
    """The 1470 employees, all 34 columns, each cell as the extracts have it; rows of one's own."""
    return [dict(row) for row in _sample()]


@functools.cache
def _sample() -> Rows:
    people: dict[int, dict[str, str]] = {}
    for extract in EXTRACTS:
        with SAMPLE[extract].open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                number = int(line[KEYS[extract]].removeprefix("E_"))
                people.setdefault(number, {}).update(line)
    return [people[number] for number in sorted(people)]


def numbered(rows: Rows) -> Rows:
    """The same rows as those of people who are all others, numbered from 1 on."""
    return [row | {"id_employee": str(number)} for number, row in enumerate(rows, start=1)]


def table(rows: Rows, **options: Any) -> str:
    """The rows as CSV; options: of the csv module."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
