"""The page of what is new between two files: its figures, its people, what it does not tell."""

import csv
import datetime
import io
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from futurisys.console.french import number
from futurisys.operations import access, requests
from futurisys.operations.access import Caller
from futurisys.operations.clock import zone
from futurisys.operations.files import HIDES
from futurisys.records.withheld import LIMITATION
from tests.books import remarks, rows_of
from tests.console import Console, page_of, signed_in, spaced
from tests.databases import ONE_DATABASE
from tests.monthly import FROM, PAID_MORE, TO, few
from tests.population import sample_rows, table

pytestmark = [pytest.mark.usefixtures("numbers"), ONE_DATABASE]
MOVED = {"aria-labelledby": "bougees"}
SPLIT = ("Écart du modèle", "Écart de la population", "Écart des personnes")
ADDRESS, TABLE = "/console/comparaison", "/console/comparaison/tableau"


@pytest.fixture
def issue(app) -> Callable[..., str]:
    def one(*departments: str) -> str:
        with app.app_context():
            return access.issue("Ada", ("predict", "console"), None, departments or None)

    return one


@pytest.fixture
def ada(app, issue) -> tuple[Console, str]:
    """A browser of who sends the files, and her key."""
    console, key = Console(app), issue()
    assert console.sign_in(key).status_code == 303
    return console, key


@pytest.fixture
def files(client, ada) -> dict[str, str]:
    """The two files of a month, as an address names them."""
    found = {}
    for side, rows in zip(("avant", "apres"), few(sample_rows()), strict=True):
        headers = {"Authorization": f"Bearer {ada[1]}", "Content-Type": "text/csv"}
        sent = client.post("/predict/batch", data=table(rows), headers=headers, buffered=True)
        found[side] = sent.headers["Fichier"]
    return found


def probabilities(query, batch_id: str) -> dict[str, tuple[float, str]]:
    rows = query(
        "SELECT i.subject, p.probability, i.departement FROM predictions p JOIN inputs i "
        f"ON i.id = p.input_id WHERE p.batch_id = '{batch_id}'"
    )
    return {row.subject: (row.probability, row.departement) for row in rows}


@pytest.mark.slow
def test_the_page_has_the_figures_of_both_files(ada, files, query):
    """How many came, went and moved, the sums as an overview rounds them, and the parts."""
    page = page_of(ada[0].get(ADDRESS, query_string=files))
    before, after = (probabilities(query, files[side]) for side in ("avant", "apres"))
    both = before.keys() & after.keys()
    tiles = [tile.one("strong").text for tile in page.one("ul", class_="tiles").every("a")]
    assert tiles == ["5", "3", "1"]
    came = math.fsum(after[one][0] for one in after.keys() - both)
    left = math.fsum(before[one][0] for one in before.keys() - both)
    people = math.fsum(after[one][0] - before[one][0] for one in both)
    parts = [row.one("td", class_="figure").text for row in _rows(page, "mouvement")]
    said = [spaced(number(one, 1, True)) for one in (0, came - left, people, came - left + people)]
    assert parts == said
    sums = [math.fsum(one for one, _ in side.values()) for side in (before, after)]
    told = page.one("section", class_="headline").text
    assert spaced(f"Somme des estimations : {number(sums[1])} ") in told
    assert spaced(f"Elle était de {number(sums[0])}. ") in told
    assert "est arrondi à part" in told


def test_who_moved_is_told_with_the_fact_that_did_it(ada, files):
    """From what to what, in points, and with the number where the caller sees it."""
    page = page_of(ada[0].get(ADDRESS, query_string=files))
    moved = next(part for part in page.every("section") if "bougees" in str(part.attributes))
    [row] = moved.one("tbody").every("tr")
    assert "revenu 2 070 € → revenu 4 570 €" in row.text
    reasons = [part.one("i").text for part in row.every("span", class_="brief")]
    assert reasons == [next(cell.text for cell in row.every("td") if "points" in cell.text)]
    assert sample_rows()[PAID_MORE]["id_employee"] in [cell.text for cell in row.every("td")]


def test_a_fact_that_is_named_alone_is_told_from_what_to_what(ada, client):
    """Who goes from one department to another is told so, not that it is a department."""
    number = sample_rows()[PAID_MORE]["id_employee"]
    sent = []
    for side, department in zip(few(sample_rows()), (FROM, TO), strict=True):
        rows = [
            row | {"departement": department} if row["id_employee"] == number else row
            for row in side
        ]
        headers = {"Authorization": f"Bearer {ada[1]}", "Content-Type": "text/csv"}
        answer = client.post("/predict/batch", data=table(rows), headers=headers, buffered=True)
        sent.append(answer.headers["Fichier"])
    asked = dict(zip(("avant", "apres"), sent, strict=True))
    page = page_of(ada[0].get(ADDRESS, query_string=asked))
    assert f"département {FROM} → {TO}" in page.one("section", **MOVED).text


def test_no_points_tell_the_figure_that_an_estimate_has_not(ada, files, app, monkeypatch):
    """Between a figure and « plus de », a dash, and reasons that say which way alone."""
    predictor = app.extensions["futurisys.serving"].predictor
    row = next(one for one in page_of(ada[0].get(ADDRESS, query_string=files)).every("tr")
               if "revenu 4 570 €" in one.text)  # fmt: skip
    said = next(cell.text for cell in row.every("td") if "→" in cell.text)
    first, last = (float(one.strip(" %").replace(",", ".")) / 100 for one in said.split(" → "))
    bounds = predictor.card.bounds
    told = {
        "low": bounds["low"] | {"told": 0},
        "high": bounds["high"] | {"told": (first + last) / 2},
    }
    monkeypatch.setattr(predictor, "card", replace(predictor.card, bounds=bounds | told))
    [row] = page_of(ada[0].get(ADDRESS, query_string=files)).one("section", **MOVED).one(
        "tbody").every("tr")  # fmt: skip
    assert "plus de" in row.text
    assert "point" not in row.text
    assert "–" in [cell.text for cell in row.every("td", class_="figure")]
    assert [one.one("i").text for one in row.every("span", class_="brief")] == ["−"]


@pytest.mark.slow
def test_a_file_alone_is_compared_with_the_one_before(ada, files):
    """The link of a file's ranking names the file, and leads to the last one before it."""
    ranking = ada[0].get(f"/console/fichiers/{files['apres']}/classement")
    link = next(a for a in page_of(ranking).every("a") if "précédent" in a.text)
    led = ada[0].get(link.attributes["href"])
    assert led.status_code == 303
    assert dict(re.findall(r"(avant|apres)=([0-9a-f-]+)", led.location)) == files


@pytest.mark.slow
def test_the_first_file_alone_is_told_that_none_comes_before(ada, files):
    """The link of every ranking leads to a page, that of the first file's too."""
    page = page_of(ada[0].get(f"{ADDRESS}?apres={files['avant']}"))
    assert "Aucun fichier ne précède celui-ci" in page.text


def test_the_last_two_files_are_proposed(ada, files):
    """Who says nothing is asked, the newest file set against the one before it."""
    page = page_of(ada[0].get(ADDRESS))
    chosen = {
        select.attributes["name"]: next(select.every("option", selected="")).attributes["value"]
        for select in page.one("form", class_="compare").every("select")
    }
    assert chosen == files


AMISS: list[tuple[dict[str, str], str]] = [
    ({"apres": ""}, "Choisissez un fichier"),
    ({"apres": "x"}, "plus là"),
    ({"apres_du": "2026-11-01"}, "pas les deux"),
    ({"apres": "", "apres_du": "hier"}, "Une date est attendue"),
    ({"apres": "", "apres_du": "2026-11-02", "apres_au": "2026-11-01"}, "échangez-les"),
]


@pytest.mark.slow
def test_what_is_amiss_is_told_beside_its_field(ada, files):
    """A side that is unsaid, said twice, the other one, or nothing that is there."""
    for asked, fault in (*AMISS, ({"apres": files["avant"]}, "le même fichier")):
        refused = ada[0].get(ADDRESS, query_string=files | asked)
        assert refused.status_code == 422
        [told] = [part.text for part in page_of(refused).every("p", class_="fault")]
        assert fault in told


@pytest.mark.slow
def test_a_period_is_as_good_as_a_file(ada, files):
    """Of its days both ends count, and those that a calendar begins and ends with are days too."""
    asked = {"avant": files["avant"]}
    page = page_of(ada[0].get(ADDRESS, query_string=asked | {"apres_du": "1990-02-01"}))
    assert "à partir du 01/02/1990" in page.one("p", class_="lead").text
    for day in ({"apres_du": "0001-01-01"}, {"apres_au": "9999-12-31"}):
        assert ada[0].get(ADDRESS, query_string=asked | day).status_code == 200


def test_who_has_moved_away_has_left_the_perimeter(app, issue, files):
    """To a key of one department it is not said who went elsewhere and who went altogether."""
    console = Console(app)
    assert console.sign_in(issue(FROM)).status_code == 303
    page = page_of(console.get(ADDRESS, query_string=files))
    assert "rien d’autre n’en est dit" in page.text
    assert "Plus dans le fichier" not in page.text
    assert "Consulting" not in page.one("main").text


@pytest.mark.slow
def test_another_reader_sees_no_number(app, files):
    """Numbers are for the sender, and whom the sender names."""
    text = signed_in(app).get(ADDRESS, query_string=files).text
    assert "Numéro" not in text


def test_without_its_key_the_page_says_that_there_is_no_comparison(app, ada, files):
    """And what to ask for."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    page = page_of(ada[0].get(ADDRESS, query_string=files))
    assert "il n’y a pas de comparaison" in page.text
    assert not list(page.every("table"))


@pytest.mark.slow
@pytest.mark.parametrize(("form", "asks"), [("csv", False), ("excel", True)])
def test_the_table_has_everybody_who_came_went_or_moved(ada, files, query, form, asks):
    """Each with what is exact of them, and their number where it was asked for."""
    more = {"numeros": "oui"} if asks else {}
    taken = ada[0].send(TABLE, files | more | {"forme": form})
    text = taken.get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if form == "excel" else ","))
    assert [row["Situation"] for row in rows].count("Nouvelle") == 5
    assert [row["Situation"] for row in rows].count("Partie") == 3
    [moved] = [row for row in rows if row["Situation"] == "A bougé"]
    chances = [
        float(moved[f"Probabilité, {side}"].replace(",", ".")) for side in ("avant", "après")
    ]
    assert float(moved["Écart"].replace(",", ".")) == chances[1] - chances[0]
    assert spaced(moved["Ce qui a bougé (1)"]).startswith("Revenu mensuel : 2 070 → 4 570 (-")
    assert ("Telechargement" in moved) is asks
    assert (sample_rows()[PAID_MORE]["id_employee"] in moved.values()) is asks
    lines = query("SELECT action, predictions FROM journal")
    assert [tuple(line) for line in lines] == [("export", 5 + 3 + 1)]


@pytest.mark.slow
def test_the_workbook_has_the_sums_beside_the_people(ada, files):
    """People, the parts of the movement and groups, and what a reader should know."""
    content = ada[0].send(TABLE, files | {"forme": "xlsx"}).get_data()
    people = rows_of(content, "Personnes")
    assert len(people) == 5 + 3 + 1
    sums = {row["Quoi"]: row for row in rows_of(content, "Synthèse")}
    parts = [sums[name]["Écart"] for name in SPLIT]
    assert math.fsum(parts) == pytest.approx(sums["Somme des estimations"]["Écart"], abs=1e-9)
    assert any(sentence.startswith("DÉMONSTRATION") for sentence in remarks(content))


def _rows(page: Any, name: str) -> list[Any]:
    return list(page.one("table", id=name).one("tbody").every("tr"))


def test_who_is_not_to_be_shown_is_on_neither_side(app, ada, files):
    """Nobody who has asked for it is compared; that somebody is not shown is said."""
    reference = int(sample_rows()[PAID_MORE]["id_employee"])
    officer = Caller("abcdef012345", "Zénobie", frozenset({"rights"}), None, "abcdef012345")
    with app.test_request_context("/"):
        officer.enter()
        today = datetime.datetime.now(zone()).date()
        requests.record(officer, reference, LIMITATION, today)
    page = page_of(ada[0].get(ADDRESS, query_string=files))
    tiles = [tile.one("strong").text for tile in page.one("ul", class_="tiles").every("a")]
    assert tiles == ["5", "3", "0"]
    assert HIDES in page.text
    assert str(reference) not in [cell.text for cell in page.every("td")]
