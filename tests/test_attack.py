"""Whatever some send, whoever asks about an employee meanwhile is answered."""

import concurrent.futures
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.poison import POISONS
from tests.population import sample_rows
from tests.server import PATIENCE_SECONDS, Server

pytestmark = pytest.mark.slow
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
PEOPLE = sample_rows()[:5]
ROUNDS = 3
MEMORY_MB = 50


def repeated_keys() -> bytes:
    """A population whose one employee has 20,000 names, each twice."""
    names = ",".join(f'"champ{number}":1' for number in range(20_000))
    return f'{{"employes":[{{{names},{names}}}]}}'.encode()


def workbook(name: str) -> Callable[[], bytes]:
    return lambda: POISONS[name](PEOPLE)


# The ten worst, each with what it is said to be.
ATTACKS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "repeated keys": (JSON, repeated_keys),
    "deep JSON": (JSON, lambda: b'{"employes":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "a header of 100,000 columns": ("text/csv", lambda: b"a," * 100_000 + b"\n"),
} | {
    name: (XLSX, workbook(name))
    for name in (
        "cell in row 900,000",
        "space in the last row",
        "shared text everywhere",
        "64 MiB of shared texts",
        "million empty rows",
        "empty cells",
        "last column in every row",
    )
}


def memory(server: Server) -> float:
    """Resident megabytes of the workers together."""
    kilobytes = (
        int(Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0])
        for pid in server.workers()
    )
    return sum(kilobytes) / 1024


def send_attacks(url: str, kind: str, body: bytes) -> set[int]:
    """Send the same body again and again; whatever comes back is an answer."""
    with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as http:
        return {
            http.post("/predict/batch", content=body, headers={"Content-Type": kind}).status_code
            for _ in range(ROUNDS)
        }


def stay_healthy(url: str, employee, over: threading.Event) -> tuple[set[int], set[int], int]:
    """Ask about one employee, and whether all is ready, until it is over."""
    answers, readiness, asked = set(), set(), 0
    with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as http:
        while not over.is_set():
            answers.add(http.post("/predict", json=employee).status_code)
            readiness.add(http.get("/health/ready").status_code)
            asked += 1
    return answers, readiness, asked


def test_ten_attackers_stop_nobody(server, database_url, employee):
    """Ten at once send the worst there is: another's predictions never fail, and memory returns."""
    running = server(DATABASE_URL=database_url).wait("/health/ready")
    bodies = {name: (kind, make()) for name, (kind, make) in ATTACKS.items()}
    assert len(bodies) == 10

    def attack() -> dict[str, set[int]]:
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            sent = {
                name: pool.submit(send_attacks, running.url, kind, body)
                for name, (kind, body) in bodies.items()
            }
            return {name: future.result() for name, future in sent.items()}

    before, over = memory(running), threading.Event()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        healthy = pool.submit(stay_healthy, running.url, employee, over)
        statuses = attack()
        over.set()
        answers, readiness, asked = healthy.result()
    assert set().union(*statuses.values()) <= {200, 413, 422, 503}
    assert (answers, readiness) == ({200}, {200})
    assert asked > 0
    after = memory(running)
    assert after - before < MEMORY_MB, f"{before:.0f} MB before, {after:.0f} MB after"
