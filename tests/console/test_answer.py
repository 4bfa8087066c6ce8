"""The page of an answer: that of the API, and its sender's alone."""

from typing import Any

import pytest
import sqlalchemy as sa

from futurisys.console import remembered
from futurisys.console.french import percent, typeset
from futurisys.employee.columns import EFFECT
from futurisys.employee.extracts import read_employees
from futurisys.employee.schema import KEPT, REFERENCE
from futurisys.model.encoder import columns_of
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from tests.console import (
    EMPLOYEE,
    HISTORY,
    WHAT_IF,
    Console,
    page_of,
    signed_in,
    spaced,
    values_of,
    wanted,
)
from tests.console.employees import as_read, factors_in, factors_of, form_of, typed
from tests.databases import ONE_DATABASE

COLUMNS = "label, probability, threshold, risk, base, model_version, CAST(warnings AS text)"


@pytest.fixture
def people(rows) -> list[dict[str, Any]]:
    """Some who stay, some who leave, and one whose post the model does not know."""
    return [rows[0], rows[1], rows[700], rows[1469], rows[3] | {"poste": "Dresseur d'ours"}]


@pytest.mark.slow
def test_the_answer_is_that_of_the_api(console, client, people, said):
    """Console and API say the same of the same employee, in words, figures and bars."""
    shown = set()
    for row in people:
        document = client.post("/predict?explication=true", json=row).json
        page = page_of(console.predict(typed(row)))
        verdict = page.one(class_="verdict")
        figure = verdict.one(class_="figure-large").one("strong").text
        assert figure == said(document["Probabilite_depart"])
        assert verdict.one(class_="word").text == word_of_document(document)
        assert page.one(class_="gauge-edge").text == spaced(
            f"seuil {percent(document['Seuil'], 1)}"
        )
        assert page.one(class_="gauge-here").text == said(document["Probabilite_depart"])
        assert factors_in(page) == as_read(factors_of(document), figure)
        warned = [one.text for part in page.every(class_="warnings") for one in part.every("li")]
        assert warned == [spaced(typeset(one)) for one in document["Avertissements"]]
        assert document["Version_modele"] in page.text
        assert "Signal statistique à peser par une personne" in page.text
        shown |= {verdict.one(class_="word").text, bool(warned)}
    assert shown >= {"Incertain", "Non signalé", True, False}


def word_of_document(document: dict[str, Any]) -> str:
    """Which of the three words a page says of an answer of the API."""
    found = document["Intervalle"] or {"Bas": 0, "Haut": 1}
    if found["Bas"] >= document["Seuil"]:
        return "Signalé"
    return "Non signalé" if found["Haut"] < document["Seuil"] else "Incertain"


def test_the_answer_is_kept_as_that_of_the_api(console, client, people, query):
    """Console and API write the same of the same employee: estimate, effects and facts."""
    for row in people:
        document = client.post("/predict?explication=true", json=row).json
        console.predict(typed(row))
        one, other = query(f"SELECT {COLUMNS} FROM predictions ORDER BY id DESC LIMIT 2")
        assert one == other
        assert one.probability == document["Probabilite_depart"]
        effects = ", ".join(EFFECT + name for name in KEPT)
        one, other = query(f"SELECT {effects} FROM predictions ORDER BY id DESC LIMIT 2")
        assert one == other
        one, other = query(f"SELECT {', '.join(KEPT)} FROM inputs ORDER BY id DESC LIMIT 2")
        assert one == other


@ONE_DATABASE
def test_an_answer_can_be_read_again(console, employee, query):
    """Its page is an address that may be reloaded: the same estimate, and nothing more is kept."""
    response = console.send(EMPLOYEE, typed(employee))
    first, again = (page_of(console.follow(response)) for _ in range(2))
    assert first.one(class_="verdict").text == again.one(class_="verdict").text
    assert query("SELECT count(*) FROM predictions") == [(1,)]


@ONE_DATABASE
def test_the_answer_can_be_corrected_without_typing_it_again(console, employee, query):
    """The answer leads to the form filled with what is kept, which can be sent as it stands."""
    page = page_of(console.predict(typed(employee, revenu_mensuel="5993,5")))
    [link] = [one for one in page.every("a") if one.text == "Corriger ces données"]
    response = console.get(link.attributes["href"])
    assert response.status_code == 200
    values = values_of(form_of(page_of(response)))
    assert values["revenu_mensuel"] == "5993,5"
    assert values[REFERENCE] == ""
    assert console.post(EMPLOYEE, values).status_code == 303
    one, other = query(f"SELECT {', '.join(KEPT)} FROM inputs ORDER BY id")
    assert one == other


@ONE_DATABASE
def test_an_answer_is_its_senders_alone(app, console, employee):
    """Where predicting is open, the browser that sent it reads it; a stranger asks for a key."""
    address = console.send(EMPLOYEE, typed(employee)).location
    for page in ("", "/raisons", "/reprendre"):
        assert console.get(address + page).status_code == 200
        assert wanted(Console(app).get(address + page)) == address + page
        script = Console(app).get(address + page, headers={"Accept": "application/json"})
        assert (script.status_code, script.mimetype) == (401, "application/problem+json")
        assert signed_in(app).get(address + page).status_code == 200


@ONE_DATABASE
def test_a_browser_remembers_its_last_eight_answers(console, employee):
    """The ninth takes the place of the first, which now asks for a key; no other is lost."""
    addresses = [
        console.send(EMPLOYEE, typed(employee, revenu_mensuel=str(5000 + number))).location
        for number in range(remembered.REMEMBERED + 1)
    ]
    assert remembered.REMEMBERED == 8
    assert wanted(console.get(addresses[0])) == addresses[0]
    assert all(console.get(one).status_code == 200 for one in addresses[1:])


@pytest.mark.slow
@ONE_DATABASE
def test_no_page_says_more_than_data_supports(app, console, analyst, client, rows):
    """Beyond a bound the answer, its gauge, the history and the what-if say « plus de » or « moins
    de », in place of a figure; an answer of another model keeps its figure."""
    predictor = app.extensions["futurisys.serving"].predictor
    more, less = (spaced(percent(predictor.card.bounds[end]["told"])) for end in ("high", "low"))
    chances = predictor.scores(columns_of(read_employees(SAMPLE)[0], predictor.fields)).probability
    ends = {
        f"plus de {more}": rows[chances.argmax()],
        f"moins de {less}": rows[chances.argmin()],
    }
    body = {"employes": list(ends.values())}
    answers = client.post("/predict/batch", json=body).json["predictions"]
    addresses = [f"/console/predictions/{answer['Identifiant']}" for answer in answers]
    figures = [spaced(percent(answer["Probabilite_depart"], 1)) for answer in answers]
    for (words, row), address, figure in zip(ends.items(), addresses, figures, strict=True):
        page = page_of(console.predict(typed(row)))
        assert words in page.one(class_="verdict").text
        assert page.one(class_="gauge-here").text == words
        assert figure not in page.text
        moved = page_of(console.post(WHAT_IF, values_of(form_of(page, WHAT_IF))))
        shown = [one.text for one in moved.one(class_="verdict").every("strong")]
        assert shown[:2] == [words, words]
        assert words in page_of(analyst.get(address)).one(class_="verdict").text
        assert words in page_of(analyst.get(HISTORY)).text
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE predictions SET model_version = 'avant'"))
    for address, figure in zip(addresses, figures, strict=True):
        assert figure in page_of(analyst.get(address)).one(class_="verdict").text
        assert figure in page_of(analyst.get(HISTORY)).text
