"""A real Gunicorn, started as production starts it, on a free port of loopback."""

import contextlib
import inspect
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import httpx

ROOT = Path(__file__).parents[1]
SERVING_PYTHON = ROOT / ".venv" / "serve" / "bin" / "python"
# What a test waits for comes, or never does: how slow the machine is decides nothing.
PATIENCE_SECONDS = 600
START_SECONDS = PATIENCE_SECONDS
PORTS = range(16_000, 32_000)

# A client gives up after five seconds where it is not told otherwise.
_default = inspect.signature(httpx.Client).parameters["timeout"].default
for _part in ("connect", "read", "write", "pool"):
    setattr(_default, _part, PATIENCE_SECONDS)
# No test speaks to another machine: to read which ones are trusted takes longer than a request.
for _ask in (httpx.Client.__init__, httpx.request, httpx.get, httpx.head, httpx.post, httpx.put):
    (_ask.__kwdefaults__ or {}).update(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def until(condition: Callable[[], bool], told: Callable[[], str] = str) -> None:
    """Wait for what comes, or never does; told: what is then shown, such as a log."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)


class Server:
    """`gunicorn -c gunicorn.conf.py wsgi:app`, from requirements.txt alone where it is installed.

    settings: environment variables of the server. command: another way to start it, in folder.
    `url` is its address, `log` what it printed.
    """

    def __init__(
        self, settings: Mapping[str, str], command: Sequence[str] = (), folder: Path = ROOT
    ) -> None:
        settings = {"PORT": str(free_port())} | dict(settings)
        self.port = settings["PORT"]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        python = SERVING_PYTHON if SERVING_PYTHON.exists() else Path(sys.executable)
        self.process = subprocess.Popen(
            command or [str(python), "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"],
            cwd=folder,
            env=os.environ | settings,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode()

    def wait(self, path: str = "/health/live", status: int = 200) -> Self:
        """Return when `path` answers with `status`; fail with the log when it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(self.url + path).status_code == status:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{path} did not answer {status}:\n{self.log}")

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def stop(self) -> None:
        self.stop_process()
        self._log.close()

    def stop_process(self) -> None:
        """SIGTERM, and what it printed is still there."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(START_SECONDS)


def free_port() -> int:
    """A port below those that connections get, so that nothing else takes it in the meantime."""
    while True:
        port = secrets.choice(PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
