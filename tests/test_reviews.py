"""What somebody thought of an estimate, or did: written once, read by who sees the person."""

import datetime
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from futurisys.operations import access, reviewing
from futurisys.operations import retention as retaining
from futurisys.operations.clock import today
from futurisys.operations.sealing import seal_note, unseal_note
from futurisys.records.reviews import KINDS, KNOWN_TO_THE_PERSON, MEASURES
from tests.databases import ONE_DATABASE
from tests.fixtures import NUMBERS_KEY, SUBJECT_KEY

NEWER = "a newer key of the tests, of no other use"
TOLD = {"personne_informee": True}
NOTE = "Astreintes de nuit discutées avec le chef d'équipe."

pytestmark = pytest.mark.usefixtures("references")


@pytest.fixture
def estimate(client, rows) -> str:
    """The id of an estimate that is kept."""
    identifier: str = client.post("/predict", json=rows[0]).json["Identifiant"]
    return identifier


@pytest.fixture
def ask(client, key_of, estimate):
    """Send a review of the estimate, or read what is there; returns the response."""
    headers = key_of("console")
    address = f"/predictions/{estimate}/reviews"

    def send(*said, name: str = "", key=headers):
        if not said:
            return client.get(address, headers=key)
        named = {"Idempotency-Key": name} if name else {}
        return client.post(address, json=said[0], headers=key | named)

    return send


@pytest.fixture
def notes(app, numbers) -> None:
    """Let reviews have notes."""
    app.config["FUTURISYS_NOTES"] = "yes"


def in_days(days: int) -> str:
    return (today() + datetime.timedelta(days=days)).isoformat()


def said_of(kind: str) -> dict[str, object]:
    """A review of this kind, with what it asks for."""
    said: dict[str, object] = {"avis": kind}
    said |= {"mesure": MEASURES[0]} if kind == KINDS[-1] else {}
    return said | (TOLD if kind in KNOWN_TO_THE_PERSON else {})


def test_a_review_of_each_kind_is_kept_and_told_the_newest_first(ask, query):
    """Who, when and what, as it was said; one more line for each, and none is ever changed."""
    sent = [ask(said_of(kind)) for kind in KINDS]
    assert [one.status_code for one in sent] == [200] * len(KINDS)
    told = ask().json["avis"]
    assert told == [one.json for one in reversed(sent)]
    assert [one["Avis"] for one in told] == list(reversed(KINDS))
    assert {one["Par"] for one in told} == {"Essai"}
    assert told[0]["Mesure"] == MEASURES[0]
    assert told[0]["Personne_informee"] is True
    assert query("SELECT count(*) FROM reviews") == [(len(KINDS),)]


WRONG = {
    "no kind": ({}, "/avis"),
    "another kind": ({"avis": "bof"}, "/avis"),
    "no measure": ({"avis": "mesure prise"} | TOLD, "/mesure"),
    "another measure": ({"avis": "mesure prise", "mesure": "prime"} | TOLD, "/mesure"),
    "a measure of another kind": ({"avis": "accord", "mesure": "horaires"}, "/mesure"),
    "nothing said of the person": ({"avis": "entretien mené"}, "/personne_informee"),
    "a person who does not know": (
        {"avis": "entretien mené", "personne_informee": False},
        "/personne_informee",
    ),
    "an answer that nobody asked for": ({"avis": "accord"} | TOLD, "/personne_informee"),
    "a number for a truth": (
        {"avis": "entretien mené", "personne_informee": 1},
        "/personne_informee",
    ),
    "no day": ({"avis": "accord", "revenir_le": "demain"}, "/revenir_le"),
    "something else": ({"avis": "accord", "commentaire": "x"}, "/commentaire"),
    "a note that is not kept": ({"avis": "accord", "note": "x"}, "/note"),
}


@ONE_DATABASE
@pytest.mark.parametrize(("said", "pointer"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_go_together_is_refused(ask, query, said, pointer):
    """Each kind has what it asks for and nothing else; a person who does not know is told first."""
    response = ask(said)
    assert response.status_code == 422
    assert [one["pointer"] for one in response.json["errors"]] == [pointer]
    assert query("SELECT count(*) FROM reviews") == [(0,)]


@ONE_DATABASE
@pytest.mark.parametrize(("days", "status"), [(0, 422), (1, 200), (60, 200), (61, 422)])
def test_a_day_to_come_back_is_within_sixty(ask, days, status):
    """From tomorrow on, sixty days ahead at most."""
    response = ask({"avis": "désaccord", "revenir_le": in_days(days)})
    assert response.status_code == status
    assert status == 422 or response.json["Revenir_le"] == in_days(days)


def test_a_repeated_request_writes_one_line(ask, query):
    """The same name and body get the first answer; another body is refused."""
    first, again = ask({"avis": "accord"}, name="a"), ask({"avis": "accord"}, name="a")
    assert again.json == first.json
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert ask({"avis": "désaccord"}, name="a").status_code == 422
    assert query("SELECT count(*) FROM reviews") == [(1,)]


@ONE_DATABASE
def test_only_keys_of_the_console_review(app, client, ask, key_of, estimate):
    """Other scopes are refused, and a key of another department knows of no such estimate."""
    for scope in ("read", "predict", "groups", "rights", "admin"):
        assert ask(key=key_of(scope)).status_code == 403
        assert ask({"avis": "accord"}, key=key_of(scope)).status_code == 403
    with app.app_context():
        key = access.issue("Ada", ("console",), None, ["Ressources Humaines"])
    headers = {"Authorization": f"Bearer {key}"}
    assert ask(key=headers).status_code == 404
    assert ask({"avis": "accord"}, key=headers).status_code == 404


def test_each_leaves_a_line_about_the_person(ask, query):
    """Who wrote a review or read them through the API stands in the journal, under a pseudonym."""
    ask({"avis": "accord"})
    ask()
    lines = query("SELECT action, predictions, person FROM journal ORDER BY id")
    assert [(one.action, one.predictions) for one in lines] == [("review", 1), ("person", 1)]
    assert lines[0].person
    assert len({one.person for one in lines}) == 1


@pytest.mark.usefixtures("notes")
def test_a_note_is_encrypted_for_its_review(app, ask, query):
    """It is read back by who sees the person, stands in no column in clear, and in no other row."""
    assert ask({"avis": "accord", "note": NOTE}).json["Note"] == NOTE
    assert ask().json["avis"][0]["Note"] == NOTE
    [row] = query("SELECT id, note FROM reviews")
    assert NOTE.encode() not in bytes(row.note)
    with app.app_context():
        assert unseal_note(str(row.id), bytes(row.note)) == NOTE
        assert unseal_note("another", bytes(row.note)) is None
        assert seal_note("a", NOTE) != seal_note("a", NOTE)


@ONE_DATABASE
@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("note", ["x" * 201, "", "  ", "un\ndeux", "nul\0"])
def test_a_note_is_one_short_line(ask, note):
    """At most 200 characters that can be read."""
    assert ask({"avis": "accord", "note": note}).status_code == 422
    assert ask({"avis": "accord", "note": "x" * 200}).status_code == 200


@ONE_DATABASE
@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("name", ["FUTURISYS_NOTES", "FUTURISYS_NUMBERS_KEY"])
def test_without_its_setting_or_a_key_there_is_no_note(app, ask, name):
    """What could not be encrypted, or is not wanted, is refused."""
    app.config[name] = ()
    response = ask({"avis": "accord", "note": NOTE})
    assert response.status_code == 422
    assert response.json["detail"] == reviewing.NO_NOTES


def test_a_day_that_is_past_is_told_no_more_and_goes(ask, monkeypatch, query):
    """On the day after it nobody reads it, and whoever writes next has it erased."""
    ask({"avis": "accord", "revenir_le": in_days(1)})
    later = today() + datetime.timedelta(days=2)
    monkeypatch.setattr(reviewing, "today", lambda: later)
    assert ask().json["avis"][0]["Revenir_le"] is None
    ask({"avis": "désaccord"})
    assert query("SELECT back_on FROM reviews") == [(None,), (None,)]


@pytest.mark.usefixtures("notes")
def test_retention_takes_days_notes_and_reviews_in_their_time(app, ask, query, monkeypatch):
    """A day once it is past, a note with the reasons, a review with its answer."""
    app.config |= {"FUTURISYS_HORIZON_DAYS": 365, "FUTURISYS_OPEN": ""}
    ask({"avis": "accord", "note": NOTE, "revenir_le": in_days(5)})
    now = datetime.datetime.now(datetime.UTC)

    def after(days: int) -> tuple[str, list[tuple[bool, bool]]]:
        monkeypatch.setattr(retaining, "_now", lambda: now + datetime.timedelta(days=days))
        told = app.test_cli_runner().invoke(args=["retention", "--by", "Essai"]).output
        rows = query("SELECT back_on, note FROM reviews")
        return told, [(row.back_on is not None, row.note is not None) for row in rows]

    assert after(4) == ("Forgotten: nothing.\n", [(True, True)])
    assert after(6) == ("Forgotten: 1 dates to come back.\n", [(False, True)])
    told, left = after(185)
    assert "1 notes" in told
    assert left == [(False, False)]
    assert after(426)[1] == []


@pytest.mark.usefixtures("notes")
def test_rekey_encrypts_notes_anew(app, ask, query):
    """After it the first key alone reads them; what no key reads stays, and is told."""
    ask({"avis": "accord", "note": NOTE})
    runner = app.test_cli_runner()
    app.config["FUTURISYS_SUBJECT_KEY"] = (SUBJECT_KEY,)
    app.config["FUTURISYS_NUMBERS_KEY"] = (NEWER, NUMBERS_KEY)
    assert "notes" not in runner.invoke(args=["people", "rekey"]).output
    app.config["FUTURISYS_NUMBERS_KEY"] = (NEWER,)
    assert ask().json["avis"][0]["Note"] == NOTE
    app.config["FUTURISYS_NUMBERS_KEY"] = (NUMBERS_KEY,)
    assert "1 notes can be read by no key" in runner.invoke(args=["people", "rekey"]).output
    app.config["FUTURISYS_NUMBERS_KEY"] = (NEWER,)
    assert ask().json["avis"][0]["Note"] == NOTE


@pytest.mark.usefixtures("notes")
def test_a_person_gets_their_reviews_and_erasure_takes_them(app, ask, query, rows):
    """The note is handed out in clear; of an erased person neither review nor its name is left."""
    ask({"avis": "accord", "note": NOTE}, name="un")
    runner, reference = app.test_cli_runner(), str(rows[0]["id_employee"])
    told = runner.invoke(args=["predictions", "export", "--reference", reference]).stdout
    [review] = json.loads(told[told.index('{\n "') :])["reviews"]
    assert (review["kind"], review["note"]) == ("accord", NOTE)
    runner.invoke(args=["predictions", "erase", "--reference", reference])
    assert query("SELECT count(*) FROM reviews") == [(0,)]
    assert query("SELECT count(*) FROM idempotency_keys") == [(0,)]


def test_a_purge_takes_reviews_with_their_answers(app, ask, query):
    """An old answer is not kept for what was said of it."""
    ask({"avis": "accord"})
    purge = ["predictions", "purge", "--older-than", "0", "--below-floor"]
    assert "1 predictions" in app.test_cli_runner().invoke(args=purge).output
    assert query("SELECT count(*) FROM reviews") == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_estimate_that_is_erased_meanwhile_is_unknown(app, ask, estimate, database_url):
    """A review that waited for an erasure is a 404, as one that comes after it is."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    engine = sa.create_engine(app.config["DATABASE_URL"])
    with ThreadPoolExecutor(1) as other, engine.connect() as eraser, engine.connect() as watcher:
        eraser.execute(sa.text("DELETE FROM predictions WHERE id = :id"), {"id": estimate})
        answer = other.submit(ask, said_of(KINDS[0]))
        while not watcher.scalar(sa.text(waiting)):
            assert not answer.done(), answer.result().json
            watcher.rollback()
        eraser.commit()
        assert answer.result().status_code == 404
    engine.dispose()
