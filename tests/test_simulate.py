"""What-if: both answers, what moved between them, and what would lower the estimate."""

import random

import pytest

from futurisys.employee.extracts import read_employees
from futurisys.employee.fields import INCREASE, Whole
from futurisys.employee.schema import ACTIONABLE, FACTS, disagreements
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.operations.simulating import suggest
from futurisys.sample import SAMPLE
from tests.databases import ONE_DATABASE

CHANGES = {"heure_supplementaires": "Non", "revenu_mensuel": 9000, "nb_formations_suivies": 3}
MESSAGE = "Un employeur ne peut pas agir sur ce champ : retirez-le des changements."


@pytest.fixture
def simulate(client):
    """Simulate, without a key."""

    def ask(query: str = "", **body):
        return client.post(f"/simulate{query}", json=body)

    return ask


def test_both_answers_are_those_of_predict(client, simulate, employee):
    """Avant and Apres are what /predict answers for either, without an id, for none is kept."""
    result = simulate(employe=employee, changements=CHANGES).json
    for said, sent in (("Avant", employee), ("Apres", employee | CHANGES)):
        answer = client.post("/predict", json=sent).json
        answer.pop("Identifiant")
        assert result[said] == answer
    gained = result["Apres"]["Probabilite_depart"] - result["Avant"]["Probabilite_depart"]
    assert result["Difference"] == gained


def test_what_moved_adds_up_to_the_difference(simulate, employee):
    """Only what was changed moves, and the shares add up to Difference."""
    result = simulate(employe=employee, changements=CHANGES).json
    assert {factor["Variable"] for factor in result["Facteurs"]} <= set(CHANGES)
    shares = sum(factor["Effet_probabilite"] for factor in result["Facteurs"])
    assert shares == pytest.approx(result["Difference"], abs=1e-6)
    assert "Suggestions" not in result


def test_nothing_is_kept(simulate, employee, query):
    """A simulation leaves no row."""
    assert simulate(employe=employee, changements=CHANGES).status_code == 200
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert query("SELECT count(*) FROM predictions") == [(0,)]


def test_a_stored_prediction_stands_for_its_employee(client, simulate, employee, key_of):
    """By id it is the same simulation, for those who may read what is kept."""
    identifier = client.post("/predict", json=employee).json["Identifiant"]
    body = {"identifiant": identifier, "changements": CHANGES}
    assert client.post("/simulate", json=body).status_code == 401
    assert client.post("/simulate", json=body, headers=key_of("predict")).status_code == 403
    result = client.post("/simulate", json=body, headers=key_of("read")).json
    assert result == simulate(employe=employee, changements=CHANGES).json


def test_an_unknown_prediction_is_not_found(client, key_of):
    """404, as where it is read."""
    body = {"identifiant": "019aafa2-0c3e-7b52-9d41-6a1f0c2b7e90"}
    assert client.post("/simulate", json=body, headers=key_of("read")).status_code == 404


@ONE_DATABASE
@pytest.mark.parametrize("name", [name for name in FACTS if name not in ACTIONABLE])
def test_what_no_employer_can_act_on_is_refused_by_name(simulate, employee, name):
    """A change of age, notes or distance is refused, whatever its value."""
    response = simulate(employe=employee, changements={name: FACTS[name].example})
    assert response.status_code == 422
    assert response.json["errors"] == [{"pointer": f"/changements/{name}", "detail": MESSAGE}]


@ONE_DATABASE
@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, [""]),
        ({"changements": {}}, [""]),
        ({"employe": None}, ["/employe"]),
        ({"identifiant": 12}, ["/identifiant"]),
        ({"identifiant": "x"}, ["/identifiant"]),
        ({"autre": 1}, ["/autre"]),
        ({"employe": {"age": "x"}}, ["/employe/age"]),
        ({"changements": []}, ["/changements"]),
        ({"changements": {"revenu_mensuel": None}}, ["/changements/revenu_mensuel"]),
        ({"changements": {"revenu_mensuel": -1}}, ["/changements/revenu_mensuel"]),
        ({"changements": {"nouveau": -1}}, ["/changements/nouveau"]),
    ],
)
def test_each_fault_is_pointed_at(client, body, pointers):
    """The pointer says which member of the body is wrong."""
    response = client.post("/simulate", json=body)
    assert response.status_code == 422
    assert set(pointers) <= {fault["pointer"] for fault in response.json["errors"]}


def test_changes_keep_the_rules_across_fields(simulate, employee):
    """Nobody is longer in a post than in the company."""
    response = simulate(employe=employee, changements={"annees_dans_le_poste_actuel": 7})
    assert response.status_code == 422
    [fault] = response.json["errors"]
    assert fault["pointer"] == "/changements/annees_dans_le_poste_actuel"


def test_suggestions_say_what_they_are(simulate, employee):
    """They come best first, each with its sentence, and with the notice that claims no effect."""
    result = simulate("?suggestions=true", employe=employee).json
    assert result["Difference"] == 0
    assert result["Facteurs"] == []
    assert "Association" in result["Note_suggestions"]
    assert "non un effet" in result["Note_suggestions"]
    chances = [told["Probabilite_depart"] for told in result["Suggestions"]]
    assert chances == sorted(chances)
    for told in result["Suggestions"]:
        again = simulate(employe=employee, changements={told["Variable"]: told["Valeur"]}).json
        assert again["Apres"]["Probabilite_depart"] == told["Probabilite_depart"]
        assert again["Difference"] == told["Difference"] < 0


@pytest.fixture(scope="module")
def predictor(artifact_folder):
    return Predictor(artifact.read(artifact_folder))


@pytest.fixture(scope="module")
def people():
    """Two hundred employees of the sample."""
    employees, _ = read_employees(SAMPLE)
    return random.Random(1).sample(employees, 200)


@pytest.fixture(scope="module")
def suggestions(predictor, people):
    """What is suggested for each of them."""
    return [suggest(predictor, employee) for employee in people]


def test_suggestions_are_possible_and_lower_the_estimate(predictor, suggestions, people):
    """For employees of the sample: within what the model has seen, and with every rule kept."""
    for employee, of in zip(people, suggestions, strict=True):
        for told in of:
            seen = predictor.seen[told.field]
            assert told.field in ACTIONABLE
            assert told.value != employee[told.field]
            assert told.value in seen.get("levels", [told.value])
            if "min" in seen:
                assert seen["min"] <= told.value <= seen["max"]
            assert not disagreements(employee | {told.field: told.value})
            assert told.difference < 0


def test_five_suggestions_are_made_at_most(suggestions):
    """The five that lower the estimate most, a field each, where more fields would."""
    assert max(map(len, suggestions)) == 5


def test_a_salary_is_suggested_5_10_or_20_percent_more(predictor, people):
    """No other rise is, and each of the three where it lowers the estimate as far as any does."""
    rises = {
        round(100 * told.value / salary - 100)
        for employee in people[:4]
        for salary in range(1500, 15000, 200)
        for told in suggest(predictor, employee | {"revenu_mensuel": float(salary)})
        if told.field == "revenu_mensuel"
    }
    assert rises == {5, 10, 20}


def test_of_changes_that_lower_the_estimate_equally_the_smallest_is_suggested(
    predictor, suggestions, people
):
    """A rise that ends below the suggested one would lower the estimate less."""
    smaller = 0
    for employee, of in zip(people, suggestions, strict=True):
        for told in of:
            if FACTS[told.field].lever == INCREASE and isinstance(FACTS[told.field], Whole):
                for value in range(employee[told.field] + 1, told.value):
                    smaller += 1
                    other = predictor.answer(employee | {told.field: value})
                    assert other.probability > told.probability, (told, value)
    assert smaller > 100
