"""Many at once: each gets its own answer, and only its own, whatever happens beside it."""

import concurrent.futures
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg2
import pytest

from futurisys.employee.answer import Answer
from futurisys.employee.schema import KEPT, EmployeeSchema
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from tests.server import PATIENCE_SECONDS

pytestmark = pytest.mark.slow
CLIENTS = 32
BAD = (
    (b"{", "application/json", 400),
    (b"[]", "application/json", 422),
    (b'{"age": 41}', "application/json", 422),
    (b"age=41", "application/x-www-form-urlencoded", 415),
    (b"{" + b" " * 70_000 + b"}", "application/json", 413),
)


class Crowd:
    """Clients that between them ask about each employee once, again after each 503.

    given: by employee, the answer that was acknowledged. refused: how many 503 there were.
    """

    def __init__(self, url: str, rows: list[dict[str, Any]]) -> None:
        self.url, self.rows = url, rows
        self.given: dict[int, dict[str, Any]] = {}
        self.refused = 0
        self._numbers = iter(range(len(rows)))
        self._lock = threading.Lock()

    def ask(self) -> None:
        with httpx.Client(base_url=self.url) as http:
            while (number := self._next()) is not None:
                self.given[number] = self._answer(http, self.rows[number])

    def _next(self) -> int | None:
        with self._lock:
            return next(self._numbers, None)

    def _answer(self, http: httpx.Client, row: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = http.post("/predict?explication=true", json=row)
            if answer.status_code == 200:
                return answer.json()
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) > 0
            with self._lock:
                self.refused += 1
            time.sleep(0.05)
        raise AssertionError("The database came back, and the service did not.")


def send_bad_bodies(url: str, over: threading.Event) -> int:
    """Send what must be refused, as it must be, until it is over; returns how many.

    On new connections: one ends where a body was too large to be read to its end.
    """
    sent = 0
    while not over.is_set():
        for body, kind, status in BAD:
            headers = {"Content-Type": kind}
            answer = httpx.post(f"{url}/predict", content=body, headers=headers)
            assert answer.status_code == status, answer.text
            sent += 1
    return sent


@dataclass(frozen=True)
class Stored:
    """A prediction as it stands in the tables."""

    id: str
    probability: float
    facts: dict[str, Any]
    effects: dict[str, float]


def stored(url: str) -> Iterator[Stored]:
    """Each prediction in the tables."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        names = [f"i.{name}" for name in KEPT]
        effects = [f"p.effet_{name}" for name in KEPT]
        cursor.execute(
            f"SELECT p.id, p.probability, {', '.join(names + effects)} "
            "FROM predictions p JOIN inputs i ON i.id = p.input_id"
        )
        for identifier, probability, *values in cursor:
            facts = dict(zip(KEPT, values[: len(KEPT)], strict=True))
            moved = dict(zip(KEPT, values[len(KEPT) :], strict=True))
            yield Stored(str(identifier), probability, facts, moved)
    connection.close()


def test_each_of_many_gets_its_own_answer(server, own_postgres, artifact_folder, rows):
    """32 clients, 1470 employees, bad bodies beside them, and a database that stops once.

    Every answer is the one that the employee gets alone, every acknowledged id is in the table
    with that employee's facts and effects, and no refusal touches its neighbours.
    """
    predictor, schema = Predictor(artifact.read(artifact_folder)), EmployeeSchema()
    employees = [schema.load(row) for row in rows]
    expected: list[Answer] = [predictor.answer(employee) for employee in employees]
    url = server(DATABASE_URL=own_postgres.url("proof")).wait("/health/ready").url
    crowd, over = Crowd(url, rows), threading.Event()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS + 1) as pool:
        bad = pool.submit(send_bad_bodies, url, over)
        clients = [pool.submit(crowd.ask) for _ in range(CLIENTS)]
        while len(crowd.given) < len(rows) // 3 and not any(c.done() for c in clients):
            time.sleep(0.01)
        own_postgres.stop(signal.SIGINT)
        while not crowd.refused and not any(client.done() for client in clients):
            time.sleep(0.01)
        own_postgres.start()
        for client in clients:
            client.result()
        over.set()
        assert bad.result() > 0
    assert crowd.refused > 0
    kept = {one.id: one for one in stored(own_postgres.url("proof"))}
    assert len({given["Identifiant"] for given in crowd.given.values()}) == len(rows)
    for number, answer in enumerate(expected):
        given = crowd.given[number]
        assert given["Probabilite_depart"] == answer.probability
        assert given["Prediction"] == answer.label
        effects = {factor["Variable"]: factor["Effet"] for factor in given["Facteurs"]}
        assert effects == {name: effect for name, effect in answer.effects.items() if effect}
        row = kept[given["Identifiant"]]
        assert row.probability == answer.probability
        assert row.facts == {name: employees[number].get(name) for name in KEPT}
        assert {name: row.effects[name] for name in answer.effects} == answer.effects
