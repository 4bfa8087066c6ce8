"""An acknowledged prediction is never lost, and none is kept twice, whatever is killed.

`make test` runs a short form; `make prove` the full one, and prints what it counted.
"""

import concurrent.futures
import contextlib
import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg2
import pytest
import sqlalchemy as sa

from tests.pooler import NEEDS_PGBOUNCER, Pooler
from tests.server import PATIENCE_SECONDS, Server

pytestmark = [pytest.mark.slow, pytest.mark.prove]
PROVE = bool(os.environ.get("PROVE"))
CLIENTS = 8


@dataclass
class Load:
    """Clients that send named requests until each is acknowledged, or nobody listens any more.

    acknowledged: by request name, (id, probability, row sent). attempts: how many were sent.
    """

    url: str
    rows: list[dict[str, Any]]
    requests: int
    attempts: int = 0
    acknowledged: dict[str, tuple[str, float, dict[str, Any]]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        numbers = iter(range(self.requests))
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            done = [pool.submit(self._client, numbers) for _ in range(CLIENTS)]
            for future in done:
                future.result()

    def _client(self, numbers: Iterator[int]) -> None:
        with httpx.Client(base_url=self.url) as http:
            while not self.over.is_set():
                with self._lock:
                    number = next(numbers, None)
                if number is None:
                    return
                self._send(http, f"demande-{number}", self.rows[number % len(self.rows)])

    def _send(self, http: httpx.Client, name: str, row: dict[str, Any]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not self.over.is_set():
            with self._lock:
                self.attempts += 1
            try:
                answer = self.post(http, name, row)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            assert answer.status_code in (200, 409, 503), answer.text
            if answer.status_code == 200:
                body = answer.json()
                with self._lock:
                    self.acknowledged[name] = (
                        body["Identifiant"],
                        body["Probabilite_depart"],
                        row,
                    )
                return
            time.sleep(0.02)

    def post(self, http: httpx.Client, name: str, row: dict[str, Any]) -> httpx.Response:
        """Send one request once."""
        return http.post("/predict", json=row, headers={"Idempotency-Key": name})


def disturb(load: Load, disturbances: list[Callable[[], None]]) -> None:
    """Spread the disturbances over the load, at even numbers of acknowledged requests."""
    step = load.requests // (len(disturbances) + 1)
    for index, act in enumerate(disturbances, start=1):
        while len(load.acknowledged) < index * step:
            if load.over.wait(0.005):
                return
        act()


def kill_a_worker(server: Server) -> None:
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(random.choice(server.workers()), signal.SIGKILL)


def end_connections(url: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'futurisys'"
        )
    connection.close()


def check(url: str, load: Load, title: str) -> None:
    """Hold what is in the tables against what was acknowledged."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.connect() as connection:
        kept = {
            str(row.id): row
            for row in connection.execute(
                sa.text(
                    "SELECT p.id, p.probability, i.revenu_mensuel, i.poste, i.age "
                    "FROM predictions p JOIN inputs i ON i.id = p.input_id"
                )
            )
        }
        names = {
            row.key: str(row.prediction_id)
            for row in connection.execute(
                sa.text("SELECT key, prediction_id FROM idempotency_keys")
            )
        }
        inputs = connection.scalar(sa.text("SELECT count(*) FROM inputs"))
    engine.dispose()
    lost = [name for name, (id_, _, _) in load.acknowledged.items() if id_ not in kept]
    assert lost == []
    for name, (identifier, probability, row) in load.acknowledged.items():
        found = kept[identifier]
        assert found.probability == probability
        assert (found.revenu_mensuel, found.poste, found.age) == (
            row["revenu_mensuel"],
            row["poste"],
            row["age"],
        )
        assert names[name] == identifier
    assert len(set(names.values())) == len(names) == len(kept) == inputs
    print(
        f"\n{title}: {load.attempts} requests sent under {load.requests} names, "
        f"{len(load.acknowledged)} acknowledged, {len(lost)} lost, 0 duplicated, "
        f"{len(kept) - len(load.acknowledged)} kept without an acknowledgement."
    )


def run_and_stop(load: Load, server: Server, disturbances: list[Callable[[], None]]) -> None:
    """Run the load under disturbances; the last is SIGTERM to the master, in mid-load."""

    def terminate() -> None:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(PATIENCE_SECONDS)
        load.over.set()

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        chaos = pool.submit(disturb, load, [*disturbances, terminate])
        pool.submit(load.run).result()
        load.over.set()
        chaos.result()
    assert server.process.returncode == 0


@pytest.fixture(params=["alone", pytest.param("behind pgbouncer", marks=NEEDS_PGBOUNCER)])
def pooler(request, own_postgres) -> Iterator[Pooler | None]:
    """None, and then a pooler between the workers and PostgreSQL."""
    if request.param == "alone":
        yield None
        return
    with Pooler(own_postgres) as pooler:
        yield pooler


def test_postgresql_keeps_what_was_acknowledged(server, own_postgres, pooler, rows):
    """PostgreSQL and workers are killed, connections ended, the master stopped in mid-load."""
    url = own_postgres.url("proof")
    address = pooler.url("proof") if pooler else url
    running = server(DATABASE_URL=address).wait("/health/ready")
    load = Load(running.url, rows, 23_000 if PROVE else 600)

    def crash() -> None:
        own_postgres.stop(signal.SIGKILL)
        own_postgres.start()

    acts: list[Callable[[], None]] = [
        lambda: kill_a_worker(running),
        lambda: end_connections(url),
        crash,
    ]
    disturbances = list(itertools.islice(itertools.cycle(acts), 9 if PROVE else 3))
    run_and_stop(load, running, disturbances)
    assert len(load.acknowledged) > load.requests / 2
    title = "PostgreSQL behind pgbouncer" if pooler else "PostgreSQL"
    check(url, load, f"{title}, {len(disturbances)} kills and SIGTERM")


def test_sqlite_keeps_what_was_acknowledged(server, sqlite_url, rows):
    """Two workers on one SQLite file, killed at random and stopped in mid-load."""
    running = server(DATABASE_URL=sqlite_url).wait("/health/ready")
    load = Load(running.url, rows, 4_000 if PROVE else 300)
    disturbances = [lambda: kill_a_worker(running)] * (6 if PROVE else 2)
    run_and_stop(load, running, disturbances)
    assert len(load.acknowledged) > load.requests / 2
    check(sqlite_url, load, f"SQLite, {len(disturbances)} kills and SIGTERM")
