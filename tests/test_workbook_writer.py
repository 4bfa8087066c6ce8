"""Workbooks as they are written: what a spreadsheet opens is what was given."""

import io

import openpyxl
import pytest

from futurisys.employee.sheet_writer import TEXT_MAX, Column, Sheet, Style
from futurisys.employee.workbook_writer import save_workbook, write_workbook
from futurisys.employee.workbooks import pages_of


def written(*rows: list) -> io.BytesIO:
    file = io.BytesIO()
    write_workbook([["Colonne", "Autre"], *rows], file)
    return file


def read(file: io.BytesIO) -> list[tuple[int, list[str]]]:
    """The rows as the service itself reads them."""
    [page] = pages_of(file, "x")
    return list(page.rows())


def cells(file: io.BytesIO) -> list[tuple]:
    """The rows below the header, each cell with its kind."""
    [sheet] = openpyxl.load_workbook(file).worksheets
    return [tuple((cell.value, cell.data_type) for cell in row) for row in sheet["A2:B9"]]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "@a", "https://exemple.fr", "007", "1", "TRUE", "11 %", "24/12/2026"]
)
def test_a_text_stays_a_text(text: str):
    """Whatever it looks like, it becomes no formula, no link, no number and no date."""
    file = written([text, "x"])
    [sheet] = openpyxl.load_workbook(file).worksheets
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")
    assert sheet["A2"].hyperlink is None
    assert read(file)[1] == (2, [text, "x"])


@pytest.mark.parametrize("text", ["<&>\"'", " a  b ", "a\nb", "é\u202f€ 😀", "]]>", "&amp;"])
def test_any_character_that_xml_has_is_kept(text: str):
    """Signs of XML, spaces at the ends, line ends and what lies beyond the first 65,536."""
    assert cells(written([text, "x"]))[0][0] == (text, "s")


def test_characters_that_xml_has_no_place_for_are_dropped():
    """Control characters and halves of characters spoil no workbook."""
    assert cells(written(["a\x00\x1a\ud800\uffffb", "x"]))[0][0] == ("ab", "s")


def test_what_looks_like_the_number_of_a_character_is_no_such():
    """A spreadsheet reads _x0041_ as A, unless its first underscore is written by its number."""
    assert read(written(["_x0041_", "x"]))[1] == (2, ["_x0041_", "x"])


@pytest.mark.parametrize("letter", ["a", "😀"])
def test_a_text_is_cut_where_a_cell_ends(letter: str):
    """A cell holds 32,767 units of UTF-16; no character is cut in half."""
    value, _ = cells(written([letter * 40_000, "x"]))[0][0]
    units = len(letter.encode("utf-16-le")) // 2
    assert value == letter * (TEXT_MAX // units)


def test_numbers_keep_all_their_digits():
    """A number is written as it is; a whole number that a spreadsheet would change, as a text."""
    file = written([0.1 + 0.2, 5993], [5e-324, 10**15 - 1], [-1.5, 10**15])
    found = cells(file)
    assert found[0] == ((0.1 + 0.2, "n"), (5993, "n"))
    assert found[1] == ((5e-324, "n"), (10**15 - 1, "n"))
    assert found[2] == ((-1.5, "n"), (str(10**15), "s"))


def test_what_is_empty_is_no_cell():
    """Empty texts and None leave their places empty, and shift nothing."""
    assert cells(written(["", 1], [None, "x"], [0, ""]))[:3] == [
        ((None, "n"), (1, "n")),
        ((None, "n"), ("x", "s")),
        ((0, "n"), (None, "n")),
    ]


def test_a_sheet_without_rows_is_one():
    """A header alone can be opened, filtered and read."""
    file = written()
    [sheet] = openpyxl.load_workbook(file).worksheets
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A1:B1", "A2")
    assert read(file) == [(1, ["Colonne", "Autre"])]


def test_the_first_sheet_is_in_sight():
    """Several sheets stand in their order, each with its own columns, filters and formats."""
    file = io.BytesIO()
    sheets = [
        Sheet("Une", [Column(f"C{number}", Style.PERCENT) for number in range(30)]),
        Sheet("À lire", [Column("Texte", Style.WRAPPED, str.upper)], is_list=False),
    ]
    sheets[0].append([[number / 100 for number in range(30)]])
    sheets[1].append([["mot"], ["x" * 100]])
    save_workbook(sheets, file)
    for one in sheets:
        one.close()
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Une", "À lire"]
    assert book.active is book["Une"]
    assert (book["Une"]["AD2"].value, book["Une"]["AD2"].number_format) == (0.29, "0.0\\ %")
    assert book["À lire"]["A2"].value == "MOT"
    assert book["À lire"]["A3"].alignment.wrap_text
    assert book["À lire"].column_dimensions["A"].width == 60
    assert book["À lire"].freeze_panes is None
