"""One kept prediction, as its page shows it."""

import datetime
import uuid
from typing import Any

import pytest

from futurisys.app import create_app
from futurisys.console.french import moment, percent, points, typeset
from futurisys.employee.schema import FACTS, KEPT
from futurisys.records.database import db
from tests.console import GROUPS, HISTORY, WHAT_IF, Element, page_of, signed_in, spaced, values_of
from tests.console.history import ids
from tests.databases import ONE_DATABASE

pytestmark = pytest.mark.usefixtures("references")


def test_one_prediction_shows_its_facts_and_its_reasons(
    analyst, client, predict, rows, reader, said
):
    """Its page says what GET /predictions/<id> says: answer, moment, facts, each reason."""
    for row in (rows[0], rows[1], rows[2] | {"poste": "Dresseur d'ours"}):
        [answer] = predict([row])
        identifier = answer["Identifiant"]
        document = client.get(f"/predictions/{identifier}", headers=reader).json
        page = page_of(analyst.get(f"/console/predictions/{identifier}"))
        assert [one.text for one in page.one(class_="verdict").every("strong")] == [
            f"« {document['Prediction']} »",
            said(document["Probabilite_depart"]),
        ]
        facts = {one.one("dt").text: one.one("dd").text for one in page.one("dl").every("div")}
        assert facts == {
            spaced(typeset(FACTS[name].words)): written(document["Employe"][name]) for name in KEPT
        }
        reasons = [
            (spaced(typeset(one["Phrase"])), spaced(points(one["Effet_probabilite"])))
            for one in document["Facteurs"]
        ]
        assert reasons_in(page) == reasons
        assert moment(datetime.datetime.fromisoformat(document["Date"])) in page.text
        assert document["Version_modele"] in page.text
        opened = page_of(analyst.get(f"/console/predictions/{identifier}/raisons"))
        assert reasons_in(opened) == reasons
        for warning in document["Avertissements"]:
            assert spaced(typeset(warning)) in page.text
            assert spaced(typeset(warning)) in opened.text


@ONE_DATABASE
def test_a_range_is_said_with_what_it_is_not(analyst, predict, rows):
    """Its ends, as they were kept, and that it is no margin on what the person will do."""
    usual, strange = predict([rows[0], rows[1] | {"poste": "Dresseur d'ours"}])
    for address in ("/console/predictions/{}", "/console/predictions/{}/raisons"):
        shown = page_of(analyst.get(address.format(usual["Identifiant"]))).text
        low, high = (spaced(percent(usual["Intervalle"][end], 1)) for end in ("Bas", "Haut"))
        assert f"Intervalle : {low} à {high}" in shown
        assert "ce n'est pas une marge sur ce que fera la personne" in shown.replace("’", "'")
        assert ("la réponse est incertaine" in shown) == usual["Proche_du_seuil"]
        without = page_of(analyst.get(address.format(strange["Identifiant"]))).text
        assert "Intervalle :" not in without


def reasons_in(page: Element) -> list[tuple[str, str]]:
    bars = next(page.every("ul", class_="bars"))
    return [(one.one(class_="said").text, one.one(class_="share").text) for one in bars.every("li")]


def written(value: Any) -> str:
    """A fact of the sample as HR writes it; 11.0 is 11."""
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


@ONE_DATABASE
def test_a_stored_prediction_can_be_asked_what_if(analyst, client, predict, rows, said):
    """Its page carries the facts that are kept, whatever decimals a program gave them."""
    row = rows[0] | {
        "revenu_mensuel": 5993.123456789012,
        "distance_domicile_travail": 0.00001,
        "augementation_salaire_precedente": 11.25,
    }
    [answer] = predict([row])
    page = page_of(analyst.get(f"/console/predictions/{answer['Identifiant']}"))
    values = values_of(page.one("form", action=WHAT_IF))
    response = analyst.post(WHAT_IF, values | {"heure_supplementaires": "Non"})
    changes = {"heure_supplementaires": "Non"}
    document = client.post("/simulate", json={"employe": row, "changements": changes}).json
    assert response.status_code == 200
    verdict = page_of(response).one(class_="verdict")
    estimates = [one.text for one in verdict.every("strong")][:2]
    assert estimates == [said(document[one]["Probabilite_depart"]) for one in ("Avant", "Apres")]
    carried = {
        name: FACTS[name].parse(values[f"avant-{name}"])
        for name in ("revenu_mensuel", "distance_domicile_travail")
    }
    assert carried == {name: row[name] for name in carried}


@ONE_DATABASE
def test_a_prediction_of_a_file_names_its_line(analyst, answer_of_file):
    """The page of a row tells its line, and leads to the file."""
    for headers, links in ({}, 1), ({"Idempotency-Key": "un fichier"}, 1):
        answer = answer_of_file(**headers)
        response = analyst.get(f"/console/predictions/{answer['Identifiant']}")
        assert response.status_code == 200
        page = page_of(response)
        assert "ligne 2 d’un fichier" in page.text
        found = [one for one in page.every("a") if one.text == "fichier"]
        assert len(found) == links
        assert all(analyst.get(one.attributes["href"]).status_code == 200 for one in found)


@ONE_DATABASE
def test_what_is_kept_can_be_read_without_a_model(database_url, predict, rows, tmp_path):
    """Where no model is loaded, what was answered is still there; only what-if is not."""
    [answer] = predict(rows[:1])
    app = create_app(DATABASE_URL=database_url, FUTURISYS_MODEL=str(tmp_path))
    analyst = signed_in(app)
    assert ids(analyst.get(HISTORY)) == [answer["Identifiant"]]
    address = f"/console/predictions/{answer['Identifiant']}"
    page = page_of(analyst.get(address))
    assert spaced(percent(answer["Probabilite_depart"], 1)) in page.one(class_="verdict").text
    assert reasons_in(page) == reasons_in(page_of(analyst.get(f"{address}/raisons")))
    assert not list(page.every("form", action=WHAT_IF))
    assert analyst.get(GROUPS).status_code == 200
    with app.app_context():
        db.engine.dispose()


@ONE_DATABASE
def test_what_is_not_there_is_a_page_that_says_so(analyst):
    """An unknown id is 404, an ill-formed one too."""
    for address in (str(uuid.uuid4()), f"{uuid.uuid4()}/raisons", "12", "x"):
        response = analyst.get(f"/console/predictions/{address}")
        assert response.status_code == 404
        assert page_of(response).one("h1").text == "Adresse inconnue"
