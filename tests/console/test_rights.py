"""What people ask for by right: recorded for a number, followed to its outcome, and answered."""

import datetime
import json
import re

import pytest

from futurisys.operations.clock import zone
from futurisys.records.perimeter import Exempt
from tests.console import BROWSER, Console, page_of, parsed, signed_in
from tests.databases import ONE_DATABASE
from tests.population import table
from tests.test_perimeter import listening, unbounded

pytestmark = [pytest.mark.usefixtures("numbers"), ONE_DATABASE]

RIGHTS = "/console/droits"
# What occurs nowhere else.
NUMBER = 731_946_285


@pytest.fixture
def officer(app) -> Console:
    """A browser of whoever answers what people ask for."""
    return signed_in(app, "rights")


@pytest.fixture
def kept(client, rows, key_of) -> str:
    """The id of the one estimate of a person whose number stood in a file."""
    headers = key_of("predict") | {"Content-Type": "text/csv", "Accept": "application/json"}
    people = [rows[0] | {"id_employee": NUMBER}, rows[1]]
    sent = client.post("/predict/batch", data=table(people), headers=headers)
    identifier: str = sent.json["predictions"][0]["Identifiant"]
    return identifier


def record(console: Console, kind: str = "accès", **more: str):
    """Have a request recorded; returns what is answered."""
    today = datetime.datetime.now(zone()).date().isoformat()
    typed = {"id_employee": str(NUMBER), "demande": kind, "recue_le": today}
    return console.send(RIGHTS, typed | more)


def opened(console: Console, kind: str = "accès") -> str:
    """The address of a request that has just been recorded."""
    response = record(console, kind)
    assert response.status_code == 303, response.text
    location: str = response.location
    return location


def test_a_request_is_recorded_for_a_number_and_listed_until_it_is_answered(officer, kept):
    """Whose it is, what is asked for, and until when an answer is due."""
    address = opened(officer, "rectification")
    page = page_of(officer.get(address))
    assert page.one("h1").text == "Rectification"
    assert str(NUMBER) in page.one("dl", class_="facts").text
    [row] = page_of(officer.get(RIGHTS)).one("tbody").every("tr")
    assert row.one("a").attributes["href"] == address
    assert str(NUMBER) in row.text


def test_a_number_of_whom_nothing_is_estimated_is_to_be_checked(officer, kept):
    """It may be mistyped, and would protect nobody: the page says so, above all else."""
    said = "Aucune estimation n’est gardée sous ce numéro"
    unknown = officer.follow(record(officer, "opposition", id_employee="99999"))
    assert said in unknown.text
    assert "S’il est faux, la demande ne protège personne" in unknown.text
    assert said not in officer.follow(record(officer, "opposition")).text


def test_the_page_says_how_an_erasure_is_asked_for(officer):
    """It is no request here, and what the person has asked for goes with it."""
    page = page_of(officer.get(RIGHTS))
    [told] = [one.text for one in page.one("dl", class_="kinds").every("div")
              if one.one("dt").text == "Effacement"]  # fmt: skip
    assert "répondez d’abord à ses demandes en cours" in told
    assert "articles 15 à 18" in page.text


def test_an_answer_is_due_a_month_after_a_request(officer, kept):
    """A month later, on the last day of a shorter month; who was slower reads it."""
    asked = record(officer, recue_le="2026-01-31")
    page = page_of(officer.follow(asked))
    assert "28/02/2026" in page.one("dl", class_="facts").text
    assert "En retard" in page.one("dl", class_="facts").text
    late = page_of(officer.get(RIGHTS)).one("tbody")
    assert late.one("span", class_="late").text.startswith("En retard")


def test_a_delay_is_extended_once_with_a_reason(officer, kept):
    """Two months more, and the person reads why; without a reason nothing is."""
    address = opened(officer)
    assert officer.send(f"{address}/prolongation", {"motif": " "}).status_code == 422
    sent = officer.send(f"{address}/prolongation", {"motif": "Trois fichiers\0 à relire"})
    page = page_of(officer.follow(sent))
    assert "Trois fichiers à relire" in page.one("dl", class_="facts").text
    assert not list(page.every("form", action=f"{address}/prolongation"))


def test_a_request_is_closed_with_what_came_of_it(officer, kept):
    """It leaves the list of those in course for that of those that are closed."""
    address = opened(officer, "opposition")
    form = page_of(officer.get(address)).one("form", action=f"{address}/cloture")
    outcomes = [one.attributes["value"] for one in form.every("input", type="radio")]
    assert officer.send(f"{address}/cloture", {}).status_code == 422
    sent = officer.send(f"{address}/cloture", {"issue": outcomes[0]})
    page = page_of(officer.follow(sent))
    assert outcomes[0].capitalize() in page.one("dl", class_="facts").text
    listed = page_of(officer.get(RIGHTS))
    assert "Aucune demande n’est en cours." in listed.text
    assert address in [one.attributes["href"] for one in listed.one("tbody").every("a")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("id_employee", "douze"),
        ("id_employee", ""),
        ("demande", "vengeance"),
        ("recue_le", "hier"),
        ("recue_le", "2999-01-01"),
        ("estimation", "la dernière"),
        ("estimation", "01a208b2-97f0-71dc-9469-da141397ccc6"),
    ],
)
def test_what_was_typed_wrong_is_said_beside_it(officer, kept, query, name, typed):
    """The form comes back with what was typed, and nothing is recorded."""
    response = record(officer, **{name: typed})
    assert response.status_code == 422
    form = page_of(response).one("form", action=RIGHTS)
    assert form.one("p", id=f"{name}-faute").text
    assert query("SELECT count(*) FROM requests") == [(0,)]


def test_the_access_document_is_one_button(app, officer, kept, query):
    """Downloaded as a page that prints, or as JSON, and each leaves a line about the person."""
    address = opened(officer)
    form = page_of(officer.get(address)).one("form", action=f"{address}/acces")
    assert [one.attributes["value"] for one in form.every("button")] == ["html", "json"]
    taken = officer.send(f"{address}/acces", {"forme": "html"})
    assert taken.headers["Content-Disposition"] == 'attachment; filename="vos-donnees.html"'
    assert taken.headers["Cache-Control"] == "no-store"
    page = parsed(taken.text)
    assert f"identifiant {kept}" in page.text
    assert f"Numéro d’employé : {NUMBER}" in page.text
    assert "DÉMONSTRATION" in page.text
    assert "Ada" not in page.text
    [estimate] = json.loads(officer.send(f"{address}/acces", {"forme": "json"}).text)["Estimations"]
    assert estimate["Identifiant"] == kept
    lines = query("SELECT person FROM journal WHERE action = 'access'")
    assert len(lines) == 2
    assert lines[0] == lines[1] != (None,)


def test_an_estimate_is_explained_as_a_letter(officer, kept, query):
    """Its stored reasons and what came of it; of anybody else's estimate nothing is said."""
    address = opened(officer, "contestation")
    form = page_of(officer.get(address)).one("form", action=f"{address}/lettre")
    [choice] = form.every("option")
    assert choice.attributes["value"] == kept
    assert re.search("à .. h .., (Signalé|Incertain|Non signalé), ligne 2$", choice.text)
    asked = record(officer, "contestation", estimation=kept).location
    chosen = page_of(officer.get(asked)).one("option", selected="")
    assert chosen.attributes["value"] == kept
    taken = officer.send(f"{address}/lettre", {"estimation": kept})
    assert taken.headers["Content-Disposition"] == 'attachment; filename="explication.html"'
    letter = parsed(taken.text)
    assert letter.one("h1").text == "Explication d’une estimation"
    assert "Ce qui a augmenté l’estimation" in letter.text
    assert [kind for (kind,) in query("SELECT action FROM journal ORDER BY id")][-1] == "letter"
    [other] = query(f"SELECT id FROM predictions WHERE CAST(id AS text) <> '{kept}'")
    for identifier in (str(other.id), "rien", ""):
        refused = officer.send(f"{address}/lettre", {"estimation": identifier})
        assert refused.status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["limitation", "opposition", "contestation"])
def test_whoever_is_shown_to_nobody_is_answered_all_the_same(analyst, officer, kept, kind):
    """What hides a person from everybody else keeps nothing from the person."""
    address = opened(officer, kind)
    assert analyst.get(f"/console/predictions/{kept}").status_code == 404
    asked = opened(officer, "accès")
    assert kept in officer.send(f"{asked}/acces", {"forme": "html"}).text
    assert kept in officer.send(f"{address}/lettre", {"estimation": kept}).text


def test_a_page_that_shows_numbers_leaves_a_line(officer, kept, query):
    """The list and a request's own page are written down before they are sent."""
    address = opened(officer)
    before = query("SELECT count(*) FROM journal")[0][0]
    officer.get(RIGHTS)
    officer.get(address)
    lines = query("SELECT action, person FROM journal ORDER BY id")[before:]
    assert [action for action, _ in lines] == ["numbers", "request"]
    assert lines[1].person


@pytest.mark.slow
@pytest.mark.parametrize("scopes", [("console",), ("groups",), ("admin",)])
def test_the_pages_are_for_who_answers_requests(app, officer, kept, scopes):
    """Another key finds neither the list nor a request, and no link to them."""
    address = opened(officer)
    other = signed_in(app, *scopes)
    for one in (RIGHTS, address):
        assert other.get(one).status_code == 403
    for one in ("", "/acces", "/lettre", "/prolongation", "/cloture"):
        assert other.send(f"{address}{one}" if one else RIGHTS, {}).status_code == 403
    assert f'href="{RIGHTS}"' not in other.get("/").text
    assert officer.get(f"/console/predictions/{kept}").status_code == 404
    home = page_of(officer.get("/")).one("main")
    assert RIGHTS in [one.attributes["href"] for one in home.every("a")]
    assert "groupes" not in home.text.partition("Derniers fichiers")[2]


def test_what_is_read_of_people_is_read_for_who_asks(app, officer, kept):
    """Each statement that no perimeter bounds says that it answers a request, or writes a line."""
    with listening(app) as heard:
        address = opened(officer, "contestation")
        officer.get(RIGHTS)
        officer.send(f"{opened(officer)}/acces", {"forme": "html"})
        officer.send(f"{address}/lettre", {"estimation": kept})
        officer.send(f"{address}/cloture", {"issue": "refusée"})
    reasons = {reason for statement, reason in heard if unbounded(statement)}
    assert reasons <= {Exempt.RIGHTS, Exempt.JOURNAL, Exempt.BEFORE_WRITING}


def test_a_request_that_is_none_is_a_page(officer):
    """An address that names no request says so."""
    nowhere = officer.get(f"{RIGHTS}/01a208b2-97f0-71dc-9469-da141397ccc6")
    assert nowhere.status_code == 404
    assert page_of(nowhere).one("h1")


def test_without_a_key_of_hashes_nothing_can_be_recorded(app, officer):
    """The page says so, and what to do; who sends the form all the same is told too."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    page = page_of(officer.get(RIGHTS))
    assert "ne garde aucune empreinte des numéros" in page.text
    assert not list(page.every("form", action=RIGHTS))
    assert record(officer).status_code == 422


def test_a_number_stands_in_no_address_and_no_cookie(officer, kept, caplog):
    """It is sent in a body, and what leads on from there names nobody."""
    address = opened(officer)
    assert str(NUMBER) not in address
    assert str(NUMBER) not in officer.get(address, headers={"Accept": BROWSER}).request.path
    cookie = officer.client.get_cookie("futurisys")
    assert cookie
    assert str(NUMBER) not in cookie.decoded_value
    assert str(NUMBER) not in caplog.text
