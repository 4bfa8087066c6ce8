"""What people ask for by right is recorded for a number, answered in time, and closed."""

import datetime
from typing import Any

import pytest

from futurisys.errors import RequestRefused, RequestUnknown
from futurisys.operations import requests
from futurisys.operations.access import Caller
from futurisys.operations.privacy import subjects_tried
from futurisys.records.withheld import CONTEST, LIMITATION, OPPOSITION
from tests.databases import ONE_DATABASE
from tests.fixtures import SUBJECT_KEY

pytestmark = pytest.mark.usefixtures("numbers")

NUMBER = 731_946_285
OFFICER = Caller("abcdef012345", "Zénobie", frozenset({"rights"}), None, "abcdef012345")
RECEIVED = datetime.date(2026, 1, 31)


@pytest.fixture
def told(app):
    """Record a request as whoever answers them: nobody's people are within their perimeter."""

    def record(kind: str = LIMITATION, **more: Any) -> requests.Asked:
        with app.test_request_context("/"):
            OFFICER.enter()
            return requests.record(OFFICER, NUMBER, kind, RECEIVED, **more)

    return record


@pytest.fixture
def within(app):
    """A request of whoever answers people's requests."""
    with app.test_request_context("/"):
        OFFICER.enter()
        yield


def test_a_request_is_due_a_month_after_it_was_received(told):
    """On the same day, or on the last one of a shorter month; it is open, and of that person."""
    asked = told()
    assert asked.due_on == datetime.date(2026, 2, 28)
    assert (asked.number, asked.outcome, asked.author) == (NUMBER, None, OFFICER.name)


def test_who_was_never_estimated_may_ask_too(app, told, query):
    """Where a file has not named them they have a row among the people from then on."""
    asked = told()
    assert query("SELECT subject FROM people") == [(asked.subject,)]
    lines = query("SELECT action, actor, predictions, person FROM journal")
    assert [line[:3] for line in lines] == [("request", "abcdef012345 Zénobie", 1)]
    assert lines[0].person


def test_whoever_answers_sees_every_request(told, within):
    """The most urgent first, with the number of whose it is; whatever departments there are."""
    first, second = told(requests.ACCESS), told(OPPOSITION)
    assert [one.identifier for one in requests.every()] == [first.identifier, second.identifier]
    assert requests.find(second.identifier) == second


def test_the_same_again_is_the_one_that_is_open(told, within):
    """A form that was sent twice records one; once it is closed, the person may ask anew."""
    first = told()
    assert told() == first
    assert told(requests.ACCESS) != first
    requests.close(OFFICER, first.identifier, requests.WITHDRAWN)
    assert told().identifier != first.identifier
    assert len(requests.every()) == 3


@ONE_DATABASE
def test_an_answer_is_put_off_once_in_time_and_with_a_reason(app, within):
    """By two months, as long as the person can be told within the first."""
    today = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=1)
    asked = requests.record(OFFICER, NUMBER, requests.ACCESS, today)
    with pytest.raises(RequestRefused, match="motif"):
        requests.extend(OFFICER, asked.identifier, "  ")
    later = requests.extend(OFFICER, asked.identifier, "Trois  fichiers à relire")
    assert later.extension == "Trois fichiers à relire"
    assert (later.due_on - asked.due_on).days in range(58, 63)
    with pytest.raises(RequestRefused, match="déjà été prolongée"):
        requests.extend(OFFICER, asked.identifier, "Encore")
    late = requests.record(OFFICER, NUMBER, requests.ACCESS, RECEIVED)
    with pytest.raises(RequestRefused, match="délai est passé"):
        requests.extend(OFFICER, late.identifier, "Trop tard")


def test_an_opposition_that_is_accepted_stays(app, told, within, query):
    """The hash is on a list, by each of the keys that numbers are hashed with."""
    app.config["FUTURISYS_SUBJECT_KEY"] = (SUBJECT_KEY, "a key from before")
    refused = told(OPPOSITION)
    requests.close(OFFICER, refused.identifier, requests.REFUSED)
    assert query("SELECT subject FROM opposed") == []
    accepted = told(OPPOSITION)
    closed = requests.close(OFFICER, accepted.identifier, requests.ACCEPTED)
    assert closed.outcome == requests.ACCEPTED
    hashes = {row.subject for row in query("SELECT subject FROM opposed")}
    assert hashes == set(subjects_tried(NUMBER))
    assert len(hashes) == 2
    with pytest.raises(RequestRefused, match="déjà close"):
        requests.close(OFFICER, accepted.identifier, requests.REFUSED)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("kind", "received_on"),
    [("vengeance", RECEIVED), (requests.ACCESS, datetime.date(2999, 1, 1))],
)
def test_what_cannot_be_asked_for_is_refused(within, query, kind, received_on):
    """Another kind, and a day to come: nothing is recorded."""
    with pytest.raises(RequestRefused):
        requests.record(OFFICER, NUMBER, kind, received_on)
    assert query("SELECT count(*) FROM requests") == [(0,)]


@ONE_DATABASE
def test_a_request_may_be_about_an_estimate_of_that_person(client, rows, told, query):
    """Of somebody else's nothing is recorded."""
    theirs, other = (
        client.post("/predict", json=rows[0] | {"id_employee": number}).json["Identifiant"]
        for number in (NUMBER, 41)
    )
    assert told(CONTEST, prediction_id=theirs).prediction_id == theirs
    with pytest.raises(RequestRefused, match="n'est pas de cette personne"):
        told(CONTEST, prediction_id=other)


@ONE_DATABASE
def test_a_request_that_is_none_is_unknown(within):
    """So says whatever is done with it."""
    nowhere = "01a208b2-97f0-71dc-9469-da141397ccc6"
    for ask in (
        lambda: requests.find(nowhere),
        lambda: requests.extend(OFFICER, nowhere, "Motif"),
        lambda: requests.close(OFFICER, nowhere, requests.REFUSED),
    ):
        with pytest.raises(RequestUnknown):
            ask()


def test_a_person_of_an_older_key_is_brought_under_the_one_in_use(app, client, rows, told, query):
    """Their estimates, their number and what they ask for have one hash."""
    client.post("/predict", json=rows[0] | {"id_employee": NUMBER})
    app.config["FUTURISYS_SUBJECT_KEY"] = ("a new key", SUBJECT_KEY)
    asked = told()
    assert asked.number == NUMBER
    [before] = {row.subject for row in query("SELECT subject FROM inputs")}
    assert before == asked.subject
    assert query("SELECT subject FROM people") == [(asked.subject,)]
