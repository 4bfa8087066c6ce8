"""Clients that drip do not stop a healthy one, behind the proxy of deploy/nginx.conf."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from futurisys.api.response_headers import HEADERS
from tests.nginx import NEEDS_NGINX, open_nginx
from tests.server import Server

pytestmark = [pytest.mark.slow, NEEDS_NGINX]
DRIPPING = 200
HEAD = b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900"


@pytest.fixture
def running(server, sqlite_url) -> Server:
    return server(DATABASE_URL=sqlite_url, FUTURISYS_PROXIES="1").wait("/health/ready")


@pytest.fixture
def proxied(running: Server, tmp_path: Path) -> Iterator[str]:
    """The address of nginx in front of the service."""
    with open_nginx(running, folder=tmp_path) as address:
        yield address


@pytest.fixture
def dripping(proxied: str) -> Iterator[list[socket.socket]]:
    """200 connections that send a byte a second, first of their head, then of their body."""
    over = threading.Event()
    port = int(proxied.rsplit(":", 1)[1])
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(DRIPPING)]
    for index, client in enumerate(clients):
        client.sendall(HEAD + (b"\r\n\r\n{" if index % 2 else b""))

    def drip() -> None:
        while not over.wait(1):
            for client in clients:
                try:
                    client.send(b" ")
                except OSError:
                    continue

    thread = threading.Thread(target=drip)
    thread.start()
    yield clients
    over.set()
    thread.join()
    for client in clients:
        client.close()


@pytest.mark.usefixtures("dripping")
def test_a_healthy_client_is_served_among_dripping_ones(proxied, employee):
    """200 connections that drip: a client that sends its request in one piece is answered."""
    with httpx.Client(base_url=proxied) as http:
        for _ in range(50):
            assert http.post("/predict", json=employee).status_code == 200


def test_the_proxy_speaks_as_the_service_does(proxied, running):
    """When Gunicorn is gone the proxy answers a problem too, and says when to come back."""
    too_large = httpx.post(f"{proxied}/predict", content=b"x" * (65 * 1024 * 1024 + 1))
    assert too_large.status_code == 413
    assert too_large.headers["Content-Type"] == "application/problem+json"
    running.stop_process()
    response = httpx.get(f"{proxied}/health/live")
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"]
    assert response.json()["status"] == 503
    for answer in (too_large, response):
        for name in ("X-Content-Type-Options", "Referrer-Policy", "Cache-Control"):
            assert answer.headers.get_list(name) == [HEADERS[name]]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
