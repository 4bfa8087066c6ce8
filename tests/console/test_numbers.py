"""Who sees people's numbers on the pages of a file: its sender, and whom the sender names."""

import datetime
import io
from typing import Any

import pytest
from flask import Flask

from futurisys.console.french import typeset
from futurisys.operations import access
from futurisys.operations.clock import zone
from futurisys.operations.people import DAYS, DAYS_MAX, NO_KEY
from tests.console import FILE, HISTORY, Console, page_of, spaced, values_of
from tests.console.ranking import hidden
from tests.population import table

# What occurs nowhere else.
NUMBER = 731_946_285
# How a list leads to an answer.
ANSWER = 'href="/console/predictions/'

pytestmark = pytest.mark.usefixtures("numbers")


@pytest.fixture
def people(rows):
    """Three people, of whom the first has the number that is looked for."""
    return [rows[0] | {"id_employee": NUMBER}, *rows[1:3]]


def enter(app: Flask, name: str, departments: list[str] | None = None) -> Console:
    """A browser of somebody who has signed in with a key of their own."""
    with app.app_context():
        secret = access.issue(name, ("console",), None, departments)
    console = Console(app)
    assert console.sign_in(secret).status_code == 303
    return console


def send(console: Console, people) -> str:
    """Send people as a file, whatever is asked before; returns the address of its pages."""

    def once(**more: str) -> Any:
        file = {"fichier": (io.BytesIO(table(people).encode()), "gens.csv")}
        return console.send(FILE, file | {"cle": "une"} | more)

    response = once()
    if response.status_code == 422:
        response = once(vu=hidden(response.text, "vu"))
    assert response.status_code == 303, response.text
    location: str = response.location
    return location


def shown(console: Console, address: str) -> list[str]:
    """Where the number stands: on the ranking, on a person's page, in a table that is taken."""
    ranking = console.get(f"{address}/classement")
    found = ["ranking"] if str(NUMBER) in ranking.text else []
    [listed, *_] = page_of(ranking).every("tbody")
    links = listed.every("a")
    if any(str(NUMBER) in console.get(link.attributes["href"]).text for link in links):
        found.append("person")
    taken = console.send(f"{address}/resultat", {"forme": "csv", "numeros": "oui"})
    return [*found, "table"] if str(NUMBER) in taken.text else found


def name(console: Console, address: str, reader: str, day: datetime.date) -> str:
    """Have the sender name a key by its name; returns what the page says then."""
    form = page_of(console.get(f"{address}/classement")).one("form", action=f"{address}/lecteurs")
    holder = next(one for one in form.every("option") if one.text == reader).attributes["value"]
    sent = console.post(f"{address}/lecteurs", values_of(form) | _told(holder, day))
    return page_of(console.follow(sent)).text


def _told(holder: str, day: datetime.date) -> dict[str, str]:
    return {"lecteur": holder, "jusqu_au": day.isoformat()}


def today() -> datetime.date:
    return datetime.datetime.now(zone()).date()


def test_the_sender_of_a_file_sees_its_numbers_in_any_session(app, people):
    """The ranking, each person's page and the table that is taken have them, tomorrow too."""
    with app.app_context():
        secret = access.issue("Ada", ("console",), None)
    first, tomorrow = Console(app), Console(app)
    assert first.sign_in(secret).status_code == tomorrow.sign_in(secret).status_code == 303
    address = send(first, people)
    assert shown(tomorrow, address) == ["ranking", "person", "table"]


def test_somebody_else_sees_the_facts_and_no_number(app, people):
    """A key whose departments cover the people reads all of the file but who they are."""
    address = send(enter(app, "Ada"), people)
    other = enter(app, "Eve")
    assert shown(other, address) == []
    assert "Qui voit les numéros" not in other.get(f"{address}/classement").text
    [table_, *_] = page_of(other.get(f"{address}/classement")).every("tbody")
    assert len(list(table_.every("tr"))) == 3


@pytest.mark.slow
def test_whom_the_sender_names_sees_them_until_a_day(app, people, monkeypatch):
    """Until the end of that day; then, or once they are named no more, they see the facts alone."""
    ada, eve = enter(app, "Ada"), enter(app, "Eve")
    address = send(ada, people)
    assert "jusqu’au" in name(ada, address, "Eve", today())
    assert shown(eve, address) == ["ranking", "person", "table"]
    assert shown(enter(app, "Zoé"), address) == []
    form = page_of(ada.get(f"{address}/classement")).one(
        "form", action=f"{address}/lecteurs/retrait"
    )
    ada.post(f"{address}/lecteurs/retrait", values_of(form))
    assert shown(eve, address) == []
    name(ada, address, "Eve", today())
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1, minutes=1)
    monkeypatch.setattr("futurisys.operations.people._now", lambda: later)
    assert shown(eve, address) == []


def test_only_the_sender_names_others(app, people):
    """Nobody else is shown the form, and who forges it is refused."""
    address = send(enter(app, "Ada"), people)
    eve = enter(app, "Eve")
    forged = eve.send(f"{address}/lecteurs", _told("0" * 12, today()))
    assert forged.status_code == 403
    assert eve.send(f"{address}/lecteurs/retrait", {"lecteur": "0" * 12}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("days", [-1, DAYS_MAX + 1])
def test_nobody_is_named_for_ever_or_for_a_day_that_is_past(app, people, days):
    """A day is asked for, from today on and within the time that a number is kept."""
    ada, eve = enter(app, "Ada"), enter(app, "Eve")
    address = send(ada, people)
    assert DAYS in name(ada, address, "Eve", today() + datetime.timedelta(days=days))
    assert shown(eve, address) == []


def test_a_key_that_opens_no_page_is_not_named(app, people):
    """The list has the keys of the console, and what stands in none of it is refused."""
    with app.app_context():
        program = access.issue("Programme", ("read",), None).split("_")[1]
    ada = enter(app, "Ada")
    enter(app, "Eve")
    address = send(ada, people)
    form = page_of(ada.get(f"{address}/classement")).one("form", action=f"{address}/lecteurs")
    assert [one.text for one in form.every("option")] == ["Eve"]
    sent = ada.send(f"{address}/lecteurs", _told(program, today()))
    assert spaced(typeset(NO_KEY)) in page_of(ada.follow(sent)).text


def test_a_key_that_replaces_the_senders_sees_what_it_sent(app, people):
    """Files belong to whoever holds the keys, one after the other."""
    with app.app_context():
        secret = access.issue("Ada", ("console",), None)
    first = Console(app)
    first.sign_in(secret)
    address = send(first, people)
    with app.app_context():
        newer = access.replace(secret.split("_")[1], None, None, None)
    console = Console(app)
    assert console.sign_in(newer).status_code == 303
    assert shown(console, address) == ["ranking", "person", "table"]


def test_a_perimeter_bounds_numbers_too(app, people):
    """The sender of a file sees of it the people of its departments, and no other number."""
    inside = people[1]["departement"]
    outside = [dict(person, departement="Ressources Humaines") for person in people[:1]]
    ada = enter(app, "Ada", [inside])
    address = send(ada, [*outside, *people[1:]])
    page = ada.get(f"{address}/classement").text
    assert str(people[1]["id_employee"]) in page
    assert str(NUMBER) not in page


def test_without_a_key_for_numbers_pages_do_as_before(app, people):
    """Nothing is kept, nothing is shown but by the tab that sent the file, and nobody is named."""
    app.config["FUTURISYS_NUMBERS_KEY"] = ()
    ada = enter(app, "Ada")
    address = send(ada, people)
    assert shown(ada, address) == []
    page = page_of(ada.get(f"{address}/classement"))
    assert "seul l’onglet qui a envoyé le fichier les connaît" in page.text
    assert "Qui voit les numéros" not in page.text


def test_pages_say_of_numbers_what_is_true(app, people):
    """Where they are kept, before a file is sent and on its ranking: who sees them, and no less."""
    ada = enter(app, "Ada")
    before = page_of(ada.get(FILE)).one("main").text
    assert "ne garde pas les numéros" not in before
    assert "Les numéros des employés sont gardés chiffrés" in before
    other = page_of(enter(app, "Eve").get(f"{send(ada, people)}/classement"))
    assert "seul l’onglet" not in other.text
    assert "la personne qui a envoyé ce fichier et à celles qu’elle nomme" in other.text
    app.config["FUTURISYS_NUMBERS_KEY"] = ()
    assert "Le service ne garde pas les numéros" in page_of(ada.get(FILE)).one("main").text


@pytest.mark.slow
def test_a_file_that_nobody_sent_shows_no_number(app, people):
    """Without a key there is no sender: in an open service a tab remembers its own, as before."""
    anonymous = Console(app)
    address = send(anonymous, people)
    assert shown(anonymous, address) == []
    assert shown(enter(app, "Ada"), address) == []


def test_a_number_is_in_no_cookie_and_no_log(app, people, caplog):
    """What a browser keeps and what the service writes down tell of nobody."""
    ada = enter(app, "Ada")
    address = send(ada, people)
    assert shown(ada, address)
    search = {"id_employee": str(NUMBER)}
    found = ada.send(HISTORY, search)
    assert ANSWER in found.text
    cookie = ada.client.get_cookie("futurisys")
    assert cookie
    assert str(NUMBER) not in cookie.decoded_value
    assert str(NUMBER) not in caplog.text


@pytest.mark.slow
def test_who_has_moved_is_said_to_have_left(app, people, query):
    """Search shows what one may see; of what came after, that it is elsewhere, and no more."""
    ada = enter(app, "Ada", [people[0]["departement"]])
    sender = enter(app, "Eve")
    send(sender, people[:1])
    found = ada.send(HISTORY, {"id_employee": str(NUMBER)}).text
    assert "Parti du périmètre" not in found
    assert found.count(ANSWER) == 1
    moved = people[0] | {"departement": "Ressources Humaines", "poste": "Gardien de phare"}
    send(sender, [moved, *people[1:]])
    found = ada.send(HISTORY, {"id_employee": str(NUMBER)}).text
    assert "Parti du périmètre" in found
    assert found.count(ANSWER) == 1
    assert "Ressources Humaines" not in found
    stranger = enter(app, "Zoé", ["Consulting"])
    assert people[0]["departement"] != "Consulting"
    nothing = stranger.send(HISTORY, {"id_employee": str(NUMBER)}).text
    assert "Rien n’a été trouvé" in nothing
    assert "Parti du périmètre" not in nothing


def test_what_was_refused_of_a_file_is_for_who_sees_it_whole(app, people):
    """A line that was refused is of no known department: its sender sees it, and who sees all."""
    bad = dict(people[1], revenu_mensuel="-1")
    ada = enter(app, "Ada", [people[0]["departement"]])
    address = send(ada, [people[0], bad]) + "/classement"
    assert "Lignes refusées" in ada.get(address).text
    assert "Lignes refusées" in enter(app, "Eve").get(address).text
    assert "Lignes refusées" not in enter(app, "Zoé", [people[0]["departement"]]).get(address).text
    stranger = enter(app, "Max", ["Nulle part"])
    assert stranger.get(address).status_code == 404
    assert "Ada" not in stranger.get("/console/fichiers").text
    assert "Ada" in enter(app, "Léa").get("/console/fichiers").text
