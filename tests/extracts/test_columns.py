"""The columns and cells of an extract: what is needed, what may be missing, what is refused."""

import pytest

from futurisys.employee.extracts import read_employees
from tests.extracts import (
    ALL_THREE,
    EVAL,
    KEYS,
    LABEL,
    NEEDED,
    OPTIONAL,
    SIRH,
    SONDAGE,
    assert_one_sentence,
    refusal,
)

CONSTANT = [
    (SIRH, "nombre_heures_travailless"),
    (SONDAGE, "nombre_employee_sous_responsabilite"),
    (SONDAGE, "ayant_enfants"),
]


@pytest.mark.parametrize("column", ["departement", "poste", "domaine_etude"])
def test_a_company_has_its_own_words(extracts, column):
    """Departments, posts and fields of study that the sample lacks are accepted in training."""
    extract = SONDAGE if column == "domaine_etude" else SIRH
    extracts.tables[extract][2][column] = "Génie climatique, niveau II"
    employees, _ = read_employees(extracts.write())
    assert employees[2][column] == "Génie climatique, niveau II"


@pytest.mark.parametrize("column", OPTIONAL)
def test_protected_columns_may_be_left_out(extracts, column):
    """A company that does not keep genre, statut_marital or age can still train."""
    for row in extracts.tables[SIRH]:
        del row[column]
    employees, _ = read_employees(extracts.write())
    assert all(column not in employee for employee in employees)


@pytest.mark.parametrize("column", OPTIONAL)
def test_protected_cells_may_be_empty(extracts, column):
    """An unknown genre, statut_marital or age is an empty cell."""
    extracts.tables[SIRH][0][column] = ""
    employees, _ = read_employees(extracts.write())
    assert employees[0][column] is None


@pytest.mark.parametrize(("extract", "column"), CONSTANT)
def test_constant_columns_may_be_left_out(extracts, extract, column):
    """A column that says nothing is not missed."""
    expected = read_employees(extracts.write())
    for row in extracts.tables[extract]:
        del row[column]
    assert read_employees(extracts.write()) == expected


@pytest.mark.parametrize(("extract", "column"), [*NEEDED, *KEYS, (SONDAGE, LABEL)])
def test_a_missing_column_is_named(extracts, extract, column):
    """A column that training needs and that is not in its file is refused by name."""
    for row in extracts.tables[extract]:
        del row[column]
    assert refusal(extracts.write()) == f"{extract}, ligne 1 : il manque la colonne {column}."


@pytest.mark.parametrize("blank", ["", "  "], ids=["empty", "spaces"])
@pytest.mark.parametrize(("extract", "column"), NEEDED)
def test_a_missing_value_is_named(extracts, extract, column, blank):
    """An empty cell of a column that training needs is refused with its line."""
    extracts.tables[extract][1][column] = blank
    assert_one_sentence(refusal(extracts.write()), extract, 3, column, "la valeur manque")


@ALL_THREE
@pytest.mark.parametrize("name", ["nom", "satisfaction_globale", "Prediction", ""])
def test_a_column_that_nobody_reads_is_left_out(extracts, extract, name):
    """What no extract has, an older service computed or has no name is not read."""
    expected = read_employees(extracts.write())
    for row in extracts.tables[extract]:
        row[name] = "1"
    assert read_employees(extracts.write()) == expected


@ALL_THREE
def test_columns_are_recognised_however_they_are_spelled(extracts, extract):
    """Capitals, spaces and accents aside, a column is what it is called."""
    expected = read_employees(extracts.write())
    extracts.tables[extract] = [
        {name.upper().replace("_", " ").replace("ANNEES", "ANNÉES"): c for name, c in row.items()}
        for row in extracts.tables[extract]
    ]
    assert read_employees(extracts.write()) == expected


def test_right_spellings_and_words_are_recognised(extracts):
    """What the extracts misspell may be spelled right; a fault names it as the file does."""
    expected = read_employees(extracts.write())
    for row in extracts.tables[EVAL]:
        row["augmentation_salaire_precedente"] = row.pop("augementation_salaire_precedente")
    for row in extracts.tables[SIRH]:
        row["Revenu mensuel"] = row.pop("revenu_mensuel")
    assert read_employees(extracts.write()) == expected
    extracts.tables[SIRH][1]["Revenu mensuel"] = "0"
    assert_one_sentence(refusal(extracts.write()), SIRH, 3, "Revenu mensuel", "entre 1 et")


def test_a_column_of_another_file_is_refused(extracts):
    """A column stands in one file only, so that no value silently replaces another."""
    for row in extracts.tables[SIRH]:
        row["niveau_education"] = "5"
    assert_one_sentence(refusal(extracts.write()), SIRH, 1, "niveau_education", SONDAGE)


@ALL_THREE
def test_a_column_there_twice_is_refused(extracts, extract):
    """Which of two columns of one name is meant cannot be known."""
    column = list(extracts.tables[extract][0])[2]
    lines = extracts.text(extract).splitlines()
    text = "\n".join(f"{line},{column if number == 0 else 1}" for number, line in enumerate(lines))
    sentence = refusal(extracts.write({extract: text}))
    assert_one_sentence(sentence, extract, 1, column, "la colonne figure deux fois")


@pytest.mark.parametrize("label", ["", "oui", "Yes", "1", "Peut-être", "Oui/Non"])
def test_a_wrong_label_is_refused(extracts, label):
    """Who has left is said with Oui or Non, for every employee."""
    extracts.tables[SONDAGE][1][LABEL] = label
    assert_one_sentence(refusal(extracts.write()), SONDAGE, 3, LABEL, "« Oui » ou « Non »")


@pytest.mark.parametrize(
    ("extract", "column", "wrong", "words"),
    [
        (SIRH, "id_employee", "2147483648", "entre 1 et 2147483647"),
        (SIRH, "revenu_mensuel", "0", "entre 1 et 1000000"),
        (SIRH, "revenu_mensuel", "-5130", "entre 1 et 1000000"),
        (SIRH, "age", "81", "entre 16 et 80"),
        (SIRH, "annee_experience_totale", "61", "entre 0 et 60"),
        (EVAL, "satisfaction_employee_equipe", "7", "entre 1 et 4"),
        (EVAL, "niveau_hierarchique_poste", "0", "entre 1 et 5"),
        (EVAL, "augementation_salaire_precedente", "101 %", "entre 0 et 100"),
        (SONDAGE, "distance_domicile_travail", "1000,5", "entre 0 et 1000"),
        (SONDAGE, "nombre_participation_pee", "11", "entre 0 et 10"),
    ],
)
def test_an_impossible_value_is_refused(extracts, extract, column, wrong, words):
    """A value beyond its hard bounds is refused with the bounds."""
    for name, key in KEYS:
        if column == "id_employee":
            extracts.tables[name][1][key] = "E_" * (name == EVAL) + wrong
    extracts.tables[extract][1][column] = wrong
    assert_one_sentence(refusal(extracts.write()), extract, 3, column, words)


@pytest.mark.parametrize(
    ("extract", "column", "wrong"),
    [
        (SIRH, "revenu_mensuel", "beaucoup"),
        (SIRH, "revenu_mensuel", "5_130"),
        (SIRH, "revenu_mensuel", "٥١٣٠"),
        (SIRH, "revenu_mensuel", "5 130 $"),
        (SIRH, "revenu_mensuel", "1e3"),
        (SIRH, "revenu_mensuel", "nan"),
        (SIRH, "revenu_mensuel", "inf"),
        (SIRH, "revenu_mensuel", "9" * 5000),
        (SIRH, "age", "41,5"),
        (SIRH, "departement", "x" * 81),
        (SIRH, "poste", "Cadre\nCommercial"),
        (EVAL, "heure_supplementaires", "parfois"),
        (EVAL, "augementation_salaire_precedente", "onze"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(extracts, extract, column, wrong):
    """A cell that cannot be understood is refused, never guessed."""
    extracts.tables[extract][1][column] = wrong
    assert_one_sentence(refusal(extracts.write()), extract, 3, column, "attendu")


@pytest.mark.parametrize(
    ("extract", "column", "wrong"),
    [
        (SIRH, "genre", "X"),
        (SIRH, "statut_marital", "Pacsé(e)"),
        (SONDAGE, "frequence_deplacement", "Souvent"),
    ],
)
def test_a_level_that_a_closed_list_lacks_is_refused(extracts, extract, column, wrong):
    """A refusal of a closed column lists its levels."""
    extracts.tables[extract][1][column] = wrong
    assert_one_sentence(refusal(extracts.write()), extract, 3, column, "doit être l'une de")
