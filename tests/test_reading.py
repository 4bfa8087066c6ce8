"""What is told of how a file was read: once, wherever its answers go, and again when repeated."""

import csv
import io

import pytest
import sqlalchemy as sa

from futurisys.api.contracts import JSON
from futurisys.console.files import CSV, XLSX
from futurisys.employee.reading import Reading
from futurisys.records.database import db
from futurisys.records.tables import Batch
from tests.books import remarks
from tests.databases import ONE_DATABASE
from tests.sent_files import FILES, PEOPLE, SALARY

THOUSANDS = FILES["thousands"].content
KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def post(client):
    def send(content: bytes, address: str = "/predict/batch", **headers: str):
        return client.post(address, data=content, headers={"Content-Type": CSV} | headers)

    return send


@ONE_DATABASE
def test_a_whole_column_is_asked_about_once(post):
    """One alert names the column, how many rows, and the first line; the rows are answered."""
    answer = post(THOUSANDS).json
    [alert] = answer["Alertes"]
    assert (alert["colonne"], alert["lignes"], alert["sur"], alert["ligne"]) == (SALARY, 6, 6, 2)
    assert "milliers" in alert["detail"]
    assert len(answer["predictions"]) == len(PEOPLE)
    assert answer["erreurs"] == []


def test_a_sender_may_refuse_a_file_that_looks_wrong(post, query):
    """Each alert is an error, and nothing is kept; a file without one is answered."""
    answer = post(THOUSANDS, "/predict/batch?alertes=refuser")
    assert answer.status_code == 422
    assert [SALARY in error["detail"] for error in answer.json["errors"]] == [True]
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert post(FILES["plain"].content, "/predict/batch?alertes=refuser").json["Alertes"] == []


@ONE_DATABASE
def test_in_csv_an_alert_stands_on_its_line(post):
    """Among the warnings of the first row that shows it, and of no other."""
    text = post(THOUSANDS, Accept=CSV).text
    warned = ["milliers" in row["Avertissements"] for row in csv.DictReader(io.StringIO(text))]
    assert warned == [True] + [False] * 5


@ONE_DATABASE
def test_a_workbook_says_how_its_file_was_read(post):
    """On the sheet that is to be read: alerts, and what was left out."""
    assert any("milliers" in one for one in remarks(post(THOUSANDS, Accept=XLSX).data))
    more = remarks(post(FILES["more columns"].content, Accept=XLSX).data)
    assert any("laissées de côté" in one and "nom, e-mail" in one for one in more)


def test_a_repetition_says_again_how_the_file_was_read(post, app):
    """What was kept with the answers is told, whatever would be said of the file today."""
    first = post(THOUSANDS, **KEY).json
    with app.app_context(), db.engine.begin() as connection:
        batches = Batch.__table__
        kept = connection.scalar(sa.select(batches.c.reading))
        assert "5,993" not in str(kept)
        connection.execute(sa.update(batches).values(reading=dict(kept or {}, left_out=["alors"])))
    again = post(THOUSANDS, Accept=JSON, **KEY).json
    assert again["Alertes"] == first["Alertes"]
    assert (first["Lecture"]["Colonnes_laissees"], again["Lecture"]["Colonnes_laissees"]) == (
        [],
        ["alors"],
    )


@ONE_DATABASE
def test_a_file_that_was_read_before_any_reading_was_kept_is_repeated(post, app):
    """Its answers come again, and nothing is said of how it was read."""
    post(THOUSANDS, **KEY).close()
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.update(Batch.__table__).values(reading=None))
    again = post(THOUSANDS, **KEY).json
    assert (len(again["predictions"]), again["Alertes"]) == (6, [])


def test_what_is_told_of_a_file_writes_numbers_as_french_does():
    """Thousands stand apart in what was matched and in what was hidden, as on the whole page."""
    matched, hidden = Reading(matched=1470, hidden_rows=2300).remarks()
    assert matched.startswith("1\u202f470 personnes")
    assert hidden.startswith("2\u202f300 lignes")
