"""A file is compared with the last one of its source, once it is kept."""

import datetime
from typing import Any

import pytest

from futurisys.operations import access, drift
from futurisys.operations.drift import FEW, FIRST
from futurisys.records import drift as records
from futurisys.records.database import db
from tests.databases import ONE_DATABASE
from tests.population import table

pytestmark = [pytest.mark.usefixtures("references"), pytest.mark.slow]
PEOPLE = 260


def dearer(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same people, paid eight in a hundred more."""
    return [row | {"revenu_mensuel": float(row["revenu_mensuel"]) * 1.08} for row in rows]


@pytest.fixture
def send(app):
    """Have a file kept, from whoever has a key; returns its id."""
    secrets: dict[str, str] = {}

    def one(rows: list[dict[str, Any]], source: str = "", by: str = "Ada") -> str:
        with app.app_context():
            secret = secrets.setdefault(by, "") or access.issue(by, ["predict"], None)
        secrets[by] = secret
        sent = app.test_client().post(
            "/predict/batch" + (f"?source={source}" if source else ""),
            data=table(rows),
            headers={"Authorization": f"Bearer {secret}", "Content-Type": "text/csv"},
            buffered=True,
        )
        assert sent.status_code == 200, sent.text
        return str(sent.headers["Fichier"])

    return one


@pytest.fixture
def found(app):
    """What was found of a file."""

    def one(batch_id: str) -> drift.FileDrift:
        with app.app_context():
            seen = drift.of_file(batch_id)
        assert seen
        assert seen.found
        return seen.found

    return one


def test_a_rise_of_all_salaries_is_alarmed(send, found, rows):
    """The next file of a sender is compared with the last one, person by person."""
    first = send(rows[:PEOPLE])
    second = send(dearer(rows[:PEOPLE]))
    assert found(first).why == FIRST
    seen = found(second)
    assert (seen.against, seen.both) == (first, PEOPLE)
    assert [(one.field, one.rose) for one in seen.alarms] == [("revenu_mensuel", PEOPLE)]


@ONE_DATABASE
def test_files_of_other_sources_are_not_compared(send, found, rows):
    """A name that a sender gives is a source of its own, whoever else uses it shares it."""
    first = send(rows[:PEOPLE], "Paie")
    assert found(send(rows[:PEOPLE])).why == FIRST
    assert found(send(rows[:PEOPLE], "Sondage")).why == FIRST
    assert found(send(rows[:PEOPLE], by="Bob")).why == FIRST
    assert found(send(rows[:PEOPLE], "Paie", by="Bob")).against == first


@ONE_DATABASE
def test_a_file_of_the_terminal_has_the_source_that_is_said(app, send, found, rows, tmp_path):
    """`flask score --source` compares with whatever came from there by another door."""
    first = send(rows[:PEOPLE], "Paie")
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table(dearer(rows[:PEOPLE])))
    told = app.test_cli_runner().invoke(
        args=["score", "--source", "Paie", str(source), str(target)]
    )
    assert told.exit_code == 0, told.output
    batch_id = told.output.partition("Fichier: ")[2].split()[0]
    assert found(batch_id).against == first
    assert found(batch_id).alarms


@ONE_DATABASE
def test_few_people_are_not_judged(send, found, rows):
    """Of fewer than two hundred people nothing is said."""
    send(rows[:199])
    seen = found(send(dearer(rows[:199])))
    assert (seen.why, seen.findings) == (FEW, [])


@ONE_DATABASE
def test_newcomers_are_those_of_no_earlier_file(send, found, rows):
    """A newcomer is in no file before; earlier ones came within a year, after the first file."""
    send(rows[:PEOPLE])
    send(rows[:320])
    send(rows[50:330])
    seen = found(send(rows[:400]))
    assert (seen.both, seen.newcomers, seen.earlier) == (280, 70, 70)


@ONE_DATABASE
def test_a_few_who_changed_are_not_counted(send, found, rows):
    """Fewer than ten people who changed are neither counted nor averaged."""
    send(rows[:PEOPLE])
    seen = found(send(dearer(rows[:9]) + rows[9:PEOPLE]))
    [told] = [one for one in seen.findings if one.field == "revenu_mensuel"]
    assert (told.moved, told.rose, told.before, told.after) == (None, None, None, None)


@ONE_DATABASE
def test_a_file_that_was_set_aside_is_compared_with_none(app, send, found, rows):
    """The next file is compared with the one before, as is the one that had been compared."""
    first = send(rows[:PEOPLE])
    wrong = send(dearer(rows[:PEOPLE]))
    third = send(rows[:PEOPLE])
    assert found(third).against == wrong
    with app.app_context():
        with db.engine.begin() as connection:
            records.set_aside(connection, wrong, datetime.datetime.now(datetime.UTC))
            assert records.after(connection, wrong) == third
        drift.look(third, None)
    assert found(third).against == first
    assert found(send(rows[:PEOPLE])).against == third


@ONE_DATABASE
def test_programs_are_told_of_the_last_file_of_each_source(app, send, key_of, rows):
    """Whoever sees all departments reads what has changed; of some, that it is not theirs."""
    send(rows[:PEOPLE], "Paie")
    last = send(dearer(rows[:PEOPLE]), "Paie")
    told = app.test_client().get("/monitoring", headers=key_of("read")).json["Derive"]
    assert [(one["Fichier"], one["Source"], one["Alerte"]) for one in told] == [
        (last, "Paie", True)
    ]
    first = told[0]["Changements"][0]
    assert (first["Champ"], first["En_hausse"], first["Alerte"]) == ("revenu_mensuel", PEOPLE, True)
    with app.app_context():
        some = access.issue("Eve", ["read"], None, ["Commercial"])
    headers = {"Authorization": f"Bearer {some}"}
    assert app.test_client().get("/monitoring", headers=headers).json["Derive"] is None


@ONE_DATABASE
def test_alarms_are_counted_at_metrics(client, send, key_of, rows):
    """Prometheus reads of how many sources the last file is alarmed, and no source's name."""
    send(rows[:PEOPLE], "Paie")
    send(dearer(rows[:PEOPLE]), "Paie")
    send(rows[:PEOPLE], "Sondage")
    text = client.get("/metrics", headers=key_of("admin")).text
    assert "futurisys_drift_sources 2.0" in text
    assert "futurisys_drift_alarmed_sources 1.0" in text
    assert "futurisys_drift_severe_sources 0.0" in text
    assert "Paie" not in text


@ONE_DATABASE
def test_what_goes_wrong_is_not_the_files(app, send, monkeypatch, caplog, rows):
    """A file is kept whatever becomes of its comparison, and the log names no value."""

    def fail(*_: Any) -> None:
        raise ValueError("5993")

    monkeypatch.setattr(drift, "_found", fail)
    batch_id = send(rows[:3])
    with app.app_context():
        seen = drift.of_file(batch_id)
    assert seen is not None
    assert seen.found is None
    assert f"File {batch_id} was not compared with another: ValueError." in caplog.text
    assert "5993" not in caplog.text


@ONE_DATABASE
def test_a_large_file_is_looked_at_in_part(send, found, monkeypatch, rows):
    """Of very many people the same ones are looked at in each file."""
    monkeypatch.setattr(drift, "PEOPLE_MAX", 300)
    send(rows)
    seen = found(send(dearer(rows)))
    assert 200 <= seen.both <= 400
    assert seen.alarms


@ONE_DATABASE
def test_the_fictional_peoples_model_alarms_nobody_else(send, found, rows):
    """Against whom the model has learnt from a distance is told, and no alarm where it learnt from
    fictional people."""
    seen = found(send([row | {"departement": "Consulting"} for row in rows[:PEOPLE]]))
    assert seen.distances[0].field == "departement"
    assert seen.distances[0].is_severe
    assert (seen.is_own, seen.severe, seen.is_alarmed) == (False, [], False)
