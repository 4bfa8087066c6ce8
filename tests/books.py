"""Workbooks that people take home, as these tests read them."""

import io
from typing import Any

import openpyxl

ESTIMATES, DATA, NOTES = "Estimations", "Données", "À lire"


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(content: bytes, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by its header, "" where a cell is empty."""
    header, *body = opened(content)[sheet].iter_rows(values_only=True)
    filled = ([value if value is not None else "" for value in row] for row in body)
    return [dict(zip(header, row, strict=True)) for row in filled]


def remarks(content: bytes) -> list[str]:
    """What the last sheet says, without its heading."""
    _, *body = opened(content)[NOTES].iter_rows(values_only=True)
    return [sentence for (sentence,) in body]
