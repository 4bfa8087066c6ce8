"""The definition of an employee: which fields there are, and how they bear on each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from marshmallow import ValidationError

from futurisys.employee.columns import column_type
from futurisys.employee.fields import Number
from futurisys.employee.schema import ASKED, DERIVED, FACTS, IGNORED, KEPT, PROTECTED
from tests.definition import (
    ASKED_NAMES,
    BOUNDS,
    EMPLOYEE,
    OPTIONAL_NAMES,
    PROTECTED_NAMES,
    RAISE,
    SCHEMA,
    faults,
    load,
)

IGNORED_NAMES = {
    "nombre_heures_travailless",
    "nombre_employee_sous_responsabilite",
    "ayant_enfants",
    "eval_number",
    "code_sondage",
    "a_quitte_l_entreprise",
}
DERIVED_NAMES = {
    "ecart_note_evaluation",
    "evolution_cat_evol",
    "satisfaction_globale",
    "exp_hors_entreprise",
    "revenu_par_annee_experience_interne",
    "revenu_par_annee_experience_totale",
    "ratio_sans_promotion",
    "mobilite_promotion",
    "categorie_employe",
}
YEARS = (
    "annee_experience_totale",
    "annees_dans_l_entreprise",
    "annees_dans_le_poste_actuel",
    "annees_depuis_la_derniere_promotion",
    "annes_sous_responsable_actuel",
)


def test_the_24_asked_for_are_named():
    """The 24 facts that a prediction needs are those of the contract."""
    assert len(ASKED_NAMES) == 24
    assert set(ASKED) == ASKED_NAMES


def test_the_four_optional_are_named():
    """A reference and three protected facts may be given; only the latter can be kept.

    What comes beside them is optional too, and has its reviewed sentences in sentences.txt.
    """
    assert {name for name, fact in FACTS.items() if fact.required} == ASKED_NAMES
    assert set(FACTS) >= ASKED_NAMES | OPTIONAL_NAMES
    assert set(FACTS) - set(KEPT) == OPTIONAL_NAMES - PROTECTED_NAMES
    assert set(PROTECTED) == PROTECTED_NAMES


def test_the_ignored_are_named():
    """The constants, the join keys and the label are known, and ignored."""
    assert set(IGNORED) == IGNORED_NAMES


def test_the_nine_derived_are_named():
    """The older service's computed columns are known, so that they get a sentence of their own."""
    assert len(DERIVED_NAMES) == 9
    assert set(DERIVED) == DERIVED_NAMES


def test_the_bounds_are_those_of_the_contract():
    """Every number has its hard bounds."""
    bounds = {name: (f.low, f.high) for name, f in FACTS.items() if isinstance(f, Number)}
    assert {name: bounds[name] for name in BOUNDS} == BOUNDS
    assert all(low < high for low, high in bounds.values())


def test_the_24_are_enough():
    """An employee of the asked-for fields alone is accepted, each as what it means."""
    assert load() == EMPLOYEE | {"heure_supplementaires": True, RAISE: 11.0}


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_example_is_right(name):
    """The example that a refusal and the document give is itself accepted."""
    assert faults(**{name: FACTS[name].example}) == {}


@pytest.mark.parametrize("name", sorted(ASKED_NAMES))
def test_what_is_absent_is_refused_by_name(name):
    """An asked-for field that is absent is refused, with what to do."""
    employee = {key: value for key, value in EMPLOYEE.items() if key != name}
    assert list(refused := SCHEMA.validate(employee)) == [name]
    assert "la valeur manque, indiquez-la" in refused[name][0]


@pytest.mark.parametrize("blank", [None, "", "   ", "\u00a0", "\t"], ids=repr)
@pytest.mark.parametrize("name", sorted(ASKED_NAMES))
def test_what_is_empty_is_missing(name, blank):
    """null, an empty cell or white space is no value."""
    assert list(refused := faults(**{name: blank})) == [name]
    assert "la valeur manque, indiquez-la" in refused[name][0]


@pytest.mark.parametrize("blank", [None, "", "   "], ids=repr)
@pytest.mark.parametrize("name", sorted(OPTIONAL_NAMES))
def test_what_is_optional_may_be_empty(name, blank):
    """An optional field may be null or an empty cell, which both mean unknown."""
    assert load(**{name: blank})[name] is None


def test_all_that_is_wrong_is_said_at_once():
    """One refusal names every faulty field."""
    assert set(faults(age="x", poste=None, genre="X", salaire=1)) == {
        "age",
        "poste",
        "genre",
        "salaire",
    }


@pytest.mark.parametrize("value", [1, None, "", [], "employe_experimente"], ids=repr)
@pytest.mark.parametrize("name", sorted(DERIVED_NAMES))
def test_a_derived_column_gets_its_own_sentence(name, value):
    """A client of the older service is told that the service computes the column."""
    assert faults(**{name: value}) == {name: ["Calculé par le service, retirez-le."]}


@pytest.mark.parametrize(
    "name", ["salaire", "Age", "AGE", " age", "age ", "_age", "agе", "", "__class__", "self"]
)
def test_an_unknown_field_is_refused_by_name(name):
    """Another name may be a misspelled one: it is refused, not dropped."""
    assert list(refused := faults(**{name: 1})) == [name]
    assert "Champ inconnu" in refused[name][0]


@pytest.mark.parametrize("body", [None, [], [EMPLOYEE], "employé", 7, True], ids=repr)
def test_an_employee_is_an_object(body):
    """Anything but an object of fields is refused as a whole."""
    with pytest.raises(ValidationError) as caught:
        SCHEMA.load(body)
    assert list(caught.value.normalized_messages()) == ["_schema"]


@pytest.mark.parametrize(
    ("lesser", "greater"),
    [
        ("annees_dans_l_entreprise", "annee_experience_totale"),
        ("annees_dans_le_poste_actuel", "annees_dans_l_entreprise"),
        ("annees_depuis_la_derniere_promotion", "annees_dans_l_entreprise"),
        ("annes_sous_responsable_actuel", "annees_dans_l_entreprise"),
    ],
)
def test_a_part_of_a_career_is_no_longer_than_the_whole(lesser, greater):
    """Years in a post or under a manager stay within those in the company, and those in work."""
    years = dict.fromkeys(YEARS, 0)
    years |= {"annee_experience_totale": 20, "annees_dans_l_entreprise": 10}
    whole = years[greater]
    assert faults(**years | {lesser: whole}) == {}
    assert list(refused := faults(**years | {lesser: whole + 1})) == [lesser]
    assert "ne peut pas dépasser" in refused[lesser][0]


def test_nobody_begins_before_18():
    """An age and an experience that make a career begin at 18 are accepted; at 17, refused."""
    assert faults(age=26, annee_experience_totale=8) == {}
    assert list(refused := faults(age=25, annee_experience_totale=8)) == ["age"]
    assert "18 ans" in refused["age"][0]


def test_an_unknown_age_breaks_no_rule():
    """Without an age there is nothing to compare the experience with."""
    assert faults(age=None, annee_experience_totale=60) == {}


def test_every_broken_rule_is_named():
    """Two rules broken at once are two faults."""
    broken = {"annees_dans_le_poste_actuel": 7, "annes_sous_responsable_actuel": 7, "age": 20}
    assert set(faults(**broken)) == set(broken)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        80,
        "E_1",
        -1,
        10**400,
        float("nan"),
        "\0",
        "\ud800",
        [1],
        {"a": [None]},
        "x" * 9999,
    ],
    ids=lambda value: ascii(value)[:20],
)
@pytest.mark.parametrize("name", sorted(IGNORED_NAMES))
def test_an_ignored_column_may_hold_anything_and_is_gone(name, value):
    """A constant, a key or the label is let pass whatever it holds, and never comes out."""
    assert load(**{name: value}) == load()


@pytest.mark.parametrize(
    ("name", "secret"), [("genre", "secret"), ("revenu_mensuel", "secret"), ("poste", "secret\0")]
)
def test_a_refusal_never_repeats_the_value(name, secret):
    """What was sent about a person is not written where logs and screens can show it."""
    assert "secret" not in str(faults(**{name: secret}))


def test_a_kind_of_field_that_no_column_holds_is_named():
    """Where a new kind of field has no column yet, nothing is stored as something else."""
    with pytest.raises(TypeError, match="Ignored has no column type"):
        column_type(IGNORED["eval_number"])


@pytest.mark.slow
def test_a_shared_schema_serves_many_threads():
    """One schema, asked by many threads at once, gives each its own answer."""

    def ask(number: int) -> tuple[float, list[str]]:
        salary = load(revenu_mensuel=number + 1)["revenu_mensuel"]
        wrong = sorted(ASKED_NAMES)[number % 24]
        return salary, list(faults(**{wrong: None}))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(2000)))
    names = sorted(ASKED_NAMES)
    assert answers == [(number + 1.0, [names[number % 24]]) for number in range(2000)]
