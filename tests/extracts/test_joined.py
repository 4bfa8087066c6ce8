"""The three HR extracts are joined into one row an employee."""

import pytest

from futurisys.employee.extracts import read_employees, read_rows
from futurisys.employee.sheets import blocks_of
from futurisys.errors import ExtractError
from futurisys.sample import SAMPLE
from tests.extracts import (
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


def test_sample_is_1470_employees_of_34_columns(rows):
    """The sample's three files join to 1470 different employees, each with every column."""
    assert len(rows) == 1470
    assert {len(row) for row in rows} == {34}
    assert len({row["id_employee"] for row in rows}) == 1470


def test_sample_has_237_leavers():
    """What the model learns is read beside the employees: 237 of them have left."""
    employees, left = read_employees(SAMPLE)
    assert (len(employees), len(left), sum(left)) == (1470, 1470, 237)


def test_rows_are_what_hr_would_post(rows):
    """A joined row holds numbers as numbers and HR's words as HR writes them."""
    first = rows[0]
    assert (first["id_employee"], first["eval_number"], first["code_sondage"]) == (
        1,
        "E_1",
        "000001",
    )
    assert (first["age"], first["revenu_mensuel"]) == (41, 5993)
    assert first["augementation_salaire_precedente"] == "11 %"
    assert (first["heure_supplementaires"], first[LABEL]) == ("Oui", "Oui")
    assert first["statut_marital"] == "Célibataire"


def test_employees_are_what_the_service_keeps():
    """An employee read for training holds no key, no constant and no label."""
    employees, _ = read_employees(SAMPLE)
    assert set(employees[0]) == {"id_employee", *OPTIONAL, *(name for _, name in NEEDED)}
    assert employees[0]["heure_supplementaires"] is True
    assert employees[0]["augementation_salaire_precedente"] == 11.0


def test_rows_may_come_in_any_order(extracts):
    """The files are joined by the employee's number, not by the place in the file."""
    expected = read_employees(extracts.write())
    extracts.tables[SIRH].reverse()
    extracts.tables[EVAL].sort(key=lambda row: row["satisfaction_employee_environnement"])
    extracts.tables[SONDAGE].append(extracts.tables[SONDAGE].pop(1))
    assert read_employees(extracts.write()) == expected


def test_employees_come_sorted_by_their_number(extracts):
    """The order is that of id_employee as a number, so that a training can be repeated."""
    for place, number in enumerate((900, 17, 1_000_000, 8, 100)):
        extracts.tables[SIRH][place]["id_employee"] = f"{number}"
        extracts.tables[EVAL][place]["eval_number"] = f"E_{number}"
        extracts.tables[SONDAGE][place]["code_sondage"] = f"{number:06}"
    employees, _ = read_employees(extracts.write())
    assert [e["id_employee"] for e in employees] == [8, 17, 100, 900, 1_000_000]


def test_survey_codes_need_not_be_padded(extracts):
    """A spreadsheet that took 000001 for a number has lost its zeros; it is the same employee."""
    expected = read_employees(extracts.write())
    for row in extracts.tables[SONDAGE]:
        row["code_sondage"] = row["code_sondage"].lstrip("0")
    assert read_employees(extracts.write()) == expected


@pytest.mark.parametrize("key", ["{}", "{:06}", "E{}", "E-{}", "E {}", "e_{:06}"])
def test_evaluations_are_numbered_as_hr_exports_them(extracts, key):
    """With or without their letter and its mark, padded or not, they are of the same employee."""
    expected = read_employees(extracts.write())
    for row in extracts.tables[EVAL]:
        row["eval_number"] = key.format(int(row["eval_number"].removeprefix("E_")))
    assert read_employees(extracts.write()) == expected


@pytest.mark.parametrize(
    ("extract", "column", "wrong"),
    [
        (SIRH, "id_employee", ""),
        (SIRH, "id_employee", "E_2"),
        (SIRH, "id_employee", "2.0"),
        (SIRH, "id_employee", "-2"),
        (EVAL, "eval_number", ""),
        (EVAL, "eval_number", "E_deux"),
        (EVAL, "eval_number", "E_2 bis"),
        (EVAL, "eval_number", "E__2"),
        (EVAL, "eval_number", "-2"),
        (EVAL, "eval_number", "EVAL_2"),
        (EVAL, "eval_number", "2_E"),
        (EVAL, "eval_number", "2.0"),
        (EVAL, "eval_number", "E_٢"),
        (SONDAGE, "code_sondage", ""),
        (SONDAGE, "code_sondage", "E_2"),
        (SONDAGE, "code_sondage", "deux"),
    ],
)
def test_a_badly_written_number_is_refused(extracts, extract, column, wrong):
    """The employee's number is written in each file as that file writes it."""
    extracts.tables[extract][1][column] = wrong
    sentence = refusal(extracts.write())
    assert_one_sentence(
        sentence, extract, 3, column, "le numéro de l'employé est attendu, écrit comme"
    )


@pytest.mark.parametrize(("extract", "column"), KEYS)
def test_a_number_that_a_spreadsheet_failed_at_is_told(extracts, extract, column):
    """An error cell is told for what it is where the employee's number should stand."""
    extracts.tables[extract][1][column] = "#N/A"
    assert_one_sentence(refusal(extracts.write()), extract, 3, column, "une erreur du tableur")


@pytest.mark.parametrize(("extract", "column"), KEYS)
def test_an_employee_there_twice_is_refused(extracts, extract, column):
    """An employee has one line in each file; the refusal names both lines."""
    extracts.tables[extract].append(extracts.tables[extract][1])
    sentence = refusal(extracts.write())
    assert_one_sentence(sentence, extract, 7, column, "figure déjà à la ligne 3")


def test_a_number_padded_differently_is_the_same_employee(extracts):
    """000002 and 2 are one employee, there twice."""
    extracts.tables[SONDAGE].append(extracts.tables[SONDAGE][1] | {"code_sondage": "2"})
    sentence = refusal(extracts.write())
    assert_one_sentence(sentence, SONDAGE, 7, "code_sondage", "cet employé figure déjà")


@pytest.mark.parametrize(
    ("absent", "present", "key"),
    [
        (SIRH, EVAL, "eval_number"),
        (EVAL, SIRH, "id_employee"),
        (SONDAGE, SIRH, "id_employee"),
    ],
)
def test_an_employee_absent_from_one_file_is_named(extracts, absent, present, key):
    """An employee of one file that another lacks is named where it stands, with what lacks it."""
    del extracts.tables[absent][1]
    words = f"cet employé n'est pas dans {absent}"
    assert_one_sentence(refusal(extracts.write()), present, 3, key, words)


def test_facts_that_disagree_across_files_are_found(extracts):
    """A rule between columns of two files is checked on the joined employee."""
    extracts.tables[SONDAGE][1]["annes_sous_responsable_actuel"] = "11"
    sentence = refusal(extracts.write())
    words = "ne peut pas dépasser"
    assert_one_sentence(sentence, SONDAGE, 3, "annes_sous_responsable_actuel", words)


def test_what_is_read_to_be_posted_is_checked_for_shape_too(extracts):
    """Rows are refused for a wrong header or join as employees are."""
    del extracts.tables[EVAL][1]
    with pytest.raises(ExtractError, match="cet employé n'est pas dans"):
        read_rows(extracts.write())


def test_the_first_fault_is_told_and_the_others_counted(extracts):
    """Training stops at the first fault, and says how many more there are, in one sentence."""
    extracts.tables[SIRH][1]["revenu_mensuel"] = "beaucoup"
    extracts.tables[SONDAGE][3]["niveau_education"] = "9"
    extracts.tables[SONDAGE][4][LABEL] = ""
    sentence = refusal(extracts.write())
    assert_one_sentence(sentence, SIRH, 3, "revenu_mensuel", "est attendu ; 2 autres fautes sont")
    extracts.tables[SONDAGE][4][LABEL] = "Non"
    assert "; 1 autre faute est à corriger." in refusal(extracts.write())


def test_files_are_known_by_their_headers(extracts):
    """A file that is given for another is what its header says."""
    expected = read_employees(extracts.write())
    paths = extracts.write()
    shuffled = dict(zip(paths, [paths[SONDAGE], paths[SIRH], paths[EVAL]], strict=True))
    assert read_employees(shuffled) == expected


def test_the_same_extract_twice_is_refused(extracts):
    """A file that is given twice is told, with the name of both."""
    paths = extracts.write()
    sentence = refusal(paths | {EVAL: paths[SIRH]})
    assert "ont tous deux les colonnes de l'extrait du SIRH" in sentence


@pytest.mark.slow
def test_nobody_is_lost_between_blocks(extracts, monkeypatch):
    """Employees of many blocks of rows are those of one."""
    expected = read_employees(SAMPLE)
    monkeypatch.setattr("futurisys.employee.extracts.blocks_of", lambda rows: blocks_of(rows, 100))
    assert read_employees(SAMPLE) == expected
