"""What PostgreSQL has copied in is what it was given, beside the same rows inserted by names."""

import datetime
import math
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from futurisys.records import database, populations
from futurisys.records.copying import Columns
from futurisys.records.database import db
from futurisys.records.persons import Person
from futurisys.records.tables import Input, Prediction

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
TABLES = (Input.__table__, Prediction.__table__)
COUNT = 4
MOMENT = datetime.datetime(1999, 12, 31, 23, 59, 59, 999_999, datetime.UTC)
NUMBERS: dict[Any, Sequence[Any]] = {
    float: [0.1 + 0.2, -1e308, 5e-324, -math.inf],
    int: [0, -1, 2**31 - 1, -(2**31)],
    bool: [True, False, False, True],
}


@pytest.fixture
def connection(app):
    """A connection of the application, whose transaction is never committed."""
    with app.app_context(), db.engine.connect() as connection:
        yield connection


def column(place: int, of: sa.Column[Any]) -> Sequence[Any]:
    """Values of a column that are hard to write, or to tell apart."""
    if isinstance(of.type, sa.Uuid):
        return ids(16 * place)
    if isinstance(of.type, database.Instant):
        return [MOMENT + datetime.timedelta(microseconds=number) for number in range(COUNT)]
    if isinstance(of.type, sa.JSON):
        return [("« é » \\ \t", 'un "mot"'), (), ("\\N",), ()]
    if isinstance(of.type, sa.String):
        return [text[: of.type.length] for text in ("\\N", "é\t\\", "", f"t{place}")]
    return NUMBERS[of.type.python_type]


def ids(first: int) -> list[str]:
    return [f"01a209b3-5906-7307-8ea9-{first + number:012x}" for number in range(COUNT)]


def kept(connection: sa.Connection, table: Any) -> list[Any]:
    """What the table holds, and how PostgreSQL writes it."""
    whole: sa.Label[str] = sa.literal_column(f"{table.name}::text").label("text")
    return list(connection.execute(sa.select(table, whole).order_by("id")))


@pytest.mark.parametrize("lacking", [(), (0,), range(COUNT)], ids=["full", "some", "none"])
def test_every_value_is_copied_as_it_is(connection, lacking):
    """Every type, and where a value may lack, some of them and all of them."""
    columns: dict[str, dict[str, Any]] = {table.name: {"id": ids(0)} for table in TABLES}
    for table in TABLES:
        for place, one in enumerate(table.c):
            values = columns[table.name].setdefault(one.name, list(column(place, one)))
            for row in lacking if one.nullable else ():
                values[row] = None
    columns["predictions"]["input_id"] = ids(0)
    found = []
    for write in (populations.insert, by_names):
        for table in TABLES:
            write(connection, table, columns[table.name])
        found.append([kept(connection, table) for table in TABLES])
        for table in reversed(TABLES):
            connection.execute(sa.delete(table))
    assert found[0] == found[1]
    assert [len(rows) for rows in found[0]] == [COUNT, COUNT]


def by_names(connection: sa.Connection, table: Any, columns: Columns) -> None:
    rows = zip(*columns.values(), strict=True)
    connection.execute(sa.insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


def test_nothing_is_copied_of_nobody(connection):
    """A block of which no row is good."""
    for table in TABLES:
        populations.insert(connection, table, {"id": []})
        assert kept(connection, table) == []


def test_sealed_numbers_are_copied_byte_by_byte(connection):
    """A table of which no column has a fixed size; some people have no number."""
    numbers = [b"\0\xff\\N", None, b""]
    people: Columns = {"subject": ["a" * 64, "b" * 64, "c" * 64], "number": numbers}
    populations.insert(connection, Person.__table__, people)
    told = (Person.__table__.c[name] for name in people)
    found = connection.execute(sa.select(*told).order_by("subject")).all()
    assert found == list(zip(*people.values(), strict=True))
