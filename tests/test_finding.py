"""The table in a file is found, whatever separates its cells and stands around it, or is named."""

import csv
import gzip
import io
import random
import tracemalloc

import pytest

from futurisys.employee import sheets as sheets_of_text
from futurisys.employee import workbooks
from futurisys.employee.finding import EMPTY, ROWS_LOOKED_AT, FoundTable, find_table
from futurisys.employee.sheets import MALFORMED, NO_TEXT, TOO_LONG
from futurisys.errors import ExtractError
from tests.counting import calls
from tests.spreadsheets import book, members, row, sheet, sheets, zipped

NAME = "fichier"
HEADER = ["id_employee", "age", "revenu_mensuel", "departement"]
PEOPLE = [["1", "41", "5993,5", "Études, qualité"], ["2", "49", "5130", "Ventes|export; Asie"]]
COVER = row(1, "Extraction du 26 novembre") + row(3, "Service", "Ressources humaines")


def find(content: bytes | str) -> FoundTable:
    data = content.encode() if isinstance(content, str) else content
    return find_table(io.BytesIO(data), NAME, HEADER.__contains__)


def read(content: bytes | str) -> tuple[int, list[list[str]]]:
    """The line of the header, and the table from it on."""
    found = find(content)
    return found.line, [list(found.header), *(cells for _, cells in found.rows)]


def refusal(content: bytes | str) -> str:
    with pytest.raises(ExtractError) as refused:
        list(find(content).rows)
    return str(refused.value).removeprefix(f"{NAME} : ")


def quoted(delimiter: str, table: list[list[str]] | None = None) -> str:
    """A table in which every cell that needs quotes has them."""
    return "".join(
        delimiter.join(f'"{cell}"' if set(cell) & set(',;|\t"') else cell for cell in cells)
        + "\r\n"
        for cells in table or [HEADER, *PEOPLE]
    )


def table_rows(first: int = 1, *people: list[str]) -> str:
    """The header and people as rows of a sheet, from a row on."""
    return "".join(row(n, *cells) for n, cells in enumerate([HEADER, *(people or PEOPLE)], first))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_table_of_text_is_read_however_it_was_saved(delimiter: str, encoding: str):
    """Four delimiters, and UTF-8, UTF-16 either way with its mark, Windows-1252: all the same."""
    text = quoted(delimiter)
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    assert read((mark + text).encode(encoding)) == (1, [HEADER, *PEOPLE])


@pytest.mark.parametrize(
    ("named", "delimiter"),
    [
        ("sep=;", ";"),
        ("\ufeffsep=;", ";"),
        ("SEP=\t", "\t"),
        ('"sep=,"', ","),
        ("sep=|||", "|"),
        ("sep=^", "^"),
        ("sep=,", ";"),
    ],
)
def test_a_line_that_names_the_separator_is_no_row(named: str, delimiter: str):
    """Excel's `sep=` is followed, left out and counted; where it is wrong the header is right."""
    line, table = read(f"{named}\r\n{quoted(delimiter)}")
    assert (line, table) == (2, [HEADER, *PEOPLE])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_cells_may_hold_anything(delimiter: str, encoding: str):
    """Delimiters, quotes and line ends in quoted cells are theirs, above the header too."""
    chance = random.Random(20261129)
    for _ in range(10):
        words = ["".join(chance.choices('é5,;|\t"\n ', k=9)).strip() + "." for _ in range(8)]
        table = [[*words[:3], ""], HEADER, *(chance.sample(words, 4) for _ in range(25))]
        file = io.StringIO()
        csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(table)
        assert read(file.getvalue().encode(encoding))[1] == table[1:]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_what_stands_above_the_header_is_passed_over(delimiter: str):
    """Titles and blank rows are none of the table, whatever delimiters they hold."""
    title = "Export SIRH ; Lyon, Paris, Lille ; 26/11/2026\n\n\u00a0\nAge, sexe | a\tb\tc\td\n"
    line, table = read(title + quoted(delimiter))
    assert (line, table) == (5, [HEADER, *PEOPLE])


def test_the_header_is_among_the_first_rows_that_hold_anything():
    """Nineteen titles may stand above it, and blank rows without number; a twentieth may not."""
    titles = "titre;x\n\n" * (ROWS_LOOKED_AT - 1)
    assert read(titles + quoted(";")) == (2 * ROWS_LOOKED_AT - 1, [HEADER, *PEOPLE])
    assert find("titre;x\n" + titles + quoted(";")).header == ("titre", "x")


def test_the_first_of_two_headers_is_the_header():
    """A header that is repeated below, as printed pages do, is a row like others."""
    line, table = read(quoted(";", [["titre", "age"], HEADER, PEOPLE[0], HEADER]))
    assert (line, table) == (2, [HEADER, PEOPLE[0], HEADER])


def test_delimiters_in_quotes_separate_nothing():
    """A header whose quoted cells are full of commas is a header of semicolons."""
    header = '"a, b, c, d";"e, f, g, h";i\n'
    assert find(header + '"1,5";"2,5";3\n').header == ("a, b, c, d", "e, f, g, h", "i")


def test_a_table_that_nobody_knows_is_still_taken_apart():
    """Without a known column, cells are separated so that rows are alike."""
    found = find("Nom, prénom;Ville, pays\nDurand, Ana, Lou;Lyon\nMartin;Oslo, Norvège\n")
    assert found.header == ("Nom, prénom", "Ville, pays")


def test_what_is_empty_beside_the_table_is_cut():
    """Empty cells to the right are none, and missing ones of a sheet empty; others stay.

    Of text that lacks a cell nobody can say which one it is: the row stays narrow, to be refused.
    """
    text = "id_employee;age;;\n1;41;;;;\n2\n3;49;;x\n"
    assert read(text)[1] == [["id_employee", "age"], ["1", "41"], ["2"], ["3", "49", "", "x"]]
    rows = row(1, "id_employee", "age", "") + row(2, "1", "41", "", "") + row(3, "2")
    assert read(book(rows))[1] == [["id_employee", "age"], ["1", "41"], ["2", ""]]


def test_an_empty_column_before_the_table_keeps_its_place():
    """A table may stand in the middle of a sheet: cells stay under their header."""
    assert read(book(row(3, "", "id_employee", "age") + row(4, "", "1", "41"))) == (
        3,
        [["", "id_employee", "age"], ["", "1", "41"]],
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b" \r\n\t\n\xc2\xa0",
        b';;;\n"";,;\n',
        b"sep=;\n",
        book(""),
        book(row(4, " ")),
    ],
    ids=["0 bytes", "mark", "UTF-16 mark", "white space", "delimiters", "sep", "sheet", "space"],
)
def test_an_empty_file_says_that_it_is_empty(content: bytes):
    """Where nothing stands there is no column to be missed."""
    assert refusal(content) == EMPTY


def compound(*names: str) -> bytes:
    """A compound file that lists these streams, as an old spreadsheet or an encrypted file does."""
    listed = "".join(names).encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1 << 20) + listed + bytes(600)


def open_document(kind: str = "spreadsheet") -> bytes:
    return zipped(
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<office/>"}
    )


PAGE = "<html><body><table><tr><td>id_employee</td></tr></table></body></html>"
FOREIGN = {
    "old workbook": (compound("Root Entry", "Workbook"), "ancien classeur .xls"),
    "password": (compound("EncryptionInfo", "EncryptedPackage"), "protégé par un mot de passe"),
    "OpenDocument": (open_document(), "un classeur OpenDocument (.ods)"),
    "OpenDocument template": (open_document("spreadsheet-template"), "OpenDocument (.ods)"),
    "OpenDocument text": (open_document("text"), "une archive .zip"),
    "binary workbook": (zipped({"xl/workbook.bin": "x"}), "un classeur binaire (.xlsb)"),
    "zip": (zipped({"employes.csv": quoted(";")}), "une archive .zip"),
    "empty zip": (zipped({}), "une archive .zip"),
    "gzip": (gzip.compress(quoted(";").encode()), "un fichier compressé (.gz)"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\n", "un document PDF"),
    "page": (PAGE, "une page HTML"),
    "page in UTF-16": (PAGE.encode("utf-16"), "une page HTML"),
    "declared page": (f"\ufeff\n<!DOCTYPE HTML>\n{PAGE}", "une page HTML"),
    "page as XML": (f'<?xml version="1.0"?>\n{PAGE}', "une page HTML"),
    "web archive": ("MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "une page HTML"),
    "XML": ('<?xml version="1.0"?><Workbook xmlns="urn:x"/>', "un document XML"),
}


@pytest.mark.parametrize(("content", "words"), FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_table_is_named_for_what_it_is(content: bytes | str, words: str):
    """Each is one sentence: what it is, and what to save it as."""
    sentence = refusal(content)
    assert sentence.startswith("c'est ")
    assert words in sentence
    assert ".xlsx" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff".encode("utf-16-le") + quoted(";").encode("utf-16-le") + b"x",
        b"\xff\xfe" + b"\x00\xd8;\x00",
        b"\xff\xfe" + "a;b\nc;\0\n".encode("utf-16-le"),
        "a;b".encode("utf-32"),
        "a;b".encode("utf-16-le"),
        b"a;b\nc;\0",
    ],
    ids=["odd", "half a character", "NUL in UTF-16", "UTF-32", "no mark", "NUL"],
)
def test_what_is_no_text_is_one_sentence(content: bytes):
    """Halves of characters, and characters that no text holds, are refused before a row is read."""
    with pytest.raises(ExtractError, match=NO_TEXT):
        find(content)


PIECES = [
    *(
        b'"',
        b";",
        b",",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"sep=;\n",
        b"sep=",
        b"age",
        b"\x85",
    ),
    *(
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\x00\xd8",
        b"\x81",
        b"\xe9",
        b" ",
        b"<html",
        b"<?xml",
    ),
    *(
        b"PK\3\4",
        b"PK\5\6",
        b"%PDF-",
        b"\x1f\x8b",
        b"\xd0\xcf\x11\xe0",
        quoted(";").encode("utf-16"),
    ),
]


def test_whatever_is_sent_is_a_table_or_a_sentence():
    """Of any bytes, rows are given that ascend below a header, or one sentence is."""
    chance = random.Random(20261128)
    tables, sentences = 0, set[str]()
    for _ in range(1000):
        content = b"".join(chance.choices(PIECES, k=chance.randrange(12)))
        try:
            found = find(content)
            lines = [found.line, *(line for line, _ in found.rows)]
            assert lines == sorted(set(lines))
            assert found.header[-1]
            tables += 1
        except ExtractError as error:
            sentences.add(str(error))
    assert tables
    assert len(sentences) > 9
    assert all(sentence.startswith(NAME) for sentence in sentences)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "repeated", "sentence"),
    [
        (b"", b"x", TOO_LONG),
        (b"", b"a;", TOO_LONG),
        (b'"x', b"\n", MALFORMED),
        (b"\xff\xfe", b"x\x00", TOO_LONG),
        (b"\xff\xfe", b"\x00\x00", NO_TEXT),
        (b"id_employee;age\n", b'"', TOO_LONG),
    ],
    ids=["letters", "cells", "an open quote", "UTF-16", "NULs", "quotes"],
)
def test_an_immense_line_takes_little_memory(start: bytes, repeated: bytes, sentence: str):
    """However long its one line is, a file is a sentence, and never in memory as a whole."""
    file = io.BytesIO(start + repeated * ((60 << 20) // len(repeated)))
    tracemalloc.start()
    try:
        with pytest.raises(ExtractError) as refused:
            list(find_table(file, NAME, HEADER.__contains__).rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sentence in str(refused.value)
    assert peak < 48 << 20


def test_blank_lines_are_not_read_for_each_delimiter(monkeypatch):
    """Of a file of blank lines only the beginning is tried in several ways."""
    monkeypatch.setattr(sheets_of_text, "ROW_MAX", 2000)
    few, many = ("\n" * size + quoted(";") for size in (10_000, 20_000))
    assert read(few) == (10_001, [HEADER, *PEOPLE])
    assert calls(lambda: read(many)) - calls(lambda: read(few)) < 12 * 10_000


def test_the_sheet_whose_header_is_known_is_read():
    """A cover before the table, and another table with fewer known columns, are not read."""
    content = sheets(
        ("Couverture", "visible", COVER),
        ("Sites", "visible", row(1, "departement", "ville") + row(2, "Ventes", "Lyon")),
        ("Salariés", "visible", table_rows(2)),
        ("Copie", "visible", table_rows()),
    )
    assert read(content) == (2, [HEADER, *PEOPLE])
    found = find(content)
    assert (found.sheet, found.other_sheets) == ("Salariés", ("Couverture", "Sites", "Copie"))


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_that_nobody_sees_comes_last(state: str):
    """It is read where no other is a table; a copy that is hidden is not what was sent."""
    now, before = row(1, *HEADER[:3], "service") + row(2, "1", "41", "5993", "x"), table_rows()
    assert find(sheets(("Avant", state, before), ("Feuil1", "visible", now))).sheet == "Feuil1"
    assert find(sheets(("Avant", state, before), ("Feuil1", "visible", before))).sheet == "Feuil1"
    found = find(sheets(("Couverture", "visible", COVER), ("Données", state, before)))
    assert (found.sheet, found.other_sheets) == ("Données", ("Couverture",))


def test_an_empty_sheet_is_not_the_table():
    """Where no header is known, the first sheet that holds anything is read."""
    content = sheets(("Feuil1", "visible", ""), ("Feuil2", "visible", COVER))
    assert find(content).header == ("Extraction du 26 novembre",)


def test_rows_that_are_not_shown_are_read_and_counted():
    """Filtered rows are people too; a header that is hidden is none."""
    rows = table_rows(1, *PEOPLE * 20)
    for number in (1, 3, 4, 30):
        rows = rows.replace(f'<row r="{number}"', f'<row hidden="1" r="{number}"')
    found = find(book(rows.replace('<row r="40"', '<row hidden="0" r="40"')))
    assert len(list(found.rows)) == 40
    assert found.hidden_rows() == 3
    assert find(quoted(";")).hidden_rows() == 0


def test_a_sheet_that_is_not_read_may_be_broken():
    """Disorder in another sheet refuses nothing; in the one that holds the table it does."""
    broken = row(3, "a") + row(2, "b")
    table = table_rows()
    assert find(sheets(("A", "visible", broken), ("B", "visible", table))).sheet == "B"
    assert "n'est plus en ordre" in refusal(
        sheets(("A", "visible", COVER), ("B", "visible", table + row(2, "b")))
    )


@pytest.mark.slow
def test_an_immense_sheet_is_not_unpacked_to_be_passed_over(monkeypatch):
    """Of a sheet that does not hold the table the beginning is read, however long it is."""
    monkeypatch.setattr(workbooks, "BEGINNING_MAX", 1 << 16)

    immense = "<row/>" * 20_000
    other = sheets(("A", "visible", row(1, "x") + immense), ("B", "visible", table_rows()))
    table = sheets(("A", "visible", table_rows() + immense), ("B", "visible", COVER))
    assert read(other) == read(table)
    assert calls(lambda: read(other)) < 0.5 * calls(lambda: read(table))


def test_a_workbook_of_hundreds_of_sheets_is_one_sentence():
    """Each is looked into, so they are a few hundred at most; one named twice is read once."""
    many = [(f"F{n}", "visible", COVER) for n in range(workbooks.SHEETS_MAX)]
    assert find(sheets(*many[1:], ("B", "visible", table_rows()))).sheet == "B"
    assert refusal(sheets(*many, ("B", "visible", table_rows()))) == workbooks.MANY_SHEETS
    parts = members(sheet(table_rows()))
    name = "xl/workbook.xml"
    again = '<sheet name="F" r:id="worksheet"/>' * 9000
    parts[name] = str(parts[name]).replace("</sheets>", f"{again}</sheets>")
    found = find(zipped(parts))
    assert (found.sheet, found.other_sheets) == ("Feuil1", ())


def test_a_header_of_a_hundred_columns_is_read():
    """What a company keeps beside the columns that are known takes none of them away."""
    header = [f"prime {number}" for number in range(200)] + HEADER
    assert find(book(row(1, *header))).header == tuple(header)
    assert find(";".join(header)).header == tuple(header)
