"""Who left is kept of those who are estimated, by hash, and goes with their estimates."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from futurisys.employee.departures import Departure
from futurisys.errors import OutcomesRefused, ScopeMissing
from futurisys.operations import disclosure, outcomes, requests
from futurisys.operations.access import OPERATOR, Caller
from futurisys.operations.clock import today
from futurisys.operations.privacy import erase, subjects_tried
from futurisys.operations.transactions import reading, writing
from futurisys.records import perimeter
from futurisys.records.kept_files import delete
from futurisys.records.perimeter import Perimeter
from futurisys.records.withheld import LIMITATION, OPPOSITION
from tests.databases import ONE_DATABASE
from tests.declared import Contract, declaration, person
from tests.fixtures import SUBJECT_KEY
from tests.population import table

pytestmark = pytest.mark.usefixtures("numbers")

ADMIN = Caller("abcdef012345", "Ada", frozenset({"admin"}), None, "abcdef012345")
OFFICER = Caller("012345abcdef", "Zoé", frozenset({"rights"}), None, "012345abcdef")
DAY, LATER = datetime.date(2026, 1, 31), datetime.date(2026, 2, 28)
OTHER_KEY = "a newer key of the tests, of no other use"


@pytest.fixture
def send(client, rows) -> Callable[..., str]:
    """Have people estimated by their numbers; returns the id of the file."""

    def sent(*numbers: int) -> str:
        people = [rows[place] | {"id_employee": one} for place, one in enumerate(numbers)]
        headers = {"Content-Type": "text/csv", "Accept": "application/json"}
        answer = client.post("/predict/batch", data=table(people), headers=headers, buffered=True)
        return str(answer.json["Fichier"])

    return sent


@pytest.fixture
def keep(app) -> Callable[..., outcomes.Match]:
    """Keep departures as somebody with a key for everything but people."""

    def kept(*departures: Departure, caller: Caller = ADMIN, **options: Any) -> outcomes.Match:
        with app.test_request_context("/"):
            caller.enter()
            return outcomes.keep(departures, options.get("complete_to"), caller)

    return kept


def left(number: int | str, on: datetime.date = DAY, reason: Any = "démission") -> Departure:
    return Departure(str(number), on, reason)


def counts(found: outcomes.Match) -> tuple[int, ...]:
    return found.new, found.changed, found.same, found.unknown


def test_who_left_is_kept_of_those_who_are_estimated(send, keep, query):
    """By hash, with who said it; of whoever is unknown nothing is, and they are counted."""
    send(41, 7)
    found = keep(left(41), left(7, LATER, "autre"), left(9), left("SAL-1"), left(""))
    assert counts(found) == (2, 0, 0, 3)
    assert (found.nameless, found.resigned) == (1, 4)
    assert (found.earliest, found.latest) == (DAY, LATER)
    kept = query("SELECT left_on, reason, holder, author FROM outcomes ORDER BY left_on")
    assert [(str(row.left_on), *row[1:]) for row in kept] == [
        ("2026-01-31", "démission", ADMIN.holder, "Ada"),
        ("2026-02-28", "autre", ADMIN.holder, "Ada"),
    ]
    assert {row.subject for row in query("SELECT subject FROM outcomes")} == {
        row.subject for row in query("SELECT subject FROM inputs")
    }


def test_who_left_before_the_first_estimate_is_counted(send, keep):
    """Who leaves on its day or later is not: of these alone figures are made."""
    send(41, 7)
    send(41)
    assert keep(left(41), left(7, today()), left(9)).early == 1


@ONE_DATABASE
def test_a_match_is_shown_and_nothing_is_kept(app, send, query):
    """What would be kept is counted as it will be, and no table has a row more."""
    send(41)
    with app.test_request_context("/"):
        ADMIN.enter()
        found = outcomes.match([left(41), left(9)], LATER, ADMIN)
    assert counts(found) == (1, 0, 0, 1)
    for name in ("outcomes", "outcome_lists", "journal"):
        assert query(f"SELECT count(*) FROM {name}") == [(0,)]


def test_what_is_said_last_holds_and_the_journal_says_that_it_changed(send, keep, query):
    """The same again is no change; another day or reason is, and has a line about the person."""
    send(41, 7)
    assert counts(keep(left(41), left(7))) == (2, 0, 0, 0)
    assert counts(keep(left(41), left(7))) == (0, 0, 2, 0)
    assert counts(keep(left(41, LATER), left(7))) == (0, 1, 1, 0)
    assert counts(keep(left(41, LATER, "autre"))) == (0, 1, 0, 0)
    lines = query("SELECT action, predictions, person FROM journal ORDER BY id")
    assert [(row.action, row.predictions) for row in lines] == [
        *(("outcomes", 2), ("outcomes", 2)),
        *(("outcomes", 2), ("outcome change", 1), ("outcomes", 1), ("outcome change", 1)),
    ]
    told = {row.person for row in lines if row.action == "outcome change"}
    assert len(told) == 1
    assert None not in told
    assert query("SELECT reason FROM outcomes WHERE left_on = '2026-02-28'") == [("autre",)]


@ONE_DATABASE
def test_a_list_says_until_when_it_is_complete(send, keep, query):
    """With how many departures were kept of it; a list that says nothing is kept as one."""
    send(41)
    keep(left(41), left(9), complete_to=LATER)
    keep(left(41))
    keep(complete_to=today())
    rows = query("SELECT complete_to, kept AS people, author FROM outcome_lists ORDER BY id")
    told = [(row.complete_to and str(row.complete_to), row.people) for row in rows]
    assert told == [("2026-02-28", 1), (None, 1), (str(today()), 0)]


@ONE_DATABASE
def test_no_list_is_complete_until_a_day_to_come(app, keep):
    """Nobody knows yet who stays, nor does a key of some departments know of the others."""
    with pytest.raises(OutcomesRefused, match="à venir"):
        keep(complete_to=today() + datetime.timedelta(days=2))
    with pytest.raises(ScopeMissing, match="toute l'entreprise"):
        keep(caller=replace(ADMIN, departments=frozenset({"Commercial"})))
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    with pytest.raises(OutcomesRefused, match="FUTURISYS_SUBJECT_KEY"):
        keep(left(41))


def test_a_person_is_found_under_each_key_of_their_number(app, send, keep, query):
    """Under whatever hash they are estimated it is said that they left, and once after rekey."""
    send(41)
    keep(left(41))
    app.config["FUTURISYS_SUBJECT_KEY"] = (OTHER_KEY, SUBJECT_KEY)
    send(41)
    assert query("SELECT count(*) FROM outcomes") == [(1,)]
    assert counts(keep(left(41))) == (0, 0, 1, 0)
    assert query("SELECT count(*) FROM outcomes") == [(2,)]
    assert counts(keep(left(41, LATER, "autre"))) == (0, 1, 0, 0)
    done = app.test_cli_runner().invoke(args=["people", "rekey"])
    assert done.exit_code == 0, done.output
    with app.app_context():
        [subject, _] = subjects_tried(41)
    assert query("SELECT subject, reason FROM outcomes") == [(subject, "autre")]


def test_after_rekey_the_last_that_was_said_holds(app, send, keep, query):
    """Whether it was said under the older hash or the newer."""
    app.config["FUTURISYS_SUBJECT_KEY"] = (OTHER_KEY,)
    send(41)
    keep(left(41))
    app.config["FUTURISYS_SUBJECT_KEY"] = (SUBJECT_KEY,)
    send(41)
    keep(left(41, LATER, "autre"))
    app.config["FUTURISYS_SUBJECT_KEY"] = (OTHER_KEY, SUBJECT_KEY)
    assert app.test_cli_runner().invoke(args=["people", "rekey"]).exit_code == 0
    assert query("SELECT reason FROM outcomes") == [("autre",)]


@ONE_DATABASE
def test_whoever_opposes_is_unknown_and_whoever_is_withheld_is_kept(app, send, keep, query):
    """Of who opposes nothing more is kept; while a request is open, what happened is not lost."""
    send(41, 7)
    with app.test_request_context("/"):
        OFFICER.enter()
        asked = requests.record(OFFICER, 41, OPPOSITION, today())
        requests.close(OFFICER, asked.identifier, requests.ACCEPTED)
        requests.record(OFFICER, 7, LIMITATION, today())
    assert counts(keep(left(41), left(7))) == (1, 0, 0, 1)
    [(kept,)] = query("SELECT subject FROM outcomes")
    with app.app_context():
        assert kept in subjects_tried(7)


@ONE_DATABASE
def test_it_goes_with_the_estimate_that_it_resolves(app, send, keep, query):
    """Not with the first of a person's files, but with the last; nobody else's goes."""
    first, second = send(41, 7), send(41)
    keep(left(41), left(7))
    for batch_id, stays in ((first, 1), (second, 0)):
        with app.app_context(), writing() as connection:
            delete(connection, batch_id)
        assert query("SELECT count(*) FROM outcomes") == [(stays,)]
    assert query("SELECT count(*) FROM people WHERE number IS NOT NULL") == [(0,)]


@pytest.mark.parametrize(
    "command",
    [["predictions", "purge", "--older-than", "0", "--below-floor"], ["retention"]],
)
def test_purge_and_retention_take_it_with_the_estimate(app, send, keep, query, command):
    """What is left of nobody's estimate is nobody's; a younger estimate keeps it."""
    send(41)
    keep(left(41))
    runner = app.test_cli_runner()
    if command == ["retention"]:
        assert runner.invoke(args=command).exit_code == 0
        assert query("SELECT count(*) FROM outcomes") == [(1,)]
        with app.app_context(), writing() as connection:
            for name in ("predictions", "inputs"):
                connection.execute(sa.text(f"DELETE FROM {name}"))
    told = runner.invoke(args=command)
    assert told.exit_code == 0, told.output
    assert query("SELECT count(*) FROM outcomes") == [(0,)]
    assert query("SELECT count(*) FROM people WHERE number IS NOT NULL") == [(0,)]


@ONE_DATABASE
def test_a_person_is_told_that_it_is_known_when_they_left(app, send, keep):
    """In the document of access, in both forms, with what it serves; and erasure takes it."""
    send(41)
    keep(left(41), caller=replace(ADMIN, name="Zénobie"))
    with app.app_context():
        found = disclosure.disclose(41, "Essai")
        assert found.departure
        assert (found.departure["left_on"], found.departure["reason"]) == (DAY, "démission")
        told = app.test_cli_runner().invoke(
            args=["people", "access", "--reference", "41", "--format", "json", "--output", "-"]
        )
        assert '"Le": "2026-01-31"' in told.output
        page = app.test_cli_runner().invoke(
            args=["people", "access", "--reference", "41", "--output", "-"]
        )
        assert "31/01/2026" in page.output
        assert "démission" in page.output
        assert "Zénobie" not in page.output
        erase(41, "Essai")
        assert disclosure.disclose(41, "Essai").departure is None


@ONE_DATABASE
def test_the_command_keeps_a_table_and_a_declaration(app, send, query, tmp_path):
    """It says in one sentence what became of the list; one that is wrong is refused whole."""
    send(41, 7)
    runner, path = app.test_cli_runner(), tmp_path / "sorties.csv"
    path.write_text("matricule;date de sortie;motif\n41;31/01/2026;Démission\n9;31/01/2026;autre\n")
    told = runner.invoke(
        args=["outcomes", "import", str(path), "--complet-au", "31/01/2026", "--by", "Ada"]
    )
    assert told.exit_code == 0, told.output
    assert (
        "Departures listed: 2; new: 1; changed: 0; known before: 0; of nobody who is estimated: 1."
        in told.output
    )
    assert "so that no figure counts them: 1.\n" in told.output
    assert query("SELECT holder, author FROM outcomes") == [("", "Ada")]
    assert query("SELECT action, actor FROM journal") == [("outcomes", "Ada")]
    refused = runner.invoke(args=["outcomes", "import", str(path), "--dsn"])
    assert refused.exit_code == 1
    assert "DSN" in refused.output
    path.write_bytes(declaration(person("0007", Contract(ends="28022026", why="059"))))
    told = runner.invoke(args=["outcomes", "import", str(path), "--dsn"])
    assert "new: 1;" in told.output
    rows = query("SELECT left_on FROM outcomes ORDER BY left_on")
    assert [str(row.left_on) for row in rows] == ["2026-01-31", "2026-02-28"]


@ONE_DATABASE
def test_a_command_sees_whoever_is_estimated(app, send):
    """Commands see everybody, whoever wrote them."""
    send(41)
    with app.app_context():
        assert outcomes.match([left(41)], None, OPERATOR).known == 1


@ONE_DATABASE
def test_a_departure_that_never_was_is_taken_back(app, send, keep, query):
    """By whoever runs the service, with a line about the person; the others stay said."""
    send(41, 7)
    keep(left(41), left(7))
    runner = app.test_cli_runner()
    told = [
        runner.invoke(args=["outcomes", "forget", "--reference", "41", "--by", "Ada"]).output
        for _ in range(2)
    ]
    assert told == ["It is not said any more that this person left.\n", "It was not said.\n"]
    with app.app_context():
        [(kept,)] = query("SELECT subject FROM outcomes")
        assert kept in subjects_tried(7)
    lines = query("SELECT action, actor FROM journal WHERE person IS NOT NULL")
    assert lines == [("outcome change", "Ada")]


@ONE_DATABASE
def test_who_left_is_seen_inside_the_perimeter_alone(app, client, rows, keep):
    """Of the people of a caller's departments, and of nobody who is withheld."""
    for number, department in ((41, "Commercial"), (7, "Commercial"), (9, "Consulting")):
        sent = rows[0] | {"id_employee": number, "departement": department}
        assert client.post("/predict", json=sent).status_code == 200
    keep(left(41), left(7), left(9))

    def seen(*departments: str) -> int:
        with app.test_request_context("/"), reading() as connection:
            perimeter.enter(Perimeter(frozenset(departments)))
            return connection.scalar(sa.text("SELECT count(*) FROM outcomes")) or 0

    assert (seen("Commercial"), seen("Consulting"), seen()) == (2, 1, 0)
    with app.test_request_context("/"):
        OFFICER.enter()
        requests.record(OFFICER, 7, LIMITATION, today())
    assert seen("Commercial") == 1
