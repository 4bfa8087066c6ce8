"""Reviews on the pages: of a person, in the ranking and what is taken of it, and the list ahead."""

import csv
import datetime
import io

import pytest

from futurisys.console.french import typeset
from futurisys.operations import access, reviewing
from futurisys.operations.clock import today
from futurisys.operations.reviewing import NO_NOTES, NOTE_RULE, UNINFORMED
from futurisys.records.reviews import KINDS
from tests.books import DATA, ESTIMATES, rows_of
from tests.console import Console, page_of, signed_in, spaced, values_of
from tests.console.ranking import lines, ranking_of
from tests.console.test_numbers import NUMBER, enter
from tests.console.test_numbers import send as send_file
from tests.databases import ONE_DATABASE
from tests.population import sample_rows

PLANNED = "/console/entretiens"

pytestmark = pytest.mark.usefixtures("numbers")


@pytest.fixture
def file(app) -> tuple[Console, str]:
    """A browser of somebody who has sent a file of six people, and the address of its pages."""
    ada = enter(app, "Ada")
    people = sample_rows()[:6]
    people[0]["id_employee"] = str(NUMBER)
    return ada, send_file(ada, people)


def people_of(console: Console, address: str) -> dict[int, str]:
    """The addresses of the pages of a file's people, by line."""
    body = page_of(console.get(ranking_of(address))).one("table", class_="people").one("tbody")
    links = [row.one("th").one("a") for row in body.every("tr")]
    return {int(one.text.removeprefix("Ligne ")): one.attributes["href"] for one in links}


def say(console: Console, person: str, **said: str):
    """Send the form of a person's page, with what is typed and chosen."""
    form = page_of(console.get(person)).one("form", action=f"{person}/avis")
    return console.post(f"{person}/avis", values_of(form) | said)


def told(page) -> list[str]:
    """What a person's page says of reviews, the newest first."""
    return [one.text for one in page.one(class_="said-of").every("li")]


def in_days(days: int) -> datetime.date:
    return today() + datetime.timedelta(days=days)


@pytest.mark.slow
def test_what_is_said_of_a_person_stands_on_their_page(app, file):
    """Who, when and what, for whoever sees the person; the newest first."""
    ada, address = file
    person = people_of(ada, address)[2]
    assert "Personne n’a encore donné d’avis" in ada.get(person).text
    sent = say(ada, person, avis="accord", mesure="horaires", informee="non")
    assert "L’avis est enregistré." in page_of(ada.follow(sent)).text
    eve = enter(app, "Eve")
    day = in_days(9)
    asked = {"informee": "oui", "mesure": "horaires", "revenir_le": day.isoformat()}
    assert say(eve, person, avis="mesure prise", **asked).status_code == 303
    newest, oldest = told(page_of(ada.get(person)))
    assert newest.startswith("Mesure prise : horaires par Eve, le ")
    assert "La personne sait qu’une estimation existe." in newest
    assert f"À revoir le {day:%d/%m/%Y}." in newest
    assert oldest.startswith("Accord par Ada, le ")
    assert "La personne sait" not in oldest


def test_a_form_that_is_sent_twice_writes_one_line(file, query):
    """A second click is no second review; the same form with something else is one."""
    ada, address = file
    person = people_of(ada, address)[2]
    values = values_of(page_of(ada.get(person)).one("form", action=f"{person}/avis"))
    for kind in ("accord", "accord", "désaccord"):
        assert ada.post(f"{person}/avis", values | {"avis": kind}).status_code == 303
    assert sorted(query("SELECT kind FROM reviews")) == [("accord",), ("désaccord",)]


@pytest.mark.slow
@ONE_DATABASE
def test_what_is_amiss_is_said_beside_what_was_typed(file, query):
    """« Non » is refused, and nothing that was chosen is lost."""
    ada, address = file
    person = people_of(ada, address)[2]
    day = in_days(3).isoformat()
    sent = say(ada, person, avis="entretien mené", informee="non", revenir_le=day)
    assert sent.status_code == 422
    page = page_of(sent)
    assert spaced(typeset(UNINFORMED)) in page.one(class_="faults").text
    typed = values_of(page.one("form", action=f"{person}/avis"))
    assert (typed["avis"], typed["informee"], typed["revenir_le"]) == ("entretien mené", "non", day)
    assert say(ada, person).status_code == 422
    assert say(ada, person, avis="accord", revenir_le="demain").status_code == 422
    assert query("SELECT count(*) FROM reviews") == [(0,)]


@pytest.mark.slow
@ONE_DATABASE
def test_a_note_is_asked_for_under_its_rule_where_notes_are_kept(app, file):
    """Elsewhere there is no field for one, and one that is sent is refused."""
    ada, address = file
    person = people_of(ada, address)[2]
    assert NOTE_RULE.partition(" :")[0] not in ada.get(person).text
    refused = say(ada, person, avis="accord", note="Une note.")
    assert refused.status_code == 422
    assert spaced(typeset(NO_NOTES)) in page_of(refused).text
    app.config["FUTURISYS_NOTES"] = "yes"
    page = page_of(ada.get(person))
    assert page.one("p", id="dire-note-aide").text == spaced(typeset(NOTE_RULE))
    assert say(ada, person, avis="accord", note="  Une\nnote. ").status_code == 303
    assert "« Une note. »" in told(page_of(ada.get(person)))[0]


@ONE_DATABASE
def test_only_who_signed_in_to_see_people_reviews(app, file, console, client, rows):
    """Without a key, and with one for groups, there is no form, no review and no list."""
    identifier = client.post("/predict", json=rows[0]).json["Identifiant"]
    address = f"/console/predictions/{identifier}"
    console.predict({name: str(value) for name, value in rows[0].items()})
    assert console.send(f"{address}/avis", {"avis": "accord"}).status_code in (303, 401)
    groups = Console(app)
    with app.app_context():
        key = access.issue("Groupes", ("groups",), None)
    groups.sign_in(key)
    assert groups.send(f"{address}/avis", {"avis": "accord"}).status_code == 403
    assert groups.get(PLANNED).status_code == 403
    assert "Avis et suites" in signed_in(app).get(address).text


@pytest.mark.slow
def test_the_ranking_marks_and_filters_by_what_was_last_said(file):
    """The newest review alone counts; the counts of the page are those of its rows."""
    ada, address = file
    ranking, people = ranking_of(address), people_of(ada, address)
    assert "by-avis" not in ada.get(ranking).text
    say(ada, people[2], avis="accord")
    say(ada, people[2], avis="désaccord")
    say(ada, people[4], avis="accord")
    page = page_of(ada.get(ranking))
    marks = {
        int(row.one("th").text.removeprefix("Ligne ")): row.one(class_="review-mark").text
        for row in page.one("table", class_="people").one("tbody").every("tr")
    }
    assert {line: mark.removeprefix("Avis : ") for line, mark in marks.items() if mark} == {
        2: "Désaccord",
        4: "Accord",
    }
    options = [
        one.attributes.get("value", "") for one in page.one("select", id="avis").every("option")
    ]
    assert options == ["", "sans", "avec", *KINDS]
    everybody = {*people}
    for asked, wanted in {
        "": everybody,
        "avec": {2, 4},
        "sans": everybody - {2, 4},
        "accord": {4},
        "désaccord": {2},
        "sans suite": set(),
    }.items():
        shown = ada.get(ranking, query_string={"avis": asked})
        assert set(lines(shown.text)) == wanted
        captions = [one.text for one in page_of(shown).every("caption")]
        assert any(one.startswith(f"{len(wanted)} ligne") for one in captions)


@pytest.mark.slow
@ONE_DATABASE
def test_what_is_taken_of_a_ranking_has_the_last_kind(app, file, query):
    """As CSV and as a workbook, and only what the view shows; without a key there is no column."""
    ada, address = file
    people = people_of(ada, address)
    say(ada, people[2], avis="accord")
    say(ada, people[2], avis="données fausses")
    say(ada, people[4], avis="accord")
    with ada.send(f"{address}/resultat", {"forme": "csv", "etendue": "tout"}) as taken:
        table = list(csv.DictReader(io.StringIO(taken.data.decode("utf-8-sig"))))
    kinds = {int(row["Ligne"]): row["Avis"] for row in table}
    assert kinds == dict.fromkeys(people, "") | {2: "données fausses", 4: "accord"}
    asked = {"forme": "xlsx", "etendue": "vue", "avis": "données fausses"}
    with ada.send(f"{address}/resultat", asked) as taken:
        for sheet in (ESTIMATES, DATA):
            assert [row["Avis"] for row in rows_of(taken.data, sheet)] == ["données fausses"]
    noted = query("SELECT predictions FROM journal WHERE action = 'export' ORDER BY id")
    assert noted == [(6,), (1,)]
    stranger = Console(app)
    own = send_file(stranger, sample_rows()[:3])
    with stranger.send(f"{own}/resultat", {"forme": "csv"}) as taken:
        assert "Avis" not in taken.data.decode("utf-8-sig").splitlines()[0].split(",")


@pytest.mark.slow
def test_the_talks_ahead_are_listed_by_day(app, file, query):
    """The nearest first, each by its newest review; the number for who may see it, with a line."""
    ada, address = file
    people = people_of(ada, address)
    assert "Aucun entretien n’est prévu." in page_of(ada.get(PLANNED)).text
    for line, days in ((2, 20), (3, 5), (4, 7)):
        say(ada, people[line], avis="sans suite", revenir_le=in_days(days).isoformat())
    say(ada, people[4], avis="accord")

    def listed(console: Console) -> list[str]:
        return [row.text for row in page_of(console.get(PLANNED)).one("tbody").every("tr")]

    nearest, latest = listed(ada)
    assert nearest.startswith(f"{in_days(5):%d/%m/%Y} Ligne 3 de « Fichier du ")
    assert latest.startswith(f"{in_days(20):%d/%m/%Y} Ligne 2 de « Fichier du ")
    assert str(NUMBER) in latest
    noted = query("SELECT predictions FROM journal WHERE action = 'numbers' ORDER BY id DESC")
    assert noted[0] == (2,)
    eve = enter(app, "Eve")
    assert [str(NUMBER) in row for row in listed(eve)] == [False, False]
    stranger = enter(app, "Zoé", ["Nulle part"])
    assert "Aucun entretien n’est prévu." in page_of(stranger.get(PLANNED)).text


def test_a_talk_of_yesterday_is_listed_no_more(file, monkeypatch):
    """It stands there on its day, and not on the next."""
    ada, address = file
    day = in_days(4)
    say(ada, people_of(ada, address)[2], avis="désaccord", revenir_le=day.isoformat())
    for now, is_listed in ((day, True), (day + datetime.timedelta(days=1), False)):
        monkeypatch.setattr(reviewing, "today", lambda now=now: now)
        assert ("Ligne 2 de" in ada.get(PLANNED).text) == is_listed
