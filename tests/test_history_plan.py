"""The plans of a page on many rows: what PostgreSQL does, and not how long it takes."""

import datetime
import json
from typing import Any

import pytest
import sqlalchemy as sa

from futurisys.app import create_app
from futurisys.records.database import db
from futurisys.records.history import Filters, first_id, page_statement

MOMENT = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
WAYS: list[tuple[Filters, str | None]] = [
    (Filters(), None),
    (Filters(), first_id(MOMENT)),
    (Filters(since=MOMENT, until=MOMENT + datetime.timedelta(days=1)), None),
    (Filters(label="Part"), None),
    (Filters(model_version="rare"), first_id(MOMENT)),
    (Filters(label="Reste", model_version="usual"), None),
    (Filters(is_alone=True), None),
    (Filters(is_alone=True), first_id(MOMENT)),
]
_ID = (
    "CAST(lpad(to_hex({start} + CAST(n AS bigint) * 100000), 12, '0') || '7000800000000000' || "
    "lpad(to_hex({series}), 4, '0') AS uuid)"
)
_START = 1_767_225_600_000
_INPUT_COLUMNS = {
    "id": _ID.format(start=_START, series=1),
    "subject": "'s' || n % 50000",
    "created_at": "now()",
}
_ANSWER_COLUMNS = {
    "id": _ID.format(start=_START, series=2),
    "input_id": _ID.format(start=_START, series=1),
    "probability": "0.2",
    "label": "CASE WHEN n % 50 = 0 THEN 'Part' ELSE 'Reste' END",
    "threshold": "0.21",
    "model_version": "CASE WHEN n % 1000 = 0 THEN 'rare' ELSE 'usual' END",
    "risk": "'Faible'",
    "warnings": "'[]'",
    "base": "-2",
    "created_at": "now()",
}


def _fill(table: sa.Table, given: dict[str, str]) -> str:
    blank = {sa.String: "'x'", sa.Boolean: "true"}
    needed = {
        column.name: next((v for k, v in blank.items() if isinstance(column.type, k)), "1")
        for column in table.columns
        if not column.nullable
    }
    columns = needed | given
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) "
        f"SELECT {', '.join(columns.values())} FROM generate_series(1, 200000) AS n"
    )


MANY_ROWS = [
    _fill(db.metadata.tables["inputs"], _INPUT_COLUMNS),
    _fill(db.metadata.tables["predictions"], _ANSWER_COLUMNS),
    "ANALYZE",
]


@pytest.mark.slow
def test_the_first_page_is_read_off_an_index(postgresql_url):
    """On 200,000 rows, each way to ask for a page is a walk along an index, without a sort."""
    app = create_app(DATABASE_URL=postgresql_url)
    with app.app_context():
        try:
            with db.engine.begin() as connection:
                connection.execute(sa.text("SET LOCAL statement_timeout = '600s'"))
                for statement in MANY_ROWS:
                    connection.execute(sa.text(statement))
            with db.engine.connect() as connection:
                for filters, before in WAYS:
                    plan = _plan(connection, page_statement(filters, before, 51))
                    assert {"Sort", "Seq Scan", "Bitmap Heap Scan"}.isdisjoint(plan), plan
                    assert {"Index Scan", "Index Scan Backward"} & set(plan), plan
                plan = _plan(
                    connection, page_statement(Filters(subjects=("s7", "before")), None, 51)
                )
                assert "Seq Scan" not in plan
        finally:
            db.engine.dispose()


def _plan(connection: sa.Connection, statement: sa.Select[Any]) -> list[str]:
    """The kinds of the nodes of a statement's plan."""
    compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
    rows = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {compiled}".replace("%", "%%"))
    document = rows.scalar_one()
    plan = json.loads(document) if isinstance(document, str) else document
    return list(_nodes(plan[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> list[str]:
    inner = [kind for child in node.get("Plans", []) for kind in _nodes(child)]
    return [node["Node Type"], *inner]
