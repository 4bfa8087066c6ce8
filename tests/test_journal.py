"""The journal: what was shown of people leaves a line, and no line is rewritten unseen."""

import pytest

from futurisys.errors import FuturisysError, StorageUnavailable
from futurisys.operations import access, journal
from futurisys.operations.access import Caller
from futurisys.records.database import db

KEY = "a journal's key of the tests, of no other use"
SUBJECT = "5" * 64
HR = Caller("3f9c1a7be204", "A. Martin", frozenset({"console"}))


@pytest.fixture
def chained(app):
    """Let the application chain the journal with `KEY`."""
    app.config["FUTURISYS_JOURNAL_KEY"] = KEY


def test_a_line_says_who_was_shown_what(app, chained, query):
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


def test_a_person_has_one_pseudonym_that_their_hash_does_not_tell(app, query):
    """It is drawn with a salt of their own, which is made where it is missing, and kept."""
    with app.app_context():
        for subject in (SUBJECT, SUBJECT, "6" * 64):
            journal.record(HR, "person", subject=subject)
    first, again, other = (line.person for line in query("SELECT person FROM journal ORDER BY id"))
    assert first == again != other
    assert SUBJECT not in (first, other)
    assert len({bytes(row.salt) for row in query("SELECT salt FROM people")}) == 2


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
