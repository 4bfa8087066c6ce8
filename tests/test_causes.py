"""The log says why the database is away, in the driver's words, and none of what it was given."""

import pytest

from futurisys import serving
from futurisys.app import create_app
from futurisys.operations import causes
from futurisys.records import keeping
from futurisys.records.database import db


@pytest.fixture
def postgresql_url(own_postgresql_url):
    """A schema that is broken here is not what others use after."""
    return own_postgresql_url


def told(caplog) -> list[str]:
    return [line for line in caplog.messages if line.startswith("The database is away: ")]


def test_what_cannot_be_reached_is_told_without_the_password(artifact_folder, employee, caplog):
    """Host, port and reason; the address's password not even where the reason has its words."""
    app = create_app(
        DATABASE_URL="postgresql://nobody:refused@127.0.0.1:1/none",
        FUTURISYS_MODEL=str(artifact_folder),
        FUTURISYS_OPEN="predict",
    )
    serving.load(app)
    client = app.test_client()
    for _ in range(3):
        assert client.post("/predict", json=employee).status_code == 503
        assert client.get("/health/ready").status_code == 503
    [line] = told(caplog)
    assert 'connection to server at "127.0.0.1", port 1 failed: Connection ***' in line
    assert "refused" not in line


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_each_cause_is_told_without_statement_or_row(client, employee, caplog):
    """What the server says first; the line of the statement that follows it stays out."""
    employee |= {"poste": "Dompteur"}
    with client.application.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP FUNCTION {keeping.NAME}")
        connection.exec_driver_sql("ALTER TABLE inputs RENAME TO elsewhere")
    for _ in range(3):
        assert client.post("/predict", json=employee).status_code == 503
        assert client.post("/predict/batch", json={"employes": [employee]}).status_code == 503
    function, table = told(caplog)
    assert f"function {keeping.NAME}(" in function
    assert function.endswith("does not exist")
    assert table.endswith('relation "inputs" does not exist')
    for secret in ("Dompteur", "SELECT", "COPY", "LINE"):
        assert secret not in function + table


def test_a_cause_that_lasts_is_told_again(client, employee, caplog, monkeypatch):
    """Once in a while, for a log is read from its end."""
    monkeypatch.setattr(causes, "QUIET_SECONDS", 0)
    with client.application.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inputs RENAME TO elsewhere")
    for _ in range(2):
        assert client.post("/predict", json=employee).status_code == 503
    assert len(told(caplog)) == 2
