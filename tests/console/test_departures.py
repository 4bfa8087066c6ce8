"""A list of who left is matched on a page of its own, and kept once somebody has seen that."""

import io

import pytest

from futurisys.console import departures
from futurisys.employee.typography import typeset
from futurisys.operations import access
from futurisys.operations.outcomes import TOO_LATE
from tests.console import Console, page_of, signed_in, spaced, values_of
from tests.databases import ONE_DATABASE
from tests.declared import Contract, declaration, person

pytestmark = [ONE_DATABASE, pytest.mark.usefixtures("references")]

PAGE, KEEP = "/console/departs", "/console/departs/garder"
LIST = b"matricule;date de sortie;motif\n1;31/01/2026;D\xe9mission\n731946285;28/02/2026;autre\n"


@pytest.fixture
def console(app, client, rows) -> Console:
    """Somebody with a key for everything but people; one person is estimated."""
    assert client.post("/predict", json=rows[0] | {"id_employee": 1}).status_code == 200
    return signed_in(app, "admin")


def send(console: Console, content: bytes, complete_to: str = "", name: str = "departs.csv"):
    return console.send(PAGE, {"fichier": (io.BytesIO(content), name), "complet_au": complete_to})


def figures(response) -> dict[str, str]:
    """How many people of a list are known in which way."""
    rows = page_of(response).one("tbody").every("tr")
    return {row.one("th").text: row.one("td").text for row in rows}


def test_a_list_is_matched_before_it_is_kept(console, query):
    """Counts are shown, of the known and the unknown; only what is confirmed is kept."""
    matched = send(console, LIST, "2026-03-31")
    assert matched.status_code == 200
    assert list(figures(matched).values()) == ["1", "0", "0", "1"]
    text = page_of(matched).text
    assert "nomme 2 personnes, du 31/01/2026 au 28/02/2026 : 1 démission, 1 autre départ" in text
    assert "n’est pas dit parti au 31/03/2026 sera compté comme resté" in text
    assert "antérieurs à la première estimation de la personne : 1. Aucun chiffre" in text
    assert query("SELECT count(*) FROM outcomes") == [(0,)]
    form = page_of(matched).one("form", action=KEEP)
    page = page_of(console.follow(console.post(KEEP, values_of(form))))
    assert page.one("p", role="status").text == "1 départ est gardé."
    told = page.one("tbody").one("tr")
    assert [one.text for one in told.every("td")] == ["Ada", "1", "31/03/2026"]
    kept = query("SELECT left_on, reason, author FROM outcomes")
    assert [(str(row.left_on), row.reason, row.author) for row in kept] == [
        ("2026-01-31", "démission", "Ada")
    ]
    assert query("SELECT action FROM journal") == [("outcomes",)]


def test_what_a_list_says_of_nobody_who_is_estimated_does_not_come_back(console):
    """The page that asks has no number of theirs, and no column that is not read."""
    content = b"Nom;" + LIST.replace(b"\n", b"\nPhare;", 2)
    matched = send(console, content)
    assert list(figures(matched).values()) == ["1", "0", "0", "1"]
    assert "731946285" not in matched.text
    assert "Phare" not in matched.text


def test_a_declaration_is_known_by_its_content(console):
    """Whatever it is called; who has no number there is told of."""
    ended = Contract(ends="31012026", why="059")
    matched = send(console, declaration(person("1", ended), person("", ended)), name="a.txt")
    assert list(figures(matched).values()) == ["1", "0", "0", "1"]
    assert "1 personne de la DSN sans numéro" in page_of(matched).text
    for told in ("2990175000000", "Zénobie"):
        assert told not in matched.text


def test_the_same_list_again_changes_nothing(console):
    """What is known already is counted as such, and what was said otherwise as a correction."""
    console.post(KEEP, values_of(page_of(send(console, LIST)).one("form", action=KEEP)))
    assert list(figures(send(console, LIST)).values()) == ["0", "0", "1", "1"]
    later = LIST.replace(b"31/01", b"30/01")
    assert list(figures(send(console, later)).values()) == ["0", "1", "0", "1"]


@pytest.mark.parametrize(
    ("content", "day", "field", "sentence"),
    [
        (b"", "", "fichier", "le fichier est vide"),
        (b"nom\nZ\n", "", "fichier", "il manque la colonne"),
        (LIST.replace(b"31/01", b"31/13"), "", "fichier", "departs.csv, ligne 2"),
        (LIST, "hier", "complet_au", departures.DAY),
        (LIST, "2099-01-01", "complet_au", TOO_LATE),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(console, query, content, day, field, sentence):
    """In a sentence, on the same page, and nothing is kept."""
    refused = send(console, content, day)
    assert refused.status_code == 422
    assert spaced(typeset(sentence)) in page_of(refused).one("p", id=f"{field}-faute").text
    assert query("SELECT count(*) FROM outcome_lists") == [(0,)]


def test_a_form_without_a_file_is_refused(console):
    """The sentence says what to choose; a list that was changed on its way is read as any other."""
    assert departures.NO_FILE in console.send(PAGE, {}).text
    assert console.send(KEEP, {"liste": "id_employee;date_depart;raison\n1;x;y"}).status_code == 422


def test_the_page_is_for_keys_of_the_whole_company(app, console):
    """Neither for who works with estimates, nor for an admin of some departments."""
    with app.app_context():
        some, own = Console(app), access.issue("Eve", ["admin"], None, ["Commercial"])
    assert some.sign_in(own).status_code == 303
    assert "toute l’entreprise" in page_of(some.get(PAGE)).text
    assert send(some, LIST).status_code == 403
    for scopes in (("console",), ("groups",), ("rights",)):
        assert signed_in(app, *scopes).get(PAGE).status_code == 403
    assert "Départs" in page_of(console.get(PAGE)).one("nav").text
    assert "Départs" not in page_of(signed_in(app).get("/console/fichiers")).one("nav").text


def test_without_a_key_for_numbers_the_page_says_so(app, console):
    """Nobody can be found, and the page says whom to ask."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    assert "FUTURISYS_SUBJECT_KEY" in console.get(PAGE).text
    assert send(console, LIST).status_code == 422


def test_a_list_of_nobody_is_kept_where_it_says_until_when(console, query):
    """In a month in which nobody leaves, all have stayed; otherwise there is nothing to keep."""
    empty = b"id_employee;date_depart;raison\n"
    assert not list(page_of(send(console, empty)).one("form", action=KEEP).every("button"))
    form = page_of(send(console, empty, "2026-01-31")).one("form", action=KEEP)
    assert form.one("button").text == "Garder cette liste"
    page = page_of(console.follow(console.post(KEEP, values_of(form))))
    assert page.one("p", role="status").text == spaced(typeset(departures.KEPT_NONE))
    assert query("SELECT kept FROM outcome_lists") == [(0,)]
