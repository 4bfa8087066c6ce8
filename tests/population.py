"""Tables of employees for the tests, as HR sends them."""

import csv
import io
from typing import Any

from futurisys.employee.extracts import _join
from futurisys.sample import SAMPLE

Rows = list[dict[str, str]]


def sample_rows() -> Rows:
    """The 1470 employees, all 34 columns, each cell as the extracts have it."""
    return [
        {name: cell for line in lines for name, cell in line.cells.items()}
        for lines in _join(SAMPLE)
    ]


def table(rows: Rows, **options: Any) -> str:
    """The rows as CSV; options: of the csv module."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
