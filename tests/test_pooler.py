"""Behind a pooler that keeps no session: all works, and the deadline is still ours."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import psycopg2
import pytest

from tests.pooler import NEEDS_PGBOUNCER, Pooler
from tests.server import ROOT, START_SECONDS

pytestmark = [pytest.mark.slow, NEEDS_PGBOUNCER]


@pytest.fixture(scope="module")
def pooler(postgres) -> Iterator[Pooler]:
    with Pooler(postgres) as pooler:
        yield pooler


@pytest.fixture
def database(postgres) -> Iterator[str]:
    """The name of a database with nothing in it."""
    with postgres.database() as name:
        yield name


@pytest.fixture
def pooled_url(pooler, database) -> str:
    """The address, by way of the pooler, of a database that was migrated through it."""
    url = pooler.url(database)
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi.py", "db", "upgrade"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        capture_output=True,
    )
    return url


def ask(url: str, statement: str) -> list[tuple]:
    """Ask PostgreSQL itself."""
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()
    connection.close()
    return rows


def test_the_service_works_through_a_pooler(server, pooled_url, postgres, database, key_in, rows):
    """Migrations, one prediction with a name and without, a named file, and the history."""
    running = server(DATABASE_URL=pooled_url).wait("/health/ready")
    with httpx.Client(base_url=running.url, headers=key_in(pooled_url), timeout=60) as http:
        alone = http.post("/predict", json=rows[0])
        named = [
            http.post("/predict", json=rows[1], headers={"Idempotency-Key": "one"})
            for _ in range(2)
        ]
        answers = [alone, *named]
        table = "\n".join([",".join(rows[2]), *(_line(row) for row in rows[2:22])])
        headers = {"Content-Type": "text/csv", "Idempotency-Key": "table", "Accept": "text/csv"}
        files = [http.post("/predict/batch", content=table, headers=headers) for _ in range(2)]
        pages = http.get("/predictions", params={"total": "true"})
        one = http.get(f"/predictions/{alone.json()['Identifiant']}")
    assert {answer.status_code for answer in [*answers, *files, pages, one]} == {200}
    assert named[0].json() == named[1].json()
    assert files[0].content == files[1].content
    assert ask(postgres.url(database), "SELECT count(*) FROM predictions") == [(22,)]
    assert pages.json()["total"] == 22


def _line(row: dict) -> str:
    return ",".join(f'"{value}"' for value in row.values())


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/predict"), ("GET", "/predictions")],
    ids=["the one statement", "a transaction"],
)
def test_the_deadline_holds_through_a_pooler(
    server, pooled_url, postgres, database, key_in, employee, method, path
):
    """A table that stays locked: 503 in about two seconds, and no statement of ours waits on."""
    running = server(DATABASE_URL=pooled_url, WEB_CONCURRENCY="1").wait("/health/ready")
    key = key_in(pooled_url)
    blocker = psycopg2.connect(postgres.url(database))
    with blocker.cursor() as cursor, httpx.Client(base_url=running.url, timeout=60) as http:
        cursor.execute("LOCK TABLE predictions IN ACCESS EXCLUSIVE MODE")
        start = time.monotonic()
        answer = http.request(method, path, json=employee, headers=key)
        seconds = time.monotonic() - start
        deadline = start + START_SECONDS
        waiting = (
            "SELECT query FROM pg_stat_activity WHERE state = 'active' "
            "AND datname = current_database() AND wait_event_type = 'Lock'"
        )
        while left := ask(postgres.url(database), waiting):
            assert time.monotonic() < deadline, left
    blocker.close()
    assert answer.status_code == 503
    assert seconds < 10
    assert httpx.get(f"{running.url}/health/ready").status_code == 200
    assert "canceling statement due to statement timeout" in running.log


def test_nobody_gets_our_deadline(server, pooled_url, employee):
    """What bounds our statements is not left on a connection that others get after us."""
    running = server(DATABASE_URL=pooled_url).wait("/health/ready")
    assert httpx.post(f"{running.url}/predict", json=employee).status_code == 200
    assert ask(pooled_url, "SHOW statement_timeout") == [("0",)]
