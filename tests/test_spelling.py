"""Levels at each door: written in any case, kept in the spelling that the model knows."""

from typing import Any

import pytest

from futurisys.employee.loading import Loader
from futurisys.employee.schema import EmployeeSchema
from tests.databases import ONE_DATABASE
from tests.definition import RAISE
from tests.population import numbered, sample_rows, table

KEPT = "SELECT departement, poste, domaine_etude, genre, statut_marital, heure_supplementaires"
KNOWN = (("departement", ("Commercial", "RH", "Rh")), ("poste", ("Cadre Commercial",)))


def misspelled(employee: dict[str, Any]) -> dict[str, Any]:
    """The same employee, as another system writes it."""
    return employee | {
        "departement": employee["departement"].upper(),
        "poste": f" {employee['poste'].lower()} ",
        "domaine_etude": employee["domaine_etude"].replace(" ", "  "),
        "genre": employee["genre"].lower(),
        "statut_marital": employee["statut_marital"].upper().replace("É", "E"),
        "heure_supplementaires": employee["heure_supplementaires"].upper(),
    }


def assert_one_spelling(query: Any, rows: int) -> None:
    """All rows hold the same levels, those of the sample's first employee."""
    kept = query(f"{KEPT} FROM inputs")
    assert len(kept) == rows
    assert {tuple(row) for row in kept} == {
        ("Commercial", "Cadre Commercial", "Infra & Cloud", "F", "Célibataire", True)
    }


def test_json_is_answered_and_kept_as_it_is_known(client, employee, query):
    """One employee or several: the same answer, no warning, and the rows hold the known levels."""
    first = client.post("/predict", json=employee).json
    odd = misspelled(employee)
    answers = [
        client.post("/predict", json=odd).json,
        *client.post("/predict/batch", json={"employes": [odd, odd]}).json["predictions"],
    ]
    for answer in answers:
        assert answer["Avertissements"] == []
        assert answer["Probabilite_depart"] == first["Probabilite_depart"]
    assert_one_spelling(query, 4)


def test_a_file_is_answered_and_kept_as_it_is_known(client, query):
    """A table's cells are levels however they are written; 1 is yes there."""
    row = sample_rows()[0]
    rows = [row, misspelled(row), row | {"heure_supplementaires": "VRAI"}]
    rows.append(row | {"heure_supplementaires": "1"})
    answer = client.post("/predict/batch", data=table(numbered(rows)), content_type="text/csv").json
    assert answer["erreurs"] == []
    assert len({one["Probabilite_depart"] for one in answer["predictions"]}) == 1
    assert_one_spelling(query, 4)


@ONE_DATABASE
def test_a_simulation_takes_levels_however_they_are_written(client, employee):
    """Before and after: a change into the level that is there already changes nothing."""
    body = {"employe": misspelled(employee), "changements": {"departement": "commercial"}}
    assert client.post("/simulate", json=body).json["Difference"] == 0
    plain = {"employe": employee, "changements": {"departement": "Consulting"}}
    odd = {"employe": employee, "changements": {"departement": "CONSULTING"}}
    assert client.post("/simulate", json=odd).json == client.post("/simulate", json=plain).json


@pytest.mark.parametrize("sent", ["commercial", "rh", "RH", "Rh", "Ventes", " COMMERCIAL"])
def test_known_levels_are_loaded_as_the_schema_does(sent, employee):
    """The quick way knows the same spellings, the first time and once it remembers."""
    schema = EmployeeSchema().know(KNOWN)
    loader = Loader(EmployeeSchema().know(KNOWN))
    for _ in range(2):
        assert loader.load(employee | {"departement": sent}) == schema.load(
            employee | {"departement": sent}
        )


@ONE_DATABASE
def test_a_level_that_the_model_does_not_know_stays_as_it_is(client, employee, query):
    """It is kept as it was sent, and answered with its warning."""
    answer = client.post("/predict", json=employee | {"poste": "dresseur d'OURS"}).json
    assert len(answer["Avertissements"]) == 1
    assert query("SELECT poste FROM inputs") == [("dresseur d'OURS",)]


@ONE_DATABASE
@pytest.mark.parametrize(
    ("sent", "is_asked"), [(0.23, True), ("0,23 %", True), (0, False), (1, False)]
)
def test_a_raise_that_may_be_a_fraction_is_asked_about(client, employee, sent, is_asked):
    """One employee whose raise is between 0 and 1 is answered, and asked whether it is 23 %."""
    document = employee | {RAISE: sent}
    one = client.post("/predict", json=document).json
    [warning] = one["Avertissements"]
    assert ("fraction" in warning) is is_asked
    [other] = client.post("/predict/batch", json={"employes": [document]}).json["predictions"]
    assert other["Avertissements"] == [warning]


@ONE_DATABASE
@pytest.mark.parametrize("text", ["#N/A", "#REF!"])
def test_what_a_spreadsheet_failed_at_is_no_department(client, employee, text):
    """In JSON as in a file: it is refused by its column, never kept as a level."""
    [fault] = client.post("/predict", json=employee | {"departement": text}).json["errors"]
    assert fault["pointer"] == "/departement"
    rows = [sample_rows()[0], sample_rows()[1] | {"departement": text}]
    answer = client.post("/predict/batch", data=table(rows), content_type="text/csv").json
    assert len(answer["predictions"]) == 1
    [told] = answer["erreurs"]
    assert (told["ligne"], told["colonne"], told["detail"]) == (3, "departement", fault["detail"])
