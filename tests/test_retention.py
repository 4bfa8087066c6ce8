"""`flask retention`: what has been kept for long enough goes, and nothing else."""

import datetime
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from uuid_utils import UUID, uuid7

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.operations import retention as operation
from futurisys.records import predictions, readers, readiness
from futurisys.records.database import db
from futurisys.records.journal import note
from futurisys.records.retention import WARNED
from tests.console import signed_in
from tests.population import sample_rows, table

pytestmark = pytest.mark.usefixtures("references")
Tables = dict[str, list[dict[str, Any]]]
# What a file that is scored writes, and what is about nobody.
OF_PEOPLE = ("people", "inputs", "predictions", "batches")
# What stands beside.
BESIDE = ("file_readers", "readiness", "api_keys", "idempotency_keys", "journal")
ANSWERS = ("id", "input_id", "probability", "label", "risk", "range_low", "range_high")


@pytest.fixture
def days_ago(monkeypatch) -> Callable[[float], None]:
    """Have the ids that are drawn from now on be so old."""

    def go(days: float) -> None:
        moment = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
        first = int(1000 * moment.timestamp())
        later = itertools.count()

        def aged() -> UUID:
            return UUID(int=first + next(later) << 80 | uuid7().int % 2**80)

        monkeypatch.setattr(predictions, "uuid7", aged)

    return go


@pytest.fixture
def kept(app, client, key_of, days_ago, rows) -> Callable[[float], None]:
    """Keep what two people make so long ago: a file of theirs, and an answer for one alone."""
    app.config["FUTURISYS_OPEN"] = ""
    key = key_of("predict")

    def keep(days: float) -> None:
        days_ago(days)
        people = sample_rows()[:2]
        people[0]["poste"] = "Vigie"
        csv = {"Content-Type": "text/csv"}
        client.post("/predict/batch", data=table(people), headers=key | csv).close()
        client.post("/predict", json=rows[0], headers=key).close()

    return keep


@pytest.fixture
def held(app) -> Callable[[], Tables]:
    """All that is kept, by table."""

    def read() -> Tables:
        with app.app_context(), db.engine.connect() as connection:
            return {
                name: [
                    dict(row)
                    for row in connection.execute(
                        sa.select(one).order_by(*one.primary_key.columns)
                    ).mappings()
                ]
                for name, one in db.metadata.tables.items()
            }

    return read


@pytest.fixture
def retain(app, days_ago) -> Callable[[], str]:
    """Run the command today; returns what it says."""

    def run() -> str:
        days_ago(0)
        result = app.test_cli_runner().invoke(args=["retention", "--by", "Essai"])
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def at(app, monkeypatch) -> Callable[[int], str]:
    """Run the command so many days from now, whatever the clock says; returns what it says."""

    def run(days: int) -> str:
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        monkeypatch.setattr(operation, "_now", lambda: later)
        result = app.test_cli_runner().invoke(args=["retention", "--by", "Essai"])
        assert result.exit_code == 0, result.output
        output: str = result.output
        return output

    return run


def older(rows: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the rows that were there before."""
    known = {row["id"] for row in before}
    return [row for row in rows if row["id"] in known]


def test_what_is_older_than_the_period_goes_and_nothing_else(kept, held, retain):
    """184 days after, all of an answer, its facts and its file is gone; the younger stays."""
    kept(183)
    young = held()
    kept(185)
    assert len(held()["predictions"]) == 6
    assert "3 answers, 3 inputs, 1 files" in retain()
    after = held()
    [line] = after.pop("journal")
    assert (line["action"], line["actor"], line["predictions"]) == ("retention", "Essai", 3)
    assert after == {name: rows for name, rows in young.items() if name != "journal"}


def test_with_a_horizon_answers_outlive_reasons_facts_and_names(app, kept, held, retain, query):
    """Until 60 days after it what is left of an answer tells neither facts nor reasons."""
    app.config["FUTURISYS_HORIZON_DAYS"] = 365
    kept(183)
    young = held()
    kept(200)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE batches SET title = 'Un titre'"))
    young["batches"] = older(held()["batches"], young["batches"])
    before = held()
    kept(426)
    retain()
    after = held()
    for name in ("predictions", "inputs", "batches"):
        assert older(after[name], young[name]) == young[name]
        assert [row["id"] for row in after[name]] == [row["id"] for row in before[name]]
    old = {name: [row for row in after[name] if row not in young[name]] for name in OF_PEOPLE[1:]}
    assert [len(rows) for rows in old.values()] == [3, 3, 1]
    for row in old["predictions"]:
        was = next(one for one in before["predictions"] if one["id"] == row["id"])
        assert all(row[EFFECT + name] is None for name in KEPT)
        assert row["warnings"] == (WARNED if was["warnings"] else [])
        same = {name for name in row if not name.startswith(EFFECT)} - {"warnings"}
        assert {name: row[name] for name in same} == {name: was[name] for name in same}
    for row in old["inputs"]:
        assert row["departement"] == "Commercial" or row["departement"] == "Consulting"
        assert row["subject"]
        assert all(row[name] is None for name in KEPT if name != "departement")
    [file] = old["batches"]
    assert (file["title"], file["faults"], file["reading"]) == (None, [], None)


@pytest.mark.usefixtures("numbers")
def test_on_a_clock_moved_forward_each_thing_goes_in_its_time_and_nothing_else(
    app, client, key_of, held, rows, at
):
    """Day by day, every table: what is due is gone, and each other cell is as it was."""
    app.config |= {"FUTURISYS_HORIZON_DAYS": 365, "FUTURISYS_OPEN": ""}
    _tell_all(app, client, key_of, rows)
    told = held()
    assert all(told[name] for name in (*OF_PEOPLE, *BESIDE))
    assert at(183) == "Forgotten: nothing.\n"
    assert held() == told
    assert at(185) == "Forgotten: 3 reasons, 3 facts, 1 titles, 2 numbers.\n"
    for row in told["predictions"]:
        row |= {EFFECT + name: None for name in KEPT}
        row["warnings"] = WARNED if row["warnings"] else []
    for row in told["inputs"]:
        row |= {name: None for name in KEPT if name != "departement"}
    for row in told["people"]:
        row["number"] = None
    told["batches"][0] |= {"title": None, "faults": [], "reading": None}
    assert held() == told
    assert at(364) == "Forgotten: nothing.\n"
    assert at(366) == "Forgotten: 1 journal lines.\n"
    told["journal"] = []
    assert held() == told
    assert at(424) == "Forgotten: nothing.\n"
    assert at(426) == "Forgotten: 3 answers, 3 inputs, 1 files, 2 people.\n"
    after = held()
    [line] = after.pop("journal")
    assert (line["action"], line["predictions"]) == ("retention", 3)
    told |= {name: [] for name in (*OF_PEOPLE, "file_readers", "idempotency_keys")}
    assert after == {name: rows for name, rows in told.items() if name != "journal"}


def _tell_all(app: Any, client: Any, key_of: Any, rows: list[dict[str, Any]]) -> None:
    """Fill each table by which somebody is told of, and those of the service beside."""
    key = key_of("predict") | {"Idempotency-Key": "une"}
    people = sample_rows()[:2]
    people[0]["poste"] = "Vigie"
    csv = {"Content-Type": "text/csv"}
    bad = people[1] | {"id_employee": "77", "revenu_mensuel": "-5"}
    client.post("/predict/batch", data=table([*people, bad]), headers=key | csv).close()
    client.post("/predict", json=rows[0], headers=key | {"Idempotency-Key": "autre"}).close()
    with app.app_context(), db.engine.begin() as connection:
        [batch] = connection.scalars(sa.text("SELECT id FROM batches"))
        connection.execute(sa.text("UPDATE batches SET title = 'Un titre'"))
        readers.name(connection, batch, "f" * 12, datetime.datetime.now(datetime.UTC))
        readiness.keep(connection, "Ada", "f" * 12)
        note(connection, "export", "Essai", 3)


def test_a_number_goes_with_what_was_last_said_of_a_person(app, client, kept, held, retain, rows):
    """Whoever was spoken of since keeps it, in however few words."""
    app.config |= {
        "FUTURISYS_HORIZON_DAYS": 365,
        "FUTURISYS_NUMBERS_KEY": ("a numbers key of the tests, of no other use",),
    }
    kept(200)
    assert [bool(row["number"]) for row in held()["people"]] == [True, True]
    retain()
    assert [row["number"] for row in held()["people"]] == [None, None]
    kept(100)
    numbers = [row["number"] for row in held()["people"]]
    assert all(numbers)
    retain()
    assert [row["number"] for row in held()["people"]] == numbers


def test_facts_to_be_learnt_from_stay_as_long_as_answers(app, kept, held, retain):
    """Where a training set comes from records, only names and reasons go before the rest."""
    app.config |= {"FUTURISYS_HORIZON_DAYS": 365, "FUTURISYS_TRAIN_FROM_RECORDS": "yes"}
    kept(200)
    before = held()["inputs"]
    retain()
    after = held()
    assert after["inputs"] == before
    assert all(row[EFFECT + name] is None for row in after["predictions"] for name in KEPT)


def test_a_short_horizon_takes_nothing_before_its_time(app, kept, held, retain):
    """What must stay explicable stays so, however soon outcomes are known."""
    app.config["FUTURISYS_HORIZON_DAYS"] = 30
    kept(183)
    before = held()
    assert "Forgotten: nothing." in retain()
    assert held() == before


def test_a_demonstration_forgets_what_no_key_asked_for(
    app, client, kept, held, retain, rows, days_ago
):
    """After 24 hours; what a key asked for, and what is younger, stays."""
    kept(2)
    by_key = held()
    app.config["FUTURISYS_OPEN"] = "predict"
    people, csv = table(sample_rows()[2:4]), {"Content-Type": "text/csv"}
    for days in (2, 0.9):
        days_ago(days)
        client.post("/predict", json=rows[2]).close()
        client.post("/predict/batch", data=people, headers=csv).close()
        if days == 2:
            old = {row["id"] for row in held()["predictions"]}
    young = {row["id"] for row in held()["predictions"]} - old
    retain()
    after = held()
    left = {row["id"] for row in by_key["predictions"]} | young
    assert {row["id"] for row in after["predictions"]} == left
    assert len(after["inputs"]) == len(left)
    assert len(after["batches"]) == 2


def test_the_journal_is_kept_for_a_year(app, held, retain, days_ago):
    """Its lines go after 365 days."""
    with app.app_context():
        for days in (364, 366):
            days_ago(days)
            with db.engine.begin() as connection:
                note(connection, "erase", f"{days}", 1)
    assert "1 journal lines" in retain()
    assert [row["actor"] for row in held()["journal"]] == ["364"]


def test_a_second_run_finds_nothing(app, kept, held, retain):
    """Nothing is emptied twice, and the journal gets no second line."""
    app.config["FUTURISYS_HORIZON_DAYS"] = 365
    kept(200)
    kept(430)
    assert "nothing" not in retain()
    before = held()
    assert "Forgotten: nothing." in retain()
    assert held() == before


def test_it_works_block_by_block(app, kept, held, retain, monkeypatch):
    """However small its transactions are, all that is due goes."""
    app.config["FUTURISYS_HORIZON_DAYS"] = 365
    kept(200)
    kept(430)
    monkeypatch.setattr(operation, "BLOCK", 1)
    retain()
    after = held()
    assert len(after["predictions"]) == 3
    assert all(row["poste"] is None for row in after["inputs"])
    assert "nothing" in retain()


@pytest.mark.slow
def test_what_is_left_can_still_be_read(app, client, kept, key_of, retain, query):
    """An answer without facts and reasons is a page and a document like any other."""
    app.config["FUTURISYS_HORIZON_DAYS"] = 365
    kept(200)
    retain()
    [(alone,)] = query("SELECT id FROM predictions WHERE batch_id IS NULL")
    reader = key_of("read")
    document = client.get(f"/predictions/{alone}", headers=reader)
    assert document.status_code == 200
    assert document.json["Facteurs"] == []
    assert document.json["Employe"]["poste"] is None
    [(batch,)] = query("SELECT id FROM batches")
    analyst = signed_in(app)
    page = analyst.get(f"/console/predictions/{alone}")
    assert page.status_code == 200
    assert "Les raisons, les faits, le titre et le numéro ont disparu le" in page.text
    for address in (
        f"/console/predictions/{alone}/reprendre",
        f"/console/predictions/{alone}/raisons",
        f"/console/fichiers/{batch}",
        "/console/historique",
        "/console/groupes?par=poste",
    ):
        answer = analyst.get(address)
        assert answer.status_code == 200, address
        assert "None" not in answer.text, address
    for form in ("csv", "xlsx", "excel"):
        assert (
            analyst.send(f"/console/fichiers/{batch}/resultat", {"forme": form}).status_code == 200
        )


def test_it_has_help_with_an_example(app):
    result = app.test_cli_runner().invoke(args=["retention", "--help"])
    assert "flask retention" in result.output
