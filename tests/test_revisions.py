"""Workers and schemas of two versions: the answer is right or 503, and never a wrong row."""

import json

import flask_migrate
import httpx
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from futurisys.records import keeping
from futurisys.records.database import MIGRATIONS, db
from futurisys.records.revisions import REVISIONS, schema_of
from tests.server import ROOT
from tests.versions import Version


@pytest.fixture
def postgresql_url(own_postgresql_url):
    """A schema that is changed here is not what others use after."""
    return own_postgresql_url


@pytest.fixture
def head(app) -> str:
    """The newest revision of this code."""
    with app.app_context(), db.engine.connect() as connection:
        return schema_of(connection).head


@pytest.fixture
def alter(app):
    """Change the application's database in SQL."""

    def run(*statements: str) -> None:
        with app.app_context(), db.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    return run


def revise(revision: str) -> str:
    return f"UPDATE alembic_version SET version_num = '{revision}'"


def test_a_migration_is_named_after_its_revision():
    """The names of the files say the revisions as Alembic walks them: the server reads no more."""
    walked = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert [script.revision for script in walked] == list(REVISIONS)


def test_an_older_schema_is_not_ready(client, alter, head):
    """Not even with all that is used: the sentence names both revisions and what to do."""
    alter(revise("0007"))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    for words in ("(révision 0007)", "plus ancienne", f"(révision {head})", "flask db upgrade"):
        assert words in answer.json["detail"]


def test_an_empty_database_is_not_ready(client):
    """A database without a table says what to do, too."""
    with client.application.app_context():
        flask_migrate.downgrade(revision="base")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "(aucune révision)" in answer.json["detail"]
    assert "flask db upgrade" in answer.json["detail"]


def test_a_newer_schema_with_all_that_is_used_is_ready(client, alter, head, employee, caplog):
    """A worker stays when the next version migrates, and warns once, with both revisions."""
    alter(revise("9001"), "ALTER TABLE inputs ADD COLUMN next integer")
    assert {client.get("/health/ready").status_code for _ in range(3)} == {200}
    assert client.post("/predict", json=employee).status_code == 200
    warnings = [line for line in caplog.messages if "revision" in line]
    assert len(warnings) == 1
    assert "9001" in warnings[0]
    assert head in warnings[0]


def test_a_newer_schema_that_lacks_a_column_is_not_ready(client, alter, head):
    """A worker that is too old leaves, and is told that it is the one that is old."""
    alter(revise("9002"), "ALTER TABLE predictions DROP COLUMN base")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    for words in ("(révision 9002)", "plus récente", f"(révision {head})", "mettez le service"):
        assert words in answer.json["detail"]
    assert "flask db upgrade" not in answer.json["detail"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_schema_without_our_function_is_not_ready(client, alter, employee):
    """Neither a newer schema nor our own: the function that this code calls must be there."""
    alter(f"DROP FUNCTION {keeping.NAME}")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert keeping.NAME in answer.json["detail"]
    assert client.post("/predict", json=employee).status_code == 503
    alter(revise("9003"))
    assert "mettez le service à jour" in client.get("/health/ready").json["detail"]


def test_an_older_code_cannot_migrate_a_newer_database(client, alter, head, caplog):
    """`flask db upgrade` says in one sentence which of the two is old."""
    alter(revise("9004"))
    with client.application.app_context(), pytest.raises(SystemExit):
        flask_migrate.upgrade()
    [line] = [line for line in caplog.messages if line.startswith("Error:")]
    for words in ("9004", f"(revision {head})", "code is older than the database"):
        assert words in line


@pytest.fixture(scope="session")
def this() -> Version:
    return Version(ROOT)


@pytest.fixture(scope="session")
def following(this, tmp_path_factory) -> Version:
    """The version after this one."""
    return this.next(tmp_path_factory.mktemp("following"), "following", "champ_suivant")


def ask(url: str, statement: str) -> list[tuple]:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.text(statement))]
    engine.dispose()
    return rows


def check(url: str, answers: list[dict], column: str = "NULL") -> None:
    """Hold the rows of answers against what was sent and answered."""
    kept = ask(
        url,
        f"SELECT p.id, p.probability, p.threshold, i.age, i.revenu_mensuel, {column} "
        "FROM predictions p JOIN inputs i ON i.id = p.input_id",
    )
    assert {str(row[0]): row[1:] for row in kept} == {
        answer["Identifiant"]: (
            *(answer["Probabilite_depart"], answer["Seuil"]),
            *(answer["sent"]["age"], answer["sent"]["revenu_mensuel"]),
            answer["sent"].get("champ_suivant"),
        )
        for answer in answers
    }


def predict(http: httpx.Client, employees: list[dict]) -> list[dict]:
    """Predict alone, under a name, and as a group: the answers, each with what was sent."""
    first, second, *others = employees
    named = {"Idempotency-Key": json.dumps(second, sort_keys=True)[:200]}
    answers = [http.post("/predict", json=first), http.post("/predict", json=second, headers=named)]
    group = http.post("/predict/batch", json={"employes": others})
    assert {answer.status_code for answer in (*answers, group)} == {200}
    bodies = [answer.json() for answer in answers] + group.json()["predictions"]
    return [body | {"sent": sent} for body, sent in zip(bodies, employees, strict=True)]


@pytest.mark.slow
def test_a_worker_of_before_serves_on_through_a_migration(
    server, this, following, database_url, rows
):
    """It stays ready, says so once, and what it keeps is right, with nothing in the new column."""
    running = server(DATABASE_URL=database_url, WEB_CONCURRENCY="1").wait("/health/ready")
    with httpx.Client(base_url=running.url, timeout=60) as http:
        answers = predict(http, rows[:5])
        following.flask(database_url, "db", "upgrade")
        assert {http.get("/health/ready").status_code for _ in range(3)} == {200}
        answers += predict(http, rows[5:10])
    check(database_url, answers, "i.champ_suivant")
    assert ask(database_url, "SELECT count(effet_champ_suivant) FROM predictions") == [(0,)]
    lines = [line for line in running.log.splitlines() if "revision following" in line]
    assert len(lines) == 1


@pytest.mark.slow
def test_a_worker_of_after_waits_for_its_migration(server, following, database_url, head, rows):
    """Until then it is not ready, keeps nothing and says why; then it serves without a restart."""
    sent = [row | {"champ_suivant": number % 8} for number, row in enumerate(rows[:5])]
    running = server(following.folder, DATABASE_URL=database_url).wait("/health/ready", 503)
    with httpx.Client(base_url=running.url, timeout=60) as http:
        detail = http.get("/health/ready").json()["detail"]
        assert f"(révision {head})" in detail
        assert "(révision following)" in detail
        assert "flask db upgrade" in detail
        refused = [http.post("/predict", json=row) for row in (rows[0], sent[0])]
        refused.append(http.post("/predict/batch", json={"employes": sent}))
        assert {answer.status_code for answer in refused} == {503}
        assert ask(database_url, "SELECT count(*) FROM inputs") == [(0,)]
        following.flask(database_url, "db", "upgrade")
        running.wait("/health/ready")
        check(database_url, predict(http, sent), "i.champ_suivant")


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_versions_later_a_worker_leaves_and_the_way_down_brings_it_back(
    client, following, database_url, employee, query, tmp_path
):
    """The two newest functions stay and older ones go: 503, and no row that anybody misplaced."""
    last = following.next(tmp_path, "last", "autre_champ")
    last.flask(database_url, "db", "upgrade")
    assert len(query("SELECT FROM pg_proc WHERE starts_with(proname, 'keep_prediction')")) == 2
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "(révision last)" in answer.json["detail"]
    assert "mettez le service à jour" in answer.json["detail"]
    assert client.post("/predict", json=employee).status_code == 503
    last.flask(database_url, "db", "downgrade")
    assert client.get("/health/ready").status_code == 200
    assert client.post("/predict", json=employee).status_code == 200
    last.flask(database_url, "db", "downgrade")
    assert client.get("/health/ready").status_code == 200
    assert query("SELECT count(*) FROM predictions") == [(1,)]
