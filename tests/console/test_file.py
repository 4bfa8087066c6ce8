"""A file in the console: scored and kept as the API does, and read page by page."""

import csv
import io
import re
from collections.abc import Callable
from itertools import chain

import openpyxl
import pytest

from futurisys.employee.schema import FACTS
from futurisys.model.plain import WORDS
from tests.console import Console, page_of, signed_in, wanted
from tests.console.ranking import HTML, JSON, hidden, lines, ranking_of
from tests.databases import ONE_DATABASE
from tests.population import table


def test_a_file_is_stored_as_the_api_stores_it(client, send, take, query, people):
    """The rows behind a ranking are those that the API writes for the same file, with lines."""
    address = send(table(people)).location
    columns = "probability, label, threshold, risk, base, effet_poste, poste, revenu_mensuel"
    statement = f"SELECT {columns} FROM predictions p JOIN inputs i ON i.id = p.input_id"
    stored = query(f"{statement} ORDER BY line")
    assert len(stored) == len(people)
    client.post("/predict/batch", data=table(people), content_type="text/csv").close()
    [api] = query("SELECT id FROM batches ORDER BY id DESC LIMIT 1")
    by_api = query(f"{statement} WHERE p.batch_id = '{api.id}' ORDER BY p.id")
    assert sorted(map(tuple, stored)) == sorted(map(tuple, by_api))
    assert query(f"SELECT line FROM predictions WHERE batch_id <> '{api.id}' ORDER BY id") == [
        (line,) for line in range(2, len(people) + 2)
    ]
    assert len(list(csv.DictReader(io.StringIO(take(address, "csv").decode())))) == len(people)


@pytest.fixture
def see(client, send, people) -> Callable[..., str]:
    """The page of a ranking of 120 people, as its address asks for it."""
    address = ranking_of(send(table(people)).location)
    return lambda **asked: client.get(address, query_string=asked, headers=HTML).text


def test_a_ranking_is_cut_into_pages(see):
    """Pages of 50 follow each other, and beyond the last comes the last."""
    first, second, third = (lines(see(page=str(number))) for number in (1, 2, 3))
    assert sorted(first + second + third) == list(range(2, 122))
    assert lines(see(page="999")) == third
    assert "Page 3 sur 3" in see(page="999")


@pytest.mark.slow
def test_a_ranking_is_sorted_either_way(see):
    """Each order is the column's, from its first or from its last; unasked, the highest first."""
    assert lines(see(tri="ligne", sens="asc", taille="200")) == list(range(2, 122))
    assert lines(see(tri="ligne", sens="desc", taille="200")) == list(range(121, 1, -1))
    assert lines(see(sens="asc", taille="200"))[-1] == lines(see())[0]


@pytest.mark.slow
def test_a_ranking_is_filtered(see, people):
    """Filters leave what they name, together and page by page."""
    commercial = {
        line for line, row in enumerate(people, start=2) if row["departement"] == "Commercial"
    }
    assert set(lines(see(departement="Commercial", taille="200"))) == commercial
    said = {word: lines(see(mot=word, taille="200")) for word in WORDS.values()}
    assert sorted(chain.from_iterable(said.values())) == list(range(2, 122))
    both = lines(see(mot="Non signalé", departement="Commercial", taille="200"))
    assert both == [line for line in said["Non signalé"] if line in commercial]
    assert lines(see(departement="Nulle part")) == []
    last = said["Non signalé"][-(len(said["Non signalé"]) % 50 or 50) :]
    assert lines(see(page="7", mot="Non signalé")) == last


@ONE_DATABASE
def test_a_ranking_says_which_file_it_is(app, client, send, people):
    """By its title, which never is the file's own name: that may be a person's."""
    address = send(table(people[:3]), "Équipe <A>.csv").location
    page = page_of(client.get(address, headers=HTML))
    assert page.one("p", class_="lead").text.startswith("« Fichier du ")
    sent = page_of(client.get("/console/fichier", headers=HTML))
    other = page_of(signed_in(app).get(address))
    assert other.one("p", class_="lead").text == page.one("p", class_="lead").text
    assert "Fichier du " in sent.text
    assert all("Équipe" not in one.text for one in (page, sent, other))
    with client.session_transaction("/console/fichier") as session:
        assert "Équipe" not in str(dict(session))


@ONE_DATABASE
def test_a_ranking_says_where_the_numbers_are(client, send, people):
    """The columns stand in the order in which they are read; the numbers, in the tab that knows."""
    page = page_of(client.get(ranking_of(send(table(people[:3])).location), headers=HTML))
    [header] = page.one("table").one("thead").every("tr")
    assert [one.text.rstrip(" ▼") for one in header.every("th")] == [
        *("Ligne", "Numéro", "Probabilité", "Signalement"),
        *("Raisons", "Département", "Poste"),
    ]
    assert [one.text for one in header.every("th") if "hidden" in one.attributes] == ["Numéro"]
    [note] = [one for one in page.every("p") if "data-without" in one.attributes]
    assert "seul l’onglet qui a envoyé le fichier les connaît" in note.text
    assert "hidden" not in note.attributes


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize(
    "asked", [{"tri": "'; DROP TABLE"}, {"page": "-1"}, {"page": "x"}, {"taille": "9"}, {"x": "y"}]
)
def test_an_address_that_asks_amiss_is_the_first_page(client, send, people, asked):
    """What a table cannot be asked for is as if nothing were asked."""
    address = ranking_of(send(table(people[:3])).location)
    plain = lines(client.get(address, headers=HTML).text)
    assert lines(client.get(address, query_string=asked, headers=HTML).text) == plain


@ONE_DATABASE
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_a_file_that_is_taken(client, send, form):
    """What is downloaded as a model to fill in has every field, and its example is estimated."""
    with client.get(f"/console/fichier/modele.{form}", headers=HTML) as template:
        assert template.headers["Content-Disposition"].endswith(f"modele.{form}")
        content = template.data
    answer = send(content, f"modele.{form}")
    assert answer.status_code == 303, answer.text
    assert lines(client.get(ranking_of(answer.location), headers=HTML).text) == [2]
    if form == "csv":
        text = content.decode("utf-8-sig")
        header, example = csv.reader(io.StringIO(text), delimiter=";")
        expected = {name: str(fact.example) for name, fact in FACTS.items()}
    else:
        header, example = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values
        expected = {name: fact.example for name, fact in FACTS.items()}
    assert list(header) == list(FACTS)
    empty = "" if form == "csv" else None
    assert dict(zip(header, example, strict=True)) == expected | {"id_employee": empty}


def test_the_same_file_sent_twice_by_one_page_is_stored_once(send, query, people):
    """A form that is sent again leads to the first ranking; another file to another."""
    content = table(people[:5])
    first, again = send(content, cle="one-page"), send(content, cle="one-page")
    assert first.location == again.location
    assert query("SELECT count(*) FROM predictions") == [(5,)]
    other = send(table(people[:6]), cle="one-page")
    assert other.location != first.location
    assert query("SELECT count(*) FROM predictions") == [(11,)]


@ONE_DATABASE
def test_who_did_not_send_a_file_does_not_read_it(app, client, send, people):
    """Where predicting is open a ranking, its table and its reasons are their sender's alone."""
    address = send(table(people[:3])).location
    own = client.get(ranking_of(address), headers=HTML)
    assert own.status_code == 200
    [prediction, *_] = re.findall(r'href="(/console/predictions/[^"]+)"', own.text)
    assert client.get(f"{prediction}/raisons", headers=HTML).status_code == 200
    stranger = Console(app)
    for path in (
        address,
        ranking_of(address),
        prediction,
        f"{prediction}/raisons",
        f"{prediction}/reprendre",
    ):
        assert client.get(path, headers=HTML).status_code == 200
        assert wanted(stranger.get(path)) == path
        assert stranger.get(path, headers=JSON).status_code == 401
    assert wanted(stranger.send(f"{address}/resultat", {"forme": "csv"})) == ""
    assert stranger.send(f"{address}/resultat", {"forme": "csv"}, headers=JSON).status_code == 401


@ONE_DATABASE
def test_references_that_are_none_are_refused(client, send, people):
    """What a page sends back of its people's numbers is 400 where it is no table of them."""
    address = send(table(people[:3])).location
    page = client.get(ranking_of(address), headers=HTML).text
    for wrong in ("[]", "{", '{"x": 1}'):
        data = {"csrf_token": hidden(page, "csrf_token"), "forme": "csv", "references": wrong}
        assert client.post(f"{address}/resultat", data=data, headers=HTML).status_code == 400


@ONE_DATABASE
def test_an_unknown_file_is_a_page_that_says_so(client):
    """An id under which nothing is kept is 404 for who may read."""
    client.get("/console/fichier", headers=HTML)
    with client.session_transaction("/console/fichier") as session:
        session["files"] = [["019aafa2-0c3e-7b52-9d41-6a1f0c2b7e90", "perdu.csv"]]
    missing = client.get(f"/console/fichiers/{session['files'][0][0]}", headers=HTML)
    assert missing.status_code == 404
    assert "Aucun fichier" in missing.text


@ONE_DATABASE
def test_markup_in_a_cell_is_text_on_the_page(client, send, people):
    """What looks like a script is shown, and does nothing."""
    people[0]["poste"] = "<script>alert(1)</script>"
    page = client.get(ranking_of(send(table(people[:3])).location), headers=HTML).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@ONE_DATABASE
def test_a_formula_in_a_cell_is_text_in_the_table_taken_home(send, take, people):
    """Neither a cell of the file nor a number that a page sends back is ever computed."""
    people[1]["poste"] = "=1+1"
    address = send(table(people[:3])).location
    rows = list(csv.DictReader(io.StringIO(take(address, "csv").decode())))
    assert "'=1+1" in {row["poste"] for row in rows}
    sent = take(address, "csv", '{"2": "=cmd|x"}').decode()
    assert "'=cmd|x" in sent
