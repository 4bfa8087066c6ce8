"""One kept prediction, as its page shows it."""

import datetime
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from futurisys.app import create_app
from futurisys.console.estimates import between
from futurisys.console.french import moment, percent, typeset
from futurisys.employee.schema import ASKED, FACTS, PROTECTED
from futurisys.model.plain import bands, source
from futurisys.records.database import db
from tests.console import GROUPS, HISTORY, WHAT_IF, page_of, signed_in, spaced, values_of
from tests.console.employees import as_read, factors_in, factors_of
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
        figure = page.one(class_="figure-large").one("strong").text
        assert figure == said(document["Probabilite_depart"])
        reasons = as_read(factors_of(document), figure)
        assert factors_in(page) == reasons
        assert moment(datetime.datetime.fromisoformat(document["Date"])) in page.text
        assert document["Version_modele"] in page.text
        opened = page_of(analyst.get(f"/console/predictions/{identifier}/raisons"))
        assert factors_in(opened) == reasons
        for warning in document["Avertissements"]:
            assert spaced(typeset(warning)) in page.text
            assert spaced(typeset(warning)) in opened.text


@ONE_DATABASE
def test_a_range_is_said_with_what_it_is_not(app, analyst, predict, rows):
    """Its ends, as they were kept, and that it is no margin on what the person will do."""
    bounds = app.extensions["futurisys.serving"].predictor.card.bounds
    usual, strange = predict([rows[0], rows[1] | {"poste": "Dresseur d'ours"}])
    for address in ("/console/predictions/{}", "/console/predictions/{}/raisons"):
        shown = page_of(analyst.get(address.format(usual["Identifiant"]))).text
        low, high = usual["Intervalle"]["Bas"], usual["Intervalle"]["Haut"]
        assert f"Fourchette : {spaced(between(low, high, bounds))}" in shown
        without = page_of(analyst.get(address.format(strange["Identifiant"]))).text
        assert "Fourchette :" not in without
    page = page_of(analyst.get(f"/console/predictions/{usual['Identifiant']}"))
    assert "ce n'est pas une marge sur ce que fera la personne" in page.text.replace("’", "'")
    assert ("de part et d’autre du seuil" in page.text) == usual["Proche_du_seuil"]


@ONE_DATABASE
def test_reasons_do_not_add_up_to_a_figure_that_no_page_tells(
    app, analyst, predict, rows, monkeypatch
):
    """Where the estimate is « plus de », the lighter reasons have no points."""
    predictor = app.extensions["futurisys.serving"].predictor
    [answer] = predict([rows[0]])
    bounds = predictor.card.bounds
    told = {
        "low": bounds["low"] | {"told": 0},
        "high": bounds["high"] | {"told": answer["Probabilite_depart"] - 0.01},
    }
    card = replace(predictor.card, bounds=bounds | told)
    address = f"/console/predictions/{answer['Identifiant']}"
    for shown in (address, f"{address}/raisons"):
        page = page_of(analyst.get(shown))
        assert "Un tiret remplace" not in page.text
        monkeypatch.setattr(predictor, "card", card)
        page = page_of(analyst.get(shown))
        reasons = page.one(class_="reasons-told")
        shares = [one.text for one in reasons.every(class_="share")]
        others = [one.text for one in reasons.one("details").every(class_="share")]
        assert set(others) == {"–"}
        assert "–" not in shares[: -len(others)]
        assert "Un tiret remplace les points" in page.text
        monkeypatch.undo()


@ONE_DATABASE
def test_facts_have_their_units_and_say_nothing_that_the_law_protects(analyst, predict, rows):
    """What the model read, and no more: neither shown nor carried are age, sex or family status."""
    [answer] = predict([rows[0] | {"distance_domicile_travail": 2.5}])
    page = page_of(analyst.get(f"/console/predictions/{answer['Identifiant']}"))
    facts = {one.one("dt").text: one.one("dd").text for one in page.one("dl").every("div")}
    assert len(facts) == len(ASKED)
    assert facts["Revenu mensuel"] == "5 993 €"
    assert facts["Distance entre le domicile et le travail"] == "2,5 km"
    assert facts["Dernière augmentation de salaire"] == "11 %"
    assert facts["Années dans l’entreprise"] == "6 ans"
    assert facts["Années depuis la dernière promotion"] == "0 an"
    assert facts["Satisfaction : équipe"] == "1 sur 4"
    protected = {spaced(typeset(FACTS[name].words)).partition(",")[0] for name in PROTECTED}
    assert not protected & facts.keys()
    carried = {one.attributes.get("name", "").removeprefix("avant-") for one in page.every("input")}
    assert not carried & set(PROTECTED)


@ONE_DATABASE
def test_the_page_says_how_many_such_people_had_left(app, analyst, predict, rows):
    """The sentence of the card for the band that holds the estimate, and what is to be done."""
    card = app.extensions["futurisys.serving"].predictor.card
    for answer in predict(rows[:6]):
        text = page_of(analyst.get(f"/console/predictions/{answer['Identifiant']}")).text
        chance = answer["Probabilite_depart"]
        told = list(bands(card.plain, source(card.fictional)))
        place = sum(chance >= band["high"] for band in told[:-1])
        assert spaced(typeset(told[place]["sentence"])) in text
        assert "À vérifier avec la personne, qui en est informée." in text


@ONE_DATABASE
def test_an_older_answer_goes_by_its_threshold_and_says_so(app, analyst, predict, rows):
    """A row without a range is marked as such; one with warnings is uncertain."""
    answer, strange = predict([rows[0], rows[1] | {"poste": "Dresseur d'ours"}])
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE predictions SET range_low = NULL, range_high = NULL"))
    page = page_of(analyst.get(f"/console/predictions/{answer['Identifiant']}"))
    is_above = answer["Probabilite_depart"] >= answer["Seuil"]
    verdict = page.one(class_="verdict")
    assert verdict.one(class_="word").text == ("Signalé" if is_above else "Non signalé")
    assert "sans fourchette" in verdict.text
    other = page_of(analyst.get(f"/console/predictions/{strange['Identifiant']}"))
    assert other.one(class_="verdict").one(class_="word").text == "Incertain"
    assert "sans fourchette" not in other.one(class_="verdict").text


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
    assert factors_in(page) == factors_in(page_of(analyst.get(f"{address}/raisons")))
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
