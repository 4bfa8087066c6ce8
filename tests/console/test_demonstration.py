"""While the model is the sample's, whoever sends other people is asked, and all is marked."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.console import EMPLOYEE, FILE, HISTORY, page_of
from tests.console.employees import typed
from tests.console.ranking import HTML, JSON, SAMPLE_ROWS, hidden
from tests.databases import ONE_DATABASE
from tests.population import table
from tests.three_extracts import csv_of, first

ASKED = "Ce modèle a appris sur des personnes fictives : il ne dit rien des vôtres."
pytestmark = ONE_DATABASE


@pytest.fixture
def post(client) -> Any:
    """Send files as a browser does, as they are."""

    def send(*contents: bytes, headers=HTML, **fields: str) -> Any:
        page = client.get(FILE, headers=HTML).text
        files = [(io.BytesIO(one), f"{place}.csv") for place, one in enumerate(contents)]
        form = {"csrf_token": hidden(page, "csrf_token"), "cle": "une", "fichier": files}
        return client.post(FILE, data=form | fields, headers=headers)

    return send


def test_the_sample_is_estimated_without_a_question(post, people):
    """Its people, in whatever file and however many of them, are those of the model."""
    assert post(table(people[30:50]).encode()).status_code == 303


def test_the_sample_s_extracts_are_known_too(post):
    """Three files are asked about their survey, and about nothing else."""
    step = post(*(csv_of(rows) for rows in first(9).values()))
    assert step.status_code == 422
    assert ASKED not in page_of(step).text


def test_other_people_are_asked_about_first(post, people, query):
    """Nothing is estimated before; what is confirmed of one file lets no other pass."""
    people[3]["revenu_mensuel"] = "6001"
    content = table(people[:9]).encode()
    step = post(content)
    assert step.status_code == 422
    assert ASKED in page_of(step).text
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    seen = hidden(step.text, "vu")
    assert post(table(people[:8]).encode(), vu=seen).status_code == 422
    assert post(content, vu=seen).status_code == 303
    assert query("SELECT count(*) FROM predictions") == [(9,)]
    assert query("SELECT fictional FROM batches") == [(True,)]


def test_the_script_gets_the_same_question(post, people):
    """As the page that it puts in place of its own."""
    people[3]["revenu_mensuel"] = "6001"
    step = post(table(people[:9]).encode(), headers=JSON)
    assert step.status_code == 422
    assert "il ne dit rien des vôtres" in step.json["etape"]


@pytest.mark.slow
def test_every_page_and_workbook_is_marked(analyst, client, file_id, employee):
    """Of the file, of one person, and of the service, whose model is the sample's."""
    address = f"/console/fichiers/{file_id}"
    answer = analyst.send(EMPLOYEE, typed(employee)).location
    for page in ("/", EMPLOYEE, FILE, address, answer, HISTORY, "/console/groupes", "/model"):
        marks = list(page_of(analyst.get(page)).every("p", class_="demonstration"))
        assert len(marks) == 1, page
        assert marks[0].text.startswith("DÉMONSTRATION"), page
    taken = analyst.send(f"{address}/resultat", {"forme": "xlsx"})
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    asked = {"Accept": kind, "Content-Type": "text/csv"}
    sent = client.post("/predict/batch", data=table(SAMPLE_ROWS[:1]), headers=asked)
    for book in (taken.data, sent.data):
        notes = load_workbook(io.BytesIO(book))["À lire"]
        assert any(str(one).startswith("DÉMONSTRATION") for [one] in notes.values)


def test_a_person_of_a_marked_file_stays_marked(analyst, file_id, query, request):
    """By the model that answered: another one, that knows real people, has not said this."""
    address = f"/console/predictions/{query('SELECT id FROM predictions')[0][0]}"
    request.getfixturevalue("own_model")
    for page in (f"/console/fichiers/{file_id}", address):
        assert list(page_of(analyst.get(page)).every("p", class_="demonstration")), page
    assert not list(page_of(analyst.get("/")).every("p", class_="demonstration"))
