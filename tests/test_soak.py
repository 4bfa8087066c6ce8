"""Hours of work leave a worker as it was: memory, descriptors and connections stay flat.

`make test` runs some seconds; `make prove` ten minutes (SOAK_SECONDS changes it), and prints
what it measured.
"""

import concurrent.futures
import os
import statistics
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest

from tests.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.prove]
PROVE = bool(os.environ.get("PROVE"))
SECONDS = int(os.environ.get("SOAK_SECONDS", "600" if PROVE else "8"))
CLIENTS = 8
GROWTH_MB = 15
P99_SECONDS = 2.0  # Of a machine that does nothing else, as `make prove` wants one.


def ask(url: str, rows: list[dict[str, Any]], first: int, until: float) -> list[float]:
    """Predictions one after the other until a moment: how many seconds each took."""
    times: list[float] = []
    with httpx.Client(base_url=url) as http:
        while time.monotonic() < until:
            start = time.monotonic()
            answer = http.post("/predict", json=rows[(first + len(times)) % len(rows)])
            times.append(time.monotonic() - start)
            assert answer.status_code == 200, answer.text
    return times


def load(url: str, rows: list[dict[str, Any]], seconds: float) -> list[float]:
    until = time.monotonic() + seconds
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        done = [pool.submit(ask, url, rows, 100 * index, until) for index in range(CLIENTS)]
        return [seconds for future in done for seconds in future.result()]


def footprint(server: Server, url: str) -> tuple[float, int, int]:
    """Resident megabytes and descriptors of the workers together, and their connections."""
    resident = descriptors = 0
    for pid in server.workers():
        status = Path(f"/proc/{pid}/status").read_text()
        resident += int(status.split("VmRSS:")[1].split()[0])
        descriptors += len(list(Path(f"/proc/{pid}/fd").iterdir()))
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE application_name = 'futurisys' AND datname = current_database()"
        )
        [(connections,)] = cursor.fetchall()
    connection.close()
    return resident / 1024, descriptors, connections


def test_nothing_grows(server, postgresql_url, rows):
    """No error, a bounded p99, and after a warm-up no more memory, descriptors or connections."""
    running = server(DATABASE_URL=postgresql_url).wait("/health/ready")
    load(running.url, rows, SECONDS / 4)
    workers = running.workers()
    before = footprint(running, postgresql_url)
    times = load(running.url, rows, SECONDS)
    after = footprint(running, postgresql_url)
    assert running.workers() == workers
    assert after[0] - before[0] < GROWTH_MB
    assert after[1] - before[1] <= CLIENTS
    assert after[2] <= 6
    p99 = statistics.quantiles(times, n=100)[98]
    assert p99 < P99_SECONDS or not PROVE
    print(
        f"\nSoak: {len(times)} predictions in {SECONDS} s, none failed; p99 {p99 * 1000:.0f} ms; "
        f"workers {before[0]:.0f} → {after[0]:.0f} MB, descriptors {before[1]} → {after[1]}, "
        f"connections {before[2]} → {after[2]}."
    )
