"""Two servers on one PostgreSQL and one Redis, behind the proxy of deploy/nginx.conf, are one."""

import concurrent.futures
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from tests.console import HISTORY, SIGN_IN, parsed, values_of
from tests.nginx import NEEDS_NGINX, open_nginx
from tests.redis import NEEDS_REDIS, open_redis
from tests.server import Server
from tests.test_durability import CLIENTS, Load, check, disturb

pytestmark = [pytest.mark.slow, NEEDS_NGINX, NEEDS_REDIS]
REQUESTS = 600
LIMIT = 6


@dataclass
class Watched(Load):
    """Clients that send again what failed; failed: when each request that did was sent."""

    failed: list[float] = field(default_factory=list)

    def post(self, http: httpx.Client, name: str, row: dict[str, Any]) -> httpx.Response:
        sent = time.monotonic()
        answer = super().post(http, name, row)
        if answer.status_code == 503:
            self.failed.append(sent)
        return answer


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[str]:
    with open_redis(tmp_path) as address:
        yield address


@pytest.fixture
def start(server, postgresql_url, storage) -> Callable[..., list[Server]]:
    """Start two replicas with the settings that both are given."""

    def two(**settings: str) -> list[Server]:
        same = {
            "DATABASE_URL": postgresql_url,
            "FUTURISYS_RATE_STORAGE": storage,
            "FUTURISYS_PROXIES": "1",
            "SECRET_KEY": "the replicas' own, of no other use",
        }
        started = [server(**same | settings) for _ in range(2)]
        return [one.wait("/health/ready") for one in started]

    return two


def kill(server: Server) -> float:
    """End a server's processes at once, as the loss of its machine does; when none was left."""
    pids = [server.process.pid, *server.workers()]
    ended = [os.pidfd_open(pid) for pid in pids]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for descriptor in ended:
        select.select([descriptor], [], [])
        os.close(descriptor)
    return time.monotonic()


def test_a_replica_may_be_lost(start, postgresql_url, rows, tmp_path):
    """Nothing acknowledged is lost, and nothing fails but what was under way at the lost one."""
    lost, left = start()
    gone: list[float] = []
    with open_nginx(lost, left, folder=tmp_path) as address:
        load = Watched(address, rows, REQUESTS)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            chaos = pool.submit(disturb, load, [lambda: gone.append(kill(lost))])
            load.run()
            chaos.result()
    assert len(load.acknowledged) == REQUESTS
    assert len(load.failed) <= CLIENTS
    assert all(sent < gone[0] for sent in load.failed)
    check(postgresql_url, load, "Two replicas, one of them killed")


def test_a_lost_replica_costs_no_later_request(start, employee, tmp_path):
    """What would go to one that is gone goes to the other, and its caller sees nothing of it."""
    lost, left = start()
    with (
        open_nginx(lost, left, folder=tmp_path) as address,
        httpx.Client(base_url=address) as http,
    ):
        assert http.post("/predict", json=employee).status_code == 200
        kill(lost)
        statuses = [http.post("/predict", json=employee).status_code for _ in range(8)]
    assert statuses == [200] * 8


class Dying:
    """A server that lives, and breaks off at each POST; taken: how many it was sent."""

    def __init__(self) -> None:
        self.taken = 0
        dying = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_POST(self) -> None:
                dying.taken += 1
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = str(self.server.server_port)

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_what_was_sent_is_not_sent_to_another(employee, tmp_path):
    """Nobody knows whether a POST that broke off was kept: its caller is told, and decides."""
    with Dying() as one, Dying() as other, open_nginx(one, other, folder=tmp_path) as address:
        answer = httpx.post(f"{address}/predict", json=employee)
        assert answer.status_code == 503
        assert one.taken + other.taken == 1


def test_replicas_answer_alike(start, employee, key_in, postgresql_url):
    """A key opens both, one model answers, and a name that one knows the other does."""
    headers = key_in(postgresql_url, "predict") | {"Idempotency-Key": "une-seule"}
    one, other = start(FUTURISYS_OPEN="")
    first = httpx.post(f"{one.url}/predict", json=employee, headers=headers)
    again = httpx.post(f"{other.url}/predict", json=employee, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    anew = headers | {"Idempotency-Key": "une-autre"}
    fresh = httpx.post(f"{other.url}/predict", json=employee, headers=anew).json()
    same = ("Probabilite_depart", "Seuil", "Version_modele")
    assert [fresh[name] for name in same] == [first.json()[name] for name in same]
    for server in (one, other):
        assert httpx.post(f"{server.url}/predict", json=employee).status_code == 401


def test_who_signed_in_at_one_is_known_to_the_other(start, key_in, postgresql_url):
    """A session is in the browser's cookie, which each replica reads."""
    headers = key_in(postgresql_url)
    secret = headers["Authorization"].removeprefix("Bearer ")
    one, other = start(FUTURISYS_OPEN="")
    with httpx.Client(headers={"Accept": "text/html"}) as browser:
        assert browser.get(other.url + HISTORY).status_code == 303
        form = values_of(parsed(browser.get(one.url + SIGN_IN).text).one("form", action=SIGN_IN))
        signed = browser.post(one.url + SIGN_IN, data=form | {"secret": secret})
        assert signed.status_code == 303
        assert browser.get(other.url + HISTORY).status_code == 200


def test_replicas_count_together(start, employee):
    """A limit is that of all replicas, whichever is asked."""
    both = start(FUTURISYS_RATE_LIMIT=f"{LIMIT}/hour")
    asked = [both[number % 2] for number in range(LIMIT + 2)]
    statuses = [httpx.post(f"{one.url}/predict", json=employee).status_code for one in asked]
    assert statuses == [200] * LIMIT + [429] * 2
