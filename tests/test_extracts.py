"""The three HR extracts: read as spreadsheets write them, or refused in one sentence."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from futurisys.employee.extracts import read_employees, read_rows
from futurisys.errors import ExtractError
from futurisys.sample import SAMPLE

SIRH, EVAL, SONDAGE = "extrait_sirh.csv", "extrait_eval.csv", "extrait_sondage.csv"
ASKED = {
    SIRH: (
        "revenu_mensuel",
        "departement",
        "poste",
        "nombre_experiences_precedentes",
        "annee_experience_totale",
        "annees_dans_l_entreprise",
        "annees_dans_le_poste_actuel",
    ),
    EVAL: (
        "satisfaction_employee_environnement",
        "note_evaluation_precedente",
        "niveau_hierarchique_poste",
        "satisfaction_employee_nature_travail",
        "satisfaction_employee_equipe",
        "satisfaction_employee_equilibre_pro_perso",
        "note_evaluation_actuelle",
        "heure_supplementaires",
        "augementation_salaire_precedente",
    ),
    SONDAGE: (
        "nombre_participation_pee",
        "nb_formations_suivies",
        "distance_domicile_travail",
        "niveau_education",
        "domaine_etude",
        "frequence_deplacement",
        "annees_depuis_la_derniere_promotion",
        "annes_sous_responsable_actuel",
    ),
}
KEYS = [(SIRH, "id_employee"), (EVAL, "eval_number"), (SONDAGE, "code_sondage")]
LABEL = "a_quitte_l_entreprise"
OPTIONAL = ("age", "genre", "statut_marital")
CONSTANT = [
    (SIRH, "nombre_heures_travailless"),
    (SONDAGE, "nombre_employee_sous_responsabilite"),
    (SONDAGE, "ayant_enfants"),
]
NEEDS_PGBOUNCER = [(extract, name) for extract, names in ASKED.items() for name in names]
ALL_THREE = pytest.mark.parametrize("extract", [SIRH, EVAL, SONDAGE])

Row = dict[str, str]
Rows = list[Row]
Paths = dict[str, Path]


class Extracts:
    """The sample's first five employees, to be changed and then written into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tables: dict[str, Rows] = {}
        for name, path in SAMPLE.items():
            with path.open(encoding="utf-8", newline="") as file:
                self.tables[name] = list(csv.DictReader(file))[:5]

    def text(self, extract: str, delimiter: str = ",", newline: str = "\n") -> str:
        rows = self.tables[extract]
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, lineterminator=newline)
        writer.writeheader()
        writer.writerows(rows)
        return file.getvalue()

    def write(self, replaced: dict[str, str | bytes] | None = None) -> Paths:
        """The paths of the three files; replaced: what stands in a file in place of its table."""
        for name in self.tables:
            content = (replaced or {}).get(name, self.text(name))
            data = content.encode() if isinstance(content, str) else content
            (self._folder / name).write_bytes(data)
        return {name: self._folder / name for name in self.tables}


@pytest.fixture
def extracts(tmp_path: Path) -> Extracts:
    return Extracts(tmp_path)


def refusal(paths: Paths) -> str:
    with pytest.raises(ExtractError) as caught:
        read_employees(paths)
    return str(caught.value)


def assert_one_sentence(sentence: str, extract: str, line: int, column: str, words: str) -> None:
    """A refusal says where in one breath: file, line, column, then what is wrong."""
    assert sentence.startswith(f"{extract}, ligne {line}, colonne {column} : ")
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


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
    assert set(employees[0]) == {"id_employee", *OPTIONAL, *(name for _, name in NEEDS_PGBOUNCER)}
    assert employees[0]["heure_supplementaires"] is True
    assert employees[0]["augementation_salaire_precedente"] == 11.0


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_every_common_way_to_save_is_read(extracts, delimiter, encoding, newline):
    """Comma or semicolon, UTF-8 (marked or not) or Latin-1, either line end: all the same."""
    expected = read_employees(extracts.write())
    files = {name: extracts.text(name, delimiter, newline).encode(encoding) for name in SAMPLE}
    assert read_employees(extracts.write(files)) == expected


def test_the_three_files_may_be_saved_differently(extracts):
    """Each file is read in its own way; one says nothing about the others."""
    expected = read_employees(extracts.write())
    files = {
        SIRH: extracts.text(SIRH, ";").encode("latin-1"),
        EVAL: extracts.text(EVAL, newline="\r\n").encode("utf-8-sig"),
    }
    assert read_employees(extracts.write(files)) == expected


def test_accents_survive_latin_1(extracts):
    """A department with an accent is the same text whatever the file's encoding."""
    extracts.tables[SIRH][0]["departement"] = "Études & Qualité"
    files = {SIRH: extracts.text(SIRH).encode("latin-1")}
    employees, _ = read_employees(extracts.write(files))
    assert employees[0]["departement"] == "Études & Qualité"


@pytest.mark.parametrize(
    ("cell", "expected"), [("5993,5", 5993.5), ("5993.5", 5993.5), ("5993", 5993), (" 5993 ", 5993)]
)
def test_decimal_commas_are_numbers(extracts, cell, expected):
    """A number may have the French decimal comma, and white space around it."""
    extracts.tables[SIRH][0]["revenu_mensuel"] = cell
    employees, _ = read_employees(extracts.write({SIRH: extracts.text(SIRH, ";")}))
    assert employees[0]["revenu_mensuel"] == expected


def test_a_quoted_decimal_comma_is_one_cell(extracts):
    """In a comma file the decimal comma is quoted, and is still one number."""
    extracts.tables[SONDAGE][0]["distance_domicile_travail"] = "1,5"
    assert '"1,5"' in extracts.text(SONDAGE)
    employees, _ = read_employees(extracts.write())
    assert employees[0]["distance_domicile_travail"] == 1.5


def test_a_quoted_cell_may_hold_a_line_end_and_quotes(extracts):
    """A line end inside quotes does not end the row."""
    expected = read_employees(extracts.write())
    extracts.tables[SONDAGE][0]["ayant_enfants"] = 'Y\n("deux", voir la note)'
    assert read_employees(extracts.write()) == expected


def test_lines_are_counted_as_an_editor_counts_them(extracts):
    """After a cell of two lines, a refusal names the line where the faulty row begins."""
    extracts.tables[SONDAGE][0]["ayant_enfants"] = "Y\nvoir la note"
    extracts.tables[SONDAGE][1]["ayant_enfants"] = "Y\nvoir la note"
    extracts.tables[SONDAGE][1]["niveau_education"] = ""
    sentence = refusal(extracts.write())
    assert_one_sentence(sentence, SONDAGE, 4, "niveau_education", "la valeur manque")


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("blank", ["\n", "   \n", "\r\n"])
def test_blank_lines_are_skipped(extracts, blank, delimiter):
    """A blank line is no employee, wherever it stands."""
    expected = read_employees(extracts.write())
    header, first, rest = extracts.text(SIRH, delimiter).split("\n", 2)
    text = f"{blank}{header}\n{blank}{first}\n{blank}{rest}{blank}"
    assert read_employees(extracts.write({SIRH: text})) == expected


def test_rows_of_empty_cells_are_skipped(extracts):
    """The empty rows that a spreadsheet leaves below its table are no employees."""
    expected = read_employees(extracts.write())
    text = extracts.text(SIRH, ";") + ";" * 11 + "\n"
    assert read_employees(extracts.write({SIRH: text})) == expected


def test_blank_lines_count(extracts):
    """A refusal names the line that a text editor shows, blank lines included."""
    extracts.tables[SIRH][0]["poste"] = ""
    header, rest = extracts.text(SIRH).split("\n", 1)
    sentence = refusal(extracts.write({SIRH: f"{header}\n\n\n{rest}"}))
    assert_one_sentence(sentence, SIRH, 4, "poste", "la valeur manque")


def test_a_header_after_blank_lines_is_named_where_it_stands(extracts):
    """The header is the first line that is not blank."""
    for row in extracts.tables[SIRH]:
        del row["poste"]
    sentence = refusal(extracts.write({SIRH: "\n\n" + extracts.text(SIRH)}))
    assert_one_sentence(sentence, SIRH, 3, "poste", "la colonne manque")


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


def test_columns_may_come_in_any_order(extracts):
    """A column is known by its name."""
    expected = read_employees(extracts.write())
    for name, rows in extracts.tables.items():
        extracts.tables[name] = [dict(reversed(row.items())) for row in rows]
    assert read_employees(extracts.write()) == expected


def test_survey_codes_need_not_be_padded(extracts):
    """A spreadsheet that took 000001 for a number has lost its zeros; it is the same employee."""
    expected = read_employees(extracts.write())
    for row in extracts.tables[SONDAGE]:
        row["code_sondage"] = row["code_sondage"].lstrip("0")
    assert read_employees(extracts.write()) == expected


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


@ALL_THREE
def test_a_missing_file_is_named(extracts, extract):
    """A file that is not there is named as it was asked for."""
    paths = extracts.write()
    paths[extract].unlink()
    assert refusal(paths) == f"{paths[extract]} : le fichier ne peut pas être lu."


@ALL_THREE
def test_a_folder_is_no_file(extracts, extract, tmp_path):
    """A folder given for a file is a file that cannot be read."""
    paths = extracts.write() | {extract: tmp_path}
    assert refusal(paths) == f"{tmp_path} : le fichier ne peut pas être lu."


@pytest.mark.parametrize(("extract", "column"), [*NEEDS_PGBOUNCER, *KEYS, (SONDAGE, LABEL)])
def test_a_missing_column_is_named(extracts, extract, column):
    """A column that training needs and that is not in its file is refused by name."""
    for row in extracts.tables[extract]:
        del row[column]
    assert_one_sentence(refusal(extracts.write()), extract, 1, column, "la colonne manque")


@pytest.mark.parametrize("blank", ["", "  "], ids=["empty", "spaces"])
@pytest.mark.parametrize(("extract", "column"), NEEDS_PGBOUNCER)
def test_a_missing_value_is_named(extracts, extract, column, blank):
    """An empty cell of a column that training needs is refused with its line."""
    extracts.tables[extract][1][column] = blank
    assert_one_sentence(refusal(extracts.write()), extract, 3, column, "la valeur manque")


@pytest.mark.parametrize(
    ("extract", "column", "wrong"),
    [
        (SIRH, "id_employee", ""),
        (SIRH, "id_employee", "E_2"),
        (SIRH, "id_employee", "2.0"),
        (SIRH, "id_employee", "-2"),
        (EVAL, "eval_number", ""),
        (EVAL, "eval_number", "2"),
        (EVAL, "eval_number", "E2"),
        (EVAL, "eval_number", "e_2"),
        (EVAL, "eval_number", "E_deux"),
        (EVAL, "eval_number", "E_2 bis"),
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
    assert_one_sentence(sentence, extract, 3, column, "le numéro de l'employé s'écrit comme")


@pytest.mark.parametrize(("extract", "column"), KEYS)
def test_an_employee_there_twice_is_refused(extracts, extract, column):
    """An employee has one line in each file; the refusal names both lines."""
    extracts.tables[extract].append(extracts.tables[extract][1])
    sentence = refusal(extracts.write())
    assert_one_sentence(sentence, extract, 7, column, "l'employé 2 figure déjà à la ligne 3")


def test_a_number_padded_differently_is_the_same_employee(extracts):
    """000002 and 2 are one employee, there twice."""
    extracts.tables[SONDAGE].append(extracts.tables[SONDAGE][1] | {"code_sondage": "2"})
    sentence = refusal(extracts.write())
    assert_one_sentence(sentence, SONDAGE, 7, "code_sondage", "l'employé 2 figure déjà")


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
    words = f"l'employé 2 est absent de {absent}"
    assert_one_sentence(refusal(extracts.write()), present, 3, key, words)


@ALL_THREE
def test_an_unknown_column_is_named(extracts, extract):
    """A column that no extract has is refused, for it may be a misspelled one."""
    for row in extracts.tables[extract]:
        row["salaire"] = "5993"
    assert_one_sentence(refusal(extracts.write()), extract, 1, "salaire", "colonne inconnue")


def test_a_column_of_another_file_is_refused(extracts):
    """A column stands in one file only, so that no value silently replaces another."""
    for row in extracts.tables[SIRH]:
        row["niveau_education"] = "5"
    assert_one_sentence(refusal(extracts.write()), SIRH, 1, "niveau_education", SONDAGE)


@pytest.mark.parametrize("derived", ["ecart_note_evaluation", "satisfaction_globale"])
def test_a_derived_column_is_refused(extracts, derived):
    """The older service's computed columns are no facts of HR."""
    for row in extracts.tables[EVAL]:
        row[derived] = "1"
    assert_one_sentence(refusal(extracts.write()), EVAL, 1, derived, "colonne inconnue")


@ALL_THREE
def test_a_column_there_twice_is_refused(extracts, extract):
    """Which of two columns of one name is meant cannot be known."""
    column = list(extracts.tables[extract][0])[2]
    lines = extracts.text(extract).splitlines()
    text = "\n".join(f"{line},{column if number == 0 else 1}" for number, line in enumerate(lines))
    sentence = refusal(extracts.write({extract: text}))
    assert_one_sentence(sentence, extract, 1, column, "la colonne figure deux fois")


def test_a_column_without_a_name_is_counted(extracts):
    """A header cell that is empty is named by its place."""
    text = "\n".join(f"{line}," for line in extracts.text(SIRH).splitlines())
    assert_one_sentence(refusal(extracts.write({SIRH: text})), SIRH, 1, "13", "pas de nom")


@pytest.mark.parametrize(("cells", "column"), [(9, 10), (11, 11)], ids=["too few", "too many"])
def test_a_row_of_another_length_is_refused(extracts, cells, column):
    """A row has a cell for each column of the header; the first place that differs is named."""
    lines = extracts.text(EVAL).splitlines()
    lines[2] = ",".join([*lines[2].split(","), "1"][:cells])
    words = f"10 cellules sont attendues, il y en a {cells}"
    sentence = refusal(extracts.write({EVAL: "\n".join(lines)}))
    assert_one_sentence(sentence, EVAL, 3, str(column), words)


@pytest.mark.parametrize("broken", ['"Consulting', '"Consul"ting'], ids=["open", "in a cell"])
def test_a_broken_quote_is_found_where_it_begins(extracts, broken):
    """A quote that is never closed is named by its own line, not by the file's last."""
    lines = extracts.text(SIRH).splitlines()
    lines[2] = lines[2].replace("Consulting", broken)
    assert broken in lines[2]
    sentence = refusal(extracts.write({SIRH: "\n".join(lines) + "\n"}))
    assert sentence.startswith(f"{SIRH}, ligne 3 : la ligne est mal formée")
    assert "guillemet" in sentence


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
        (SIRH, "revenu_mensuel", "5 130 €"),
        (SIRH, "revenu_mensuel", "1e3"),
        (SIRH, "revenu_mensuel", "nan"),
        (SIRH, "revenu_mensuel", "inf"),
        (SIRH, "revenu_mensuel", "9" * 5000),
        (SIRH, "age", "41,5"),
        (SIRH, "departement", "x" * 81),
        (SIRH, "poste", "Cadre\nCommercial"),
        (EVAL, "heure_supplementaires", "oui"),
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


def test_facts_that_disagree_across_files_are_found(extracts):
    """A rule between columns of two files is checked on the joined employee."""
    extracts.tables[SONDAGE][1]["annes_sous_responsable_actuel"] = "11"
    sentence = refusal(extracts.write())
    words = "ne peut pas dépasser"
    assert_one_sentence(sentence, SONDAGE, 3, "annes_sous_responsable_actuel", words)


def test_bytes_of_no_encoding_are_refused(extracts):
    """A byte that stands for no letter is refused where it is, never replaced."""
    data = extracts.text(SIRH).encode("latin-1").replace(b"Consulting", b"Consul\x81ting", 1)
    sentence = refusal(extracts.write({SIRH: data}))
    assert_one_sentence(sentence, SIRH, 3, "departement", "caractère de contrôle")


@pytest.mark.parametrize(
    "save",
    [
        lambda text: text.encode("utf-16"),
        lambda text: b"PK\x03\x04\x14\x00" + text.encode(),
        lambda text: text.replace("age", "a\0ge").encode(),
    ],
    ids=["UTF-16", "spreadsheet", "NUL"],
)
def test_what_is_no_text_is_refused(extracts, save: Callable[[str], bytes]):
    """A workbook, or UTF-16, is refused for what it is, not for its first strange column."""
    sentence = refusal(extracts.write({SIRH: save(extracts.text(SIRH))}))
    assert sentence.startswith(f"{SIRH}, ligne 1 : ce n'est pas du texte")


def test_an_empty_file_lacks_its_columns(extracts):
    """A file of nothing is refused by the first column that it lacks."""
    sentence = refusal(extracts.write({SIRH: ""}))
    assert_one_sentence(sentence, SIRH, 1, "id_employee", "la colonne manque")


def test_a_header_alone_is_no_extract(extracts):
    """A file with no employee is refused."""
    sentence = refusal(extracts.write({EVAL: extracts.text(EVAL).split("\n")[0]}))
    assert sentence == f"{EVAL}, ligne 2 : le fichier n'a pas d'employé."


def test_what_is_read_to_be_posted_is_checked_for_shape_too(extracts):
    """Rows are refused for a wrong header or join as employees are."""
    del extracts.tables[EVAL][1]
    with pytest.raises(ExtractError, match="l'employé 2 est absent"):
        read_rows(extracts.write())
