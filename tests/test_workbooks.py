"""A workbook is read for what its sheet holds, at the price of its bytes, or refused in French."""

import io
import random
import re
import tracemalloc
import zipfile
from typing import Any

import openpyxl
import pytest

from futurisys.employee.cells import FORMULA_WITHOUT_VALUE
from futurisys.employee.finding import count_rows, find_table
from futurisys.employee.schema import EmployeeSchema
from futurisys.employee.workbooks import UNREADABLE
from futurisys.errors import ExtractError
from tests import poison, spreadsheets
from tests.counting import calls
from tests.population import sample_rows
from tests.spreadsheets import book, members, row, sheet, styles, texts, zipped

PEOPLE = sample_rows()[:6]
NAME = "feuille.xlsx"
TABLE = [list(PEOPLE[0]), *(list(one.values()) for one in PEOPLE)]
Read = list[tuple[int, list[str]]]


def is_known(cell: str) -> bool:
    return cell in EmployeeSchema._declared_fields


def read(content: bytes) -> Read:
    """The table of a workbook, its header first."""
    found = find_table(io.BytesIO(content), NAME, is_known)
    return [(found.line, list(found.header)), *found.rows]


def counted(content: bytes) -> int:
    return count_rows(io.BytesIO(content), is_known)


def answer(content: bytes) -> Read | str:
    """The rows of a workbook, or the sentence by which it is refused."""
    try:
        return read(content)
    except ExtractError as error:
        return str(error)


def cells(*told: str, **parts: str) -> list[str]:
    """What the cells of one row say; each is given as it stands in the sheet."""
    [(_, row)] = read(book(f"<row>{''.join(told)}</row>", **parts))
    return row


def test_a_sheet_holds_what_it_holds():
    """Rows beyond the dimension that a sheet declares are read, and one without any is read."""
    whole = list(enumerate(TABLE, 1))
    assert read(poison.short_dimension(PEOPLE)) == whole
    assert read(book(spreadsheets.people_rows(PEOPLE))) == whole
    nothing = sheet(spreadsheets.people_rows(PEOPLE), before='<dimension ref="A1"/>')
    assert read(zipped(members(nothing))) == whole


@pytest.mark.parametrize("text", ["x", " "])
def test_a_gap_is_free(text: str):
    """A cell far below the others, or a space there, takes no more steps than one below them."""
    near, far = (poison.cell_in_row(number, PEOPLE, text) for number in (8, 20_008))
    assert calls(lambda: read(far)) <= calls(lambda: read(near)) + 20
    assert calls(lambda: counted(far)) <= calls(lambda: read(near))


def test_a_line_number_is_the_sheets_own():
    """Rows keep their numbers over gaps and blank rows, with r or without, to the last of all."""
    rows = (
        f'{row(3, "a", "b")}<row/><row r="7"/><row><c/><c><v>1</v></c></row>{row(900_000, " ", "")}'
        f"{row(1_048_576, 'x')}"
    )
    assert read(book(rows)) == [(3, ["a", "b"]), (8, ["", "1"]), (1_048_576, ["x", ""])]


def test_the_first_row_says_how_wide_a_table_is():
    """Rows are filled up to the first one's width; what is blank at an end is no cell."""
    rows = row(1, "", "a", "b", " ") + row(2, "1") + row(3, "1", "2", "3", "4", "") + row(4, "\n")
    assert read(book(rows)) == [
        (1, ["", "a", "b"]),
        (2, ["1", "", ""]),
        (3, ["1", "2", "3", "4"]),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>5993</v></c>", "5993"),
        ('<c t="n"><v>007</v></c>', "7"),
        ("<c><v>-0</v></c>", "0"),
        ("<c><v> 12 </v></c>", "12"),
        ("<c><v>12.0</v></c>", "12"),
        ("<c><v>1.2E3</v></c>", "1200"),
        ("<c><v>0.1</v></c>", "0.1"),
        ("<c><v>12345678901234567890</v></c>", "12345678901234567890"),
        ('<c s="1"><v>0.11</v></c>', "11 %"),
        ('<c s="1"><v>1</v></c>', "100 %"),
        ('<c s="2"><v>0.115</v></c>', "11.5 %"),
        ('<c s="3"><v>0.07</v></c>', "7 %"),
        ('<c s="4"><v>45296.5</v></c>', "2024-01-05 12:00:00"),
        ('<c s="4"><v>1</v></c>', "1900-01-01 00:00:00"),
        ('<c s="4"><v>0.5</v></c>', "12:00:00"),
        ('<c s="4"><v>1e99</v></c>', "#VALUE!"),
        ('<c s="5"><v>1.5</v></c>', "1 day, 12:00:00"),
        ('<c s="6"><v>45296</v></c>', "2024-01-05 00:00:00"),
        ('<c s="7"><v>0.5</v></c>', "0.5"),
        ('<c t="d"><v>2024-01-05T12:00:00Z</v></c>', "2024-01-05 12:00:00"),
        ('<c t="b"><v>1</v></c>', "Oui"),
        ('<c t="b" s="1"><v>0</v></c>', "Non"),
        ('<c t="s"><v>0</v></c>', "Consultant"),
        ('<c t="s" s="99"><v>1</v></c>', "Infra & Cloud"),
        ('<c t="s"><v>2</v></c>', "_x000D_"),
        ('<c t="inlineStr"><is><t> a é </t></is></c>', "a é"),
        ('<c t="inlineStr"><is><t>_x005F_x000D_</t></is></c>', "_x000D_"),
        ('<c t="inlineStr"><is><r><rPr/><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
        ('<c t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>z</t></rPh></is></c>', "a"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ('<c t="str"><f>"a"&amp;"b"</f><v>ab</v></c>', "ab"),
        ('<c t="str"><f>""</f><v/></c>', ""),
        ('<c t="str"><f>" "</f><v> </v></c>', ""),
        ("<c><f>ROUND(2.4,0)</f><v/></c>", FORMULA_WITHOUT_VALUE),
        ("<c><f>ROUND(2.4,0)</f><v> </v></c>", FORMULA_WITHOUT_VALUE),
        ("<c><f>ROUND(2.4,0)</f></c>", FORMULA_WITHOUT_VALUE),
        ('<c><f t="shared" si="0"/></c>', FORMULA_WITHOUT_VALUE),
        ('<c t="str"><f>"a"</f></c>', FORMULA_WITHOUT_VALUE),
        ("<c><v>1</v><extLst><ext><v>2</v></ext></extLst></c>", "1"),
        ('<c s="1"/>', ""),
        ('<c t="s"/>', ""),
    ],
)
def test_a_cell_says_what_its_csv_would(cell: str, text: str):
    """Numbers unrounded, percentages and truths as HR writes them, a formula by its last value."""
    parts = {
        "xl__styles": styles(
            "0 %",
            '"hausse" 0.0%;-0%',
            "dd/mm/yyyy",
            "[h]:mm",
            "[$-40C]mmm",
            "[Red]0 \\d",
            built_in=(9,),
        ),
        "xl__sharedStrings": texts(
            "<t>Consultant</t>",
            '<r><t>Infra </t></r><rPh sb="0" eb="1"><t>z</t></rPh><r><rPr/><t>&amp; Cloud</t></r>',
            "<t>_x005F_x000D_</t>",
        ),
    }
    order = {"1": "1", "2": "2", "3": "7", "4": "3", "5": "4", "6": "5", "7": "6"}
    cell = re.sub(' s="([1-7])"', lambda found: f' s="{order[found[1]]}"', cell)
    assert cells(cell, "<c><v>9</v></c>", **parts) == [text, "9"]


def test_a_format_is_what_its_first_part_says():
    """A format for what is above 0 decides, whatever stands in those for the rest."""
    styled = styles("0;yyyy;yyyy")
    assert cells('<c s="1"><v>45296</v></c>', xl__styles=styled) == ["45296"]


@pytest.mark.parametrize("yes", ["1", "true"])
def test_a_workbook_may_count_days_from_1904(yes):
    """Dates follow the calendar that the workbook names."""
    parts = members(sheet('<row><c s="1"><v>43834</v></c></row>'), xl__styles=styles("yyyy-mm-dd"))
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(
        "<sheets>", f'<workbookPr date1904="{yes}"/><sheets>'
    )
    assert read(zipped(parts)) == [(1, ["2024-01-05 00:00:00"])]


def test_cells_stand_where_they_say():
    """A cell's place is its own, or the one after the last; columns beyond the 256th are none."""
    rows = (
        '<row r="1"><c r="B1"><v>1</v></c><c><v>2</v></c><c r="AZ1"><v>3</v></c>'
        '<c r="IV1"><v>4</v></c><c r="IW1"><v>5</v></c><c r="XFD1"><v>6</v></c></row>'
    )
    [(_, row)] = read(book(rows))
    assert {column: cell for column, cell in enumerate(row, 1) if cell} == {
        2: "1",
        3: "2",
        52: "3",
        256: "4",
    }


DISORDER = {
    "descending rows": (row(3, "a") + row(2, "b"), "ligne 3 : après cette ligne"),
    "a row twice": (
        row(3, "a") + row(3, "b"),
        "ligne 3 : après cette ligne, la feuille n'est plus en ordre",
    ),
    "row 0": ('<row r="0"/>', "ligne 0 : après cette ligne"),
    "row -1": ('<row r="-1"/>', "la feuille n'est plus en ordre"),
    "row beyond": ('<row r="1048577"/>', "une ligne porte un numéro au-delà de 1 048 576"),
    "rows run beyond": (row(1_048_576, "a") + "<row/>", "un numéro au-delà de 1 048 576"),
    "descending cells": (
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>',
        "ligne 2 : les cellules de la ligne ne sont pas en ordre",
    ),
    "a cell twice": (
        '<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>2</v></c></row>',
        "ligne 2 : les cellules de la ligne ne sont pas en ordre",
    ),
    "cell of another row": (
        '<row r="12"><c r="A2"><v>1</v></c></row>',
        "ligne 12 : une cellule se dit d'une autre ligne",
    ),
    "column beyond": (
        '<row r="2"><c r="XFE2"><v>1</v></c></row>',
        "ligne 2 : une cellule est au-delà de la colonne XFD",
    ),
    "column far beyond": (f'<row r="2"><c r="{"Z" * 999}2"/></row>', "au-delà de la colonne XFD"),
    "cells run beyond": ('<row r="2"><c r="XFD2"/><c/></row>', "au-delà de la colonne XFD"),
    "long row": (row(2, *["é" * 2000] * 33), "ligne 2 : la ligne porte plus de 65 536 caractères"),
}


@pytest.mark.parametrize(("rows", "sentence"), DISORDER.values(), ids=DISORDER)
def test_nobody_is_lost_to_disorder(rows: str, sentence: str):
    """Rows and cells that are not in a sheet's order are refused, not left out or misplaced."""
    told = answer(book(rows))
    assert isinstance(told, str)
    assert told.startswith(NAME)
    assert sentence in told


NO_CELLS = {
    "row": '<row r="x"/>',
    "place": '<row><c r="1A"/></row>',
    "lower case": '<row><c r="a1"/></row>',
    "number": "<row><c><v>1_000</v></c></row>",
    "nan": "<row><c><v>nan</v></c></row>",
    "truth": '<row><c t="b"><v>2</v></c></row>',
    "no such text": '<row><c t="s"><v>1</v></c></row>',
    "text before the first": '<row><c t="s"><v>-1</v></c></row>',
    "style": '<row><c s="1"><v>1</v></c></row>',
    "element in a value": "<row><c><v>1<x/>2</v></c></row>",
    "digits": f"<row><c><v>-{'9' * 5000}</v></c></row>",
    "unclosed": "<row>",
    "no character": "<row>\x01</row>",
    "entity": "<row>&nbsp;</row>",
}


@pytest.mark.parametrize("rows", NO_CELLS.values(), ids=NO_CELLS)
def test_what_is_no_sheet_is_unreadable(rows: str):
    """What no spreadsheet writes is one sentence that says so."""
    content = book(rows, xl__sharedStrings=texts("<t>a</t>"))
    assert answer(content) == f"{NAME} : {UNREADABLE}"


WHOLE: dict[str, Any] = members(
    sheet('<row><c t="s" s="1"><v>0</v></c><c s="1"><v>0.5</v></c></row>'),
    xl__sharedStrings=texts("<t>a</t>"),
    xl__styles=styles("0%"),
)
SAID = [(1, ["a", "50 %"])]


def prefixed(document: str) -> str:
    """The same document, its elements under a prefix."""
    return re.sub("<(/?)", r"<\1x:", document).replace("xmlns=", "xmlns:x=")


def other(name: str, old: str, new: str) -> dict[str, Any]:
    """The whole workbook with something else in one of its parts."""
    assert old in WHOLE[name]
    return WHOLE | {name: WHOLE[name].replace(old, new)}


SPELLINGS = {
    "prefixes": {name: prefixed(part) for name, part in WHOLE.items()},
    "strict": {
        name: part.replace(spreadsheets.MAIN, spreadsheets.STRICT_MAIN).replace(
            spreadsheets.DOCUMENT, spreadsheets.STRICT_DOCUMENT
        )
        for name, part in WHOLE.items()
    },
    "absolute": other(spreadsheets.LINKS, "worksheets/", "/xl/worksheets/"),
    "upwards": other(spreadsheets.LINKS, "worksheets/", "../xl/./worksheets/"),
    "upper case": {name.upper(): part for name, part in WHOLE.items()},
    "UTF-16": {name: part.encode("utf-16") for name, part in WHOLE.items()},
    "default type": other(
        spreadsheets.TYPES,
        f'Override PartName="/{spreadsheets.WORKBOOK}"',
        'Default Extension="xml"',
    ),
    "a chart first": other(spreadsheets.WORKBOOK, "<sheets>", '<sheets><sheet r:id="chartsheet"/>')
    | {
        spreadsheets.LINKS: spreadsheets.links(
            chartsheet="chartsheets/sheet1.xml",
            worksheet="worksheets/sheet1.xml",
            sharedStrings="sharedStrings.xml",
            styles="styles.xml",
        )
    },
    "controls": other(
        spreadsheets.SHEET, "</worksheet>", "<controls><row>4</row></controls></worksheet>"
    ),
}


@pytest.mark.parametrize("parts", SPELLINGS.values(), ids=SPELLINGS)
def test_a_workbook_may_be_spelled_otherwise(parts: dict[str, Any]):
    """Prefixes, strict namespaces, places and names of parts are free, as the standard has it."""
    assert read(zipped(parts)) == SAID


BROKEN = {
    **{f"without {name}": {k: v for k, v in WHOLE.items() if k != name} for name in WHOLE},
    "no workbook by type": other(spreadsheets.TYPES, "sheet.main", "slide.main"),
    "no sheet": other(spreadsheets.WORKBOOK, "<sheet ", "<nothing "),
    "no such sheet": other(spreadsheets.WORKBOOK, 'r:id="worksheet"', 'r:id="none"'),
    "another document": other(spreadsheets.SHEET, "worksheet", "chartsheet"),
    "no XML": WHOLE | {spreadsheets.SHEET: b"\x83\x01\x00"},
    "another coding": WHOLE
    | {spreadsheets.SHEET: f'<?xml version="1.0" encoding="x"?>{WHOLE[spreadsheets.SHEET]}'},
}


@pytest.mark.parametrize("parts", BROKEN.values(), ids=BROKEN)
def test_a_workbook_without_its_parts_is_unreadable(parts: dict[str, Any]):
    """A part that is missing, or is something else, is one sentence."""
    assert answer(zipped(parts)) == f"{NAME} : {UNREADABLE}"


# The sentence that refuses it, or how many rows it has.
ENDS: dict[str, Any] = dict.fromkeys(poison.POISONS, UNREADABLE) | {
    "cell in row 900,000": 8,
    "cell in row 2,000,000": "au-delà de 1 048 576",
    "cell in row 10**9": "au-delà de 1 048 576",
    "space in the last row": 7,
    "short dimension": 7,
    "zip bomb": "démesuré une fois décompressé",
    "64 MiB of shared texts": "démesuré une fois décompressé",
    "3 MiB of shared texts": 7,
    "shared text everywhere": "démesuré une fois décompressé",
    "cells descending": "ligne 9 : les cellules de la ligne ne sont pas en ordre",
    "rows descending": "ligne 7 : après cette ligne",
    "row of every column": 8,
    "last column in every row": 7,
    "500,000 empty rows": 7,
    "million empty rows": "démesuré une fois décompressé",
    "empty cells": 7,
    "text": 7,
    "slow format": 7,
}


# Their calls are so many that a trace of their memory takes its time.
LONG = {
    "500,000 empty rows",
    "empty cells",
    "3 MiB of shared texts",
    "last column in every row",
    "many formats",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in LONG else [])
        for name in poison.POISONS
    ],
)
def test_a_poisonous_workbook_is_read_or_refused_in_little_memory(name: str):
    """The worst workbooks end in their people or a sentence, and never take more than 32 MiB."""
    content = poison.POISONS[name](PEOPLE)
    tracemalloc.start()
    try:
        told = answer(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 32 << 20
    if isinstance(told, str):
        assert ENDS[name] in told
    else:
        assert len(told) == ENDS[name]
        assert told[:7] == list(enumerate(TABLE, 1))


def real_workbook() -> bytes:
    """A workbook with shared texts, styles and formulas, as a library writes it."""
    file, made = io.BytesIO(), openpyxl.Workbook()
    page = made.active
    for line in TABLE:
        page.append([int(cell) if cell.isdecimal() else cell for cell in line])
    page["C3"].number_format, page["D3"] = "0%", "=1+1"
    made.save(file)
    return file.getvalue()


@pytest.mark.slow
def test_any_bit_of_a_zip_may_flip():
    """Cut short anywhere, or with bits flipped, a workbook is read or refused in a sentence."""
    whole, chance = real_workbook(), random.Random(20261126)
    for size in chance.sample(range(len(whole)), 200):
        assert answer(whole[:size]) == f"{NAME} : {UNREADABLE}"
    for _ in range(300):
        damaged = bytearray(whole)
        for place in chance.sample(range(len(whole)), chance.choice((1, 3, 20))):
            damaged[place] ^= 1 << chance.randrange(8)
        answer(bytes(damaged))


@pytest.mark.slow
def test_any_character_of_a_part_may_change():
    """Whatever stands in the parts of a sound zip, it is read or refused in a sentence."""
    with zipfile.ZipFile(io.BytesIO(real_workbook())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "theme" not in name}
    chance = random.Random(20261127)
    told = set()
    for _ in range(300):
        name = chance.choice([name for name in parts if "docProps" not in name])
        changed = bytearray(parts[name])
        for _ in range(chance.choice((1, 1, 4))):
            place = chance.randrange(len(changed))
            changed[place : place + chance.choice((0, 1, 1, 9))] = chance.choice(
                (
                    b"",
                    b"0",
                    b"9",
                    b'"',
                    b"<",
                    b">",
                    b"/",
                    b"-",
                    b"Z",
                    b" ",
                    b"\xff",
                    b"&#x0;",
                    b"e9",
                )
            )
        told.add(type(answer(zipped(parts | {name: bytes(changed)}, zipfile.ZIP_STORED))))
    assert told == {list, str}


def test_rows_are_counted_without_what_the_sheet_declares():
    """The progress bar's length is counted in the sheet; where there is none it is 0."""
    file = io.BytesIO(poison.short_dimension(PEOPLE))
    assert count_rows(file, is_known) == 7
    assert file.tell() == 0
    assert counted(zipped(SPELLINGS["prefixes"])) == 1
    assert counted(b"PK") == 0
    assert counted(poison.zip_bomb(PEOPLE)) == 0
