"""The sample's three extracts as tables, to be changed and sent."""

import csv
import io
import random

import openpyxl

from futurisys.sample import SAMPLE

Table = list[list[str]]
TABLES: dict[str, Table] = {
    name: list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for name, path in SAMPLE.items()
}


def csv_of(rows: Table, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def book_of(rows: Table, **others: Table) -> bytes:
    """A workbook of the rows; others: more sheets, by their titles."""
    book = openpyxl.Workbook(write_only=True)
    for title, body in {"Extrait": rows, **others}.items():
        sheet = book.create_sheet(title)
        for row in body:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def first(people: int) -> dict[str, Table]:
    return {name: [list(row) for row in rows[: people + 1]] for name, rows in TABLES.items()}


def shuffled(rows: Table) -> Table:
    """The people, and the columns, in another order."""
    places = random.Random(1).sample(range(len(rows[0])), len(rows[0]))
    people = random.Random(2).sample(rows[1:], len(rows) - 1)
    return [[row[place] for place in places] for row in [rows[0], *people]]
