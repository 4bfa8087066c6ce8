"""People's numbers: kept encrypted, each in its own row; found, handed out and erased with them."""

import datetime
import json
import logging
import threading

import pytest
import sqlalchemy as sa

from futurisys.operations.sealing import sealer, unseal
from futurisys.records.database import db
from futurisys.records.history import first_id
from futurisys.records.newcomers import Newcomers
from tests.fixtures import NUMBERS_KEY, SUBJECT_KEY
from tests.population import table

NEWER = "a newer key of the tests, of no other use"
# What occurs nowhere else.
NUMBER = 731_946_285

pytestmark = pytest.mark.usefixtures("numbers")


@pytest.fixture
def send(client):
    """Send rows as a CSV file; returns what comes back."""

    def post(rows, **headers):
        response = client.post(
            "/predict/batch",
            data=table(rows),
            content_type="text/csv",
            headers={"Accept": "application/json"} | headers,
            buffered=True,
        )
        assert response.status_code == 200, response.text
        return response.json

    return post


@pytest.fixture
def run(app):
    """Run a `flask` command; returns what it says."""

    def invoke(*arguments: str) -> str:
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


@pytest.fixture
def numbers_kept(app, query):
    """The numbers of all people, as the keys of the application read them; None where unread."""

    def read():
        with app.app_context():
            rows = query("SELECT subject, number FROM people")
            return sorted(unseal(row.subject, _bytes(row.number)) for row in rows)

    return read


def _bytes(value):
    return None if value is None else bytes(value)


def test_a_file_writes_a_row_for_each_person(send, rows, numbers_kept, query):
    """One row a person, however often they stand there, with their number for who has the key."""
    send([*rows[:3], rows[0]])
    send(rows[1:4])
    assert numbers_kept() == sorted(row["id_employee"] for row in rows[:4])
    assert query("SELECT count(*) FROM people") == [(4,)]


def test_no_other_request_writes_one(client, rows, query):
    """A person of a single estimate, or of a list in JSON, is found by hash and has no row."""
    assert client.post("/predict", json=rows[0]).status_code == 200
    assert client.post("/predict/batch", json={"employes": rows[:2]}, buffered=True).json
    assert query("SELECT count(*) FROM people") == [(0,)]


def test_without_a_key_for_numbers_a_person_has_a_row_and_no_number(app, send, rows, query):
    """The row waits for the number, which the first file after the key is set brings."""
    app.config["FUTURISYS_NUMBERS_KEY"] = ()
    send(rows[:1])
    assert query("SELECT number FROM people") == [(None,)]
    app.config["FUTURISYS_NUMBERS_KEY"] = (NUMBERS_KEY,)
    send(rows[:1])
    [row] = query("SELECT number FROM people")
    assert row.number is not None


def test_without_a_key_for_hashes_nobody_has_a_row(app, send, rows, query):
    """A number that could not be found again is not kept, whatever other key there is."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    send(rows[:2])
    assert query("SELECT count(*) FROM people") == [(0,)]


def test_who_is_known_keeps_their_row(send, rows, query):
    """A second file writes nothing about people who have a number: it would only cost."""
    send(rows[:2])
    before = query("SELECT subject, number FROM people ORDER BY subject")
    send(rows[:2])
    assert query("SELECT subject, number FROM people ORDER BY subject") == before


def test_a_number_reads_in_its_own_row_only(app):
    """Encrypted numbers that change places, or are changed, are read by nobody."""
    with app.app_context():
        seal = sealer()
        assert seal
        first, second = seal(["a", "b"], [41, 42])
        assert (unseal("a", first), unseal("b", second)) == (41, 42)
        assert unseal("b", first) is None
        assert unseal("a", first[:-1] + bytes([first[-1] ^ 1])) is None
        assert seal(["a"], [41]) != seal(["a"], [41])
        app.config["FUTURISYS_NUMBERS_KEY"] = (NEWER,)
        assert unseal("a", first) is None
        app.config["FUTURISYS_NUMBERS_KEY"] = (NEWER, NUMBERS_KEY)
        assert unseal("a", first) == 41


def test_a_number_stands_nowhere_in_clear(app, client, rows, send, key_of, query, caplog):
    """No column, no log line and no answer of the API has it, but a table that repeats the rows."""
    caplog.set_level(logging.DEBUG)
    person = rows[0] | {"id_employee": NUMBER}
    told = json.dumps(send([person], **{"Idempotency-Key": "une"}))
    headers = key_of("read", "predict")
    [kept] = client.get("/predictions", headers=headers).json["predictions"]
    found = client.post("/predictions/search", json={"id_employee": NUMBER}, headers=headers)
    assert found.json["predictions"]
    told += found.text
    told += client.get(f"/predictions/{kept['Identifiant']}", headers=headers).text
    columns = [
        str(tuple(row)) for name in db.metadata.tables for row in query(f"SELECT * FROM {name}")
    ]
    assert columns
    for text in (told, *columns, caplog.text):
        assert str(NUMBER) not in text
        assert str(NUMBER).encode().hex() not in text


def test_two_files_about_the_same_people_do_not_wait_in_a_circle(app, database_url):
    """Each enters its people at once and in one order, whatever the order of its rows."""
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has one writer.")
    many = [f"{number:064d}" for number in range(4000)]
    failed = []

    def enter(subjects: list[str]) -> None:
        try:
            with app.app_context(), db.engine.begin() as connection:
                newcomers = Newcomers(connection, None)
                for start in range(0, len(subjects), 500):
                    block = subjects[start : start + 500]
                    newcomers.gather({"subject": block, "reference": range(len(block))})
                newcomers.enter()
        except sa.exc.DBAPIError as error:
            failed.append(error)

    orders = (many, many[::-1]) * 2
    threads = [threading.Thread(target=enter, args=(list(order),)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    with app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM people")) == len(many)


def test_a_file_of_the_terminal_writes_them_too(app, run, rows, tmp_path, numbers_kept):
    """`flask score` is a door for files like any other."""
    source = tmp_path / "gens.csv"
    source.write_text(table(rows[:3]), "utf-8")
    run("score", str(source), str(tmp_path / "risques.csv"))
    assert numbers_kept() == sorted(row["id_employee"] for row in rows[:3])


def test_a_number_is_handed_out_with_the_rest_and_erased_with_it(send, run, rows, tmp_path, query):
    """The person gets it in clear; once they are erased, no row is left."""
    send(rows[:2])
    path, reference = tmp_path / "dossier.json", rows[0]["id_employee"]
    run("predictions", "export", "--reference", str(reference), "--output", str(path))
    [told] = json.loads(path.read_text("utf-8"))["people"]
    assert told["number"] == reference
    run("predictions", "erase", "--reference", str(reference))
    assert query("SELECT count(*) FROM people") == [(1,)]


def test_a_number_goes_with_the_last_row_about_the_person(app, send, run, rows, query):
    """A purge leaves the people of whom something younger is kept, and nobody else."""
    send(rows[:2])
    old = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=200)
    [gone] = query("SELECT input_id FROM predictions WHERE line = 2")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM predictions WHERE line = 2"))
        connection.execute(
            sa.text("UPDATE inputs SET id = :new WHERE CAST(id AS text) = :old"),
            {"new": first_id(old), "old": str(gone.input_id)},
        )
    run("predictions", "purge", "--older-than", "184", "--by", "Essai")
    assert query("SELECT count(*) FROM inputs") == [(1,)]
    assert query("SELECT subject FROM people") == query("SELECT subject FROM inputs")


def test_every_look_up_by_number_tries_each_key(app, client, send, run, rows, key_of):
    """Search, export and erasure find who was kept under an older key that is still listed."""
    send(rows[:1])
    app.config["FUTURISYS_SUBJECT_KEY"] = (NEWER, SUBJECT_KEY)
    asked, headers = {"id_employee": rows[0]["id_employee"]}, key_of("read")
    assert client.post("/predict", json=rows[0]).status_code == 200
    found = client.post("/predictions/search", json=asked, headers=headers).json["predictions"]
    assert len(found) == 2
    reference = str(rows[0]["id_employee"])
    told = run("predictions", "export", "--reference", reference)
    assert told.count('"Identifiant"') == 2
    assert "2 predictions" in run("predictions", "erase", "--reference", reference)


def test_rekey_moves_hash_and_number_together(app, client, send, run, rows, key_of, numbers_kept):
    """After it the first keys alone find everybody whose number could be read, once each."""
    send(rows[:3])
    app.config["FUTURISYS_SUBJECT_KEY"] = (NEWER, SUBJECT_KEY)
    app.config["FUTURISYS_NUMBERS_KEY"] = (NEWER * 2, NUMBERS_KEY)
    # The third person is in a file of the new key before, and so has two rows.
    send(rows[2:4])
    assert "4 people are kept under the first keys." in run("people", "rekey")
    app.config["FUTURISYS_SUBJECT_KEY"] = (NEWER,)
    app.config["FUTURISYS_NUMBERS_KEY"] = (NEWER * 2,)
    assert numbers_kept() == sorted(row["id_employee"] for row in rows[:4])
    headers = key_of("read")
    for row, kept in zip(rows[:4], (1, 1, 2, 1), strict=True):
        asked = {"id_employee": row["id_employee"]}
        found = client.post("/predictions/search", json=asked, headers=headers).json
        assert len(found["predictions"]) == kept


def test_rekey_tells_how_many_stay_under_the_old_key(app, client, send, run, rows, key_of):
    """Without a number nobody can be hashed anew: they stay, are counted, and are still found."""
    send(rows[:1])
    assert client.post("/predict", json=rows[1]).status_code == 200
    app.config["FUTURISYS_NUMBERS_KEY"] = ()
    send(rows[2:3])
    app.config["FUTURISYS_NUMBERS_KEY"] = (NUMBERS_KEY,)
    app.config["FUTURISYS_SUBJECT_KEY"] = (NEWER, SUBJECT_KEY)
    told = run("people", "rekey")
    assert "1 people are kept under the first keys." in told
    assert "2 have no number that can be read" in told
    headers = key_of("read")
    for row in rows[:3]:
        asked = {"id_employee": row["id_employee"]}
        found = client.post("/predictions/search", json=asked, headers=headers).json
        assert len(found["predictions"]) == 1


def test_rekey_needs_both_keys(app):
    """Without numbers there is nothing to hash anew; it says what to set."""
    app.config["FUTURISYS_NUMBERS_KEY"] = ()
    result = app.test_cli_runner().invoke(args=["people", "rekey"])
    assert result.exit_code != 0
    assert "set FUTURISYS_SUBJECT_KEY and FUTURISYS_NUMBERS_KEY" in result.output
