"""What if: a changed employee is estimated as the API does, and not kept."""

from typing import Any
from uuid import UUID

import pytest
from werkzeug.datastructures import MultiDict

from futurisys.console.forms import MISSING
from futurisys.console.french import points, typeset
from futurisys.employee.schema import ACTIONABLE, ASKED, FACTS, employee_schema
from futurisys.model.plain import WORDS, word_of
from tests.console import WHAT_IF, page_of, spaced, values_of
from tests.console.employees import BEFORE, FRAGMENT, bars_in, factors_of, faults_in, form_of, typed
from tests.databases import ONE_DATABASE


@ONE_DATABASE
def test_the_what_if_form_carries_the_employee(console, employee):
    """Its hidden fields are the facts that are kept, its other ones those that can change."""
    page = page_of(console.predict(typed(employee)))
    values = values_of(form_of(page, WHAT_IF))
    hidden = {
        name.removeprefix(BEFORE): text for name, text in values.items() if name.startswith(BEFORE)
    }
    known = {name: employee[name] for name in ASKED}
    parsed = {name: FACTS[name].parse(text) for name, text in hidden.items()}
    assert employee_schema().load(parsed) == employee_schema().load(known)
    assert {name for name in values if name in FACTS} == set(ACTIONABLE)
    assert {name: hidden[name] for name in ACTIONABLE} == {
        name: values[name] for name in ACTIONABLE
    }


def word_said_of(document):
    """Which of the three words a page says of an answer of the API."""
    answer = document["Intervalle"] or {"Bas": None, "Haut": None}
    chances = document["Probabilite_depart"], document["Seuil"], answer["Bas"], answer["Haut"]
    return WORDS[word_of(*chances, bool(document["Avertissements"]))]


@pytest.mark.slow
@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
@ONE_DATABASE
def test_what_if_is_that_of_the_api_and_is_not_kept(
    console, client, employee, query, headers, said
):
    """Both estimates, their difference, what moved and what counts then; and no row."""
    values = values_of(form_of(page_of(console.predict(typed(employee))), WHAT_IF))
    [kept] = query("SELECT count(*) FROM inputs")
    for changes in (
        {},
        {"heure_supplementaires": "Non"},
        {"revenu_mensuel": "9000,5", "nb_formations_suivies": "3", "poste": "Dresseur d'ours"},
    ):
        sent = {name: FACTS[name].parse(text) for name, text in changes.items()}
        body = {"employe": employee, "changements": sent}
        document = client.post("/simulate", json=body).json
        response = console.post(WHAT_IF, values | changes, headers=headers)
        assert response.status_code == 200
        page = page_of(response)
        part = page if headers else page.one(id="simulation")
        assert [one.text for one in part.one(class_="verdict").every("strong")] == [
            said(document["Avant"]["Probabilite_depart"]),
            said(document["Apres"]["Probabilite_depart"]),
            spaced(points(document["Difference"])),
        ]
        assert [one.text for one in part.one(class_="verdict").every(class_="word")] == [
            word_said_of(document["Avant"]),
            word_said_of(document["Apres"]),
        ]
        after = client.post("/predict?explication=true", json=employee | sent).json
        assert bars_in(part) == [*factors_of(document), *factors_of(after)]
        assert ("Rien n’a changé." in part.text) == (not changes)
    assert query("SELECT count(*) FROM inputs") == [(kept[0] + 3,)]


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
@ONE_DATABASE
def test_a_change_that_is_not_possible_is_said_to_be(console, client, employee, query, headers):
    """What the API refuses is 422 here too, with its sentence, and nothing that was typed goes."""
    values = values_of(form_of(page_of(console.predict(typed(employee))), WHAT_IF))
    for name, text in {
        "annees_dans_le_poste_actuel": "7",
        "revenu_mensuel": "-1",
        "satisfaction_employee_equipe": "",
        "heure_supplementaires": "Peut-être",
        "distance_domicile_travail": "2",
    }.items():
        body = {"employe": employee, "changements": {name: FACTS[name].parse(text)}}
        [error] = client.post("/simulate", json=body).json["errors"]
        response = console.post(WHAT_IF, values | {name: text}, headers=headers)
        assert response.status_code == 422
        page = page_of(response)
        said = [one.text for one in page.one(class_="faults").every("li")]
        assert said == [spaced(typeset(error["detail"]))]
        if not headers and name in ACTIONABLE:
            assert faults_in(page) == {name: said[0] if text else MISSING}
            assert values_of(form_of(page, WHAT_IF))[name] == text
    assert query("SELECT count(*) FROM inputs") == [(1,)]


@ONE_DATABASE
def test_a_what_if_without_its_employee_is_refused(console):
    """A form that has lost what it carries is a page that says what is missing."""
    response = console.send(WHAT_IF, {"poste": "Manager"})
    assert response.status_code == 422
    assert "la valeur manque" in page_of(response).one("p", role="alert").text


@ONE_DATABASE
def test_a_comparison_leads_back_to_its_person_also_where_it_fails(console, employee, query):
    """By the name that it was asked with; where that is none, nothing leads anywhere."""
    values = values_of(form_of(page_of(console.predict(typed(employee))), WHAT_IF))
    [[person]] = query("SELECT id FROM predictions")
    back = {"href": f"/console/predictions/{UUID(str(person))}"}
    for changes in ({}, {"revenu_mensuel": "-1"}):
        page = page_of(console.post(WHAT_IF, values | changes))
        assert page.one("a", **back).text == "Retour à l’estimation"
        again = values_of(form_of(page, WHAT_IF))
        assert page_of(console.post(WHAT_IF, again)).one("a", **back)
    page = page_of(console.post(WHAT_IF, values | {"personne": "//elsewhere.example"}))
    assert "Retour" not in page.text


@ONE_DATABASE
def test_levels_are_taken_however_they_are_typed(console, employee, query):
    """What is kept has the model's spelling, and a change into the same level changes nothing."""
    odd = employee | {"departement": "COMMERCIAL", "poste": " cadre  commercial"}
    values = values_of(form_of(page_of(console.predict(typed(odd))), WHAT_IF))
    assert query("SELECT departement, poste FROM inputs") == [("Commercial", "Cadre Commercial")]
    assert values[f"{BEFORE}departement"] == "Commercial"
    page = page_of(console.post(WHAT_IF, values | {"departement": "commercial"}))
    before, after, _ = page.one(id="simulation").one(class_="verdict").every("strong")
    assert before.text == after.text


def suggestions_of(client, row):
    """What the API suggests for a person: of one step, and of two together."""
    known = client.post("/simulate?suggestions=true", json={"employe": row}).json["Suggestions"]
    return [[one for one in known if len(one["Changements"]) == count] for count in (1, 2)]


def changed(suggestion):
    """The fields that a suggestion changes."""
    return [change["Variable"] for change in suggestion["Changements"]]


@pytest.mark.slow
@ONE_DATABASE
def test_suggestions_are_taken_and_combined(console, client, rows):
    """One that is ticked gets its own estimate, two get the joint one, as the API tells them."""
    page = page_of(console.predict(typed(rows[0])))
    values = values_of(form_of(page, WHAT_IF))
    offered = {one.attributes["value"] for one in page.every("input", name="etape")}
    ones, pairs = suggestions_of(client, rows[0])
    assert offered == {field for one in ones for field in changed(one)}
    assert pairs
    for suggestion in [*ones, *pairs]:
        taken = (("etape", field) for field in changed(suggestion))
        steps = MultiDict([*values.items(), *taken])
        response = console.client.post(WHAT_IF, data=steps, headers={"Accept": "text/html"})
        shown = page_of(response)
        *_, difference = shown.one(id="simulation").one(class_="verdict").every("strong")
        assert difference.text == spaced(points(suggestion["Difference"]))
        ticked = {
            one.attributes["value"]
            for one in shown.every("input", name="etape")
            if "checked" in one.attributes
        }
        assert ticked == set(changed(suggestion))


@ONE_DATABASE
def test_the_page_says_what_can_be_done_and_what_can_be_talked_about(console, client, rows):
    """Its suggestions are those of the API, in words; a low satisfaction is a topic, no change."""
    page = page_of(console.predict(typed(rows[0])))
    known, _ = suggestions_of(client, rows[0])
    told = [one.text for one in page.one(class_="suggestions").every(class_="suggestion")]
    assert len(told) == len(known) > 0
    for text, suggestion in zip(told, known, strict=True):
        for member in ("Demande", "Echeance"):
            assert spaced(typeset(suggestion[member])) in text
        assert text.startswith(spaced(typeset(suggestion["Phrase"].partition(" : ")[0])))
        assert spaced(points(suggestion["Difference"])) in text
    said_of = [one.text for one in page.one("ul", class_="topics").every("li")]
    assert said_of
    assert all(text.startswith("Satisfaction ") for text in said_of)
    assert not any("atisfaction" in text for text in told)


@ONE_DATABASE
def test_an_estimate_at_its_end_says_that_it_hardly_moves(console, rows):
    """Where data tells no more, a difference of nothing is not said of a change as its worth."""
    worst: dict[str, Any] = {
        name: 1 for name in ASKED if name.startswith(("satisfaction_", "niveau_hier"))
    }
    worst |= {"heure_supplementaires": "Oui", "frequence_deplacement": "Frequent"}
    worst |= {"nombre_participation_pee": 0, "distance_domicile_travail": 25}
    high, low = (
        page_of(console.predict(typed(rows[0] | worst))),
        page_of(console.predict(typed(rows[5]))),
    )
    assert high.one(class_="figure-large").one("strong").text.startswith("plus de")
    assert spaced(points(0)) in high.one(class_="suggestions").text
    assert "ne bouge presque plus" in high.one(class_="suggestions").text
    assert "ne bouge presque plus" not in low.text
    values = values_of(form_of(high, WHAT_IF))
    moved = page_of(
        console.post(WHAT_IF, values | {"heure_supplementaires": "Non"}, headers=FRAGMENT)
    )
    assert "ne bouge presque plus" in moved.text


def test_points_are_counted_as_french_counts():
    """The plural begins at two, and not where rounding says less."""
    said = [spaced(points(share)) for share in (0, 0.0104, -0.0194, 0.01996, 0.123)]
    assert said == ["0,0 point", "+1,0 point", "−1,9 point", "+2,0 points", "+12,3 points"]
