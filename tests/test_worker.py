"""Under Gunicorn: threads that stay with whoever asks again, workers that keep to a processor."""

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.server import Server, until

pytestmark = pytest.mark.slow
# More than a worker has threads.
CLIENTS = 8
ASKED_MOST = 3000
LIVE = "/health/live"
ONE = f"GET {LIVE} HTTP/1.1\r\nHost: a\r\n\r\n".encode()


@pytest.fixture(scope="module")
def alone(serve) -> Server:
    """A service of one worker, which is only asked."""
    one: Server = serve(WEB_CONCURRENCY="1").wait("/health/ready")
    return one


def open_connection(running: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(running.port)))


@pytest.fixture
def asking(alone: Server) -> Iterator[list[threading.Thread]]:
    """More clients than there are threads, each asking again as soon as it is answered."""
    over = threading.Event()

    def ask() -> None:
        with open_connection(alone) as client:
            for _ in range(ASKED_MOST):
                client.sendall(ONE)
                answer = b""
                while not answer.rstrip().endswith(b"}"):
                    answer += client.recv(65536)
                assert answer.startswith(b"HTTP/1.1 200 OK")
                if over.is_set():
                    return

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    yield threads
    over.set()
    for thread in threads:
        thread.join()


def test_who_keeps_asking_keeps_nobody_waiting(alone: Server, asking):
    """Threads stay with nobody while others wait: one who comes late is answered among the rest."""
    for _ in range(20):
        assert httpx.get(alone.url + LIVE).is_success
    assert all(thread.is_alive() for thread in asking)


def test_who_says_no_more_holds_no_thread(alone: Server):
    """A connection that is kept and silent costs no thread, however many there are."""
    with ExitStack() as open_clients:
        for _ in range(CLIENTS):
            client = open_clients.enter_context(httpx.Client(base_url=alone.url))
            assert client.get(LIVE).is_success
        assert httpx.get(alone.url + LIVE).is_success


def test_requests_sent_together_are_answered_in_turn(alone: Server):
    """What a client sends before it has read its answer is read as the next request."""
    last = ONE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with open_connection(alone) as client:
        client.sendall(ONE + ONE + last)
        answered = b"".join(iter(lambda: client.recv(65536), b""))
    assert answered.count(b"HTTP/1.1 200 OK") == 3


def kept_to(running: Server) -> list[list[int]]:
    """The processors that the threads of each worker may use; none while one ends."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return sorted(
            sorted({one for task in _tasks(pid) for one in os.sched_getaffinity(task)})
            for pid in running.workers()
        )
    return []


def _tasks(pid: int) -> list[int]:
    return [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]


def test_each_worker_keeps_to_a_processor_of_its_own(server, sqlite_url: str):
    """Where there are no more processors than workers each has some of them, one a worker; who
    takes the place of another takes its processor."""
    processors = sorted(os.sched_getaffinity(0))
    running = server(DATABASE_URL=sqlite_url, WEB_CONCURRENCY=str(2 * len(processors)))
    running.wait("/health/ready")
    twice = sorted(2 * [[one] for one in processors])
    until(lambda: kept_to(running) == twice)
    gone = running.workers()[0]
    os.kill(gone, signal.SIGKILL)
    until(lambda: gone not in running.workers() and kept_to(running) == twice)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="One processor is all there is.")
def test_a_worker_among_more_processors_keeps_to_none(alone: Server):
    """Where there are more processors than workers the system chooses, for others use them too."""
    assert kept_to(alone) == [sorted(os.sched_getaffinity(0))]
