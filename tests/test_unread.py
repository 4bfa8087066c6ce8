"""An answer that needs not the whole body arrives, and says what becomes of the connection."""

import http.client
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.nginx import NEEDS_NGINX, open_nginx
from tests.server import Server

pytestmark = pytest.mark.slow
TIMES = 15
JSON, CSV, FORM = "application/json", "text/csv", "application/x-www-form-urlencoded"
NO_KEY = {"Authorization": "Bearer fut_000000000000_wrong"}
MIB = 1 << 20
# Method, path, Content-Type, bytes, other headers, and the answer.
EARLY: dict[str, tuple[str, str, str, int, dict[str, str], int]] = {
    "over /predict's limit": ("POST", "/predict", JSON, 7 * MIB, {}, 413),
    "just over /predict's limit": ("POST", "/predict", JSON, (64 << 10) + 1, {}, 413),
    "over a JSON population's limit": ("POST", "/predict/batch", JSON, 7 * MIB, {}, 413),
    "over a file's limit": ("POST", "/predict/batch", CSV, 64 * MIB + 1, {}, 413),
    "over a form's limit": ("POST", "/console/connexion", FORM, 7 * MIB, {}, 413),
    "no such address": ("POST", "/nulle-part", JSON, 7 * MIB, {}, 404),
    "no such method": ("PUT", "/predict", JSON, 7 * MIB, {}, 405),
    "a wrong key": ("POST", "/predict", JSON, 7 * MIB, NO_KEY, 401),
    "no key": ("POST", "/predictions/search", JSON, 7 * MIB, {}, 401),
    "another type": ("POST", "/predict", "text/plain", 7 * MIB, {}, 415),
    "a GET with a body": ("GET", "/health/live", JSON, 7 * MIB, {}, 200),
}
OFTEN = ("over /predict's limit", "over a JSON population's limit", "a wrong key")


@pytest.fixture(scope="module")
def running(serve) -> Server:
    """The server that all of these ask: none leaves anything there."""
    one: Server = serve(FUTURISYS_PROXIES="1").wait("/health/ready")
    return one


@pytest.fixture
def proxied(running: Server, tmp_path: Path) -> Iterator[str]:
    """The address of nginx in front of the service."""
    with open_nginx(running, folder=tmp_path) as address:
        yield address


def ask(address: str, case: str) -> tuple[int, str]:
    """The status that urllib gets, and what the body is said to be."""
    method, path, kind, size, headers, _ = EARLY[case]
    request = urllib.request.Request(
        address + path, b" " * size, {"Content-Type": kind} | headers, method=method
    )
    try:
        answer = urllib.request.urlopen(request, timeout=600)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        document = json.load(answer)
        assert document.get("status", 200) == answer.status
        return answer.status, answer.headers["Content-Type"]


def asked(address: str) -> dict[str, set[tuple[int, str]]]:
    """What each case is answered with, those that raced asked for often."""
    return {
        case: {ask(address, case) for _ in range(TIMES if case in OFTEN else 2)} for case in EARLY
    }


def expected() -> dict[str, set[tuple[int, str]]]:
    return {
        case: {(status, JSON if status == 200 else "application/problem+json")}
        for case, (*_, status) in EARLY.items()
    }


def test_an_early_answer_arrives_whole(running):
    """Whoever sends a body that is not read gets the answer, and no broken pipe."""
    assert asked(running.url) == expected()


@NEEDS_NGINX
def test_an_early_answer_arrives_through_the_proxy(proxied):
    """The proxy passes on what the service said, never a 503 that asks to send it all again."""
    assert asked(proxied) == expected()


def test_a_body_in_chunks_is_dropped_as_one_of_a_known_length(running):
    """The answer to a body whose length nobody knows arrives too."""
    for path, status in (("/nulle-part", 404), ("/predictions/search", 401), ("/predict", 413)):
        for _ in range(TIMES):
            chunks = iter([b" " * MIB] * 7)
            headers = {"Content-Type": JSON}
            answer = httpx.post(running.url + path, content=chunks, headers=headers, timeout=600)
            assert answer.status_code == status
            assert answer.headers["Connection"] == "close"


def test_a_connection_that_is_said_to_stay_stays(running):
    """What is said to be kept alive takes the next request; what is not is closed."""
    cases = ("no key", "no such address", "another type", "a wrong key")
    for case, size in product(cases, (2, 900, 60_000, 70_000, 7 * MIB)):
        method, path, kind, _, headers, status = EARLY[case]
        parts = urlsplit(running.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)
        for _ in range(3):
            connection.request(method, path, b" " * size, {"Content-Type": kind} | headers)
            own = connection.sock
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
            # http.client opens another connection after one that was said to close.
            assert (connection.sock is own) == (answer.headers["Connection"] == "keep-alive")
            connection.request("GET", "/health/live")
            with connection.getresponse() as live:
                assert json.load(live) == {"statut": "ok"}
        connection.close()


def test_the_end_of_a_connection_is_said(running):
    """After a body that was not read whole the answer says close, and the connection ends."""
    with socket.create_connection(("127.0.0.1", int(running.port)), timeout=600) as own:
        head = f"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: {JSON}\r\n"
        own.sendall(f"{head}Content-Length: 1000000\r\n\r\n".encode())
        told = read_to_end(own)
    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in told


def test_a_short_body_that_is_here_leaves_the_connection_alone(running):
    """A refusal of a small request costs no connection: what came with it is dropped."""
    with socket.create_connection(("127.0.0.1", int(running.port)), timeout=600) as own:
        head = f"POST /nulle-part HTTP/1.1\r\nHost: a\r\nContent-Type: {JSON}\r\n"
        one = f"{head}Content-Length: 900\r\n\r\n".encode() + b" " * 900
        last = one.replace(b"Host: a", b"Host: a\r\nConnection: close")
        own.sendall(one + one + last)
        told = read_to_end(own)
    assert told.count(b"HTTP/1.1 404 ") == 3
    assert told.count(b"Connection: keep-alive") == 2


def test_bodies_that_drip_unread_hold_no_thread_for_long(running):
    """More clients than threads drip a body that nobody wants: others are answered meanwhile."""
    over = threading.Event()
    head = f"POST /nulle-part HTTP/1.1\r\nHost: a\r\nContent-Type: {JSON}\r\n"
    port = int(running.port)
    clients = [socket.create_connection(("127.0.0.1", port), timeout=600) for _ in range(10)]
    for client in clients:
        client.sendall(f"{head}Content-Length: 1000000000\r\n\r\n".encode())

    def drip() -> None:
        left = list(clients)
        while left and not over.wait(0.2):
            for client in list(left):
                try:
                    client.send(b" ")
                except OSError:
                    left.remove(client)

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        for client in clients:
            assert read_to_end(client).startswith(b"HTTP/1.1 404 ")
        assert httpx.get(f"{running.url}/health/live", timeout=600).status_code == 200
    finally:
        over.set()
        thread.join()
        for client in clients:
            client.close()


def test_what_is_no_http_gets_its_answer_too(running):
    """An answer to what could not be read as HTTP outlives the megabytes behind it."""
    for head in (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"\xff\r\n\r\n"):
        for _ in range(TIMES):
            with socket.create_connection(("127.0.0.1", int(running.port)), timeout=600) as own:
                own.sendall(head + b" " * (7 * MIB))
                assert read_to_end(own).startswith(b"HTTP/1.1 400 ")


def read_to_end(own: Any) -> bytes:
    told = b""
    while data := own.recv(1 << 16):
        told += data
    return told
