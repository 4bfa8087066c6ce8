"""Reasons: the model's own, complete, and sayable."""

import math
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from futurisys.app import create_app
from futurisys.employee.extracts import read_employees
from futurisys.employee.fields import Choice, Number, Text, YesNo
from futurisys.employee.schema import ACTIONABLE, FACTS, KEPT, say
from futurisys.model import artifact
from futurisys.model.calibration import probability
from futurisys.model.explain import LOWERS, RAISES, factors, sentence
from futurisys.model.predictor import Predictor
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from tests.databases import ONE_DATABASE

REVIEWED = Path(__file__).parent / "sentences.txt"
UNUSED = {"age", "genre", "statut_marital"}


@pytest.fixture(scope="module")
def predictor(artifact_folder: Path) -> Predictor:
    return Predictor(artifact.read(artifact_folder))


@pytest.fixture(scope="module")
def employees() -> list[dict[str, Any]]:
    return read_employees(SAMPLE)[0]


def log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def test_effects_add_up_to_the_answer(predictor, employees):
    """For all 1470: Base + Σ Effet is the log-odds of the answer, Σ Effet_probabilite its rise."""
    for employee in employees:
        answer = predictor.answer(employee)
        reasons = factors(employee, answer.base, answer.effects)
        total = answer.base + sum(factor.effect for factor in reasons)
        assert total == pytest.approx(log_odds(answer.probability), abs=1e-5)
        rise = answer.probability - float(probability(answer.base))
        assert sum(factor.share for factor in reasons) == pytest.approx(rise, abs=1e-6)
        weights = [abs(factor.effect) for factor in reasons]
        assert weights == sorted(weights, reverse=True)
        assert all((f.effect > 0) == (f.direction == RAISES) for f in reasons)


def test_what_the_model_does_not_read_is_no_factor(predictor, employees):
    """A column that is absent from the model has no factor, and an effect of 0 is none."""
    answer = predictor.answer(employees[0])
    assert not {factor.field for factor in factors(employees[0], 0, answer.effects)} & UNUSED
    assert factors({"age": 41, "poste": "X"}, -1, {"age": 0.0, "poste": 0.5})[0].field == "poste"
    assert factors({"age": 41}, -1, {"age": 0.0}) == ()


def test_shares_stand_where_the_effects_cancel():
    """Two effects that cancel are told as such, not divided by nothing."""
    one, other = factors({"age": 41, "poste": "X"}, -1, {"age": 0.3, "poste": -0.3})
    assert one.share == -other.share
    assert one.share == pytest.approx(0.3 * 0.1966, abs=1e-4)


def test_mending_the_heaviest_reason_lowers_the_estimate(predictor, employees):
    """For all 1470: the heaviest actionable factor at its usual value gives a lower answer."""
    usual = {name: _usual([e[name] for e in employees]) for name in ACTIONABLE}
    mended = 0
    for employee in employees:
        answer = predictor.answer(employee)
        heaviest = max(ACTIONABLE, key=lambda name: answer.effects[name])
        if answer.effects[heaviest] > 0:
            after = predictor.answer(employee | {heaviest: usual[heaviest]})
            assert after.probability < answer.probability
            mended += 1
    assert mended > 1400


def test_every_sentence_was_read_by_a_person():
    """The French of every field, at every level or at telling values, in both directions, and of
    what is suggested."""
    assert list(_sentences()) == REVIEWED.read_text().splitlines()


def test_reasons_come_with_the_answer_when_asked_for(client, employee):
    """explication=true adds Base and Facteurs; otherwise they stay away."""
    assert "Facteurs" not in client.post("/predict", json=employee).json
    assert "Base" not in client.post("/predict?explication=false", json=employee).json
    answer = client.post("/predict?explication=true", json=employee).json
    total = answer["Base"] + sum(factor["Effet"] for factor in answer["Facteurs"])
    assert total == pytest.approx(log_odds(answer["Probabilite_depart"]), abs=1e-5)
    assert list(answer["Facteurs"][0]) == [
        *("Variable", "Valeur", "Effet", "Effet_probabilite", "Sens", "Phrase")
    ]
    [overtime] = [f for f in answer["Facteurs"] if f["Variable"] == "heure_supplementaires"]
    assert overtime["Valeur"] == "Oui"
    assert overtime["Phrase"].startswith("Fait régulièrement des heures supplémentaires : ")


@ONE_DATABASE
@pytest.mark.parametrize("query", ["explication=oui", "explication=1", "explain=true", "a=b&a=c"])
def test_a_parameter_that_says_nothing_is_refused(client, employee, query):
    """A misspelt parameter is refused before anything is kept."""
    response = client.post(f"/predict?{query}", json=employee)
    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == "/" + query.partition("=")[0]


def test_an_answer_is_explicable_after_its_model_is_gone(
    client, employee, key_of, database_url, tmp_path
):
    """What is kept is enough: the reasons of a row need no model at all."""
    answer = client.post("/predict?explication=true", json=employee).json
    bare = create_app(DATABASE_URL=database_url, FUTURISYS_MODEL=str(tmp_path))
    address = f"/predictions/{answer['Identifiant']}"
    response = bare.test_client().get(address, headers=key_of("read"))
    kept: dict[str, Any] = response.get_json()
    with bare.app_context():
        db.engine.dispose()
    assert kept["Facteurs"] == answer["Facteurs"]
    assert {name: kept[name] for name in answer} == answer
    assert list(kept["Employe"]) == list(KEPT)
    assert kept["Employe"]["heure_supplementaires"] == "Oui"


def _usual(values: list[Any]) -> Any:
    texts = isinstance(values[0], str | bool)
    return statistics.mode(values) if texts else statistics.median_low(values)


def _sentences() -> Iterator[str]:
    for name in KEPT:
        for value in _telling(name):
            yield say(name, value)
        yield f"    {sentence(name, value, RAISES)}"
        yield f"    {sentence(name, value, LOWERS)}"
        if (lever := FACTS[name].lever) and lever.takes:
            steps = [words for value in _telling(name) for _, words in lever.steps(value)]
            yield from (
                f"    {words}" for words in dict.fromkeys([*steps, lever.takes, lever.seen])
            )


def _telling(name: str) -> list[Any]:
    match FACTS[name]:
        case YesNo():
            return [True, False]
        case Choice(levels=levels):
            return list(levels)
        case Text(example=example):
            return [example]
        case Number(low=low, high=high) if high <= 5:
            return list(range(low, high + 1))
        case Number(low=low, high=high) if high == 1_000_000:
            return [low, 5993.5, high]
        case Number(low=low) if low > 1:
            return [41]
        case Number(low=low):
            return [low, 1, 2, 10.5] if name == "distance_domicile_travail" else [low, 1, 2]
    raise AssertionError(name)
