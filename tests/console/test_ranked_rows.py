"""The rows of the ranked table: an estimate with its range, a word, the heaviest reasons."""

import csv
import io
import json

import pytest
import sqlalchemy as sa

from futurisys.employee.briefs import BRIEFS, LONGEST, brief
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import FACTS, KEPT, PROTECTED, employee_schema
from futurisys.model.plain import WORDS, word_of
from futurisys.operations.ranking import REASONS
from futurisys.records.batches import ORDERS
from futurisys.records.database import db
from tests.books import DATA, ESTIMATES, remarks, rows_of
from tests.console import Element, page_of, signed_in, spaced
from tests.console.ranking import HTML, JSON, lines, ranking_of
from tests.databases import ONE_DATABASE
from tests.population import table


@pytest.fixture
def address(send, people) -> str:
    """The address of the table of 120 people, one of whom has a post that nobody knows."""
    people[7]["poste"] = "Dresseur d'ours"
    return ranking_of(send(table(people)).location)


@pytest.fixture
def see(client, address):
    """The rows of that table, as its address asks for it."""

    def rows(**asked: str) -> list[Element]:
        asked = {"taille": "200"} | asked
        page = page_of(client.get(address, query_string=asked, headers=HTML))
        return list(page.one("table", class_="people").one("tbody").every("tr"))

    return rows


@pytest.fixture
def kept(app, address):
    """What is kept of each row of the file, by line: both tables as one."""
    with app.app_context(), db.engine.connect() as connection:
        statement = "SELECT * FROM inputs i JOIN predictions p ON i.id = p.input_id"
        found = connection.execute(sa.text(statement)).mappings().all()
    return {row["line"]: row for row in found}


def line_of(row: Element) -> int:
    return int(row.one("th").text.removeprefix("Ligne "))


@pytest.mark.slow
def test_each_row_says_its_word(see, kept):
    """As the range lies to the threshold; who has a warning is uncertain, without any range."""
    for row in see():
        own = kept[line_of(row)]
        warnings = own["warnings"]
        warned = bool(json.loads(warnings) if isinstance(warnings, str) else warnings)
        ends = own["range_low"], own["range_high"]
        word = word_of(own["probability"], own["threshold"], *ends, has_warnings=warned)
        assert row.one(class_="word").text == WORDS[word]
        assert "sans fourchette" not in row.text
        assert (row.one(class_="range").text == "") >= warned
    assert kept[9]["range_low"] is None


@pytest.mark.slow
@ONE_DATABASE
def test_the_three_heaviest_reasons_are_told_in_few_words(see, kept):
    """Whichever way they move the estimate, the heaviest first; nothing that the law protects."""
    for row in see():
        own = kept[line_of(row)]
        effects = {name: own[EFFECT + name] for name in KEPT if own[EFFECT + name]}
        heaviest = sorted(effects, key=lambda name: -abs(effects[name]))[:REASONS]
        expected = [
            ("+" if effects[name] > 0 else "−") + spaced(brief(name, own[name]).replace("'", "’"))
            for name in heaviest
        ]
        assert [one.text for one in row.every(class_="brief")] == expected
        assert not set(heaviest) & set(PROTECTED)


@pytest.mark.slow
@ONE_DATABASE
def test_within_a_department_it_is_no_reason(see, kept):
    """What all people of a view share sets nobody apart."""
    own = {line: row for line, row in kept.items() if row["departement"] == "Commercial"}
    told = {line_of(row): row for row in see(departement="Commercial")}
    assert told.keys() == own.keys()
    everywhere = " ".join(row.one(class_="reasons").text for row in see())
    assert "département" in everywhere
    assert not any("département" in row.one(class_="reasons").text for row in told.values())
    assert all(len(list(row.every(class_="brief"))) == REASONS for row in told.values())


@ONE_DATABASE
def test_a_row_without_a_range_says_so(app, see):
    """Older rows go by their threshold, and are marked."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE predictions SET range_low = NULL, range_high = NULL"))
    for row in see():
        is_warned = line_of(row) == 9
        assert ("sans fourchette" in row.text) != is_warned
        assert (row.one(class_="word").text == "Incertain") == is_warned


@pytest.mark.slow
@pytest.mark.parametrize("by", ORDERS)
def test_the_table_is_sorted_by_each_column(client, address, kept, by):
    """Each heading sorts by what its column shows, and turns the order round."""
    ranks = {word: place for place, word in enumerate(reversed(WORDS.values()))}
    columns = {"risque": "probability", "ligne": "line"}

    def key(line: int):
        own = kept[line]
        if by == "mot":
            return ranks[said[line]]
        if by == "raisons":
            return max(abs(own[EFFECT + name] or 0) for name in KEPT if name not in PROTECTED)
        return own[columns.get(by, by)]

    shown = {}
    for down in ("asc", "desc"):
        asked = {"tri": by, "sens": down, "taille": "200"}
        page = page_of(client.get(address, query_string=asked, headers=HTML))
        rows = list(page.one("table", class_="people").one("tbody").every("tr"))
        said = {line_of(row): row.one(class_="word").text for row in rows}
        shown[down] = [key(line) for line in said]
        heading = page.one("th", class_=f"by-{by}")
        assert heading.attributes["aria-sort"] == {"asc": "ascending", "desc": "descending"}[down]
    if by not in ("departement", "poste"):
        assert shown["asc"] == sorted(shown["asc"])
    assert sorted(shown["asc"], reverse=True) == sorted(shown["desc"], reverse=True)
    assert shown["desc"][0] == shown["asc"][-1]


def test_each_value_has_few_words(rows):
    """No fact of a known field is told by more than a row has room for, whatever it says."""
    assert BRIEFS.keys() == {name for name in KEPT if name not in PROTECTED}
    for row in rows[:200]:
        facts = employee_schema().load({name: row[name] for name in FACTS if name in row})
        for name in BRIEFS:
            assert 2 < len(brief(name, facts[name])) <= LONGEST
    assert len(brief("domaine_etude", "W" * 80)) == LONGEST


@pytest.mark.slow
@ONE_DATABASE
def test_exports_gain_the_word(client, address, take):
    """In both kinds of table, beside what stood there before, as the page says it."""
    page = client.get(address, query_string={"taille": "200"}, headers=HTML)
    shown = {
        line_of(row): row.one(class_="word").text
        for row in page_of(page).one("table", class_="people").one("tbody").every("tr")
    }
    file = address.removesuffix("/classement")
    told = list(csv.DictReader(io.StringIO(take(file, "csv").decode())))
    assert {int(row["Ligne"]): row["Signalement"] for row in told} == shown
    book = take(file, "xlsx")
    for sheet in (ESTIMATES, DATA):
        assert {row["Ligne"]: row["Signalement"] for row in rows_of(book, sheet)} == shown
    assert {row["Niveau_risque"] for row in told} <= {"Faible", "Modéré", "Élevé"}


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize("form", ["csv", "excel", "xlsx"])
def test_a_table_with_numbers_says_who_took_it_and_until_when(app, send, people, form):
    """Name, moment and the day by which it is to be destroyed go with the numbers, and only so."""
    told = send(table(people[:9]), headers=JSON).json
    ada = signed_in(app)
    for references, is_told in (("", False), (json.dumps(told["references"]), True)):
        values = {"forme": form, "references": references}
        content = ada.send(f"{told['adresse']}/resultat", values).data
        if form == "xlsx":
            said = " ".join(remarks(content))
        else:
            said = content.decode("utf-8-sig")
            header, *rows = said.splitlines()
            assert ("Telechargement" in header) == is_told
            assert all("à détruire" in row for row in rows) == is_told
        assert ("Téléchargé par Ada le " in said) == is_told
        assert ("à détruire avant le " in spaced(said)) == is_told


@ONE_DATABASE
def test_the_menu_says_what_goes_with_numbers(client, address):
    """One menu has the rows, the forms and the numbers, which are never ticked beforehand."""
    menu = page_of(client.get(address, headers=HTML)).one("details", class_="menu")
    assert menu.one("summary").text == "Télécharger"
    assert [one.attributes["value"] for one in menu.every(type="radio")] == ["vue", "tout"]
    assert [one.attributes["value"] for one in menu.every("button")] == ["xlsx", "excel", "csv"]
    assert "à détruire avant le" in menu.one(id="detruire").text
    assert "checked" not in menu.one(type="checkbox").attributes
    assert lines(client.get(address, headers=HTML).text)
