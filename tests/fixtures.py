"""What tests are given: a trained artifact, a real PostgreSQL beside SQLite, applications."""

import fcntl
import hashlib
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from futurisys import serving
from futurisys.app import create_app
from futurisys.employee.extracts import read_rows
from futurisys.employee.schema import EmployeeSchema
from futurisys.model import artifact
from futurisys.operations import access, refusals
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from futurisys.training.run import evaluate, train
from tests.postgres import PostgreSQL, memory
from tests.server import ROOT, Server

# As few as say that an estimate moves at all.
REFITS = 2
SUBJECT_KEY = "a key of the tests, of no other use"
NUMBERS_KEY = "another key of the tests, of no other use"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test speaks to another machine."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise PermissionError(f"A test tried to reach {address}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A template is compiled once for all the applications of a process."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    Flask.jinja_options = {"bytecode_cache": cache}


@pytest.fixture(scope="session")
def artifact_folder(pytestconfig: pytest.Config) -> Path:
    """The default model, measured once over beside its plain rival only: a fifth of the work."""
    return _trained(pytestconfig, "quick", repeats=1)


@pytest.fixture(scope="session")
def measured_folder(pytestconfig: pytest.Config) -> Path:
    """The same, measured in all folds as `flask model train` does."""
    return _trained(pytestconfig, "measured", repeats=5)


@pytest.fixture(scope="session")
def served(artifact_folder: Path) -> dict[str, Any]:
    """The default model as an application holds it: loaded and proven once, then only read."""
    app = create_app(DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(artifact_folder))
    serving.load(app)
    return {"futurisys.serving": app.extensions["futurisys.serving"]}


@pytest.fixture(scope="session")
def rows() -> list[dict[str, Any]]:
    """The 1470 employees of the sample, all 34 columns, as HR would post them."""
    return read_rows(SAMPLE)


@pytest.fixture(scope="session")
def loaded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same people as the schema loads them; they are only read."""
    return [EmployeeSchema().load(row) for row in rows]


@pytest.fixture
def employee(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One employee as HR would post it."""
    return dict(rows[0])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    with PostgreSQL(in_memory=True) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgreSQL) -> Iterator[str]:
    """The name of a migrated database in which nothing is ever written, to be copied."""
    with postgres.database() as name:
        _migrate(postgres.url(name))
        yield name


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgreSQL, postgres_template: str) -> Iterator[str]:
    """The name of the migrated database that the tests use in turn."""
    with postgres.database(postgres_template) as name:
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgresql_url(postgres: PostgreSQL, postgres_database: str) -> str:
    """A migrated PostgreSQL database that is empty, and that nobody else is connected to."""
    # A database of its own is 300 files, which ext4 makes ten times slower after it lost as many.
    postgres.empty(postgres_database, [table.name for table in db.metadata.sorted_tables[::-1]])
    return postgres.url(postgres_database)


@pytest.fixture
def own_postgresql_url(postgres: PostgreSQL, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database whose schema the test may change."""
    with postgres.database(postgres_template) as name:
        yield postgres.url(name)


@pytest.fixture
def own_postgres() -> Iterator[PostgreSQL]:
    """A server that may be stopped and killed, with a migrated database `proof`."""
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("TEST_DATABASE_URL's server is not ours to kill.")
    with PostgreSQL() as server:
        server.create("proof")
        _migrate(server.url("proof"))
        yield server


@pytest.fixture(scope="session")
def sqlite_database() -> Iterator[Path]:
    """Where the database stands that the tests use in turn: what it keeps need not reach a disk."""
    with tempfile.TemporaryDirectory(prefix="futurisys-sqlite-", dir=memory()) as folder:
        yield Path(folder) / "futurisys.db"


@pytest.fixture
def sqlite_url(sqlite_template: Path, sqlite_database: Path) -> str:
    """A migrated SQLite database that is empty, and that nobody else is connected to."""
    for path in sqlite_database.parent.iterdir():
        path.unlink()
    shutil.copy(sqlite_template, sqlite_database)
    return f"sqlite:///{sqlite_database}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, of each kind in turn; PostgreSQL is another server."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def applications() -> dict[frozenset[tuple[str, str]], Flask]:
    """Those that are lent, by their settings: a process sets each up once."""
    return {}


@pytest.fixture
def lend(applications: dict[frozenset[tuple[str, str]], Flask]) -> Iterator[Callable[..., Flask]]:
    """Applications by their settings, each as it was when it was started; given back afterwards."""
    lent: list[tuple[Flask, dict[str, Any], dict[str, Any]]] = []

    def one(**settings: str) -> Flask:
        key = frozenset(settings.items())
        if key not in applications:
            applications[key] = create_app(**settings)
        app = applications[key]
        lent.append((app, dict(app.config), dict(app.extensions)))
        refusals.init_app(app)
        return app

    yield one
    for app, config, extensions in lent:
        for held, before in ((app.config, config), (app.extensions, extensions)):
            held.clear()
            held.update(before)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(
    lend: Callable[..., Flask], database_url: str, artifact_folder: Path, served: dict[str, Any]
) -> Flask:
    """An application with its model loaded; predicting is open."""
    app = lend(
        DATABASE_URL=database_url, FUTURISYS_MODEL=str(artifact_folder), FUTURISYS_OPEN="predict"
    )
    app.extensions |= served
    return app


@pytest.fixture
def make_app(sqlite_url: str) -> Iterator[Callable[..., Flask]]:
    """Applications on one SQLite database, with the settings given and without a model."""
    made: list[Flask] = []

    def make(**settings: str) -> Flask:
        made.append(create_app(DATABASE_URL=sqlite_url, **settings))
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that sends no key."""
    return app.test_client()


@pytest.fixture
def references(app: Flask) -> None:
    """Let the application keep people's references, hashed with `SUBJECT_KEY`."""
    app.config["FUTURISYS_SUBJECT_KEY"] = (SUBJECT_KEY,)


@pytest.fixture
def numbers(app: Flask, references: None) -> None:
    """Let the application keep people's numbers too, encrypted with `NUMBERS_KEY`."""
    app.config["FUTURISYS_NUMBERS_KEY"] = (NUMBERS_KEY,)


@pytest.fixture
def key_of(app: Flask) -> Callable[..., dict[str, str]]:
    """Issue a key for the scopes given: the headers that send it."""

    def issue(*scopes: str) -> dict[str, str]:
        with app.app_context():
            return {"Authorization": f"Bearer {access.issue('Essai', scopes, None)}"}

    return issue


@pytest.fixture
def key_in() -> Callable[..., dict[str, str]]:
    """Issue a key in a database that a running server uses: the headers that send it."""

    def issue(url: str, *scopes: str) -> dict[str, str]:
        app = create_app(DATABASE_URL=url)
        with app.app_context():
            together = set(access.SCOPES) - {"rights"}
            key = access.issue("Essai", scopes or together, None)
            db.engine.dispose()
        return {"Authorization": f"Bearer {key}"}

    return issue


@pytest.fixture
def query(app: Flask) -> Callable[[str], list[Any]]:
    """Ask the application's database in SQL."""

    def ask(statement: str) -> list[Any]:
        with app.app_context(), db.engine.connect() as connection:
            return list(connection.execute(sa.text(statement)))

    return ask


@pytest.fixture
def server(artifact_folder: Path) -> Iterator[Callable[..., Server]]:
    """Start real Gunicorn servers with the settings given; they are stopped after the test.

    folder: of the code that they run.
    """
    started: list[Server] = []

    def start(folder: Path = ROOT, **settings: str) -> Server:
        settings = {"FUTURISYS_MODEL": str(artifact_folder), "FUTURISYS_OPEN": "predict"} | settings
        started.append(Server(settings, folder=folder))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="module")
def serve(
    artifact_folder: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    """Start real Gunicorn servers that the tests of a module share, on a SQLite of their own."""
    started: list[Server] = []

    def start(**settings: str) -> Server:
        path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("served") / "futurisys.db")
        common = {"DATABASE_URL": f"sqlite:///{path}", "FUTURISYS_MODEL": str(artifact_folder)}
        started.append(Server(common | {"FUTURISYS_OPEN": "predict"} | settings))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def _trained(config: pytest.Config, name: str, repeats: int) -> Path:
    """A model trained once for all runs, in whatever process, until what makes it changes."""
    kept = config.cache.mkdir("artifacts")
    folder = kept / f"{name}-{_digest_of_what_trains()}" / "model"
    with (kept / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / artifact.MANIFEST).exists():
            for old in kept.glob(f"{name}-*"):
                shutil.rmtree(old)
            evaluated = evaluate(SAMPLE, repeats, contenders=("model", "baseline"))
            train(evaluated, folder, refits=REFITS)
    return folder


def _digest_of_what_trains() -> str:
    """Of the code, the data and the libraries that a model comes from."""
    rooms = (ROOT / "futurisys" / room for room in ("employee", "model", "training", "sample"))
    files = sorted(path for room in rooms for path in room.glob("*.*") if path.is_file())
    digest = hashlib.sha256()
    for path in (*files, ROOT / "requirements-dev.txt"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(url: str) -> None:
    app = create_app(DATABASE_URL=url)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
