"""What-if: both answers, and what moved between them."""

import pytest

from futurisys.employee.schema import ACTIONABLE, FACTS
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


@ONE_DATABASE
def test_fifteen_fields_can_be_asked_about(simulate, employee):
    """What is not suggested may still be asked explicitly."""
    assert len(ACTIONABLE) == 15
    for name in ACTIONABLE:
        response = simulate(employe=employee, changements={name: employee[name]})
        assert response.status_code == 200, name


@ONE_DATABASE
def test_a_department_and_a_post_that_nobody_has_together_are_answered_with_a_warning(
    simulate, employee
):
    """Each was seen, the two together were not: both are named, and the estimate is said unsure."""
    result = simulate(employe=employee, changements={"departement": "Consulting"}).json
    assert employee["poste"] == "Cadre Commercial"
    assert result["Avant"]["Avertissements"] == []
    [warning] = result["Apres"]["Avertissements"]
    assert "(departement)" in warning
    assert "(poste)" in warning
    assert "moins sûre" in warning
