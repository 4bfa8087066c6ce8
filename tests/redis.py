"""A real Redis, which keeps nothing beyond the test."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server import PATIENCE_SECONDS, free_port

NEEDS_REDIS = pytest.mark.skipif(
    not shutil.which("redis-server") and not os.environ.get("CI"),
    reason="No redis-server on PATH: apt-get install redis-server.",
)
READY = b"Ready to accept connections"


@contextmanager
def open_redis(folder: Path) -> Iterator[str]:
    """The address of a Redis; folder: where it runs."""
    port = free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    redis = subprocess.Popen(
        ["redis-server", *options], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert redis.stdout
    try:
        # It says so, or ends; what it prints afterwards fits into the pipe.
        said = b""
        while READY not in said:
            line = redis.stdout.readline()
            assert line, said.decode()
            said += line
        yield f"redis://127.0.0.1:{port}"
    finally:
        redis.send_signal(signal.SIGTERM)
        redis.wait(PATIENCE_SECONDS)
        redis.stdout.close()
