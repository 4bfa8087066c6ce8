"""Who asks not to be judged is neither shown nor estimated, through whatever door."""

import datetime
import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import openpyxl
import pytest
from flask import Flask

from futurisys.api.errors import WITHHELD
from futurisys.employee.setting_aside import UNESTIMATED
from futurisys.operations import access, requests
from futurisys.operations.access import Caller
from futurisys.operations.transactions import writing
from futurisys.records import readers
from futurisys.records.withheld import CONTEST, LIMITATION, OPPOSITION
from tests.console import Console
from tests.databases import ONE_DATABASE
from tests.fixtures import SUBJECT_KEY
from tests.population import table
from tests.test_perimeter import Kept, ask_every_route, listening, unbounded
from tests.three_extracts import csv_of, first

pytestmark = pytest.mark.usefixtures("numbers")

POST, NUMBER, OTHER = "Gardien de phare", 731_946_285, 41
OFFICER = Caller("abcdef012345", "Zénobie", frozenset({"rights"}), None, "abcdef012345")
# In a statement, how those who are not shown are found among all.
HIDDEN = re.compile(r"IN \(SELECT \w+ FROM (main\.)?\w+ WHERE (?=subject |input_id |prediction)")
Ask = Callable[..., requests.Asked]


@pytest.fixture
def people(rows):
    """Two people of one department, of whom the second is to be withheld."""
    return [
        rows[0] | {"departement": "Commercial", "id_employee": OTHER},
        rows[1] | {"departement": "Commercial", "id_employee": NUMBER, "poste": POST},
    ]


@pytest.fixture
def ask_as(app) -> Ask:
    """Have the person of a number ask for something, and close it where an outcome is given."""

    def record(number: int, kind: str = LIMITATION, outcome: str = "") -> requests.Asked:
        today = datetime.datetime.now(datetime.UTC).date()
        with app.test_request_context("/"):
            OFFICER.enter()
            asked = requests.record(OFFICER, number, kind, today - datetime.timedelta(days=1))
            return requests.close(OFFICER, asked.identifier, outcome) if outcome else asked

    return record


@pytest.fixture
def ask(ask_as) -> Ask:
    """Have the second person ask for something."""
    return partial(ask_as, NUMBER)


@pytest.fixture
def send(client, people) -> Callable[..., Any]:
    """Send both people as a file."""

    def sent(kind: str = "application/json", name: str = "") -> Any:
        headers = {"Accept": kind, "Content-Type": "text/csv"}
        headers |= {"Idempotency-Key": name} if name else {}
        return client.post("/predict/batch", data=table(people), headers=headers, buffered=True)

    return sent


WITHHOLDING = [
    (LIMITATION, ""),
    (OPPOSITION, ""),
    (CONTEST, ""),
    (OPPOSITION, requests.ACCEPTED),
]
SHOWING = [
    (requests.ACCESS, ""),
    (requests.RECTIFICATION, ""),
    (LIMITATION, requests.ACCEPTED),
    (CONTEST, requests.ACCEPTED),
    (OPPOSITION, requests.REFUSED),
    (OPPOSITION, requests.WITHDRAWN),
]


@pytest.mark.parametrize(("kind", "outcome"), WITHHOLDING)
def test_nobody_is_estimated_while_they_are_withheld(client, people, ask, query, kind, outcome):
    """One employee, and one among many, is a 409 of its own type, and nothing is kept."""
    ask(kind, outcome)
    sent = client.post("/predict", json=people[1])
    assert (sent.status_code, sent.json["type"]) == (409, WITHHELD)
    assert UNESTIMATED in sent.json["detail"]
    assert str(NUMBER) not in sent.text
    many = client.post("/predict/batch", json={"employes": people}, buffered=True)
    assert (many.status_code, many.json["type"]) == (409, WITHHELD)
    assert [one["pointer"] for one in many.json["errors"]] == ["/employes/1/id_employee"]
    tried = {"employe": people[1], "changements": {}}
    assert client.post("/simulate", json=tried).json["type"] == WITHHELD
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    assert client.post("/predict", json=people[0]).status_code == 200


@ONE_DATABASE
@pytest.mark.parametrize(("kind", "outcome"), SHOWING)
def test_whatever_else_is_asked_for_withholds_nobody(client, people, ask, kind, outcome):
    """An access, a rectification, and what is closed; an accepted opposition alone stays."""
    ask(kind, outcome)
    assert client.post("/predict", json=people[1]).status_code == 200


def test_a_repeated_request_gets_no_answer_of_who_is_withheld(client, people, ask, send):
    """What a name already got is not given again, and the others of a file are."""
    named = {"Idempotency-Key": "une"}
    assert client.post("/predict", json=people[1], headers=named).status_code == 200
    first = send(name="deux").json["predictions"]
    many = {"employes": people}
    named_many = {"Idempotency-Key": "trois"}
    assert (
        client.post("/predict/batch", json=many, headers=named_many, buffered=True).status_code
        == 200
    )
    ask()
    again = client.post("/predict", json=people[1], headers=named)
    assert (again.status_code, again.json["type"]) == (409, WITHHELD)
    again = client.post("/predict/batch", json=many, headers=named_many, buffered=True)
    assert (again.status_code, again.json["type"]) == (409, WITHHELD)
    again = send(name="deux")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["predictions"] == first[:1]


def test_a_file_says_of_a_row_that_the_person_is_not_estimated(ask, send, query):
    """As JSON, CSV and .xlsx: the row is among those that are refused, the others are answered."""
    ask()
    told = send().json
    [fault] = told["erreurs"]
    assert fault["ligne"] == 3
    assert UNESTIMATED in str(fault)
    assert len(told["predictions"]) == 1
    assert UNESTIMATED in send("text/csv").text
    book = send("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    sheets = openpyxl.load_workbook(io.BytesIO(book.data))
    cells = [str(cell.value) for sheet in sheets for row in sheet.rows for cell in row]
    assert any(UNESTIMATED in one for one in cells)
    assert query("SELECT count(*) FROM inputs WHERE poste = 'Gardien de phare'") == [(0,)]
    assert {row.refused for row in query("SELECT refused FROM batches")} == {1}


@ONE_DATABASE
def test_the_terminal_refuses_the_row_too(app, people, ask, tmp_path):
    """`flask score` says so in its output, and counts it as refused."""
    ask()
    source, target = tmp_path / "gens.csv", tmp_path / "risques.csv"
    source.write_text(table(people))
    done = app.test_cli_runner().invoke(args=["score", str(source), str(target)])
    assert "1 scored, 1 refused" in done.output
    assert UNESTIMATED in target.read_text("utf-8")


@ONE_DATABASE
def test_three_extracts_say_it_where_the_number_stands(client, ask_as):
    """The fault names the file, the line and the column of the person's number."""
    people = first(3)
    [(name, [header, *lines])] = [one for one in people.items() if "id_employee" in one[1][0]]
    ask_as(int(lines[1][header.index("id_employee")]))
    files = [(io.BytesIO(csv_of(rows)), one) for one, rows in people.items()]
    sent = client.post("/predict/batch", data={"fichiers": files})
    [fault] = sent.json["erreurs"]
    assert (fault["fichier"], fault["ligne"], fault["colonne"]) == (name, 3, "id_employee")
    assert UNESTIMATED in str(fault)
    assert len(sent.json["predictions"]) == 2


@ONE_DATABASE
def test_the_form_of_the_console_says_it_on_a_page(app, people, ask, query):
    """A page with the sentence, and nothing is kept."""
    ask()
    with app.app_context():
        key = access.issue("Ada", ("predict", "console"), None)
    console = Console(app)
    console.sign_in(key)
    typed = {name: str(value) for name, value in people[1].items()}
    sent = console.send("/console/employe", typed | {"cle": "une"})
    assert sent.status_code == 409
    assert "Personne non estimée" in sent.text
    assert query("SELECT count(*) FROM predictions") == [(0,)]


def test_who_is_known_by_an_older_key_is_withheld_too(app, client, people, ask):
    """By each of the keys that are listed, whichever is the first."""
    ask()
    for keys in (("a newer key", SUBJECT_KEY), (SUBJECT_KEY, "an older key")):
        app.config["FUTURISYS_SUBJECT_KEY"] = keys
        assert client.post("/predict", json=people[1]).json["type"] == WITHHELD
        many = client.post("/predict/batch", json={"employes": people}, buffered=True)
        assert many.json["type"] == WITHHELD


@pytest.fixture
def kept(send, query) -> Kept:
    """A file with both people; their answers."""
    told = [one["Identifiant"] for one in send(name="deux").json["predictions"]]
    [batch] = query("SELECT id FROM batches")
    return Kept(str(batch.id), *told)


def seeing(app: Flask, kept: Kept, departments: list[str] | None) -> str:
    """A key with every scope that sees people, which may see the file's numbers."""
    with app.app_context():
        key = access.issue("Ada", ("predict", "read", "admin", "console"), None, departments)
        with writing() as connection:
            until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
            readers.name(connection, kept.batch_id, key.split("_")[1], until)
    return key


def told_of(response: Any, kept: Kept) -> bool:
    """Whether a response has what only the person who is withheld has."""
    text = response.get_data().decode("latin-1")
    # What was sent comes back with what is wrong with it.
    for one in (response.request.path, f'value="{NUMBER}"'):
        text = text.replace(one, "")
    return any(one in text for one in (POST, str(NUMBER), kept.outside))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "outcome", "departments"),
    [
        (LIMITATION, "", None),
        (CONTEST, "", ["Commercial"]),
        (OPPOSITION, requests.ACCEPTED, None),
    ],
)
def test_no_route_shows_who_is_withheld(app, people, kept, ask, kind, outcome, departments):
    """No page, table, export, search or document has what only that person has, for any key.

    Nor does a statement of any of them read a table about people as it is.
    """
    key = seeing(app, kept, departments)
    told = {name for name, one in ask_every_route(app, kept, key, people) if told_of(one, kept)}
    assert told >= {"console.ranking", "console.prediction", "predictions.every", "predictions.one"}
    ask(kind, outcome)
    with listening(app) as heard:
        for endpoint, response in ask_every_route(app, kept, key, people):
            assert response.status_code < 500, (endpoint, response.text)
            assert not told_of(response, kept), endpoint
            for statement, reason in heard:
                assert reason or not unbounded(HIDDEN.sub("IN (", statement)), (endpoint, statement)
            heard.clear()


def test_figures_of_groups_leave_out_who_is_withheld(app, client, rows, ask, key_of):
    """Folded counts for who sees groups alone are of one person less."""
    people = [
        row | {"departement": "Commercial", "id_employee": 900 + n}
        for n, row in enumerate(rows[:11])
    ]
    people.append(rows[12] | {"departement": "Commercial", "id_employee": NUMBER})
    kind = {"Content-Type": "text/csv"}
    sent = client.post("/predict/batch", data=table(people), headers=kind, buffered=True)
    asked = {"par": "departement", "fichier": sent.headers["Fichier"]}
    headers = key_of("groups")

    def counted() -> list[int]:
        told = client.get("/segments", query_string=asked, headers=headers)
        return [one["Nombre"] for one in told.json["segments"]]

    assert counted() == [12]
    ask()
    assert counted() == [11]


@pytest.mark.slow
def test_a_page_says_that_some_people_are_not_shown_where_it_is_so(app, client, rows, ask, query):
    """Of a file that such a person is in, to who would see them; of no other, to nobody else."""
    people = [rows[0] | {"departement": "Commercial", "id_employee": NUMBER}, rows[1], rows[2]]
    people[1] = people[1] | {"departement": "Consulting", "id_employee": 41}
    people[2] = people[2] | {"departement": "Commercial", "id_employee": 42}
    headers = {"Content-Type": "text/csv"}
    for some in (people, people[1:]):
        client.post("/predict/batch", data=table(some), headers=headers, buffered=True)
    first, second = (str(row.id) for row in query("SELECT id FROM batches ORDER BY id"))
    ask()

    def says(batch_id: str, departments: list[str] | None, page: str) -> bool:
        with app.app_context():
            key = access.issue("Ada", ("console",), None, departments)
        console = Console(app)
        console.sign_in(key)
        shown = console.get(f"/console/fichiers/{batch_id}{page}")
        assert shown.status_code == 200
        return "Certaines personnes ne sont pas montrées." in shown.text

    for page in ("", "/classement"):
        assert says(first, None, page)
        assert says(first, ["Commercial"], page)
        assert not says(first, ["Consulting"], page)
        assert not says(second, None, page)


@ONE_DATABASE
def test_a_page_of_groups_says_that_some_people_are_not_shown(app, send, ask):
    """Of the file whose groups they are, once somebody of it is withheld."""
    send()
    with app.app_context():
        key = access.issue("Ada", ("console",), None)
    console = Console(app)
    console.sign_in(key)
    said = "Certaines personnes ne sont pas montrées."
    assert said not in console.get("/console/groupes").text
    ask()
    assert said in console.get("/console/groupes").text


@ONE_DATABASE
def test_what_is_not_found_is_not_said_to_be_unkept(app, client, send, people, ask):
    """An answer, a file and a number that are not shown may be kept all the same: both are said."""
    file = send().json["Fichier"]
    answer = client.post("/predict", json=people[1]).json["Identifiant"]
    ask()
    consoles = []
    for departments in (None, ["Nulle part"]):
        with app.app_context():
            key = access.issue("Ada", ("console",), None, departments)
        console = Console(app)
        console.sign_in(key)
        consoles.append(console)
    addresses = f"/console/predictions/{answer}", f"/console/fichiers/{file}"
    for console, address in ((consoles[0], addresses[0]), (consoles[1], addresses[1])):
        shown = console.get(address)
        assert shown.status_code == 404
        assert "ou vous n’y avez pas accès" in shown.text
    found = consoles[0].send("/console/historique", {"id_employee": str(NUMBER)}).text
    assert "Rien n’a été trouvé." in found
    assert "ou elle n’est pas montrée ici" in found
