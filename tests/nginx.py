"""A real nginx with the configuration of deploy/, in front of servers of the test's own."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from tests.server import PATIENCE_SECONDS, ROOT, free_port

NEEDS_NGINX = pytest.mark.skipif(
    not shutil.which("nginx") and not os.environ.get("CI"),
    reason="No nginx on PATH: apt-get install nginx.",
)


class Listening(Protocol):
    """Whatever answers on a port of loopback."""

    port: str


@contextmanager
def open_nginx(*servers: Listening, folder: Path, prefix: str = "") -> Iterator[str]:
    """The address of nginx; folder: for its files. prefix: the path under which it serves."""
    port = free_port()
    text = (ROOT / "deploy/nginx.conf").read_text()
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
    text = facing(servers, text).replace("/tmp/", f"{folder}/")
    if prefix:
        text = under(prefix, text)
    # The test's folder is closed to the user that nginx would take.
    configuration = folder / "nginx.conf"
    configuration.write_text(("user root;\n" if os.geteuid() == 0 else "") + text)
    nginx = subprocess.Popen(["nginx", "-c", configuration, "-g", "daemon off;"])
    address = f"http://127.0.0.1:{port}{prefix}"
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=10)) as http:
            assert http.get(f"{address}/health/live").status_code == 200
        yield address
    finally:
        nginx.send_signal(signal.SIGTERM)
        nginx.wait(PATIENCE_SECONDS)


def facing(servers: Sequence[Listening], text: str) -> str:
    """The configuration with the addresses of these servers for what a name leads to there."""
    named = "server api:8000 resolve "
    assert text.count(named) == 1
    [line] = [line for line in text.splitlines(keepends=True) if named in line]
    lines = (line.replace(named, f"server 127.0.0.1:{server.port} ") for server in servers)
    return text.replace(line, "".join(lines))


def under(prefix: str, text: str) -> str:
    """The configuration with the three lines changed that its comment names for a sub-path."""
    for old, new in (
        ("location / {", f"location {prefix}/ {{"),
        ("proxy_pass http://futurisys;", "proxy_pass http://futurisys/;"),
        ('X-Forwarded-Prefix "";', f"X-Forwarded-Prefix {prefix};"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text
