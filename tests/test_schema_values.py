"""What each field of an employee takes, and what it refuses."""

import pytest

from futurisys.employee.cells import FORMULA_WITHOUT_VALUE
from tests.definition import BOUNDS, DECIMAL_BOUNDS, RAISE, SCHEMA, WHOLE_BOUNDS, faults, load

TEXTS = ("departement", "poste", "domaine_etude")
CLOSED = {
    "genre": ["F", "M"],
    "statut_marital": ["Célibataire", "Divorcé(e)", "Marié(e)"],
    "frequence_deplacement": ["Aucun", "Occasionnel", "Frequent"],
}
NO_NUMBERS = ["12", "douze", True, False, [12], {"valeur": 12}, float("nan")]


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
    ("written", "value"),
    [
        ("OUI", True),
        ("oui", True),
        (" Oui ", True),
        ("Vrai", True),
        ("VRAI", True),
        ("TRUE", True),
        ("true", True),
        ("non", False),
        ("Faux", False),
        ("FALSE", False),
    ],
)
def test_overtime_is_what_a_spreadsheet_says(written, value):
    """Capitals and spaces do not matter, nor whether it is a truth in French or in English."""
    assert load(heure_supplementaires=written)["heure_supplementaires"] is value


@pytest.mark.parametrize(
    "wrong", ["Yes", "O", "N", "ouii", "o u i", "1", "0", 1, 0, 1.0, [], ["Oui"], {}], ids=repr
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


@pytest.mark.parametrize(
    ("name", "written", "level"),
    [
        ("genre", "f", "F"),
        ("statut_marital", "celibataire", "Célibataire"),
        ("statut_marital", "CÉLIBATAIRE", "Célibataire"),
        ("statut_marital", "Célibataire", "Célibataire"),
        ("statut_marital", "  DIVORCE(E) ", "Divorcé(e)"),
        ("statut_marital", "marié(e) ", "Marié(e)"),
        ("frequence_deplacement", "Fréquent", "Frequent"),
        ("frequence_deplacement", "OCCASIONNEL", "Occasionnel"),
    ],
)
def test_a_closed_level_is_known_however_it_is_written(name, written, level):
    """Case, accents and surrounding spaces do not matter; what is loaded is HR's spelling."""
    assert load(**{name: written})[name] == level


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "cell",
    [
        "#N/A",
        "#n/a",
        "#N/D",
        "#REF!",
        "#NOM?",
        "#NAME?",
        "#DIV/0!",
        "#VALEUR!",
        "#VALUE!",
        "#NUL!",
        "#NULL!",
        "#NOMBRE!",
        "#NUM!",
        "#PROPAGATION!",
        "#SPILL!",
        "#CALC!",
        "######",
        "Err:502",
        " #REF! ",
    ],
)
def test_the_error_of_a_spreadsheet_is_no_text(name, cell):
    """No department is called so: a cell that failed is a fault in text columns too."""
    [sentence] = faults(**{name: cell})[name]
    assert "erreur du tableur" in sentence


@pytest.mark.parametrize(
    "name", ["revenu_mensuel", "poste", "genre", "heure_supplementaires", RAISE]
)
def test_what_a_spreadsheet_failed_at_has_its_own_sentence(name):
    """In any column, an error says so, and a formula without a value what to do about it."""
    assert "erreur du tableur" in faults(**{name: "#DIV/0!"})[name][0]
    assert "enregistrez-le" in faults(**{name: FORMULA_WITHOUT_VALUE})[name][0]


@pytest.mark.parametrize("text", ["# 1", "N/A", "#marketing", "Ressources!", "Erreur", "#"])
def test_a_text_that_is_near_an_error_is_none(text):
    """Only what a spreadsheet itself writes is refused."""
    assert load(poste=text)["poste"] == text


@pytest.mark.parametrize(
    "wrong", ["X", "f.", "frequente", "Fréquent(e)", "F M", 1, True, ["F"], {}], ids=repr
)
@pytest.mark.parametrize(("name", "levels"), CLOSED.items())
def test_no_other_level_is_accepted(name, levels, wrong):
    """Another level is refused with the list of the right ones."""
    assert list(refused := faults(**{name: wrong})) == [name]
    assert ", ".join(levels) in refused[name][0]
