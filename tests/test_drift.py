"""Two files of one source are compared: what is alarmed, and how seldom without a reason."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from futurisys.employee.fields import Number, YesNo
from futurisys.employee.schema import ASKED, FACTS
from futurisys.model.drift import FALSE_ALARMS, NEWCOMERS, NOBODY, PEOPLE, drift
from futurisys.model.severity import Distance, distances
from futurisys.operations.drift import FileDrift

People = dict[str, Any]


def company(count: int, seed: int = 0, first: int = 0) -> People:
    """So many people, as columns; first: from which number on they are called."""
    rng = np.random.default_rng(seed)
    columns: People = {"subject": [f"person {number}" for number in range(first, first + count)]}
    for name in ASKED:
        fact = FACTS[name]
        if isinstance(fact, Number):
            columns[name] = rng.integers(fact.low, min(fact.high, fact.low + 12) + 1, count) * 1.0
        elif isinstance(fact, YesNo):
            columns[name] = rng.random(count) < 0.3
        else:
            columns[name] = rng.choice(["Aucun", "Occasionnel", "Frequent"], count).astype(object)
    return columns


def alarmed(*sides: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The fields that are alarmed, and of whom."""
    return {(one.field, one.of) for one in drift(*sides).alarms}


def test_whoever_has_not_changed_alarms_nobody():
    """The same file again is judged, and nothing of it is alarmed."""
    found = drift(company(300), company(300))
    assert (found.both, found.is_judged, found.alarms) == (300, True, [])


def test_a_year_more_of_everybody_alarms_nobody():
    """What grows by itself is not asked about."""
    before, after = company(300), company(300)
    after |= {name: after[name] + 1 for name in ASKED if name.startswith(("annee", "annes"))}
    assert alarmed(before, after) == set()


def test_salaries_that_rise_are_alarmed():
    """A rise of eight in a hundred for everybody is alarmed, and nothing else is."""
    before = company(300)
    after = before | {"revenu_mensuel": before["revenu_mensuel"] * 1.08}
    (found,) = drift(before, after).alarms
    assert (found.field, found.rose, found.fell) == ("revenu_mensuel", 300, 0)


@pytest.mark.parametrize("field", ["heure_supplementaires", "departement"])
def test_levels_that_shift_are_alarmed(field):
    """Forty people who go from one level to another are alarmed."""
    before = company(300)
    shifted = before[field].copy()
    shifted[np.flatnonzero(shifted == shifted[0])[:40]] = shifted[shifted != shifted[0]][0]
    assert alarmed(before, before | {field: shifted}) == {(field, PEOPLE)}


def test_whoever_came_or_went_is_not_compared_with_others():
    """Only people in both files are compared, whoever else is there."""
    before = company(300)
    after = {name: [*before[name][50:], *company(80, 9, 400)[name]] for name in before}
    found = drift(before, after)
    assert (found.both, found.alarms) == (250, [])


def test_fewer_than_two_hundred_people_in_both_are_not_judged():
    """Too few people say nothing, whatever became of them."""
    before = company(199)
    after = before | {"revenu_mensuel": before["revenu_mensuel"] * 2}
    assert not drift(before, after).is_judged


def test_newcomers_are_compared_with_earlier_newcomers():
    """Newcomers who live further away than those of the year before are alarmed."""
    same, earlier = company(300), company(70, 1, 300)
    newcomers = company(60, 2, 400)
    newcomers["distance_domicile_travail"] = newcomers["distance_domicile_travail"] + 8
    found = alarmed(same, same, newcomers, earlier)
    assert found == {("distance_domicile_travail", NEWCOMERS)}


def test_fewer_than_fifty_newcomers_are_not_judged():
    """Too few newcomers on either side say nothing."""
    same, many, few = company(300), company(80, 1, 300), company(49, 2, 400)
    for sides in ((many, few), (few, many), (many, NOBODY)):
        found = drift(same, same, *sides)
        assert {one.of for one in found.findings} == {PEOPLE}


def test_forgotten_facts_are_not_compared():
    """A fact that retention has taken is nobody's change."""
    before = company(300)
    after = before | {"revenu_mensuel": [None] * 300, "poste": [None] * 300}
    found = drift(before, after)
    assert {"revenu_mensuel", "poste"}.isdisjoint(one.field for one in found.findings)


@pytest.mark.slow
def test_quiet_files_are_seldom_alarmed():
    """Of 200 files in which people change as often one way as the other few are alarmed."""
    rng = np.random.default_rng(20)
    before, count = company(300), 0
    for file in range(200):
        after = dict(before)
        for name in ASKED:
            strangers = rng.permutation(300)[:60]
            changed = before[name].copy()
            changed[strangers] = rng.permutation(changed[strangers])
            after[name] = changed
        newcomers, earlier = company(60, 2 * file + 1, 400), company(90, 2 * file + 2, 500)
        count += bool(drift(before, after, newcomers, earlier).alarms)
    assert count <= 200 * FALSE_ALARMS * 2, count


def test_a_population_as_in_training_is_not_far():
    """People who are spread as those of the training are nowhere else."""
    people = company(300)
    seen = {
        "edges": [3.0, 9.0],
        "counts": np.bincount(np.searchsorted([3, 9], people["revenu_mensuel"], "right")).tolist(),
    }
    levels, counts = np.unique(people["heure_supplementaires"], return_counts=True)
    said = {"levels": dict(zip(["Non", "Oui"], counts.tolist(), strict=True)), "others": 0}
    assert levels.tolist() == [False, True]
    fields = {"revenu_mensuel": seen, "heure_supplementaires": said}
    found = distances({"mean": 0.2, "fields": fields}, people)
    assert [one.share for one in found] == [0.0, 0.0]


def test_people_whom_the_model_has_not_seen_are_far():
    """Where nobody has what the training people had, everybody is elsewhere."""
    population = {"mean": 0.2, "fields": {"departement": {"levels": {"Paie": 90}, "others": 0}}}
    (found,) = distances(population, company(300))
    assert (found.field, found.share, found.is_severe) == ("departement", 1.0, True)
    assert distances(population, company(199)) == []
    assert distances(None, company(300)) == []


def test_only_the_companys_own_model_alarms_by_its_training():
    """A severe distance alarms where the model has learnt from the company's own people."""
    far = [Distance("poste", 300, 0.25), Distance("departement", 300, 0.24)]
    found = {
        is_own: FileDrift(None, 0, 0, 0, "premier", [], far, "a", is_own)
        for is_own in (True, False)
    }
    assert (found[True].severe, found[True].is_alarmed) == (far[:1], True)
    assert (found[False].severe, found[False].is_alarmed) == ([], False)
