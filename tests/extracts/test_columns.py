"""The columns and cells of an extract: what is needed, what may be missing, what is refused."""

import pytest

from futurisys.employee.extracts import read_and_tell, read_employees
from tests.definition import COLUMNS_OF
from tests.extracts import (
    ALL_THREE,
    EVAL,
    KEYS,
    LABEL,
    OPTIONAL,
    SIRH,
    SONDAGE,
    assert_one_sentence,
    refusal,
)

ONE_OF_EACH = [(extract, names[-1]) for extract, names in COLUMNS_OF.items()]

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


@pytest.mark.parametrize(("extract", "column"), [*ONE_OF_EACH, *KEYS, (SONDAGE, LABEL)])
def test_a_missing_column_is_named(extracts, extract, column):
    """A column that training needs and that is not in its file is refused by name."""
    for row in extracts.tables[extract]:
        del row[column]
    assert refusal(extracts.write()) == f"{extract}, ligne 1 : il manque la colonne {column}."


@pytest.mark.parametrize("blank", ["", "  "], ids=["empty", "spaces"])
@pytest.mark.parametrize(("extract", "column"), ONE_OF_EACH)
def test_a_missing_value_is_named(extracts, extract, column, blank):
    """An empty cell of a column that training needs is refused with its line."""
    extracts.tables[extract][1][column] = blank
    assert_one_sentence(refusal(extracts.write()), extract, 3, column, "la valeur manque")


@pytest.mark.parametrize("name", ["nom", "satisfaction_globale", "Prediction"])
def test_a_column_that_nobody_reads_is_left_out(extracts, name):
    """What no extract has, an older service computed or this one wrote is not read."""
    expected = read_employees(extracts.write())
    for table in extracts.tables.values():
        for row in table:
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


def test_a_column_of_two_files_counts_where_it_belongs(extracts):
    """The copy that another file has is neither judged nor read, and is named with its file."""
    expected = read_employees(extracts.write())
    for copy, number in zip(extracts.tables[EVAL], range(1, 6), strict=True):
        copy |= {"id_employee": str(number), "Age": "x", "niveau_education": "?"}
    employees, left, reading = read_and_tell(extracts.write())
    assert (employees, left) == expected
    names = ("id_employee", "Age", "niveau_education")
    assert reading.left_out == tuple(f"{name} ({EVAL})" for name in names)


def test_a_column_may_stand_in_another_file_alone(extracts):
    """Where the file that a column belongs to lacks it, the one that has it is read."""
    expected = read_employees(extracts.write())
    for from_row, to_row in zip(extracts.tables[SONDAGE], extracts.tables[SIRH], strict=True):
        to_row["niveau_education"] = from_row.pop("niveau_education")
        to_row[LABEL] = from_row.pop(LABEL)
    assert read_employees(extracts.write()) == expected
    extracts.tables[SIRH][1][LABEL] = "Peut-être"
    assert_one_sentence(refusal(extracts.write()), SIRH, 3, LABEL, "« Oui », « Non »")


def test_a_column_of_two_files_that_belongs_to_neither_is_refused(extracts):
    """Which of two copies counts cannot be known where the file of the column has none."""
    for row in extracts.tables[SIRH]:
        age = row.pop("age")
        for extract in (EVAL, SONDAGE):
            for other in extracts.tables[extract]:
                other["age"] = age
    assert "colonne age : la colonne figure deux fois" in refusal(extracts.write())


@ALL_THREE
def test_a_column_there_twice_is_refused(extracts, extract):
    """Which of two columns of one name is meant cannot be known."""
    column = list(extracts.tables[extract][0])[2]
    lines = extracts.text(extract).splitlines()
    text = "\n".join(f"{line},{column if number == 0 else 1}" for number, line in enumerate(lines))
    sentence = refusal(extracts.write({extract: text}))
    assert_one_sentence(sentence, extract, 1, column, "la colonne figure deux fois")


@pytest.mark.parametrize(
    ("label", "words"),
    [("", "la valeur manque"), ("Yes", "« Oui », « Non »"), ("#N/A", "une erreur du tableur")],
)
def test_a_wrong_label_is_refused(extracts, label, words):
    """Who has left is said as a yes or a no, for every employee."""
    extracts.tables[SONDAGE][1][LABEL] = label
    assert_one_sentence(refusal(extracts.write()), SONDAGE, 3, LABEL, words)


@pytest.mark.parametrize("yes", ["OUI", " oui ", "Vrai", "1"])
def test_a_label_is_written_as_any_yes(extracts, yes):
    """What a yes/no column takes says that somebody has left."""
    extracts.tables[SONDAGE][1][LABEL] = yes
    _, left = read_employees(extracts.write())
    assert left == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("extract", "column", "wrong", "words"),
    [
        (SIRH, "id_employee", "2147483648", "entre 1 et 2147483647"),
        (SIRH, "revenu_mensuel", "0", "entre 1 et 1000000"),
        (EVAL, "satisfaction_employee_equipe", "7", "entre 1 et 4"),
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
        (SIRH, "revenu_mensuel", "nan"),
        (SIRH, "revenu_mensuel", "9" * 5000),
        (SIRH, "age", "41,5"),
        (SIRH, "poste", "Cadre\nCommercial"),
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
        (SONDAGE, "frequence_deplacement", "Souvent"),
    ],
)
def test_a_level_that_a_closed_list_lacks_is_refused(extracts, extract, column, wrong):
    """A refusal of a closed column lists its levels."""
    extracts.tables[extract][1][column] = wrong
    assert_one_sentence(refusal(extracts.write()), extract, 3, column, "doit être l'une de")
