"""The definition of an employee: what is asked for, what is let pass, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from marshmallow import ValidationError

from futurisys.employee.fields import Number
from futurisys.employee.schema import ASKED, DERIVED, FACTS, IGNORED, KEPT, EmployeeSchema

ASKED_NAMES = {
    "revenu_mensuel",
    "departement",
    "poste",
    "nombre_experiences_precedentes",
    "annee_experience_totale",
    "annees_dans_l_entreprise",
    "annees_dans_le_poste_actuel",
    "satisfaction_employee_environnement",
    "satisfaction_employee_nature_travail",
    "satisfaction_employee_equipe",
    "satisfaction_employee_equilibre_pro_perso",
    "note_evaluation_precedente",
    "niveau_hierarchique_poste",
    "note_evaluation_actuelle",
    "heure_supplementaires",
    "augementation_salaire_precedente",
    "nombre_participation_pee",
    "nb_formations_suivies",
    "distance_domicile_travail",
    "niveau_education",
    "domaine_etude",
    "frequence_deplacement",
    "annees_depuis_la_derniere_promotion",
    "annes_sous_responsable_actuel",
}
PROTECTED_NAMES = {"genre", "statut_marital", "age"}
OPTIONAL_NAMES = {"id_employee", *PROTECTED_NAMES}
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
WHOLE_BOUNDS = {
    "id_employee": (1, 2_147_483_647),
    "age": (16, 80),
    "nombre_experiences_precedentes": (0, 60),
    "annee_experience_totale": (0, 60),
    "annees_dans_l_entreprise": (0, 60),
    "annees_dans_le_poste_actuel": (0, 60),
    "satisfaction_employee_environnement": (1, 4),
    "satisfaction_employee_nature_travail": (1, 4),
    "satisfaction_employee_equipe": (1, 4),
    "satisfaction_employee_equilibre_pro_perso": (1, 4),
    "note_evaluation_precedente": (1, 4),
    "niveau_hierarchique_poste": (1, 5),
    "note_evaluation_actuelle": (1, 4),
    "nombre_participation_pee": (0, 10),
    "nb_formations_suivies": (0, 100),
    "niveau_education": (1, 5),
    "annees_depuis_la_derniere_promotion": (0, 60),
    "annes_sous_responsable_actuel": (0, 60),
}
DECIMAL_BOUNDS = {
    "revenu_mensuel": (1, 1_000_000),
    "augementation_salaire_precedente": (0, 100),
    "distance_domicile_travail": (0, 1000),
}
BOUNDS = WHOLE_BOUNDS | DECIMAL_BOUNDS
TEXTS = ("departement", "poste", "domaine_etude")
CLOSED = {
    "genre": ["F", "M"],
    "statut_marital": ["Célibataire", "Divorcé(e)", "Marié(e)"],
    "frequence_deplacement": ["Aucun", "Occasionnel", "Frequent"],
}
RAISE = "augementation_salaire_precedente"
NO_NUMBERS = ["12", "douze", True, False, [12], {"valeur": 12}, float("nan")]
EMPLOYEE: dict[str, Any] = {
    "revenu_mensuel": 5993,
    "departement": "Commercial",
    "poste": "Cadre Commercial",
    "nombre_experiences_precedentes": 8,
    "annee_experience_totale": 8,
    "annees_dans_l_entreprise": 6,
    "annees_dans_le_poste_actuel": 4,
    "satisfaction_employee_environnement": 2,
    "satisfaction_employee_nature_travail": 4,
    "satisfaction_employee_equipe": 1,
    "satisfaction_employee_equilibre_pro_perso": 1,
    "note_evaluation_precedente": 3,
    "niveau_hierarchique_poste": 2,
    "note_evaluation_actuelle": 3,
    "heure_supplementaires": "Oui",
    "augementation_salaire_precedente": "11 %",
    "nombre_participation_pee": 0,
    "nb_formations_suivies": 0,
    "distance_domicile_travail": 1,
    "niveau_education": 2,
    "domaine_etude": "Infra & Cloud",
    "frequence_deplacement": "Occasionnel",
    "annees_depuis_la_derniere_promotion": 0,
    "annes_sous_responsable_actuel": 5,
}
YEARS = (
    "annee_experience_totale",
    "annees_dans_l_entreprise",
    "annees_dans_le_poste_actuel",
    "annees_depuis_la_derniere_promotion",
    "annes_sous_responsable_actuel",
)
SCHEMA = EmployeeSchema()


def load(**changes: Any) -> dict[str, Any]:
    return SCHEMA.load(EMPLOYEE | changes)


def faults(**changes: Any) -> dict[str, list[str]]:
    """What is refused of a good employee that is changed so, by field."""
    return SCHEMA.validate(EMPLOYEE | changes)


def test_the_24_asked_for_are_named():
    """The 24 facts that a prediction needs are those of the contract."""
    assert len(ASKED_NAMES) == 24
    assert set(ASKED) == ASKED_NAMES


def test_the_four_optional_are_named():
    """A reference and three protected facts may be given; only the latter can be kept."""
    assert set(FACTS) == ASKED_NAMES | OPTIONAL_NAMES
    assert set(KEPT) == ASKED_NAMES | PROTECTED_NAMES


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
    assert bounds == BOUNDS


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


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_each_bound_is_within(name, bounds):
    """A value at a bound is accepted; what it contradicts is for the rules between fields."""
    for bound in bounds:
        assert SCHEMA.fields[name].deserialize(bound) == bound


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_each_bound_is_kept(name, bounds):
    """A value beyond a bound is impossible, and refused with the bounds."""
    low, high = bounds
    for beyond in (low - 1, high + 1, -(10**30), 10**30, -(10**400), 10**400):
        assert list(refused := faults(**{name: beyond})) == [name]
        assert refused[name][0].endswith(".")
    assert f"entre {low} et {high}" in faults(**{name: high + 1})[name][0]


@pytest.mark.parametrize(("name", "bounds"), DECIMAL_BOUNDS.items())
def test_bounds_of_decimals_are_exact(name, bounds):
    """The least fraction beyond a bound is beyond it."""
    low, high = bounds
    assert list(faults(**{name: low - 1e-9})) == [name]
    assert list(faults(**{name: high + 1e-9})) == [name]


@pytest.mark.parametrize("name", sorted(DECIMAL_BOUNDS))
@pytest.mark.parametrize("infinite", [float("inf"), float("-inf")])
def test_infinity_is_no_number(name, infinite):
    """An infinite amount is refused."""
    assert list(faults(**{name: infinite})) == [name]


@pytest.mark.parametrize("wrong", NO_NUMBERS, ids=repr)
@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_a_number_is_a_number(name, wrong):
    """Text, true, a list, an object or NaN is no number, for a whole one or any other."""
    assert list(faults(**{name: wrong})) == [name]


@pytest.mark.parametrize("wrong", [2.5, -0.1, float("inf"), 1e-9, 1e300])
@pytest.mark.parametrize("name", sorted(WHOLE_BOUNDS))
def test_a_whole_number_has_no_fraction(name, wrong):
    """A fraction of a year or of a training is refused, not rounded."""
    assert list(faults(**{name: wrong})) == [name]


@pytest.mark.parametrize("name", sorted(WHOLE_BOUNDS))
def test_12_0_is_a_whole_number(name):
    """JSON has one kind of number: 12.0 is 12, and is kept as a whole number."""
    low, _ = WHOLE_BOUNDS[name]
    value = SCHEMA.fields[name].deserialize(float(low))
    assert (value, type(value)) == (low, int)


@pytest.mark.parametrize(("name", "value"), [("revenu_mensuel", 5993.57), (RAISE, 11.5)])
def test_decimals_are_not_rounded(name, value):
    """An amount keeps its cents."""
    assert load(**{name: value})[name] == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("11 %", 11.0),
        ("11%", 11.0),
        ("11\u00a0%", 11.0),
        ("11\u202f%", 11.0),
        ("11,5 %", 11.5),
        ("11.5 %", 11.5),
        ("0 %", 0.0),
        ("100 %", 100.0),
        (11, 11.0),
        (11.5, 11.5),
    ],
)
def test_a_percentage_is_read_as_hr_writes_it(written, value):
    """11 and "11 %" are the same raise, with any of the French spaces or none."""
    loaded = load(**{RAISE: written})[RAISE]
    assert (loaded, type(loaded)) == (value, float)


@pytest.mark.parametrize(
    "wrong",
    [
        "11",
        "-1 %",
        "101 %",
        "100,1 %",
        "%",
        " %",
        "11 % environ",
        "11  %",
        "11 %\n",
        "11 %%",
        "1e1 %",
        "1_1 %",
        "١١ %",
        "11,,5 %",
        "onze %",
        "99999999 %",
        True,
        ["11 %"],
        {"%": 11},
        float("nan"),
    ],
    ids=repr,
)
def test_what_is_no_percentage_is_refused(wrong):
    """Text without its sign could be anything, and is refused like what is out of bounds."""
    assert list(faults(**{RAISE: wrong})) == [RAISE]


@pytest.mark.parametrize(
    ("written", "value"), [("Oui", True), ("Non", False), (True, True), (False, False)]
)
def test_overtime_is_oui_or_non(written, value):
    """Overtime is HR's Oui and Non, or true and false."""
    assert load(heure_supplementaires=written)["heure_supplementaires"] is value


@pytest.mark.parametrize(
    "wrong", ["oui", "NON", "Oui ", "Yes", "true", 1, 0, 1.0, [], ["Oui"], {}], ids=repr
)
def test_overtime_is_nothing_else(wrong):
    """No other word or number is guessed to mean yes or no."""
    assert list(faults(heure_supplementaires=wrong)) == ["heure_supplementaires"]


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_up_to_80_characters_is_accepted(name):
    """A company has its own departments, posts and fields of study, of 1 to 80 characters."""
    for text in ("x", "é" * 80, "𝒳" * 80, "R&D — <b>qualité</b> 'n°1'", "'; DROP TABLE inputs; --"):
        assert load(**{name: text})[name] == text


@pytest.mark.parametrize(
    "wrong",
    [
        "x" * 81,
        "x" * 100_000,
        "Cadre\0Commercial",
        "Cadre\nCommercial",
        "Cadre\tCommercial",
        "Cadre\x1bCommercial",
        "Cadre\x7fCommercial",
        "Cadre\x9fCommercial",
        "\ud800",
        "Cadre\udfff",
        7,
        7.5,
        True,
        ["Commercial"],
        {"nom": "Commercial"},
    ],
    ids=ascii,
)
@pytest.mark.parametrize("name", TEXTS)
def test_text_that_cannot_be_kept_is_refused(name, wrong):
    """Too long, a NUL, half a character, a control character, or no text at all."""
    assert list(refused := faults(**{name: wrong})) == [name]
    assert "1 à 80 caractères" in refused[name][0]


@pytest.mark.parametrize("name", TEXTS)
def test_text_has_one_spelling(name):
    """A letter and its accent, sent as two characters, are the one that HR has in its files."""
    assert load(**{name: "  Qualite\u0301  "})[name] == "Qualité"


@pytest.mark.parametrize("name", TEXTS)
def test_text_stays_within_its_length_however_it_is_composed(name):
    """A character that normalisation writes as two is counted as two."""
    assert load(**{name: "\u0958" * 40})[name] == "\u0915\u093c" * 40
    assert list(faults(**{name: "\u0958" * 41})) == [name]


@pytest.mark.parametrize(("name", "levels"), CLOSED.items())
def test_each_closed_level_is_accepted(name, levels):
    """The levels of a closed list are spelled as HR spells them."""
    assert [load(**{name: level})[name] for level in levels] == levels


@pytest.mark.parametrize("wrong", ["X", "f", "frequent", "Fréquent", 1, True, ["F"], {}], ids=repr)
@pytest.mark.parametrize(("name", "levels"), CLOSED.items())
def test_no_other_level_is_accepted(name, levels, wrong):
    """Another level is refused with the list of the right ones."""
    assert list(refused := faults(**{name: wrong})) == [name]
    assert ", ".join(levels) in refused[name][0]


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
