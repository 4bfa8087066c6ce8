"""Every file is kept under an id that its sender is told, by whichever door it came."""

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from futurisys.operations import kept_files as operation
from futurisys.operations.scored_workbooks import DATA
from futurisys.records.kept_files import FileFilters
from tests.books import rows_of
from tests.console import spaced
from tests.population import sample_rows, table

KINDS = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture
def people() -> list[dict[str, str]]:
    """Three people, one of whom cannot be answered."""
    rows = sample_rows()[:3]
    rows[1]["revenu_mensuel"] = "-5"
    return rows


@pytest.fixture
def sent(client, people) -> Any:
    """Send them as a file to the API."""

    def send(accept: str = KINDS["json"], **headers: str) -> Any:
        told = {"Content-Type": "text/csv", "Accept": accept} | headers
        return client.post("/predict/batch", data=table(people), headers=told, buffered=True)

    return send


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_file_sent_to_the_api_has_an_id(sent, query, kind):
    """Whatever form its answer has, its id is a header; in JSON it is a member too."""
    answer = sent(KINDS[kind])
    assert answer.status_code == 200
    [file] = query("SELECT * FROM batches")
    assert uuid.UUID(answer.headers["Fichier"]) == uuid.UUID(str(file.id))
    if kind == "json":
        assert answer.json["Fichier"] == answer.headers["Fichier"]
    assert (file.refused, file.fictional) == (1, True)
    assert {str(row.batch_id) for row in query("SELECT batch_id FROM predictions")} == {
        str(file.id)
    }


def test_a_repeated_file_has_the_same_id(sent, query):
    """The same request gets the id that it got before."""
    name = {"Idempotency-Key": "un fichier"}
    first, again = sent(**name), sent(**name)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["Fichier"] == first.json["Fichier"]
    assert query("SELECT count(*) FROM batches") == [(1,)]


@pytest.mark.slow
def test_employees_in_json_are_no_file(client, rows, query):
    """They are answers that stand in none, named or not."""
    for headers in ({}, {"Idempotency-Key": "une population"}):
        answer = client.post("/predict/batch", json={"employes": rows[:2]}, headers=headers)
        assert "Fichier" not in answer.headers
        assert "Fichier" not in answer.json
    assert query("SELECT count(*) FROM batches") == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_scored_in_the_terminal_has_an_id(app, people, tmp_path, query, kind):
    """It is told, and the file knows what was refused in all of its blocks."""
    source, target = tmp_path / "in.csv", tmp_path / f"out.{kind}"
    source.write_text(table(people * 1))
    result = app.test_cli_runner().invoke(args=["score", str(source), str(target)])
    assert result.exit_code == 0, result.output
    [told] = re.findall(r"^Fichier: (\S+)$", result.output, re.MULTILINE)
    [file] = query("SELECT id, refused, CAST(faults AS text) AS faults, sender FROM batches")
    assert str(file.id) == told
    assert (file.refused, file.sender) == (1, None)
    assert [fault[:2] for fault in json.loads(file.faults)] == [[3, "revenu_mensuel"]]
    assert {str(row.batch_id) for row in query("SELECT batch_id FROM predictions")} == {told}
    if kind == "xlsx":
        assert len(rows_of(target.read_bytes(), DATA)) == 3


def test_what_asked_for_an_answer_is_kept_with_it(client, key_of, employee, sent, query):
    """The holder of the key, or nobody's; each answer of a file too."""
    key = key_of("predict")
    holder = key["Authorization"].split("_")[1]
    client.post("/predict", json=employee, headers=key)
    client.post("/predict", json=employee)
    sent(**key)
    found = [row.sender for row in query("SELECT sender FROM predictions ORDER BY id")]
    assert found == [holder, "", holder, holder]
    assert query("SELECT sender FROM batches") == [(holder,)]


def test_a_demonstration_keeps_for_a_day_what_no_key_sent(app, people, sent, tmp_path):
    """Pages say a day of the former, and 184 of a file scored in the terminal."""
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table(people))
    assert app.test_cli_runner().invoke(args=["score", str(source), str(target)]).exit_code == 0
    sent()
    with app.app_context():
        files = operation.page(FileFilters(), None, 10).files
        days = [(file.goes.rows - file.created_at).days for file in files]
        assert [operation.ends_of(file.batch_id) for file in files] == [file.goes for file in files]
    assert days == [1, 184]


def test_files_of_one_minute_are_called_otherwise(app):
    """Without a title a file is known by its second, wherever two of them stand side by side."""
    with app.app_context():
        name = operation.default_title(datetime(2026, 11, 27, 8, 45, 12, tzinfo=UTC))
    assert spaced(name) == "Fichier du 27/11/2026, 09 h 45 min 12 s"
