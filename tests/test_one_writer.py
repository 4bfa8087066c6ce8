"""SQLite has one writer: nothing but a short move happens while the others wait for it."""

import concurrent.futures
import contextlib
import csv
import io
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from futurisys.employee.schema import EmployeeSchema
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.operations import all_or_none
from futurisys.operations.jobs import FileJob
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.scoring import score_employees
from futurisys.records.database import BUSY_SECONDS
from tests.population import numbered, sample_rows, table

SAMPLE_ROWS = sample_rows()
CSV = "text/csv"
WAIT_SECONDS = 600


class Interrupted(Predictor):
    """A predictor beside which something happens whenever it scores many."""

    def __init__(self, folder: Path, meanwhile: Callable[[], None]) -> None:
        self._meanwhile: Callable[[], None] = lambda: None
        super().__init__(artifact.read(folder))
        self._meanwhile = meanwhile

    def scores(self, columns: Any) -> Any:
        self._meanwhile()
        return super().scores(columns)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone."""
    return sqlite_url


@pytest.fixture
def statuses() -> list[int]:
    """What somebody else's predictions were answered with."""
    return []


@pytest.fixture
def interrupted(client, app, artifact_folder, employee, statuses) -> Interrupted:
    """The model, beside which somebody else asks about one employee."""

    def ask() -> None:
        statuses.append(client.post("/predict", json=employee).status_code)

    return Interrupted(artifact_folder, ask)


@pytest.mark.slow
def test_others_write_while_a_table_is_scored(
    client, app, interrupted, statuses, query, monkeypatch
):
    """An employee is answered and kept while a file is in the middle of being scored."""
    monkeypatch.setattr(app.extensions["futurisys.serving"], "predictor", interrupted)
    answer = client.post("/predict/batch", data=table(SAMPLE_ROWS[:5]), content_type=CSV)
    assert len(answer.json["predictions"]) == 5
    assert statuses == [200]
    assert query("SELECT count(*) FROM predictions") == [(6,)]


@pytest.mark.slow
def test_others_write_while_a_population_is_answered(app, interrupted, statuses, employee, query):
    """An employee is answered and kept while the model answers a population."""
    loaded = EmployeeSchema().load(employee)
    with app.test_request_context():
        score_employees(interrupted, [loaded, loaded], RequestIdentity())
    assert statuses == [200]
    assert query("SELECT count(*) FROM predictions") == [(3,)]


def test_others_write_while_a_command_scores(app, interrupted, statuses, tmp_path, query):
    """`flask score` holds the writer's place for a block's rows alone."""
    source = tmp_path / "employes.csv"
    source.write_text(table(SAMPLE_ROWS[:5]))
    with app.test_request_context():
        FileJob(source, tmp_path / "risques.csv").run(interrupted, lambda _: None)
    assert statuses == [200]
    assert query("SELECT count(*) FROM predictions") == [(6,)]


def test_what_is_refused_at_the_end_leaves_nothing(client, query, monkeypatch):
    """A file with more rows than may be moved at once is 413, names the remedy, and is not kept."""
    assert all_or_none.STAGED_MAX == 100_000
    monkeypatch.setattr(all_or_none, "STAGED_MAX", 4)
    answer = client.post("/predict/batch", data=table(SAMPLE_ROWS[:5]), content_type=CSV)
    assert answer.status_code == 413
    assert "PostgreSQL" in answer.json["detail"]
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    fewer = client.post("/predict/batch", data=table(SAMPLE_ROWS[:4]), content_type=CSV)
    assert len(fewer.json["predictions"]) == 4
    assert query("SELECT count(*) FROM inputs") == [(4,)]


@pytest.mark.slow
def test_writers_wait_for_the_one_that_writes(app, employee, sqlite_url):
    """While another process writes, more predictions than there are places wait, and are kept."""
    assert BUSY_SECONDS == 15
    path = sqlite_url.removeprefix("sqlite:///")

    def ask() -> int:
        return app.test_client().post("/predict", json=employee).status_code

    with (
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other,
        concurrent.futures.ThreadPoolExecutor(6) as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        waiting = [pool.submit(ask) for _ in range(6)]
        # None may be turned away within the time that a stuck database gets.
        concurrent.futures.wait(waiting, 1.5, concurrent.futures.FIRST_COMPLETED)
        other.execute("ROLLBACK")
        assert [one.result(WAIT_SECONDS) for one in waiting] == [200] * 6


@pytest.mark.slow
def test_a_large_file_turns_nobody_away(server, sqlite_url, employee):
    """While 80,000 rows are scored and kept, each other prediction is answered."""
    url = server(DATABASE_URL=sqlite_url).wait("/health/ready").url
    rows = numbered(SAMPLE_ROWS * 55)[:80_000]
    over = threading.Event()

    def healthy() -> list[int]:
        statuses = []
        with httpx.Client(base_url=url, timeout=WAIT_SECONDS) as http:
            while not over.is_set():
                statuses.append(http.post("/predict", json=employee).status_code)
        return statuses

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        others = [pool.submit(healthy) for _ in range(4)]
        answer = httpx.post(
            f"{url}/predict/batch",
            content=table(rows).encode(),
            headers={"Content-Type": CSV, "Accept": CSV},
            timeout=WAIT_SECONDS,
        )
        over.set()
        statuses = [status for one in others for status in one.result()]
    assert answer.status_code == 200
    told = csv.DictReader(io.StringIO(answer.text))
    assert sum(1 for row in told if row["Identifiant"]) == len(rows) == 80_000
    assert set(statuses) == {200}
