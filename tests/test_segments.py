"""Segments: means over people, and no group small enough to speak of somebody."""

import itertools
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from futurisys.employee.schema import PROTECTED
from futurisys.operations.folding import SMALLEST, folded
from futurisys.operations.segments import FIELDS
from tests.databases import ONE_DATABASE

pytestmark = pytest.mark.usefixtures("references")


@pytest.fixture
def predict(client):
    """Predict for employees; returns the answers."""

    def ask(employees):
        answers = [client.post("/predict", json=employee) for employee in employees]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.json for answer in answers]

    return ask


@pytest.fixture
def ask(client, key_of):
    """Ask for the groups of one or two fields."""
    headers = key_of("read")

    def get(by: str):
        response = client.get("/segments", query_string={"par": by}, headers=headers)
        assert response.status_code == 200, response.text
        return response.json

    return get


@pytest.mark.slow
def test_a_group_has_the_means_of_its_people(predict, ask, rows):
    """Number, mean risk and share above the threshold are those of the answers."""
    people = rows[:80]
    answers = predict(people)
    result = ask("heure_supplementaires")
    assert result["autres"] is None
    risks = [segment["Risque_moyen"] for segment in result["segments"]]
    assert risks == sorted(risks, reverse=True)
    for segment in result["segments"]:
        [level] = segment["Groupe"].values()
        own = [
            a for r, a in zip(people, answers, strict=True) if r["heure_supplementaires"] == level
        ]
        assert segment["Nombre"] == len(own)
        mean = np.mean([answer["Probabilite_depart"] for answer in own])
        assert segment["Risque_moyen"] == pytest.approx(mean)
        share = np.mean([answer["Prediction"] == "Part" for answer in own])
        assert segment["Part_au_dessus_du_seuil"] == pytest.approx(share)
        main = [factor["Variable"] for factor in segment["Facteurs"]]
        assert len(main) == 3
        assert "heure_supplementaires" not in main


@pytest.mark.slow
def test_a_person_counts_once_as_of_now(predict, ask, rows):
    """Of a person asked for again only the newest prediction counts."""
    predict(rows[:30])
    predict([row | {"heure_supplementaires": "Oui"} for row in rows[:30]])
    [segment] = ask("heure_supplementaires")["segments"]
    assert segment["Groupe"] == {"heure_supplementaires": "Oui"}
    assert segment["Nombre"] == 30


def test_without_a_reference_the_same_facts_are_one_person(predict, ask, rows):
    """Asking ten times for one person makes no group of ten."""
    nameless = {name: value for name, value in rows[0].items() if name != "id_employee"}
    predict([nameless] * 12)
    assert ask("departement") == {"segments": [], "autres": None}


def test_small_groups_are_folded_with_another(predict, ask, rows):
    """Nine people are not shown, nor to be had from the total: a larger group hides them."""
    groups = {"A": 9, "B": 12, "C": 15}
    names = [name for name, count in groups.items() for _ in range(count)]
    predict([row | {"departement": name} for row, name in zip(rows, names, strict=False)])
    result = ask("departement")
    assert [segment["Groupe"] for segment in result["segments"]] == [{"departement": "C"}]
    assert result["autres"]["Nombre"] == 21
    assert result["autres"]["Groupe"] == {}


def test_fewer_than_ten_people_are_not_shown_at_all(predict, ask, rows):
    """Where all are too few, there is nothing to show."""
    predict(rows[:9])
    for by in ("departement", "departement,poste"):
        assert ask(by) == {"segments": [], "autres": None}


@pytest.mark.slow
def test_any_one_or_two_fields_may_be_asked_for(predict, ask, rows):
    """Every field with levels groups, alone and with each other, but for what the law protects."""
    predict(rows[:40])
    free = [name for name in FIELDS if name not in PROTECTED]
    for by in (*free, *(",".join(pair) for pair in itertools.permutations(free, 2))):
        result = ask(by)
        groups = [*result["segments"], *filter(None, [result["autres"]])]
        assert sum(segment["Nombre"] for segment in groups) == 40
        assert min(segment["Nombre"] for segment in groups) >= SMALLEST


@ONE_DATABASE
@pytest.mark.parametrize(
    "query", ["", "par=", "par=age", "par=x,y", "par=poste,poste", "par=poste,", "par=poste&a=1"]
)
def test_bad_groupings_are_refused(client, key_of, query):
    """What is no field with levels, or too many of them, is a 422 that lists what is."""
    response = client.get(f"/segments?{query}", headers=key_of("read"))
    assert response.status_code == 422


def test_segments_are_for_those_who_read(client, key_of):
    """Without a key 401, with a key for predicting 403."""
    assert client.get("/segments?par=poste").status_code == 401
    assert client.get("/segments?par=poste", headers=key_of("predict")).status_code == 403


def test_folding_cannot_be_undone():
    """On random tables: with every total that can be had, no small group can be solved for.

    Where a table shows nothing, it adds nothing to those totals.
    """
    chance = random.Random(7)
    shown = 0
    for _ in range(400):
        people = _table(chance)
        hidden = folded(people)
        assert not [cell for cell in people.keys() - hidden if people[cell] < SMALLEST]
        cells = sorted(hidden)
        known = np.array([row for row in _known(people, cells) if any(row)])
        shown += len(people) - len(hidden)
        if cells and len(cells) < len(people):
            counts = np.array([people[cell] for cell in cells])
            assert not [row for row in known if row @ counts < SMALLEST]
            solved = np.diag(np.linalg.pinv(known) @ known) > 1 - 1e-9
            assert not (solved & (counts < SMALLEST)).any()
    assert shown > 1000


def _table(chance: random.Random) -> Counter[tuple[Any, ...]]:
    """Up to 6 × 6 groups, many of them empty or small."""
    sizes = [0, chance.randint(1, 9), *(chance.randint(10, 60) for _ in range(4))]
    rows, columns = chance.randint(1, 6), chance.randint(1, 6)
    cells = itertools.product(range(rows), range(columns))
    return Counter({cell: size for cell in cells if (size := chance.choice(sizes))})


def _known(people: Counter[tuple[Any, ...]], cells: list[tuple[Any, ...]]) -> list[list[int]]:
    """What is known of the sum of the hidden cells: in all, and by each level that is shown."""
    known = [[1] * len(cells)]
    for position in (0, 1):
        alone: Counter[tuple[Any, ...]] = Counter()
        for cell, count in people.items():
            alone[(cell[position],)] += count
        unseen = folded(alone)
        known += [
            [int(cell[position] == level) for cell in cells] for (level,) in alone.keys() - unseen
        ]
    return known
