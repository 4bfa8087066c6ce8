"""Databases that a model's SQL is asked of: each takes a table of employees, and a SELECT."""

import importlib.util
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import psycopg2
import psycopg2.extras
import pytest

from futurisys.employee.fields import Number, YesNo
from futurisys.employee.schema import FACTS
from tests.postgres import PostgreSQL
from tests.server import ROOT

Rows = Sequence[Mapping[str, Any]]
Ask = Callable[[Rows, str], list[dict[str, Any]]]
NAMES = tuple(FACTS)
KINDS = {
    name: "DOUBLE" if isinstance(fact, Number) else "BOOLEAN" if isinstance(fact, YesNo) else "TEXT"
    for name, fact in FACTS.items()
} | {"id_employee": "BIGINT"}


def columns(double: str = "DOUBLE", text: str = "TEXT") -> str:
    """The table's columns, in a database's words."""
    words = {"DOUBLE": double, "TEXT": text}
    return ", ".join(f"{name} {words.get(kind, kind)}" for name, kind in KINDS.items())


def values(rows: Rows) -> list[tuple[Any, ...]]:
    return [tuple(_value(name, row.get(name)) for name in NAMES) for row in rows]


def _value(name: str, value: Any) -> Any:
    """A value as its column holds it, a whole number as a double too."""
    is_whole = KINDS[name] == "DOUBLE" and type(value) is int
    return float(value) if is_whole else value


def sqlite(rows: Rows, statement: str) -> list[dict[str, Any]]:
    """Python's own SQLite; its columns are of no type, as a table that was imported has them."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"CREATE TABLE employees ({', '.join(NAMES)})")
        marks = ", ".join("?" * len(NAMES))
        connection.executemany(f"INSERT INTO employees VALUES ({marks})", values(rows))
        return _dicts(connection.execute(statement))
    finally:
        connection.close()


def duck(rows: Rows, statement: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE employees ({columns()})")
        marks = ", ".join("?" * len(NAMES))
        # One row at a time is a thousand times what its insertion costs.
        connection.execute(
            f"INSERT INTO employees VALUES {', '.join([f'({marks})'] * len(rows))}",
            [value for row in values(rows) for value in row],
        )
        found = connection.execute(statement)
        return _dicts(found)


def postgresql(server: PostgreSQL) -> Ask:
    def ask(rows: Rows, statement: str) -> list[dict[str, Any]]:
        with server.database() as name:
            connection = psycopg2.connect(server.url(name))
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"CREATE TABLE employees ({columns('DOUBLE PRECISION')})")
                    psycopg2.extras.execute_values(
                        cursor, "INSERT INTO employees VALUES %s", values(rows)
                    )
                    cursor.execute(statement)
                    return [
                        dict(zip([one.name for one in cursor.description or ()], row, strict=True))
                        for row in cursor.fetchall()
                    ]
            finally:
                connection.close()

    return ask


@contextmanager
def spark_session() -> Iterator[Any]:
    """Spark on two threads of this machine; skips where the machine has no pyspark or no Java."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("No pyspark: pip install futurisys[spark]")
    if shutil.which("java") is None:
        pytest.skip("No Java: apt-get install default-jre-headless")
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.log.level": "ERROR",
        "spark.executorEnv.PYTHONPATH": str(ROOT),
    }
    builder = SparkSession.builder.master("local[2]").config(map=settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.getOrCreate()
        try:
            yield session
        finally:
            session.stop()


def spark(session: Any) -> Ask:
    def ask(rows: Rows, statement: str) -> list[dict[str, Any]]:
        frame = session.createDataFrame(values(rows), columns(text="STRING"))
        frame.createOrReplaceTempView("employees")
        return [row.asDict() for row in session.sql(statement.rstrip(";")).collect()]

    return ask


def _dicts(cursor: Any) -> list[dict[str, Any]]:
    names = [one[0] for one in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
