"""Migrations: head equals the models, up and down, empty and with data, several at once."""

import concurrent.futures
import os
import subprocess
import sys

import flask_migrate
import pytest
import sqlalchemy as sa

from futurisys.app import create_app
from futurisys.records.database import db
from tests.server import ROOT


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    postgres = request.getfixturevalue("postgres")
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.fixture
def postgresql_url(own_postgresql_url):
    """What these tests take down is not what others use after them."""
    return own_postgresql_url


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


@pytest.mark.slow
def test_up_check_down_and_up_again(empty_url):
    """Head equals the models; base is empty again; the way up can be walked twice."""
    app = create_app(DATABASE_URL=empty_url)
    with app.app_context():
        flask_migrate.upgrade()
        assert tables() >= {"inputs", "predictions", "batches"}
        flask_migrate.check()
        flask_migrate.downgrade(revision="base")
        assert tables() == set()
        flask_migrate.upgrade()
        flask_migrate.check()
        db.engine.dispose()


@pytest.mark.slow
def test_down_with_data(client, employee):
    """A database that holds predictions can be taken down."""
    assert client.post("/predict", json=employee).status_code == 200
    with client.application.app_context():
        flask_migrate.downgrade(revision="base")
        assert tables() == set()


@pytest.mark.slow
def test_data_survives_the_way_down_to_the_first_revision_and_up_again(
    client, references, employee, query
):
    """What the first revision knew is still there; what it did not know is forgotten."""
    assert client.post("/predict", json=employee).status_code == 200
    [before] = query("SELECT * FROM predictions")
    with client.application.app_context():
        flask_migrate.downgrade(revision="0001")
        flask_migrate.upgrade()
    [after] = query("SELECT * FROM predictions")
    assert before.range_low < before.range_high
    forgotten = dict.fromkeys(("range_low", "range_high", "sender"))
    assert after._asdict() == before._asdict() | forgotten
    assert query("SELECT subject FROM inputs") == [(None,)]


@pytest.mark.slow
def test_replicas_may_migrate_at_once(empty_url):
    """Several `flask db upgrade` on one empty database all succeed."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "db", "upgrade"]
    environment = os.environ | {"DATABASE_URL": empty_url}

    def upgrade(_: int) -> int:
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, check=False
        ).returncode

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert list(pool.map(upgrade, range(3))) == [0, 0, 0]


def test_migrations_never_import_the_package():
    """A migration keeps its meaning when the code moves on."""
    for path in (ROOT / "migrations").rglob("*.py"):
        assert "futurisys" not in path.read_text().replace("imports futurisys", "")


def test_a_fact_that_is_missing_can_be_kept(app):
    """No column of facts demands a value: what is asked for is a rule of requests."""
    with app.app_context():
        columns = sa.inspect(db.engine).get_columns("inputs")
    assert {column["name"] for column in columns if not column["nullable"]} == {"id", "created_at"}


@pytest.mark.slow
def test_references_are_kept_after_a_migration(client, employee):
    """Once the schema has changed, no prediction can be without its facts."""
    assert client.post("/predict", json=employee).status_code == 200
    with client.application.app_context():
        flask_migrate.downgrade(revision="0008")
        flask_migrate.upgrade()
        with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM inputs"))
