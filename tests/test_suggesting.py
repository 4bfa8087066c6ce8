"""Suggestions: what an employer can and may do, alone or two together, and nothing else."""

from itertools import combinations
from typing import Any

import pytest

from futurisys.employee.extracts import read_employees
from futurisys.employee.schema import FACTS, disagreements, value_of
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.operations.suggesting import suggest, topics
from futurisys.sample import SAMPLE
from tests.databases import ONE_DATABASE

OVERTIME, TRAVEL, TRAININGS = (
    "heure_supplementaires",
    "frequence_deplacement",
    "nb_formations_suivies",
)
LESS = {"Frequent": "Occasionnel", "Occasionnel": "Aucun"}


@pytest.fixture(scope="module")
def predictor(artifact_folder):
    return Predictor(artifact.read(artifact_folder))


@pytest.fixture(scope="module")
def people():
    """The 1470 employees of the sample."""
    return read_employees(SAMPLE)[0]


@pytest.fixture(scope="module")
def suggestions(predictor, people):
    """What is suggested for each of them."""
    return [suggest(predictor, employee) for employee in people]


def changes_of(told) -> dict[str, Any]:
    return {step.field: step.value for step in told.steps}


def allowed(employee) -> dict[str, list[Any]]:
    """What may be suggested of each field."""
    trainings = employee[TRAININGS]
    return {
        OVERTIME: [False] if employee[OVERTIME] else [],
        TRAVEL: [LESS[employee[TRAVEL]]] if employee[TRAVEL] in LESS else [],
        TRAININGS: [more for more in (trainings + 1, trainings + 2) if more <= 6],
    }


@pytest.mark.slow
def test_overtime_travel_and_trainings_alone_are_suggested(suggestions, people):
    """For all 1470: overtime off, one step less travel, one or two trainings more; two at most."""
    told_of: set[frozenset[str]] = set()
    for employee, of in zip(people, suggestions, strict=True):
        may = allowed(employee)
        for told in of:
            changes = changes_of(told)
            assert len(changes) == len(told.steps) <= 2
            assert all(value in may[name] for name, value in changes.items())
            assert not disagreements(employee | changes)
            told_of.add(frozenset(changes))
        fields = [frozenset(changes_of(told)) for told in of]
        assert len(fields) == len(set(fields))
    names = (OVERTIME, TRAVEL, TRAININGS)
    assert told_of == {frozenset(f) for n in (1, 2) for f in combinations(names, n)}


@pytest.mark.slow
def test_the_joint_estimate_is_the_models(predictor, suggestions, people):
    """For all 1470: each suggestion's probability is that of the changed employee, and is lower."""
    for employee, of in zip(people, suggestions, strict=True):
        current = predictor.answer(employee).probability
        assert [told.probability for told in of] == sorted(told.probability for told in of)
        for told in of:
            changed = predictor.answer(employee | changes_of(told)).probability
            assert told.probability == changed < current
            assert told.difference == changed - current


@pytest.mark.slow
def test_nothing_that_lowers_the_estimate_is_forgotten(predictor, suggestions, people):
    """Each of the three that lowers it is told, by its smallest step that lowers it as far; two
    together wherever both do."""
    for employee, of in zip(people, suggestions, strict=True):
        current = predictor.answer(employee).probability
        singles = {}
        for name, values in allowed(employee).items():
            chances = [predictor.answer(employee | {name: value}).probability for value in values]
            if chances and min(chances) < current:
                singles[name] = values[chances.index(min(chances))]
        expected = [{name: value} for name, value in singles.items()]
        expected += [{a: singles[a], b: singles[b]} for a, b in combinations(singles, 2)]
        told = [changes_of(one) for one in of]
        assert len(told) == len(expected)
        assert all(one in told for one in expected)


def test_suggestions_say_what_they_take_what_they_are_and_when_they_show(predictor, people):
    """Each says what is done, what that takes, that it is an association, when it is seen."""
    person = people[0] | {OVERTIME: True, TRAVEL: "Frequent", TRAININGS: 0}
    for told in suggest(predictor, person):
        assert told.sentence.endswith(
            " : associé à une estimation plus basse, sans que ce soit un effet prouvé."
        )
        assert all(step.words.lower() in told.sentence.lower() for step in told.steps)
        for step in told.steps:
            lever = FACTS[step.field].lever
            assert lever is not None
            assert lever.takes in told.takes
            assert lever.seen in told.seen
    [two] = [t for t in suggest(predictor, person) if set(changes_of(t)) == {OVERTIME, TRAVEL}]
    assert two.sentence.startswith(
        "Ne plus faire d'heures supplémentaires et se déplacer parfois, et non plus souvent : "
    )


def test_trainings_stay_within_what_the_model_has_seen(predictor, people):
    """Nobody is told to follow more trainings in a year than anybody did."""
    for trainings in (5, 6, 7):
        found = [changes_of(t) for t in suggest(predictor, people[0] | {TRAININGS: trainings})]
        assert all(changes.get(TRAININGS, 0) <= 6 for changes in found)


def test_a_satisfaction_is_talked_about(predictor, people):
    """What the person said and what raises the estimate is a topic, the heaviest first."""
    spoken = 0
    for employee in people:
        effects = predictor.answer(employee).effects
        names = [n for n in effects if n.startswith("satisfaction_employee_") and effects[n] > 0]
        names.sort(key=lambda name: -effects[name])
        told = topics(predictor, employee)
        assert len(told) == len(names)
        for sentence, name in zip(told, names, strict=True):
            assert sentence.startswith("Satisfaction ")
            assert f"({employee[name]} sur 4)" in sentence
        spoken += len(told)
    assert spoken > 500


@ONE_DATABASE
def test_the_api_says_what_is_suggested(client, predictor, people, rows):
    """Suggestions come with their changes as HR writes them, and with the note on associations."""
    body = {"employe": rows[0]}
    assert "Suggestions" not in client.post("/simulate", json=body).json
    result = client.post("/simulate?suggestions=true", json=body).json
    assert (result["Difference"], result["Facteurs"]) == (0, [])
    assert "non un effet" in result["Note_suggestions"]
    known = suggest(predictor, people[0])
    assert len(known) > 0
    assert result["Suggestions"] == [
        {
            "Changements": [
                {
                    "Variable": step.field,
                    "Valeur_actuelle": value_of(step.field, step.current),
                    "Valeur": value_of(step.field, step.value),
                }
                for step in told.steps
            ],
            "Probabilite_depart": told.probability,
            "Difference": told.difference,
            "Phrase": told.sentence,
            "Demande": told.takes,
            "Echeance": told.seen,
        }
        for told in known
    ]
    for told in result["Suggestions"]:
        changes = {one["Variable"]: one["Valeur"] for one in told["Changements"]}
        again = client.post("/simulate", json=body | {"changements": changes}).json
        assert again["Apres"]["Probabilite_depart"] == told["Probabilite_depart"]
        assert again["Difference"] == told["Difference"] < 0
