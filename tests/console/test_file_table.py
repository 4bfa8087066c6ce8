"""The table of a file that is taken home: whole, in order, as the API answers it."""

import csv
import io
import json
from typing import Any

import pytest

from futurisys.console.files import XLSX
from futurisys.employee.answer import COLUMNS
from futurisys.employee.schema import PROTECTED
from futurisys.model.statements import NOTICE
from futurisys.operations import files
from futurisys.records.batches import ORDERS
from futurisys.records.database import db
from tests.books import DATA, ESTIMATES, opened, remarks, rows_of
from tests.console import page_of, spaced
from tests.console.ranking import HTML, JSON, lines, ranking_of
from tests.databases import ONE_DATABASE
from tests.population import table


@pytest.fixture
def told(send, people) -> dict[str, Any]:
    """What the script is told of a file of 120 people: its address, and their numbers by line."""
    return send(table(people), headers=JSON).json


@pytest.fixture
def chances(told, take) -> list[float]:
    """The probabilities of the table as CSV, in its order."""
    rows = csv.DictReader(io.StringIO(take(told["adresse"], "csv").decode()))
    return [float(row["Probabilite_depart"]) for row in rows]


@ONE_DATABASE
def test_what_is_taken_home_is_what_the_api_answers(client, told, take, people):
    """Each line has the probability, label and threshold of the API, to the last digit."""
    sent = client.post(
        "/predict/batch",
        data=table(people),
        content_type="text/csv",
        headers={"Accept": "text/csv"},
    )
    expected = list(csv.DictReader(io.StringIO(sent.text)))
    references = {line: row["id_employee"] for line, row in enumerate(people, start=2)}
    assert told["references"] == {str(line): one for line, one in references.items()}
    as_text = "{" + ",".join(f'"{line}":"{one}"' for line, one in references.items()) + "}"
    rows = list(csv.DictReader(io.StringIO(take(told["adresse"], "csv", as_text).decode())))
    same = [name for name in COLUMNS if name != "Identifiant"]
    found = {row["id_employee"]: [row[name] for name in same] for row in rows}
    assert found == {row["id_employee"]: [row[name] for name in same] for row in expected}


@ONE_DATABASE
def test_the_highest_risk_comes_first(chances):
    """A table is taken home in the order in which it is read."""
    assert chances == sorted(chances, reverse=True)


@pytest.mark.slow
@ONE_DATABASE
def test_a_workbook_holds_what_the_csv_does(told, take, chances):
    """Line and number first, and the same probabilities, as numbers."""
    content = take(told["adresse"], "xlsx", json.dumps(told["references"]))
    for sheet, number, chance in (
        (ESTIMATES, "Numéro de l’employé", "Probabilité"),
        (DATA, "id_employee", "Probabilite_depart"),
    ):
        found = rows_of(content, sheet)
        assert list(found[0])[:2] == ["Ligne", number]
        assert [row[chance] for row in found] == chances
        known = {str(row["Ligne"]): str(row[number]) for row in found}
        assert known == told["references"]


@ONE_DATABASE
def test_csv_for_a_french_excel_opens_there(told, take, chances):
    """A mark of UTF-8, semicolons, and decimal commas."""
    excel = take(told["adresse"], "excel").decode()
    assert excel.startswith("\ufeffLigne;age;")
    assert f";{repr(chances[0]).replace('.', ',')};" in excel


@pytest.mark.slow
def test_rows_that_are_equal_are_neither_repeated_nor_lost(client, send, take, people, monkeypatch):
    """A table is read in blocks: where one ends among equal probabilities the next goes on."""
    for place in (5, 6, 7, 8, 9, 40, 41, 90, 119):
        people[place] = people[0] | {"id_employee": str(9000 + place)}
    people[20]["age"] = "x"
    address = send(table(people)).location
    whole = take(address, "csv")
    rows = list(csv.DictReader(io.StringIO(whole.decode())))
    chances = [float(row["Probabilite_depart"] or -1) for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert sorted(int(row["Ligne"]) for row in rows) == list(range(2, 122))
    assert max(map(chances.count, chances)) >= 10
    for size in (1, 2, 3, 7, 119):
        monkeypatch.setattr(files, "ROWS", size)
        assert take(address, "csv") == whole, size


@pytest.mark.slow
@pytest.mark.parametrize("by", ORDERS)
@pytest.mark.parametrize("down", [True, False])
def test_in_every_order_a_table_goes_on_where_a_block_ended(
    app, send, people, monkeypatch, by, down
):
    """Whatever it is sorted by, and however many rows are equal, each row comes once, in order."""
    lot = send(table(people[:40])).location.rpartition("/")[2]
    with app.app_context():
        found = files.summary(lot)
        page = files.page(lot, files.WHOLE, (by, down), (0, 40))
        expected = list(page["line"])
        for size in (1, 3, 39):
            monkeypatch.setattr(files, "ROWS", size)
            blocks = files.blocks(found, order=(by, down))
            assert [line for block in blocks for line, _ in block.rows] == expected


@ONE_DATABASE
def test_a_table_keeps_nobody_from_the_database_while_it_is_written(app, send, people, monkeypatch):
    """Between two blocks no connection is held: whoever is slow to write holds up nobody."""
    monkeypatch.setattr(files, "ROWS", 1)
    lot = send(table(people[:3])).location.rpartition("/")[2]
    with app.app_context():
        blocks = files.blocks(files.summary(lot))
        next(blocks)
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert len(list(blocks)) == 3


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize("form", ["csv", "excel", "xlsx"])
def test_whole_numbers_come_home_whole(send, take, people, form):
    """5993 is kept as a float and comes back as 5993; decimals stay as they were."""
    people[1]["revenu_mensuel"] = "5993.25"
    content = take(send(table(people[:2])).location, form)
    if form == "xlsx":
        header, *body = opened(content)[DATA].values
    else:
        text = content.decode("utf-8-sig")
        header, *body = csv.reader(io.StringIO(text), delimiter=";" if form == "excel" else ",")
    place = list(header).index("revenu_mensuel")
    found = {str(row[place]) for row in body}
    decimal = "5993,25" if form == "excel" else "5993.25"
    assert found == {people[0]["revenu_mensuel"], decimal}
    assert "." not in people[0]["revenu_mensuel"]


@pytest.mark.usefixtures("references")
@ONE_DATABASE
@pytest.mark.slow
def test_whatever_references_are_sent_back_a_table_comes(analyst, client, answer_of_file):
    """What a page remembers of a file is text of anybody's: it breaks no download."""
    answer = answer_of_file(**{"Idempotency-Key": "un fichier"})
    page = page_of(analyst.get(f"/console/predictions/{answer['Identifiant']}"))
    [lot] = [one.attributes["href"] for one in page.every("a") if one.text == "fichier"]
    result = f"{lot.removesuffix('/classement')}/resultat"
    for references in ("", '{"2": "\\ud800"}', '{"2": "\\u001a"}', '{"2": null}', '{"9": "1"}'):
        for form in ("xlsx", "csv", "excel"):
            values = {"references": references, "forme": form}
            response = analyst.send(result, values)
            assert response.status_code == 200, (references, form)
    for references in ("[1]", "{", '{"x": "1"}'):
        response = analyst.send(result, {"references": references})
        assert response.status_code == 400, references


@ONE_DATABASE
@pytest.mark.parametrize("form", ["csv", "excel", "xlsx"])
@pytest.mark.slow
def test_a_filtered_view_is_taken_home_as_it_is_or_whole(client, send, people, form):
    """The filters and the order of the view go with the form; whoever wants all rows says so."""
    people[7]["age"] = "x"
    address = send(table(people)).location
    view = {"departement": "Commercial", "mot": "Non signalé", "tri": "ligne"}
    page = page_of(client.get(ranking_of(address), query_string=view, headers=HTML))
    take = page.one("form", class_="take")
    sent = {one.attributes["name"]: one.attributes["value"] for one in take.every(type="hidden")}
    found = []
    for choice in take.every(type="radio"):
        asked = sent | {"forme": form, "etendue": choice.attributes["value"]}
        with client.post(f"{address}/resultat", data=asked, headers=HTML) as response:
            found.append(lines_of(response.data, form))
    query = view | {"taille": "200"}
    shown = lines(client.get(ranking_of(address), query_string=query, headers=HTML).text)
    assert len(shown) < 100
    assert found == [shown, [*(line for line in range(2, 122) if line != 9), 9]]
    assert "checked" in next(take.every(type="radio")).attributes


def lines_of(content: bytes, form: str) -> list[int]:
    """The lines of the file that a table shows, in its order."""
    if form == "xlsx":
        return [row["Ligne"] for row in rows_of(content, ESTIMATES)]
    text = io.StringIO(content.decode("utf-8-sig"))
    rows = csv.DictReader(text, delimiter=";" if form == "excel" else ",")
    return [int(row["Ligne"]) for row in rows]


@ONE_DATABASE
def test_the_numbers_are_asked_for(client, send, people):
    """A page offers them once its script knows them; without a script none are sent."""
    page = page_of(client.get(ranking_of(send(table(people[:3])).location), headers=HTML))
    take = page.one("form", class_="take")
    [offer] = [one for one in take.every("p") if "data-numbers" in one.attributes]
    assert offer.one("label").text.strip() == "avec les numéros"
    assert "hidden" in offer.attributes
    assert "checked" not in offer.one("input").attributes
    assert take.one("input", name="references").attributes["value"] == ""


@pytest.mark.slow
@ONE_DATABASE
def test_no_number_goes_home_unasked(told, take):
    """Neither sheet says who somebody is, nor what the law protects."""
    content = take(told["adresse"], "xlsx")
    for sheet in (ESTIMATES, DATA):
        names = set(rows_of(content, sheet)[0])
        assert not names & {*PROTECTED, "id_employee", "Numéro de l’employé"}


@pytest.mark.slow
def test_what_is_kept_says_what_was_answered(client, told, take, people):
    """The console's estimates, read from what is kept, are the API's, cell by cell."""
    sent = {"Content-Type": "text/csv", "Accept": XLSX}
    answer = client.post("/predict/batch?tri=risque", data=table(people), headers=sent)
    content = take(told["adresse"], "xlsx")
    for sheet in (ESTIMATES, DATA):
        expected, found = rows_of(answer.data, sheet), rows_of(content, sheet)
        assert sorted(expected[0]) == sorted(found[0])
        for one, other in zip(found, expected, strict=True):
            same = one.keys() - {"Identifiant"}
            assert {name: one[name] for name in same} == {name: other[name] for name in same}


@pytest.mark.slow
@ONE_DATABASE
def test_a_workbook_is_dated_as_the_page_is(client, told, take):
    """The notice, the model and the moment that the ranking shows."""
    page = page_of(client.get(told["adresse"], headers=HTML))
    notice, _, model, when, _ = remarks(take(told["adresse"], "xlsx"))
    assert spaced(notice) == NOTICE
    moment = when.removeprefix("Estimé le ").removesuffix(".").replace(" à ", ", ")
    assert moment in page.one("p", class_="lead").text
    [version] = {row["Version_modele"] for row in rows_of(take(told["adresse"], "xlsx"), DATA)}
    assert spaced(model) == f"Version du modèle : {version}."
