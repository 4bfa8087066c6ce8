"""Rows that are refused have their line and sentence; what is no table is one sentence."""

import csv
import io
import json
import random
import re

import pytest

from futurisys.employee.finding import find_table
from futurisys.employee.workbook_writer import write_workbook
from futurisys.employee.workbooks import UNREADABLE
from futurisys.errors import ExtractError
from tests.console.ranking import HTML, JSON, lines, ranking_of
from tests.databases import ONE_DATABASE
from tests.population import table


@ONE_DATABASE
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_numbers_may_be_grouped_in_a_file(send, query, people, form):
    """Thousands may stand apart in a cell's text; what is grouped otherwise has its sentence."""
    for place, space in enumerate(" \u00a0\u202f"):
        people[place]["revenu_mensuel"] = f"5{space}993,5"
        people[place + 3]["revenu_mensuel"] = f"59{space}93"
    content: str | bytes = table(people[:6])
    if form == "xlsx":
        book = io.BytesIO()
        write_workbook([list(people[0]), *(list(row.values()) for row in people[:6])], book)
        content = book.getvalue()
    assert send(content, f"groupes.{form}").status_code == 303
    assert query("SELECT revenu_mensuel FROM inputs") == 3 * [(5993.5,)]
    [(refused, faults)] = query("SELECT refused, CAST(faults AS text) FROM batches")
    assert refused == 3
    assert json.loads(faults) == [
        [line, "revenu_mensuel", "Revenu mensuel : un nombre est attendu."] for line in (5, 6, 7)
    ]


def test_bad_rows_have_their_line_and_their_sentence(client, send, take, people):
    """Good rows are ranked, bad ones listed on the page and last in the table taken home."""
    people[3]["revenu_mensuel"], people[7]["poste"] = "-5", ""
    people[9]["annees_dans_l_entreprise"] = "59"
    address = send(table(people)).location
    page = client.get(ranking_of(address), headers=HTML).text
    assert "117 employés estimés" in page
    refused = page.split("Lignes refusées")[1]
    assert re.findall(r'<th scope="row">(\d+)</th>', refused) == ["5", "9", "11"]
    assert "doit être comprise entre 1 et 1000000" in refused
    rows = list(csv.DictReader(io.StringIO(take(address, "csv").decode())))
    assert [row["Ligne"] for row in rows[-3:]] == ["5", "9", "11"]
    assert all(row["Erreurs"] and not row["Prediction"] for row in rows[-3:])
    assert not any(row["Erreurs"] for row in rows[:-3])


def test_a_file_without_a_good_row_is_still_a_ranking(client, send, take, people):
    """Nothing is estimated, every row has its sentence."""
    for row in people:
        row["age"] = "17"
    address = send(table(people[:4])).location
    assert "Personne n’a été estimé" in client.get(address, headers=HTML).text
    page = client.get(ranking_of(address), headers=HTML).text
    assert "0 employé estimé" in page
    assert lines(page) == []
    assert take(address, "csv").decode().count("il faudrait avoir commencé avant 18 ans") == 4


@ONE_DATABASE
@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        ("", "vide.csv", "vide.csv : le fichier est vide"),
        ("age,age\n1,2\n", "deux.csv", "deux.csv, ligne 1, colonne age"),
        ("\0\0", "binaire.csv", "pas du texte"),
        (b"PK\x03\x04nothing", "faux.xlsx", "pas un classeur .xlsx lisible"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "vieux.xls",
            "vieux.xls : c'est un ancien classeur .xls",
        ),
        ("x", "", "Choisissez un fichier"),
    ],
)
def test_what_is_no_table_is_one_sentence(send, query, content, name, sentence):
    """Beside the field for a person, as a problem for the script; and nothing is stored."""
    page = send(content, name)
    assert page.status_code == 422
    assert sentence in page.text.replace("\u202f", " ").replace("’", "'")
    problem = send(content, name, headers=JSON)
    assert problem.status_code == 422
    assert sentence in problem.json["detail"]
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    assert query("SELECT count(*) FROM batches") == [(0,)]


def sentence_of(content: bytes) -> str:
    """Why a workbook is refused; nothing where it is read."""
    try:
        list(find_table(io.BytesIO(content), "abime.xlsx", str.islower).rows)
    except ExtractError as error:
        return str(error)
    return ""


def test_a_damaged_workbook_is_a_sentence(people):
    """Whatever bits of a workbook are flipped, it is read or refused in a sentence."""
    book = io.BytesIO()
    write_workbook([list(people[0]), *(list(row.values()) for row in people[:5])], book)
    whole, chance = book.getvalue(), random.Random(20261126)
    sentences = set()
    for _ in range(300):
        damaged = bytearray(whole)
        for place in chance.sample(range(len(whole)), chance.choice((1, 3, 20))):
            damaged[place] ^= 1 << chance.randrange(8)
        sentences.add(sentence_of(bytes(damaged)))
    assert {"", f"abime.xlsx : {UNREADABLE}"} <= sentences


@ONE_DATABASE
def test_a_damaged_workbook_is_a_page(send, query, people):
    """A workbook whose sheet is damaged is 422 beside its field, and nothing of it is kept."""
    book = io.BytesIO()
    write_workbook([list(people[0]), *(list(row.values()) for row in people)], book)
    content = bytearray(book.getvalue())
    place = content.index(b"xl/worksheets/sheet1.xml") + 400
    content[place : place + 40] = bytes(40)
    page = send(bytes(content), "abime.xlsx")
    assert page.status_code == 422
    assert "pas un classeur .xlsx lisible" in page.text.replace("\u202f", " ").replace("’", "'")
    assert query("SELECT count(*) FROM predictions") == [(0,)]
