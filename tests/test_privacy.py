"""`flask predictions`: a person's data is handed out and erased, and what is old goes."""

import datetime
import json

import pytest
import sqlalchemy as sa

from futurisys.operations.transactions import writing
from futurisys.records import batches, idempotency
from futurisys.records.batches import ScoredFile
from futurisys.records.database import db
from futurisys.records.history import first_id
from futurisys.records.idempotency import Name
from futurisys.records.persons import Outcome, Person, Request, Review
from futurisys.records.predictions import new_id
from futurisys.records.tables import PERSON, Prediction
from tests.population import table

pytestmark = pytest.mark.usefixtures("references")


@pytest.fixture
def flask(app, tmp_path):
    """Run a `flask predictions` command as "Essai"; returns what click's runner does."""

    def run(*arguments: str):
        return app.test_cli_runner().invoke(args=["predictions", *arguments, "--by", "Essai"])

    return run


@pytest.fixture
def kept(client, rows):
    """Two predictions for the first employee of the sample, one for the second."""
    return [client.post("/predict", json=row).json for row in (rows[0], rows[0], rows[1])]


def test_export_writes_all_that_is_kept_of_a_person(flask, kept, rows, tmp_path):
    """Facts, answers and reasons of the one person, oldest first, and nothing else in the file."""
    path = tmp_path / "dossier.json"
    result = flask("export", "--reference", str(rows[0]["id_employee"]), "--output", str(path))
    assert result.exit_code == 0
    dossier = json.loads(path.read_text("utf-8"))
    told = dossier["predictions"]
    assert [entry["Identifiant"] for entry in told] == [a["Identifiant"] for a in kept[:2]]
    assert told[0]["Employe"]["poste"] == rows[0]["poste"]
    assert told[0]["probability"] == kept[0]["Probabilite_depart"]
    assert told[0]["effects"]


def test_erase_removes_the_person_and_nobody_else(client, flask, kept, rows, query):
    """Predictions, inputs and the names of requests go; the others stay."""
    named = {"Idempotency-Key": "une"}
    assert client.post("/predict", json=rows[0], headers=named).status_code == 200
    assert flask("erase", "--reference", str(rows[0]["id_employee"])).exit_code == 0
    assert [str(row.id) for row in query("SELECT id FROM predictions")] == [kept[2]["Identifiant"]]
    assert query("SELECT count(*) FROM inputs") == [(1,)]
    assert query("SELECT count(*) FROM idempotency_keys") == [(0,)]


def test_each_table_says_whose_its_rows_are():
    """A new table cannot be forgotten: it says by which column a row is a person's, or by none."""
    said = {name: table.info[PERSON] for name, table in db.metadata.tables.items()}
    assert {name: column for name, column in said.items() if column} == {
        "inputs": "subject",
        "predictions": "input_id",
        "idempotency_keys": "prediction_id",
        "people": "subject",
        "reviews": "prediction_id",
        "requests": "subject",
        "outcomes": "subject",
    }


def test_what_is_of_a_person_is_handed_out_and_erased_from_every_table(
    app, client, flask, rows, tmp_path, query
):
    """Every table that may hold something about a person does, is exported, and is empty after."""
    tables = [name for name, table in db.metadata.tables.items() if table.info[PERSON]]
    named = {"Idempotency-Key": "une"}
    assert client.post("/predict", json=rows[0], headers=named).status_code == 200
    file = {"data": table(rows[:1]), "content_type": "text/csv"}
    assert client.post("/predict/batch", **file, buffered=True).status_code == 200
    with app.app_context(), writing() as connection:
        now = datetime.datetime.now(datetime.UTC)
        by = {"holder": "", "author": "Essai", "created_at": now}
        [subject] = connection.scalars(sa.select(Person.__table__.c.subject))
        [one, *_] = connection.scalars(sa.select(Prediction.__table__.c.id))
        review = {"id": new_id()[0], "prediction_id": one, "kind": "accord", **by}
        connection.execute(sa.insert(Review.__table__), review)
        asked = {"id": new_id()[0], "subject": subject, "kind": "accès", **by}
        days = {"received_on": now.date(), "due_on": now.date()}
        connection.execute(sa.insert(Request.__table__), asked | days)
        gone = {"subject": subject, "left_on": now.date(), "reason": "autre", **by}
        connection.execute(sa.insert(Outcome.__table__), gone)
    number = {name: 2 if name in ("inputs", "predictions") else 1 for name in tables}
    assert {name: query(f"SELECT count(*) FROM {name}")[0][0] for name in tables} == number
    path, reference = tmp_path / "dossier.json", str(rows[0]["id_employee"])
    assert flask("export", "--reference", reference, "--output", str(path)).exit_code == 0
    dossier = json.loads(path.read_text("utf-8"))
    assert {name: len(told) for name, told in dossier.items()} == {
        name: number[name] for name in tables if name != "inputs"
    }
    assert dossier["idempotency_keys"][0]["key"] == "une"
    assert flask("erase", "--reference", reference).exit_code == 0
    assert {query(f"SELECT count(*) FROM {name}")[0][0] for name in tables} == {0}


def test_purge_removes_what_is_old_with_its_inputs(app, flask, kept, query):
    """What is older than the days given goes; what is younger stays."""
    old = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=200)
    ancient = f"{int(old.timestamp() * 1000):012x}"
    aged = f"{ancient[:8]}-{ancient[8:]}-7000-8000-000000000000"
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE predictions SET id = :new WHERE CAST(id AS text) = :old"),
            {"new": aged, "old": kept[0]["Identifiant"]},
        )
    assert "1 predictions" in flask("purge", "--older-than", "184").output
    assert query("SELECT count(*) FROM predictions") == [(2,)]
    assert "2 predictions" in flask("purge", "--older-than", "0", "--below-floor").output
    assert query("SELECT count(*) FROM predictions") == [(0,)]


def test_purge_forgets_old_files(app, flask, query):
    """What was wrong with the rows of a file goes with the answers that it got, and no later."""
    now = datetime.datetime.now(datetime.UTC)
    old, young = (first_id(now - datetime.timedelta(days=days)) for days in (200, 100))
    with app.app_context(), db.engine.begin() as connection:
        for batch_id in (old, young):
            faults = [(2, "age", "Âge : un nombre entier est attendu.")]
            batches.keep(connection, batch_id, ScoredFile(1, faults, "un", True), {}, None)
    assert "0 predictions" in flask("purge", "--older-than", "184").output
    assert [str(row.id) for row in query("SELECT id FROM batches")] == [young]


def test_purge_forgets_the_names_of_old_files(app, flask, query):
    """What a file's request was named by goes with the file; a younger one's stays."""
    now = datetime.datetime.now(datetime.UTC)
    old, young = (first_id(now - datetime.timedelta(days=days)) for days in (200, 100))
    with app.app_context(), db.engine.begin() as connection:
        for batch_id in (old, young):
            batches.keep(connection, batch_id, ScoredFile(0, [], "un", True), {}, None)
            idempotency.keep(connection, Name("", batch_id, "").row(batch_id=batch_id))
    flask("purge", "--older-than", "184")
    assert [row.key for row in query("SELECT key FROM idempotency_keys")] == [young]


def test_purge_has_a_floor(flask, kept, query):
    """Fewer than 184 days are refused, and nothing goes, unless one says so."""
    result = flask("purge", "--older-than", "183")
    assert result.exit_code != 0
    assert "184" in result.output
    assert "--below-floor allows fewer" in result.output
    assert query("SELECT count(*) FROM predictions") == [(3,)]
    assert query("SELECT count(*) FROM journal") == [(0,)]


def test_each_leaves_a_line_that_names_no_person(flask, kept, rows, query):
    """The journal tells what, by whom, how much and when."""
    flask("export", "--reference", str(rows[0]["id_employee"]))
    flask("erase", "--reference", str(rows[0]["id_employee"]))
    flask("purge", "--older-than", "184")
    lines = query("SELECT action, actor, predictions FROM journal ORDER BY id")
    assert lines == [("export", "Essai", 2), ("erase", "Essai", 2), ("purge", "Essai", 0)]


def test_without_a_key_no_command_refuses_to_run(app, flask, kept, rows):
    """Nobody is known by reference: nothing is found, and nothing is erased."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    reference = str(rows[0]["id_employee"])
    exported = flask("export", "--reference", reference).stdout
    assert json.loads(exported[exported.index('{\n "predictions"') :]) == {"predictions": []}
    assert "0 predictions" in flask("erase", "--reference", reference).output


@pytest.mark.parametrize("command", ["export", "erase", "purge"])
def test_each_command_has_help_with_an_example(app, command):
    result = app.test_cli_runner().invoke(args=["predictions", command, "--help"])
    assert f"flask predictions {command} --" in result.output
