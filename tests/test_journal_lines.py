"""Which doors leave a line in the journal: those to one person, to numbers, to what is taken."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from futurisys.records.database import db
from tests.console import FILE, HISTORY, Console, key, page_of, signed_in
from tests.databases import ONE_DATABASE
from tests.population import table

pytestmark = [ONE_DATABASE, pytest.mark.usefixtures("numbers")]


@pytest.fixture
def told(query) -> Callable[[], list[tuple[str, int, bool]]]:
    """What each line says since the last time: its kind, how many, whether it is about one."""
    seen: list[str] = []

    def lines() -> list[tuple[str, int, bool]]:
        new = [row for row in query("SELECT * FROM journal ORDER BY id") if row.id not in seen]
        seen.extend(row.id for row in new)
        return [(row.action, row.predictions, row.person is not None) for row in new]

    return lines


@pytest.fixture
def analyst(app) -> Console:
    """Somebody who has signed in, and sends a file."""
    return signed_in(app)


@pytest.fixture
def file(analyst, rows) -> str:
    """The address of a file of three people that the analyst has sent."""

    people = {"fichier": (io.BytesIO(table(rows[:3]).encode()), "gens.csv"), "cle": "une"}
    location: str = analyst.send(FILE, people).location
    return location


@pytest.fixture
def person(file, query) -> str:
    """The id of the estimate of the first person of the file."""
    return str(query("SELECT id FROM predictions WHERE line = 2")[0].id)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["", "/raisons", "/reprendre"])
def test_a_page_about_one_person_leaves_a_line(analyst, person, told, page):
    """The page, its reasons in a table, and the form with what was said of the person."""
    assert told() == []
    assert analyst.get(f"/console/predictions/{person}{page}").status_code == 200
    assert told() == [("person", 1, True)]


def test_a_program_that_asks_for_one_person_leaves_a_line(client, person, told, key_of):
    """By the id of an estimate, and where facts that are kept are tried otherwise."""
    reader = key_of("read", "predict")
    assert client.get(f"/predictions/{person}", headers=reader).status_code == 200
    assert told() == [("person", 1, True)]
    tried = {"identifiant": person, "changements": {"heure_supplementaires": "Non"}}
    assert client.post("/simulate", json=tried, headers=reader).status_code == 200
    assert told() == [("simulation", 1, True)]


def test_a_search_by_number_leaves_a_line(client, analyst, person, told, key_of, rows):
    """At both doors, whether or not anybody is found; of nobody no row of people is made."""
    for number, found in ((rows[0]["id_employee"], True), (731_946_285, False)):
        asked = {"id_employee": number}
        sent = client.post("/predictions/search", json=asked, headers=key_of("read"))
        assert sent.status_code == 200
        assert analyst.send(HISTORY, asked).status_code == 200
        assert told() == 2 * [("person", int(found), found)]


def test_numbers_on_a_page_leave_a_line(analyst, file, told):
    """Of the ranking that shows them, one line a page."""
    assert analyst.get(f"{file}/classement").status_code == 200
    assert told() == [("numbers", 3, False)]


def test_a_table_that_is_taken_leaves_a_line(analyst, file, told):
    """Of the whole file, or of what the view shows of it."""
    assert analyst.send(f"{file}/resultat", {"forme": "csv"}).status_code == 200
    assert told() == [("export", 3, False)]
    nobody = {"forme": "csv", "departement": "Nulle part"}
    assert analyst.send(f"{file}/resultat", nobody).status_code == 200
    assert told() == [("export", 0, False)]


def test_what_shows_no_person_leaves_no_line(app, client, analyst, file, told, rows, key_of):
    """Predicting, lists, the glance, groups, and a ranking without numbers."""
    assert client.post("/predict", json=rows[0]).status_code == 200
    assert client.get("/predictions", headers=key_of("read")).status_code == 200
    for address in ("/", HISTORY, "/console/fichiers", "/console/groupes", file):
        assert analyst.get(address).status_code == 200
    assert signed_in(app).get(f"{file}/classement").status_code == 200
    assert told() == []


@pytest.mark.slow
@pytest.mark.parametrize("door", ["page", "numbers", "table", "program", "search"])
def test_nothing_is_shown_that_could_not_be_noted(
    app, client, analyst, file, person, key_of, rows, door
):
    """503 in its place: the line is committed before the answer."""
    reader = key_of("read")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE journal RENAME TO away"))
    asked: dict[str, Callable[[], Any]] = {
        "page": lambda: analyst.get(f"/console/predictions/{person}"),
        "numbers": lambda: analyst.get(f"{file}/classement"),
        "table": lambda: analyst.send(f"{file}/resultat", {"forme": "csv"}),
        "program": lambda: client.get(f"/predictions/{person}", headers=reader),
        "search": lambda: analyst.send(HISTORY, {"id_employee": rows[0]["id_employee"]}),
    }
    response = asked[door]()
    assert response.status_code == 503
    assert rows[0]["poste"] not in response.text


def test_kinds_and_counts_are_for_the_keys_of_the_service(app, analyst, person):
    """An admin key lands on them, sees no person and nobody's name, and no page about people."""
    analyst.get(f"/console/predictions/{person}")
    console = Console(app)
    assert console.sign_in(key(app, "admin")).location == "/console/journal"
    page = page_of(console.get("/console/journal"))
    [row] = page.one("tbody").every("tr")
    assert row.text == "Page d’une personne111"
    assert not list(page.every("form", action="/console/journal"))
    assert "Ada" not in page.one("main").text
    assert console.send("/console/journal", {"id_employee": "77"}).status_code == 403
    assert console.get(f"/console/predictions/{person}").status_code in (403, 404)


def test_the_page_says_whether_lines_are_sealed(app, analyst, person):
    """And which line is the last, where they are."""
    console = signed_in(app, "admin")
    assert "Les lignes ne sont pas scellées" in page_of(console.get("/console/journal")).text
    app.config["FUTURISYS_JOURNAL_KEY"] = "k" * 32
    analyst.get(f"/console/predictions/{person}")
    assert "La dernière est la n° 1 ;" in page_of(console.get("/console/journal")).text


def test_lines_about_a_person_are_for_who_answers_requests(app, analyst, person, rows, told):
    """By the person's number, with when, what and who; this is noted too, and counts are not."""
    analyst.get(f"/console/predictions/{person}")
    told()
    console = Console(app)
    console.sign_in(key(app, "rights"))
    assert not list(page_of(console.get("/console/journal")).every("table"))
    about = {"id_employee": rows[0]["id_employee"]}
    [row] = page_of(console.send("/console/journal", about)).one("tbody").every("tr")
    assert [one.text for one in row.every("td")] == ["Page d’une personne", "Ada"]
    assert told() == [("journal", 1, True)]
    other = page_of(console.send("/console/journal", {"id_employee": rows[1]["id_employee"]}))
    assert "Aucune ligne du journal ne parle de cette personne." in other.text
    assert told() == [("journal", 0, False)]
    assert console.send("/console/journal", {"id_employee": "x"}).status_code == 422
