"""The three HR extracts are read as spreadsheets and editors save them."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest

from futurisys.employee.extracts import read_and_tell, read_employees
from futurisys.sample import SAMPLE
from tests.extracts import ALL_THREE, EVAL, SIRH, SONDAGE, assert_one_sentence, refusal


@pytest.mark.parametrize(
    ("delimiter", "encoding", "newline"),
    [
        (",", "utf-8", "\r\n"),
        (";", "utf-8-sig", "\n"),
        ("\t", "utf-16", "\r\n"),
        ("|", "latin-1", "\n"),
        (";", "cp1252", "\r\n"),
    ],
)
def test_every_common_way_to_save_is_read(extracts, delimiter, encoding, newline):
    """Whatever stands between cells, however letters are encoded, either line end: the same."""
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


def test_a_workbook_with_titles_is_read(extracts):
    """What `flask score` takes a model learns from: .xlsx, rows above the header, blank ones."""
    expected = read_employees(extracts.write())
    book = openpyxl.Workbook()
    header, *rows = csv.reader(io.StringIO(extracts.text(EVAL)))
    for row in (["Évaluations 2026"], [], header, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    text = f"Extrait du SIRH\n\n{extracts.text(SIRH)}"
    assert read_employees(extracts.write({EVAL: file.getvalue(), SIRH: text})) == expected


def test_the_decimal_mark_is_the_columns(extracts):
    """A salary of 5.993 is thousands where another of the column has a decimal comma."""
    extracts.tables[SIRH][0]["revenu_mensuel"] = "5.993"
    extracts.tables[SIRH][1]["revenu_mensuel"] = "5130,5"
    employees, _ = read_employees(extracts.write())
    assert [one["revenu_mensuel"] for one in employees[:2]] == [5993, 5130.5]


def test_what_was_read_is_told(extracts):
    """Whoever trains is told of columns that look wrong and of those that nobody read."""
    for row in extracts.tables[SIRH]:
        row["revenu_mensuel"] = f"{int(row['revenu_mensuel']):,}"
        row["nom"] = "X"
    _, _, reading = read_and_tell(extracts.write())
    alert, matched, left_out = reading.remarks()
    assert "ressemble à des milliers" in alert
    assert f"(la première : ligne 2 dans {SIRH})" in alert
    assert matched == "5 personnes figurent dans les trois fichiers."
    assert left_out == "Colonnes laissées de côté : nom."


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


@pytest.mark.parametrize(("blank", "delimiter"), [("   \n", ","), ("\r\n", ";")])
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
    assert sentence == f"{SIRH}, ligne 3 : il manque la colonne poste."


def test_columns_may_come_in_any_order(extracts):
    """A column is known by its name."""
    expected = read_employees(extracts.write())
    for name, rows in extracts.tables.items():
        extracts.tables[name] = [dict(reversed(row.items())) for row in rows]
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


@pytest.mark.parametrize("cells", [9, 11], ids=["too few", "too many"])
def test_a_row_of_another_length_is_refused(extracts, cells):
    """A row has a cell for each column of the header; the first place that differs is named."""
    lines = extracts.text(EVAL).splitlines()
    lines[2] = ",".join([*lines[2].split(","), "1"][:cells])
    words = f"10 cellules sont attendues, il y en a {cells}"
    sentence = refusal(extracts.write({EVAL: "\n".join(lines)}))
    assert_one_sentence(sentence, EVAL, 3, "augementation_salaire_precedente", words)


@pytest.mark.parametrize("broken", ['"Consulting', '"Consul"ting'], ids=["open", "in a cell"])
def test_a_broken_quote_is_found_where_it_begins(extracts, broken):
    """A quote that is never closed is named by its own line, not by the file's last."""
    lines = extracts.text(SIRH).splitlines()
    lines[2] = lines[2].replace("Consulting", broken)
    assert broken in lines[2]
    sentence = refusal(extracts.write({SIRH: "\n".join(lines) + "\n"}))
    assert sentence.startswith(f"{SIRH}, ligne 3 : la ligne est mal formée")
    assert "guillemet" in sentence


def test_bytes_of_no_encoding_are_refused(extracts):
    """A byte that stands for no letter is refused where it is, never replaced."""
    data = extracts.text(SIRH).encode("latin-1").replace(b"Consulting", b"Consul\x81ting", 1)
    sentence = refusal(extracts.write({SIRH: data}))
    assert_one_sentence(sentence, SIRH, 3, "departement", "caractère de contrôle")


@pytest.mark.parametrize(
    "save",
    [
        lambda text: text.encode("utf-16-le"),
        lambda text: text.replace("age", "a\0ge").encode(),
    ],
    ids=["UTF-16 unmarked", "NUL"],
)
def test_what_is_no_text_is_refused(extracts, save: Callable[[str], bytes]):
    """UTF-16 without its mark, or a byte of none, is refused as such, not column by column."""
    sentence = refusal(extracts.write({SIRH: save(extracts.text(SIRH))}))
    assert sentence.startswith(f"{SIRH}, ligne 1 : ce n'est pas du texte")


def test_an_empty_file_is_told(extracts):
    """A file of nothing is refused as empty."""
    assert refusal(extracts.write({SIRH: ""})).startswith(f"{SIRH} : le fichier est vide")


def test_a_header_alone_is_no_extract(extracts):
    """A file with no employee is refused."""
    sentence = refusal(extracts.write({EVAL: extracts.text(EVAL).split("\n")[0]}))
    words = "sous son en-tête, le fichier n'a pas d'employé ; ajoutez une ligne pour chacun."
    assert sentence == f"{EVAL} : {words}"
