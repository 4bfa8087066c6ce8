"""Live and ready: what each depends on, and what is said when it is missing."""

import shutil
from pathlib import Path

import flask_migrate
import pytest

from futurisys import serving
from futurisys.app import create_app
from futurisys.operations import transactions
from futurisys.records import database
from futurisys.records.database import db


@pytest.fixture
def client_of(sqlite_url, artifact_folder):
    """A client of an application with the settings given in place of good ones."""
    applications = []

    def start(**overrides: str):
        app = create_app(
            **{
                "DATABASE_URL": sqlite_url,
                "FUTURISYS_MODEL": str(artifact_folder),
                "FUTURISYS_OPEN": "predict",
            }
            | overrides
        )
        serving.load(app)
        applications.append(app)
        return app.test_client()

    yield start
    for app in applications:
        with app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_a_healthy_service_says_so(client, method, path):
    """Both probes answer 200, to HEAD too."""
    assert client.open(path, method=method).status_code == 200


def test_without_a_model_the_service_lives_and_says_what_to_do(client_of, tmp_path, employee):
    """No artifact: live 200, ready and predict 503 with a sentence that says what to do."""
    client = client_of(FUTURISYS_MODEL=str(tmp_path / "nothing"))
    assert client.get("/health/live").status_code == 200
    for response in (client.get("/health/ready"), client.post("/predict", json=employee)):
        assert response.status_code == 503
        assert "flask model train" in response.json["detail"]
        assert "manifest.json" in response.json["detail"]
        assert int(response.headers["Retry-After"]) > 0


def test_an_altered_model_is_not_served(client_of, artifact_folder, tmp_path, employee):
    """A flipped byte is found before anything is read from the file."""
    folder = shutil.copytree(artifact_folder, tmp_path / "model")
    booster = folder / "model.ubj"
    content = bytearray(booster.read_bytes())
    content[1000] ^= 1
    booster.write_bytes(content)
    client = client_of(FUTURISYS_MODEL=str(folder))
    response = client.post("/predict", json=employee)
    assert response.status_code == 503
    assert "model.ubj" in response.json["detail"]


def test_a_model_that_answers_otherwise_than_it_did_is_not_ready(client_of):
    """Ready asks the known employees anew: what was proven at the start may not stand any more."""
    client = client_of()
    assert client.get("/health/ready").status_code == 200
    with client.application.app_context():
        serving.current().scorer.bias += 0.01
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "ne donne pas les réponses" in response.json["detail"]


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/nowhere/futurisys.db"],
    ids=["PostgreSQL that refuses", "SQLite that cannot be opened"],
)
def test_without_a_database_nothing_is_promised(client_of, employee, url):
    """The database is away: live 200, ready and predict 503 with Retry-After, never a stack."""
    client = client_of(DATABASE_URL=url)
    assert client.get("/health/live").status_code == 200
    for response in (client.get("/health/ready"), client.post("/predict", json=employee)):
        assert response.status_code == 503
        assert response.headers["Retry-After"]
        assert "rien n'est promis" in response.json["detail"]


def test_no_deadline_is_longer_than_promised():
    """An answer comes in about two seconds: what holds a thread gives up before, each by itself."""
    assert transactions.TRANSACTION_SECONDS == 1.75
    assert transactions.PLACE_SECONDS == 1
    assert database.CONNECT_SECONDS == 2
    assert database.STATEMENT_MILLISECONDS == 1500


def test_a_database_without_the_schema_is_not_ready(client_of, employee, tmp_path):
    """Tables that are missing or of another age: ready and predict are 503."""
    client = client_of(DATABASE_URL=f"sqlite:///{tmp_path / 'empty.db'}")
    assert client.get("/health/ready").status_code == 503
    assert client.post("/predict", json=employee).status_code == 503
    with client.application.app_context():
        flask_migrate.upgrade()
    assert client.get("/health/ready").status_code == 200
    with client.application.app_context():
        flask_migrate.stamp(revision="base")
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "flask db upgrade" in response.json["detail"]


def test_service_returns_with_the_database(
    postgres, client_of, postgresql_url: str, employee, request: pytest.FixtureRequest
):
    """PostgreSQL stops and comes back: 503 meanwhile, then 200 without a restart."""
    if postgres.process is None:
        pytest.skip("TEST_DATABASE_URL's server is not ours to stop.")
    client = client_of(DATABASE_URL=postgresql_url)
    assert client.post("/predict", json=employee).status_code == 200
    postgres.stop()
    request.addfinalizer(postgres.ensure_started)
    assert client.post("/predict", json=employee).status_code == 503
    postgres.start()
    assert client.post("/predict", json=employee).status_code == 200
    assert client.get("/health/ready").status_code == 200


@pytest.mark.slow
def test_a_full_disk_keeps_nothing_and_says_so(client_of, employee, sqlite_url):
    """SQLite that cannot grow answers 503, and keeps neither half of the pair."""
    client = client_of()
    with client.application.app_context(), db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.rollback()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.rollback()
    statuses = {client.post("/predict", json=employee).status_code for _ in range(200)}
    assert 503 in statuses
    assert 500 not in statuses
    with client.application.app_context(), db.engine.connect() as connection:
        orphans = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM inputs) - (SELECT count(*) FROM predictions)"
        ).scalar_one()
    assert orphans == 0
    assert Path(sqlite_url.removeprefix("sqlite:///")).exists()


@pytest.mark.slow
def test_storage_that_does_not_last_is_said(client_of):
    """SQLite in a Space: ready, and honest about what is kept."""
    assert "stockage" not in client_of().get("/health/ready").json
    assert client_of(SPACE_ID="o/n").get("/health/ready").json["stockage"] == "ephemere"
    in_postgresql = client_of(SPACE_ID="o/n", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert not database.is_ephemeral(in_postgresql.application)
