"""A real pgbouncer between the service and a PostgreSQL."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import psycopg2
import pytest
import sqlalchemy as sa

from tests.postgres import START_SECONDS, PostgreSQL
from tests.server import free_port

NEEDS_PGBOUNCER = pytest.mark.skipif(
    not shutil.which("pgbouncer") and not os.environ.get("CI"),
    reason="No pgbouncer on PATH: apt-get install pgbouncer.",
)


class Pooler:
    """Pools transactions, and keeps its defaults otherwise; a context manager.

    Whoever comes in is let through as the user of the server's own address.
    """

    def __init__(self, postgres: PostgreSQL) -> None:
        self._server = sa.make_url(postgres.url("postgres"))
        # pgbouncer refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="futurisys-pooler-"))
        self.port = free_port()
        (self._folder / "pgbouncer.ini").write_text(self._settings())
        if self._user:
            shutil.chown(self._folder, self._user)
        with (self._folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["pgbouncer", "pgbouncer.ini"],
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self._user,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(START_SECONDS)
        shutil.rmtree(self._folder)

    def _settings(self) -> str:
        server = {
            "host": self._server.host,
            "port": self._server.port or 5432,
            "user": self._server.username,
            "password": self._server.password,
        }
        target = " ".join(f"{name}={value}" for name, value in server.items() if value)
        return (
            f"[databases]\n* = {target}\n"
            "[pgbouncer]\npool_mode = transaction\nauth_type = any\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
        )

    def _wait(self) -> None:
        """Return once it answers."""
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg2.connect(self.url("postgres")).close()
            except psycopg2.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self._folder / "log").read_text())

    def url(self, name: str) -> str:
        """A database's address by way of the pooler."""
        address = self._server.set(host="127.0.0.1", port=self.port, database=name)
        return address.render_as_string(hide_password=False)
