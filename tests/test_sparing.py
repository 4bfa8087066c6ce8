"""What an open request is about stays, whatever else goes; an accepted opposition always does."""

import datetime

import pytest

from futurisys.operations import rekeying, requests, retention
from futurisys.operations.access import Caller
from futurisys.operations.privacy import subject_of
from futurisys.records.database import db
from futurisys.records.tables import PERSON
from futurisys.records.withheld import LIMITATION, OPPOSITION
from tests.console import Console
from tests.databases import ONE_DATABASE
from tests.fixtures import NUMBERS_KEY, SUBJECT_KEY
from tests.population import table

pytestmark = pytest.mark.usefixtures("numbers")

NUMBER, OTHER = 731_946_285, 41
OFFICER = Caller("abcdef012345", "Zénobie", frozenset({"rights"}), None, "abcdef012345")
LONG = datetime.timedelta(days=4000)


@pytest.fixture
def kept(client, rows, key_of):
    """A file of two people, sent with a key."""
    people = [rows[0] | {"id_employee": NUMBER}, rows[1] | {"id_employee": OTHER}]
    kind = {"Content-Type": "text/csv", "Accept": "application/json"}
    headers = key_of("predict") | kind
    sent = client.post("/predict/batch", data=table(people), headers=headers, buffered=True)
    told = [one["Identifiant"] for one in sent.json["predictions"]]
    return sent.headers["Fichier"], *told


@pytest.fixture
def ask(app, kept):
    """Have the first person ask for something."""

    def record(kind: str = requests.ACCESS) -> requests.Asked:
        with app.app_context():
            today = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=1)
            return requests.record(OFFICER, NUMBER, kind, today)

    return record


@pytest.fixture
def close(app):
    """Close a request."""

    def closed(asked: requests.Asked, outcome: str) -> None:
        with app.app_context():
            requests.close(OFFICER, asked.identifier, outcome)

    return closed


def left(query) -> list[str]:
    """The ids of the answers that are left."""
    return [str(row.id) for row in query("SELECT id FROM predictions")]


def test_a_purge_spares_what_an_open_request_is_about(app, kept, ask, close, query):
    """Answers, facts, number and file stay, and the command says so; once it is closed they go."""
    asked = ask()
    purge = ["predictions", "purge", "--older-than", "0", "--below-floor"]
    done = app.test_cli_runner().invoke(args=purge)
    assert "1 predictions are purged" in done.output
    assert "1 stay" in done.output
    assert left(query) == [kept[1]]
    assert query("SELECT count(*) FROM batches") == [(1,)]
    assert query("SELECT count(*) FROM people WHERE number IS NOT NULL") == [(1,)]
    close(asked, requests.ACCEPTED)
    done = app.test_cli_runner().invoke(args=purge)
    assert "stay" not in done.output
    assert left(query) == []


@pytest.mark.slow
def test_retention_spares_what_an_open_request_is_about(app, kept, ask, close, query):
    """Reasons, facts and number too; the requests that are closed go with the journal's lines."""
    asked = ask(LIMITATION)
    later = datetime.datetime.now(datetime.UTC) + LONG
    with app.app_context():
        retention.retain("Essai", later)
        assert retention.spared(later) == 1
    assert left(query) == [kept[1]]
    [facts] = query("SELECT poste FROM inputs")
    assert facts.poste
    assert query("SELECT count(*) FROM people WHERE number IS NOT NULL") == [(1,)]
    assert query("SELECT count(*) FROM requests") == [(1,)]
    close(asked, requests.ACCEPTED)
    with app.app_context():
        retention.retain("Essai", later)
    for name in ("predictions", "inputs", "requests", "batches"):
        assert query(f"SELECT count(*) FROM {name}") == [(0,)]


def test_the_command_of_retention_says_what_stays(app, kept, ask, monkeypatch):
    """How many answers would have gone."""
    ask()
    later = datetime.datetime.now(datetime.UTC) + LONG
    monkeypatch.setattr(retention, "_now", lambda: later)
    done = app.test_cli_runner().invoke(args=["retention"])
    assert "1 answers stay" in done.output


def test_a_file_that_is_deleted_leaves_what_an_open_request_is_about(app, kept, ask, key_of, query):
    """The rest is erased, and the page says that something stays."""
    ask()
    console = Console(app)
    console.sign_in(key_of("console", "admin")["Authorization"].removeprefix("Bearer "))
    address = f"/console/fichiers/{kept[0]}/supprimer"
    sent = console.send(address, {"confirmation": "supprimer"})
    assert "attend que des demandes" in console.follow(sent).text
    assert left(query) == [kept[1]]
    assert query("SELECT count(*) FROM batches") == [(1,)]
    assert query("SELECT count(*) FROM people WHERE number IS NOT NULL") == [(1,)]


def test_erasure_leaves_the_hash_of_an_accepted_opposition_alone(app, kept, ask, close, query):
    """Whatever else is known of the person goes, requests too, and the command says what stays."""
    asked = ask(OPPOSITION)
    close(asked, requests.ACCEPTED)
    erase = ["predictions", "erase", "--reference", str(NUMBER)]
    done = app.test_cli_runner().invoke(args=erase)
    assert "stays on the list" in done.output
    with app.app_context():
        subject = subject_of(NUMBER)
        tables = [one for one in db.metadata.sorted_tables if one.name != "opposed"]
    assert subject
    assert query("SELECT subject FROM opposed") == [(subject,)]
    for one in tables:
        for row in query(f"SELECT * FROM {one.name}"):
            told = [bytes(v).hex() if isinstance(v, memoryview) else str(v) for v in row]
            assert not any(subject in cell or str(NUMBER) in cell for cell in told), one.name
    assert {one.name for one in tables if one.info[PERSON]} >= {"people", "requests"}


@ONE_DATABASE
def test_erasure_says_which_requests_went_and_which_had_no_answer(app, kept, ask, close):
    """Their due dates are gone with them, so that the command is the last to tell of them."""
    close(ask(LIMITATION), requests.ACCEPTED)
    ask()
    erase = ["predictions", "erase", "--reference", str(NUMBER)]
    told = app.test_cli_runner().invoke(args=erase).output
    assert "1 predictions are erased." in told
    assert "Requests of this person that went too: 2." in told
    assert "Not answered yet, of these: 1." in told
    assert "equests" not in app.test_cli_runner().invoke(args=erase).output


def test_erasure_of_who_does_not_oppose_leaves_no_hash(app, kept, ask, query):
    """Nor does the command speak of a list."""
    ask(LIMITATION)
    erase = ["predictions", "erase", "--reference", str(NUMBER)]
    assert "list" not in app.test_cli_runner().invoke(args=erase).output
    assert query("SELECT count(*) FROM requests") == [(0,)]
    assert query("SELECT count(*) FROM opposed") == [(0,)]


def test_another_key_takes_what_is_asked_and_opposed_with_it(app, kept, ask, close, query):
    """Both are found by the new hash once people are kept under it, and by no older one."""
    close(ask(OPPOSITION), requests.ACCEPTED)
    ask(LIMITATION)
    app.config["FUTURISYS_SUBJECT_KEY"] = ("a newer key", SUBJECT_KEY)
    app.config["FUTURISYS_NUMBERS_KEY"] = (NUMBERS_KEY,)
    with app.app_context():
        assert rekeying.rekey().left == 0
        subject = subject_of(NUMBER)
    assert query("SELECT subject FROM opposed") == [(subject,)]
    assert set(query("SELECT subject FROM requests")) == {(subject,)}


def test_who_opposes_and_was_erased_keeps_the_older_key_listed(app, kept, ask, close):
    """Their hash cannot be made anew, and the command says that the older key is still needed."""
    close(ask(OPPOSITION), requests.ACCEPTED)
    app.test_cli_runner().invoke(args=["predictions", "erase", "--reference", str(NUMBER)])
    app.config["FUTURISYS_SUBJECT_KEY"] = ("a newer key", SUBJECT_KEY)
    with app.app_context():
        assert rekeying.rekey().left == 1
