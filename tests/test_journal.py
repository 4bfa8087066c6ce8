"""The journal: what was shown of people leaves a line, and no line is rewritten unseen."""

import concurrent.futures
import datetime
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from uuid_utils import UUID, uuid7

from futurisys.errors import FuturisysError, StorageUnavailable
from futurisys.operations import access, journal
from futurisys.operations.access import Caller
from futurisys.operations.privacy import subject_of
from futurisys.operations.retention import retain
from futurisys.operations.sealing import sealer
from futurisys.records import predictions
from futurisys.records.database import db
from futurisys.records.history import first_id
from futurisys.records.persons import Person

KEY = "a journal's key of the tests, of no other use"
SUBJECT, OTHER = "5" * 64, "6" * 64
NUMBER = 731_946_285
HR = Caller("3f9c1a7be204", "A. Martin", frozenset({"console"}))
TABLES = ("journal", "journal_head", "journal_checkpoints")
FORGED = {"forged": "f" * 64}


@pytest.fixture
def chained(app):
    """Let the application chain the journal with `KEY`."""
    app.config["FUTURISYS_JOURNAL_KEY"] = KEY


@pytest.fixture
def change(app) -> Callable[..., None]:
    """Do to the database what somebody does who may write to it, and has no key."""

    def run(*statements: str) -> None:
        with app.app_context(), db.engine.begin() as connection:
            for one in statements:
                connection.execute(sa.text(one), FORGED if ":forged" in one else {})

    return run


@pytest.fixture
def held(app) -> Callable[[], dict[str, list[dict[str, Any]]]]:
    """All that is kept, by table."""

    def read() -> dict[str, list[dict[str, Any]]]:
        with app.app_context(), db.engine.connect() as connection:
            return {
                name: [dict(row) for row in connection.execute(sa.select(one)).mappings()]
                for name, one in db.metadata.tables.items()
            }

    return read


@pytest.fixture
def command(app) -> Callable[..., tuple[int, str]]:
    """Run a command; returns its code, and what it says."""

    def run(*arguments: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=list(arguments))
        return result.exit_code, result.output

    return run


def _id(days: float) -> str:
    """The id of something that is so old."""
    return first_id(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days))


@pytest.fixture
def written_at(app, monkeypatch) -> Callable[[float], None]:
    """Have a line that is so many days old."""

    def write(days: float) -> None:
        first = UUID(_id(days)).int | uuid7().int % 2**80
        monkeypatch.setattr(predictions, "uuid7", lambda: UUID(int=first))
        with app.app_context():
            journal.record(HR, "person", subject=SUBJECT)

    return write


@pytest.fixture
def known(app) -> None:
    """Two people of whom something is kept."""
    with app.app_context():
        for subject in (SUBJECT, OTHER):
            _name(subject)


@pytest.fixture
def five(app, chained, known) -> None:
    """Five lines of a chain, each of its own kind."""
    with app.app_context():
        for place in range(1, 6):
            journal.record(HR, f"kind {place}", place, SUBJECT)


def test_a_line_says_who_was_shown_what(app, chained, known, query):
    """The id and name of the key, the kind, how many, its place in the chain and its seal."""
    with app.app_context():
        journal.record(HR, "export", 12)
        journal.record(HR, "person", subject=SUBJECT)
    export, person = query("SELECT * FROM journal ORDER BY number")
    told = [(line.number, line.action, line.actor, line.predictions) for line in (export, person)]
    who = "3f9c1a7be204 A. Martin"
    assert told == [(1, "export", who, 12), (2, "person", who, 1)]
    assert export.person is None
    assert len(person.mac) == 64
    assert query("SELECT number, mac FROM journal_head") == [(2, person.mac)]


def test_a_person_has_one_pseudonym_that_their_hash_does_not_tell(app, known, query):
    """It is drawn with a salt of their own, which is made where it is missing, and kept."""
    with app.app_context():
        for subject in (SUBJECT, SUBJECT, OTHER):
            journal.record(HR, "person", subject=subject)
    first, again, other = (line.person for line in query("SELECT person FROM journal ORDER BY id"))
    assert first == again != other
    assert SUBJECT not in (first, other)
    assert len({bytes(row.salt) for row in query("SELECT salt FROM people")}) == 2


def test_whoever_was_erased_meanwhile_gets_no_row_again(app, query):
    """A line about somebody of whom nothing is kept is about nobody, and keeps no hash."""
    with app.app_context():
        journal.record(HR, "person", subject=SUBJECT)
    assert query("SELECT person FROM journal") == [(None,)]
    assert query("SELECT count(*) FROM people") == [(0,)]


def test_without_a_key_lines_stay_outside_the_chain(app, query):
    """They are written all the same."""
    with app.app_context():
        journal.record(HR, "person")
    assert query("SELECT number, mac FROM journal") == [(None, None)]


def test_what_cannot_be_noted_is_not_shown(app):
    """Where the line is not known to be kept, it is as if nothing had been asked."""
    with app.app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE journal RENAME TO away")
        try:
            with pytest.raises(StorageUnavailable):
                journal.record(HR, "person")
        finally:
            with db.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE away RENAME TO journal")


def test_one_key_does_not_open_people_and_their_requests(app):
    """Who answers what people ask for by right is not who works with their estimates."""
    with app.app_context(), pytest.raises(FuturisysError, match="not both"):
        access.issue("A. Martin", ["console", "rights"], None)


def test_a_journal_that_nobody_changed_verifies(app, five, command, query):
    """It says how many lines follow one another, and the last one's number and digest."""
    [head] = query("SELECT mac FROM journal_head")
    code, told = command("journal", "verify")
    assert (code, told) == (
        0,
        f"5 lines follow one another; 0 are from before them.\n5:{head.mac}\n",
    )
    assert command("journal", "verify", "--head", f"5:{head.mac}")[0] == 0


_SWAP = "UPDATE journal SET number = {} WHERE number = {}"
_COPY = (
    "INSERT INTO journal (id, action, actor, predictions, created_at, number, person, mac) "
    "SELECT {id}, action, actor, predictions, created_at, {number}, person, {mac} FROM journal "
    "WHERE number = 5"
)
NEW_ID = "'01ffffff-ffff-7fff-bfff-ffffffffffff'"


# What is done to the journal, and what is said of it.
TOUCHED = (
    (["UPDATE journal SET actor = 'B' WHERE number = 2"], "Line 2 is not the one"),
    (["UPDATE journal SET predictions = 9 WHERE number = 2"], "Line 2 is not the one"),
    (["UPDATE journal SET person = NULL WHERE number = 2"], "Line 2 is not the one"),
    (["UPDATE journal SET created_at = '2001-01-01' WHERE number = 2"], "Line 2 is not"),
    (["UPDATE journal SET mac = :forged WHERE number = 2"], "Line 2 is not the one"),
    (["DELETE FROM journal WHERE number = 1"], "Line 1 is missing"),
    (["DELETE FROM journal WHERE number = 3"], "Line 3 is missing"),
    (["UPDATE journal SET number = NULL, mac = NULL WHERE number = 3"], "Line 3 is missing"),
    (
        ["DELETE FROM journal WHERE number = 3", _SWAP.format(3, 4), _SWAP.format(4, 5)],
        "Line 3 is not the one",
    ),
    (
        [_SWAP.format(99, 2), _SWAP.format(2, 3), _SWAP.format(3, 99)],
        "Line 2 is not the one",
    ),
    ([_COPY.format(id=NEW_ID, number=6, mac=":forged")], "Line 6 is not the one"),
    ([_COPY.format(id=NEW_ID, number="NULL", mac="NULL")], "1 lines without a seal"),
    (["DELETE FROM journal WHERE number = 5"], "head is not its last line, 4"),
    (["DELETE FROM journal"], "head is not its last line, 0"),
    (["DELETE FROM journal_head"], "head is not its last line, 5"),
    (
        [
            "DELETE FROM journal WHERE number < 3",
            "INSERT INTO journal_checkpoints (number, mac, signature, created_at) "
            "SELECT 2, :forged, :forged, '2026-01-01'",
        ],
        "The checkpoint behind line 2 is not signed",
    ),
)


@pytest.fixture
def restored(app, five) -> Callable[[], None]:
    """Put the five lines back as they were written."""
    with app.app_context(), db.engine.connect() as connection:
        kept = {
            one: [dict(row) for row in connection.execute(sa.select(one)).mappings()]
            for one in map(db.metadata.tables.__getitem__, TABLES)
        }

    def restore() -> None:
        with app.app_context(), db.engine.begin() as connection:
            for one, rows in kept.items():
                connection.execute(sa.delete(one))
                if rows:
                    connection.execute(sa.insert(one), rows)

    return restore


def test_a_line_that_was_touched_is_found(restored, change, command):
    """Changed, removed, put in, moved or unsealed: verify says which one, and fails."""
    for statements, sentence in TOUCHED:
        change(*statements)
        code, told = command("journal", "verify")
        assert (bool(code), sentence in told) == (True, True), (statements, told)
        restored()
    assert command("journal", "verify")[0] == 0


def test_an_end_that_was_cut_off_is_found_by_a_head_that_was_told(five, change, command, query):
    """Whoever sets the head back leaves a shorter journal, which alone looks whole."""
    macs = {line.number: line.mac for line in query("SELECT number, mac FROM journal")}
    change(
        "DELETE FROM journal WHERE number = 5",
        f"UPDATE journal_head SET number = 4, mac = '{macs[4]}'",
    )
    assert command("journal", "verify")[0] == 0
    code, told = command("journal", "verify", "--head", f"5:{macs[5]}")
    assert code != 0
    assert "ends before line 5" in told


def test_a_journal_that_was_written_anew_is_found_by_a_head_that_was_told(
    app, five, change, command, query
):
    """Even with the key nobody makes another journal that ends on the digest that was told."""
    [head] = query("SELECT mac FROM journal_head")
    change("DELETE FROM journal", "DELETE FROM journal_head")
    with app.app_context():
        for _ in range(6):
            journal.record(HR, "person")
    assert command("journal", "verify")[0] == 0
    code, told = command("journal", "verify", "--head", f"5:{head.mac}")
    assert code != 0
    assert "Line 5 is not the one that was told" in told


def test_lines_from_before_are_outside_the_chain(app, change, command):
    """A key that is set later seals what is written from then on."""
    with app.app_context():
        journal.record(HR, "person")
        app.config["FUTURISYS_JOURNAL_KEY"] = KEY
        journal.record(HR, "person")
    told = command("journal", "verify")[1]
    assert told.startswith("1 lines follow one another; 1 are from before them.")


def test_without_its_key_the_journal_is_not_said_to_be_whole(command):
    """Nobody could tell."""
    code, told = command("journal", "verify")
    assert code != 0
    assert "Set FUTURISYS_JOURNAL_KEY" in told


def test_old_lines_go_behind_a_signed_checkpoint(app, chained, command, query, written_at):
    """What is left follows it, and a head from behind it is still told from another."""
    for days in (800, 500, 367, 363, 1):
        written_at(days)
    [third] = query("SELECT mac FROM journal WHERE number = 3")
    assert command("journal", "trim") == (0, "3 lines are forgotten.\n")
    assert query("SELECT number FROM journal ORDER BY number") == [(4,), (5,)]
    assert query("SELECT number, mac FROM journal_checkpoints") == [(3, third.mac)]
    assert command("journal", "verify", "--head", f"3:{third.mac}")[0] == 0
    assert command("journal", "verify", "--head", "3:" + "0" * 64)[0] != 0
    assert "has been trimmed" in command("journal", "verify", "--head", "2:" + "0" * 64)[1]
    assert command("journal", "trim") == (0, "0 lines are forgotten.\n")
    written_at(0)
    assert command("journal", "verify")[1].startswith("3 lines follow one another")


def test_what_was_changed_is_not_trimmed_away(app, chained, command, change, query, written_at):
    """A line that is made to look old is found before it goes, by `flask retention` too."""
    for days in (500, 1):
        written_at(days)
    change(f"UPDATE journal SET id = '{_id(400)}' WHERE number = 2")
    for asked in (["journal", "trim"], ["retention"]):
        code, told = command(*asked)
        assert code != 0
        assert "Line 2 is not the one" in told
    assert query("SELECT count(*) FROM journal") == [(2,)]


def test_without_its_key_nothing_of_the_chain_is_trimmed(app, chained, command, written_at, query):
    """There would be no signature; lines outside the chain go all the same."""
    written_at(500)
    app.config["FUTURISYS_JOURNAL_KEY"] = ""
    written_at(500)
    code, told = command("journal", "trim")
    assert code != 0
    assert "Set FUTURISYS_JOURNAL_KEY" in told
    assert query("SELECT number FROM journal") == [(1,)]


def test_the_log_says_with_what_a_day_ended(app, chained, written_at, query, caplog):
    """Whoever can write to the database cannot write there: so a cut is found."""
    written_at(2)
    [head] = query("SELECT mac FROM journal_head")
    caplog.set_level("INFO", "futurisys")
    written_at(0)
    written_at(0)
    day = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)).date()
    told = [one.getMessage() for one in caplog.records if "journal" in one.getMessage()]
    assert told == [f"Head of the journal on {day}: 1:{head.mac}"]


def test_erasure_leaves_neither_hash_nor_number_nor_salt(app, chained, references, command, held):
    """In no column of no table; the lines stay, are nobody's any more, and still verify."""
    app.config["FUTURISYS_NUMBERS_KEY"] = (KEY,)
    with app.app_context():
        subject = str(subject_of(NUMBER))
        _name(subject)
        journal.record(HR, "person", subject=subject)
        assert len(journal.about([subject], HR)) == 1
    [person] = held()["people"]
    told = [subject, str(NUMBER), person["number"], person["salt"]]
    assert command("predictions", "erase", "--reference", str(NUMBER))[0] == 0
    cells = [cell for rows in held().values() for row in rows for cell in row.values()]
    assert not [one for one in told if one in cells]
    assert command("journal", "verify")[0] == 0
    with app.app_context():
        assert journal.about([subject], HR) == []


def test_a_person_is_known_to_the_journal_until_its_last_line_about_them(
    app, chained, references, command, written_at, query
):
    """Their row outlives their answers, without the number, and goes with that line."""
    with app.app_context():
        _name(SUBJECT)
    for days in (364, 1):
        written_at(days)
    command("predictions", "purge", "--older-than", "200")
    assert command("retention")[0] == 0
    [row] = query("SELECT number, salt FROM people")
    assert (row.number, bool(row.salt)) == (None, True)
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=400)
    with app.app_context():
        assert retain("Essai", later)["people"] == 1
    assert query("SELECT count(*) FROM people") == [(0,)]


def test_another_key_leaves_what_the_journal_calls_people(app, references, command, query):
    """After rekey lines are found by the new hash, those that were written under either."""
    app.config["FUTURISYS_NUMBERS_KEY"] = (KEY,)
    old = app.config["FUTURISYS_SUBJECT_KEY"]
    new = ("n" * 32,)
    with app.app_context():
        for keys in (old, new):
            app.config["FUTURISYS_SUBJECT_KEY"] = keys
            subject = str(subject_of(NUMBER))
            _name(subject)
            journal.record(HR, "person", subject=subject)
    before = query("SELECT id, person FROM journal ORDER BY id")
    app.config["FUTURISYS_SUBJECT_KEY"] = new + old
    assert "1 people are kept" in command("people", "rekey")[1]
    app.config["FUTURISYS_SUBJECT_KEY"] = new
    assert query("SELECT id, person FROM journal ORDER BY id") == before
    with app.app_context():
        assert len(journal.about([str(subject_of(NUMBER))], HR)) == 2


def _name(subject: str) -> None:
    """Keep somebody's number, as a file with it does."""
    seal = sealer()
    number = seal([subject], [NUMBER])[0] if seal else None
    with db.engine.begin() as connection:
        row = {"subject": subject, "number": number}
        connection.execute(sa.insert(Person.__table__), row)


@pytest.mark.slow
def test_eight_who_read_at_once_write_one_chain(app, server, database_url, rows, key_of, command):
    """Each page has its line, in two processes, and each line follows one other."""
    app.config["FUTURISYS_JOURNAL_KEY"] = KEY
    settings = {"DATABASE_URL": database_url, "FUTURISYS_JOURNAL_KEY": KEY}
    running = server(**settings, WEB_CONCURRENCY="2").wait("/health/ready")
    headers = key_of("read", "predict")
    with httpx.Client(base_url=running.url) as client:
        kept = client.post("/predict", json=rows[0], headers=headers).json()["Identifiant"]

    def read(_: int) -> int:
        """Read the page until it is sent fifteen times; returns how often it was."""
        sent = 0
        with httpx.Client(base_url=running.url, headers=headers) as client:
            while sent < 15:
                response = client.get(f"/predictions/{kept}")
                assert response.status_code in (200, 503)
                sent += response.status_code == 200
        return sent

    with concurrent.futures.ThreadPoolExecutor(8) as readers:
        pages = sum(readers.map(read, range(8)))
    code, told = command("journal", "verify")
    assert code == 0, told
    assert int(told.split()[0]) >= pages == 120
