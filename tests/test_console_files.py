"""A file in the console: scored and kept as the API does, read page by page, taken home whole."""

import csv
import io
import json
import random
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from futurisys.employee.answer import COLUMNS
from futurisys.employee.schema import FACTS
from futurisys.employee.workbooks import UNREADABLE, read_workbook, write_workbook
from futurisys.errors import ExtractError
from futurisys.operations import files
from futurisys.records.database import db
from tests.console import Console, page_of, signed_in, wanted
from tests.databases import ONE_DATABASE
from tests.population import Rows, sample_rows, table

SAMPLE_ROWS = sample_rows()
HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    [value, *_] = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return value


def lines(page: str) -> list[int]:
    """The lines of the file that the ranked table shows, in its order."""
    body = page.split('class="rows"')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [int(line) for line in re.findall(r'<tr><th scope="row">(\d+)</th>', body)]


@pytest.fixture
def people() -> Rows:
    return [dict(row) for row in SAMPLE_ROWS[:120]]


@pytest.fixture
def send(client: FlaskClient) -> Callable[..., Any]:
    """Send a file as a browser without a script does, or as the script does."""

    def post(content: str | bytes, name: str = "employes.csv", headers=HTML, cle: str = ""):
        page = client.get("/console/fichier", headers=HTML).text
        data = content.encode() if isinstance(content, str) else content
        form = {
            "csrf_token": hidden(page, "csrf_token"),
            "cle": cle or hidden(page, "cle"),
            "fichier": (io.BytesIO(data), name),
        }
        return client.post("/console/fichier", data=form, headers=headers)

    return post


@pytest.fixture
def take(client: FlaskClient) -> Callable[..., bytes]:
    """Take the table of a ranking home."""

    def post(address: str, form: str, references: str = "") -> bytes:
        page = client.get(address, headers=HTML).text
        data = {"csrf_token": hidden(page, "csrf_token"), "forme": form, "references": references}
        with client.post(f"{address}/resultat", data=data, headers=HTML) as response:
            assert response.status_code == 200
            return response.data

    return post


def test_a_file_is_stored_as_the_api_stores_it(client, send, take, query, people):
    """The rows behind a ranking are those that the API writes for the same file, with lines."""
    address = send(table(people)).location
    columns = "probability, label, threshold, risk, base, effet_poste, poste, revenu_mensuel"
    statement = f"SELECT {columns} FROM predictions p JOIN inputs i ON i.id = p.input_id"
    stored = query(f"{statement} ORDER BY line")
    assert len(stored) == len(people)
    client.post("/predict/batch", data=table(people), content_type="text/csv").close()
    by_api = query(f"{statement} WHERE p.batch_id IS NULL ORDER BY p.id")
    assert sorted(map(tuple, stored)) == sorted(map(tuple, by_api))
    assert query("SELECT line FROM predictions WHERE batch_id IS NOT NULL ORDER BY id") == [
        (line,) for line in range(2, len(people) + 2)
    ]
    assert len(list(csv.DictReader(io.StringIO(take(address, "csv").decode())))) == len(people)


@ONE_DATABASE
def test_what_is_taken_home_is_what_the_api_answers(client, send, take, people):
    """Each line has the probability, label and threshold of the API, to the last digit."""
    sent = client.post(
        "/predict/batch",
        data=table(people),
        content_type="text/csv",
        headers={"Accept": "text/csv"},
    )
    expected = list(csv.DictReader(io.StringIO(sent.text)))
    told = send(table(people), headers=JSON).json
    references = {line: row["id_employee"] for line, row in enumerate(people, start=2)}
    assert told["references"] == {str(line): one for line, one in references.items()}
    as_text = "{" + ",".join(f'"{line}":"{one}"' for line, one in references.items()) + "}"
    rows = list(csv.DictReader(io.StringIO(take(told["adresse"], "csv", as_text).decode())))
    same = [name for name in COLUMNS if name != "Identifiant"]
    found = {row["id_employee"]: [row[name] for name in same] for row in rows}
    assert found == {row["id_employee"]: [row[name] for name in same] for row in expected}
    chances = [float(row["Probabilite_depart"]) for row in rows]
    assert chances == sorted(chances, reverse=True)
    book = openpyxl.load_workbook(io.BytesIO(take(told["adresse"], "xlsx", as_text)))
    header, *body = book.worksheets[0].iter_rows(values_only=True)
    assert header[:2] == ("Ligne", "id_employee")
    place = header.index("Probabilite_depart")
    assert [line[place] for line in body] == pytest.approx(chances, abs=1e-15)
    excel = take(told["adresse"], "excel").decode()
    assert excel.startswith("\ufeffLigne;age;")
    assert f";{repr(chances[0]).replace('.', ',')};" in excel


def test_a_ranking_is_sorted_filtered_and_cut_into_pages(client, send, people):
    """Pages of 50 follow each other; filters leave what they name; each order is the column's."""
    address = send(table(people)).location

    def see(**asked: str) -> str:
        return client.get(address, query_string=asked, headers=HTML).text

    first, second, third = (lines(see(page=str(number))) for number in (1, 2, 3))
    assert sorted(first + second + third) == list(range(2, 122))
    assert lines(see(tri="ligne", sens="asc", taille="200")) == list(range(2, 122))
    assert lines(see(tri="ligne", sens="desc", taille="200")) == list(range(121, 1, -1))
    assert lines(see(sens="asc", taille="200"))[-1] == first[0]
    commercial = {
        line for line, row in enumerate(people, start=2) if row["departement"] == "Commercial"
    }
    assert set(lines(see(departement="Commercial", taille="200"))) == commercial
    bands = {risk: lines(see(niveau=risk, taille="200")) for risk in ("Élevé", "Modéré", "Faible")}
    assert [*bands["Élevé"], *bands["Modéré"], *bands["Faible"]] == lines(see(taille="200"))
    both = lines(see(niveau="Élevé", departement="Commercial", taille="200"))
    assert both == [line for line in bands["Élevé"] if line in commercial]
    assert lines(see(departement="Nulle part")) == []
    assert lines(see(page="999")) == third
    assert "Page 3 sur 3" in see(page="999")
    assert (
        lines(see(page="7", niveau="Élevé")) == bands["Élevé"][-(len(bands["Élevé"]) % 50 or 50) :]
    )


@ONE_DATABASE
def test_a_ranking_says_which_file_it_is_and_where_the_numbers_are(app, client, send, people):
    """Its sender reads the file's name; the columns stand in the order in which they are read."""
    address = send(table(people[:3]), "Équipe <A>.csv").location
    page = page_of(client.get(address, headers=HTML))
    assert "« Équipe <A>.csv », estimé le" in page.one("p", class_="lead").text
    [header] = page.one("table").one("thead").every("tr")
    assert [one.text.rstrip(" ▼") for one in header.every("th")] == [
        *("Ligne", "Numéro", "Probabilité", "Niveau"),
        *("Raisons", "Réponse", "Département", "Poste"),
    ]
    assert [one.text for one in header.every("th") if "hidden" in one.attributes] == ["Numéro"]
    [note] = [one for one in page.every("p") if "data-without" in one.attributes]
    assert "seul l’onglet qui a envoyé le fichier les connaît" in note.text
    assert "hidden" not in note.attributes
    assert "Équipe <A>.csv" in page_of(client.get("/console/fichier", headers=HTML)).text
    other = page_of(signed_in(app).get(address))
    assert other.one("p", class_="lead").text.startswith("Fichier du ")


def test_rows_that_are_equal_are_neither_repeated_nor_lost(client, send, take, people, monkeypatch):
    """A table is read in blocks: where one ends among equal probabilities the next goes on."""
    for place in (5, 6, 7, 8, 9, 40, 41, 90, 119):
        people[place] = people[0] | {"id_employee": str(9000 + place)}
    people[20]["age"] = "x"
    address = send(table(people)).location
    whole = take(address, "csv")
    rows = list(csv.DictReader(io.StringIO(whole.decode())))
    chances = [float(row["Probabilite_depart"] or -1) for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert sorted(int(row["Ligne"]) for row in rows) == list(range(2, 122))
    assert max(map(chances.count, chances)) >= 10
    for size in (1, 2, 3, 7, 119):
        monkeypatch.setattr(files, "ROWS", size)
        assert take(address, "csv") == whole, size


@ONE_DATABASE
def test_a_table_keeps_nobody_from_the_database_while_it_is_written(app, send, people, monkeypatch):
    """Between two blocks no connection is held: whoever is slow to write holds up nobody."""
    monkeypatch.setattr(files, "ROWS", 1)
    lot = send(table(people[:3])).location.rpartition("/")[2]
    with app.app_context():
        blocks = files.blocks(files.summary(lot))
        next(blocks)
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert len(list(blocks)) == 3


@ONE_DATABASE
@pytest.mark.parametrize("form", ["csv", "excel", "xlsx"])
def test_whole_numbers_come_home_whole(send, take, people, form):
    """5993 is kept as a float and comes back as 5993; decimals stay as they were."""
    people[1]["revenu_mensuel"] = "5993.25"
    content = take(send(table(people[:2])).location, form)
    if form == "xlsx":
        header, *body = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values
    else:
        text = content.decode("utf-8-sig")
        header, *body = csv.reader(io.StringIO(text), delimiter=";" if form == "excel" else ",")
    place = list(header).index("revenu_mensuel")
    found = {str(row[place]) for row in body}
    decimal = "5993,25" if form == "excel" else "5993.25"
    assert found == {people[0]["revenu_mensuel"], decimal}
    assert "." not in people[0]["revenu_mensuel"]


@ONE_DATABASE
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_numbers_may_be_grouped_in_a_file(send, query, people, form):
    """Thousands may stand apart in a cell's text; what is grouped otherwise has its sentence."""
    for place, space in enumerate(" \u00a0\u202f"):
        people[place]["revenu_mensuel"] = f"5{space}993,5"
        people[place + 3]["revenu_mensuel"] = f"59{space}93"
    content: str | bytes = table(people[:6])
    if form == "xlsx":
        book = io.BytesIO()
        write_workbook([list(people[0]), *(list(row.values()) for row in people[:6])], book)
        content = book.getvalue()
    assert send(content, f"groupes.{form}").status_code == 303
    assert query("SELECT revenu_mensuel FROM inputs") == 3 * [(5993.5,)]
    [(refused, faults)] = query("SELECT refused, CAST(faults AS text) FROM batches")
    assert refused == 3
    assert json.loads(faults) == [
        [line, "revenu_mensuel", "Revenu mensuel : un nombre est attendu."] for line in (5, 6, 7)
    ]


@ONE_DATABASE
@pytest.mark.parametrize(
    "asked", [{"tri": "'; DROP TABLE"}, {"page": "-1"}, {"page": "x"}, {"taille": "9"}, {"x": "y"}]
)
def test_an_address_that_asks_amiss_is_the_first_page(client, send, people, asked):
    """What a table cannot be asked for is as if nothing were asked."""
    address = send(table(people[:3])).location
    plain = lines(client.get(address, headers=HTML).text)
    assert lines(client.get(address, query_string=asked, headers=HTML).text) == plain


def test_bad_rows_have_their_line_and_their_sentence(client, send, take, people):
    """Good rows are ranked, bad ones listed on the page and last in the table taken home."""
    people[3]["revenu_mensuel"], people[7]["poste"] = "-5", ""
    people[9]["annees_dans_l_entreprise"] = "59"
    address = send(table(people)).location
    page = client.get(address, headers=HTML).text
    assert "117 employés estimés" in page
    refused = page.split("Lignes refusées")[1]
    assert re.findall(r'<th scope="row">(\d+)</th>', refused) == ["5", "9", "11"]
    assert "doit être comprise entre 1 et 1000000" in refused
    rows = list(csv.DictReader(io.StringIO(take(address, "csv").decode())))
    assert [row["Ligne"] for row in rows[-3:]] == ["5", "9", "11"]
    assert all(row["Erreurs"] and not row["Prediction"] for row in rows[-3:])
    assert not any(row["Erreurs"] for row in rows[:-3])


def test_a_file_without_a_good_row_is_still_a_ranking(client, send, take, people):
    """Nothing is estimated, every row has its sentence."""
    for row in people:
        row["age"] = "17"
    address = send(table(people[:4])).location
    page = client.get(address, headers=HTML).text
    assert "0 employé estimé" in page
    assert lines(page) == []
    assert take(address, "csv").decode().count("il faudrait avoir commencé avant 18 ans") == 4


@ONE_DATABASE
@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        ("", "vide.csv", "la colonne manque"),
        ("age,age\n1,2\n", "deux.csv", "deux.csv, ligne 1, colonne age"),
        ("\0\0", "binaire.csv", "pas du texte"),
        (b"PK\x03\x04nothing", "faux.xlsx", "pas un classeur .xlsx lisible"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "vieux.xls",
            "vieux.xls : c'est un ancien classeur .xls",
        ),
        ("x", "", "Choisissez un fichier"),
    ],
)
def test_what_is_no_table_is_one_sentence(send, query, content, name, sentence):
    """Beside the field for a person, as a problem for the script; and nothing is stored."""
    page = send(content, name)
    assert page.status_code == 422
    assert sentence in page.text.replace("\u202f", " ").replace("’", "'")
    problem = send(content, name, headers=JSON)
    assert problem.status_code == 422
    assert sentence in problem.json["detail"]
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    assert query("SELECT count(*) FROM batches") == [(0,)]


@ONE_DATABASE
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_a_file_that_is_taken(client, send, form):
    """What is downloaded as a model to fill in has every field, and its example is estimated."""
    with client.get(f"/console/fichier/modele.{form}", headers=HTML) as template:
        assert template.headers["Content-Disposition"].endswith(f"modele.{form}")
        content = template.data
    answer = send(content, f"modele.{form}")
    assert answer.status_code == 303, answer.text
    assert lines(client.get(answer.location, headers=HTML).text) == [2]
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


def sentence_of(content: bytes) -> str:
    """Why a workbook is refused; nothing where it is read."""
    try:
        list(read_workbook(io.BytesIO(content), "abime.xlsx"))
    except ExtractError as error:
        return str(error)
    return ""


def test_a_damaged_workbook_is_a_sentence(people):
    """Whatever bits of a workbook are flipped, it is read or refused in a sentence."""
    book = io.BytesIO()
    write_workbook([list(people[0]), *(list(row.values()) for row in people[:5])], book)
    whole, chance = book.getvalue(), random.Random(20261126)
    sentences = set()
    for _ in range(300):
        damaged = bytearray(whole)
        for place in chance.sample(range(len(whole)), chance.choice((1, 3, 20))):
            damaged[place] ^= 1 << chance.randrange(8)
        sentences.add(sentence_of(bytes(damaged)))
    assert {"", f"abime.xlsx : {UNREADABLE}"} <= sentences


@ONE_DATABASE
def test_a_damaged_workbook_is_a_page(send, query, people):
    """A workbook whose sheet is damaged is 422 beside its field, and nothing of it is kept."""
    book = io.BytesIO()
    write_workbook([list(people[0]), *(list(row.values()) for row in people)], book)
    content = bytearray(book.getvalue())
    place = content.index(b"xl/worksheets/sheet1.xml") + 400
    content[place : place + 40] = bytes(40)
    page = send(bytes(content), "abime.xlsx")
    assert page.status_code == 422
    assert "pas un classeur .xlsx lisible" in page.text.replace("\u202f", " ").replace("’", "'")
    assert query("SELECT count(*) FROM predictions") == [(0,)]


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
    own = client.get(address, headers=HTML)
    assert own.status_code == 200
    [prediction, *_] = re.findall(r'href="(/console/predictions/[^"]+)"', own.text)
    assert client.get(f"{prediction}/raisons", headers=HTML).status_code == 200
    stranger = Console(app)
    for path in (address, prediction, f"{prediction}/raisons", f"{prediction}/reprendre"):
        assert client.get(path, headers=HTML).status_code == 200
        assert wanted(stranger.get(path)) == path
        assert stranger.get(path, headers=JSON).status_code == 401
    assert wanted(stranger.send(f"{address}/resultat", {"forme": "csv"})) == ""
    assert stranger.send(f"{address}/resultat", {"forme": "csv"}, headers=JSON).status_code == 401


@ONE_DATABASE
def test_an_unknown_file_is_a_page_that_says_so(client, send, people):
    """An id under which nothing is kept is 404 for who may read; references amiss are 400."""
    address = send(table(people[:3])).location
    page = client.get(address, headers=HTML).text
    for wrong in ("[]", "{", '{"x": 1}'):
        data = {"csrf_token": hidden(page, "csrf_token"), "forme": "csv", "references": wrong}
        assert client.post(f"{address}/resultat", data=data, headers=HTML).status_code == 400
    with client.session_transaction("/console/fichier") as session:
        session["files"] = [["019aafa2-0c3e-7b52-9d41-6a1f0c2b7e90", "perdu.csv"]]
    missing = client.get(f"/console/fichiers/{session['files'][0][0]}", headers=HTML)
    assert missing.status_code == 404
    assert "Aucun fichier" in missing.text


@ONE_DATABASE
def test_a_cell_of_a_file_never_acts(client, send, take, people):
    """Markup is text on the page, and a formula is text in the table taken home."""
    people[0]["poste"], people[1]["poste"] = "<script>alert(1)</script>", "=1+1"
    address = send(table(people[:3])).location
    page = client.get(address, headers=HTML).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    rows = list(csv.DictReader(io.StringIO(take(address, "csv").decode())))
    assert "'=1+1" in {row["poste"] for row in rows}
    sent = take(address, "csv", '{"2": "=cmd|x"}').decode()
    assert "'=cmd|x" in sent
