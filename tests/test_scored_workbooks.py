"""The workbook that goes home: what a person reads of each employee, the data, and what to know."""

import csv
import io
import json
import tracemalloc
from datetime import UTC, datetime
from itertools import chain

import pytest

from futurisys.console.french import moment
from futurisys.employee.answer import COLUMNS
from futurisys.employee.headings import ERRORS, LINE, LOWERING, OUTPUTS, RAISING, SIGNAL
from futurisys.employee.schema import FACTS, PROTECTED, REFERENCE, say
from futurisys.employee.typography import typeset
from futurisys.model.explain import heaviest
from futurisys.model.statements import NOTICE, OTHERS
from futurisys.operations import scored_workbooks
from futurisys.operations.demonstration import MARK
from futurisys.operations.scored_workbooks import write_scored
from tests.books import DATA, ESTIMATES, NOTES, opened, remarks, rows_of
from tests.databases import ONE_DATABASE
from tests.population import Rows, sample_rows, table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLE_ROWS = sample_rows()
PEOPLE = 12


@pytest.fixture
def people() -> Rows:
    return [dict(row) for row in SAMPLE_ROWS[:PEOPLE]]


@pytest.fixture
def ask(client):
    """Have a table answered, in a form; returns the response."""

    def post(rows: Rows, accept: str = XLSX, address: str = "/predict/batch", **headers: str):
        sent = {"Content-Type": "text/csv", "Accept": accept} | headers
        response = client.post(address, data=table(rows), headers=sent)
        assert response.status_code == 200, response.text
        return response

    return post


@ONE_DATABASE
def test_a_person_reads_french_and_a_list_that_can_be_filtered(ask, people):
    """The header stays in sight, is bold and has arrows; each column is as wide as it needs."""
    people[0]["poste"] = "Responsable des relations avec les représentants"
    book = opened(ask(people).data)
    assert book.sheetnames == [ESTIMATES, DATA, NOTES]
    assert book.active.title == ESTIMATES
    sheet = book[ESTIMATES]
    header = [cell.value for cell in sheet[1]]
    assert header == [
        *("Ligne", "Probabilité", "Intervalle, de", "Intervalle, à", "Seuil", "Proche du seuil"),
        *("Niveau", "Réponse", "Signalement", "Département", "Poste"),
        *("Augmente le risque estimé (1)", "Augmente le risque estimé (2)"),
        *("Augmente le risque estimé (3)", "Réduit le risque estimé (1)"),
        *("Réduit le risque estimé (2)", "Réduit le risque estimé (3)"),
        *("Avertissements", "Ce qui ne va pas"),
    ]
    for one in (sheet, book[DATA]):
        assert one.freeze_panes == "A2"
        assert one.auto_filter.ref == one.dimensions
        assert all(cell.font.bold for cell in one[1])
        assert not any(cell.font.bold for cell in one[2])
    for number, cells in enumerate(sheet.iter_cols(values_only=True)):
        width = sheet.column_dimensions[sheet.cell(1, number + 1).column_letter].width
        longest = max(len(value) for value in cells if isinstance(value, str))
        assert min(longest, 60) <= width <= 60


@ONE_DATABASE
def test_probabilities_are_percentages_to_the_last_digit(ask, people):
    """What is shown as 79,9 % is the number that JSON gives and the data holds."""
    told = ask(people, "application/json").json["predictions"]
    content = ask(people).data
    for name, shown in (("Probabilite_depart", "Probabilité"), ("Seuil", "Seuil")):
        expected = [one[name] for one in told]
        assert [row[shown] for row in rows_of(content, ESTIMATES)] == expected
        assert [row[name] for row in rows_of(content, DATA)] == expected
    sheet = opened(content)[ESTIMATES]
    assert {cell.number_format for cell in [*sheet["B"][1:], *sheet["C"][1:]]} == {"0.0\\ %"}
    words = [(one["Ligne"], one["Niveau_risque"], one["Prediction"]) for one in told]
    found = rows_of(content, ESTIMATES)
    assert [(row["Ligne"], row["Niveau"], row["Réponse"]) for row in found] == words


@ONE_DATABASE
def test_each_estimate_has_the_three_heaviest_reasons_each_way(client, ask, rows, people):
    """They are the clauses that one prediction gives its reasons in, the heaviest first."""
    for row, employee in zip(rows_of(ask(people).data, ESTIMATES), rows, strict=False):
        factors = client.post("/predict?explication=true", json=employee).json["Facteurs"]
        for names, way in ((RAISING, "augmente"), (LOWERING, "réduit")):
            said = [one["Phrase"] for one in factors if one["Sens"] == way]
            expected = [one.removesuffix(f" : {way} le risque estimé.") for one in said[:3]]
            found = [row[name] for name in names]
            assert found == [*map(typeset, expected), *[""] * (3 - len(expected))]


def test_what_the_law_protects_is_no_reason_in_a_table():
    """A model that reads the age moves an estimate by it, and the table does not tell it."""
    facts = {name: [fact.example] for name, fact in FACTS.items()}
    effects = {name: [3.0] for name in PROTECTED} | {"poste": [0.5], "revenu_mensuel": [-0.5]}
    found = list(heaviest(facts, effects, 3))
    raised, lowered = say("poste", "Cadre Commercial"), say("revenu_mensuel", 5993)
    assert found == [[raised], [""], [""], [lowered], [""], [""]]


@ONE_DATABASE
def test_neither_list_holds_what_the_law_protects_or_who_it_is(ask, people):
    """Age, gender and marital status stay away, the person's number too, and the keys it is in."""
    for place, row in enumerate(people):
        number = 7_654_321 + place
        row |= {REFERENCE: str(number), "eval_number": f"E_{number}", "code_sondage": str(number)}
    people[3]["revenu_mensuel"] = "-5"
    content = ask(people).data
    for sheet in (ESTIMATES, DATA):
        found = rows_of(content, sheet)
        assert not {*PROTECTED, REFERENCE, "eval_number", "code_sondage"} & set(found[0])
        cells = [str(value) for row in found for value in row.values()]
        assert not [cell for cell in cells if "7654" in cell or "Célibataire" in cell]


@ONE_DATABASE
def test_a_row_whose_cells_may_be_shifted_is_not_copied(client, people):
    """Of a row that is too short the sentence is told, for its cells stand under other names."""
    first, *lines = table(people).splitlines()
    lines[1] = ",".join(lines[1].split(",")[1:])
    headers = {"Content-Type": "text/csv", "Accept": XLSX}
    sent = client.post("/predict/batch", data="\n".join([first, *lines]), headers=headers)
    row = rows_of(sent.data, DATA)[1]
    filled = {name for name, value in row.items() if value != ""}
    assert filled == {LINE, ERRORS}


@ONE_DATABASE
def test_refused_rows_have_their_sentences(ask, people):
    """They stand at their place without an estimate, and the data has them as they came."""
    people[1]["revenu_mensuel"], people[1]["poste"] = "-5", ""
    content = ask(people).data
    row = rows_of(content, ESTIMATES)[1]
    assert row["Probabilité"] == row["Niveau"] == row[RAISING[0]] == ""
    lacks, negative = sorted(row["Ce qui ne va pas"].split("\n"), reverse=True)
    assert lacks.startswith("Revenu mensuel\u202f: la valeur doit être comprise")
    assert negative.startswith("Poste\u202f: la valeur manque")
    assert rows_of(content, DATA)[1]["revenu_mensuel"] == "'-5"


@ONE_DATABASE
def test_the_data_is_what_the_csv_gives_machines(ask, people):
    """The columns have their own names and the numbers all their digits."""
    people[0]["revenu_mensuel"] = "5993.123456789012"
    people[1]["annees_dans_l_entreprise"] = "70"
    people[2]["poste"] = "Inconnu & <rare>"
    csv_rows = list(csv.DictReader(io.StringIO(ask(people, "text/csv").text)))
    found = rows_of(ask(people).data, DATA)
    kept = [name for name in csv_rows[0] if name in FACTS and name not in (*PROTECTED, REFERENCE)]
    assert list(found[0]) == [LINE, *kept, *COLUMNS, ERRORS, SIGNAL]
    for line, (row, expected) in enumerate(zip(found, csv_rows, strict=True), start=2):
        assert row[LINE] == line
        for name in (*kept, *COLUMNS, ERRORS, SIGNAL):
            if name != "Identifiant":
                assert str(row[name]).removesuffix(" %") == expected[name].removesuffix(" %")


@ONE_DATABASE
def test_the_data_can_be_sent_again_without_what_the_service_added(ask, people):
    """What is none of the employee's facts is known by its name, and the answers are the same."""
    first = rows_of(ask(people).data, DATA)
    again = [{name: row[name] for name in row if name not in OUTPUTS} for row in first]
    told = ask(again, "application/json").json["predictions"]
    assert [one["Probabilite_depart"] for one in told] == [
        row["Probabilite_depart"] for row in first
    ]


@ONE_DATABASE
def test_the_last_sheet_says_what_a_reader_should_know(ask, people):
    """The notice, what a range is, which model answered, when, and that it demonstrates."""
    before = datetime.now(UTC)
    content = ask(people).data
    version = rows_of(content, DATA)[0]["Version_modele"]
    notice, ranges, model, when, mark = remarks(content)
    assert notice == typeset(NOTICE)
    assert ranges == typeset(f"Intervalle : {OTHERS}")
    assert model == f"Version du modèle\u202f: {version}."
    moments = (before, datetime.now(UTC))
    assert when in [f"Estimé le {moment(one)}." for one in moments]
    assert mark == typeset(MARK)


@ONE_DATABASE
@pytest.mark.parametrize("address", ["/predict/batch", "/predict/batch?tri=risque"])
@pytest.mark.slow
def test_a_repeated_answer_has_the_same_reasons(ask, people, address):
    """Reasons are kept with an answer: a retry gets every cell again."""
    name = {"Idempotency-Key": "un classeur"}
    first, again = (ask(people, address=address, **name) for _ in range(2))
    assert again.headers["Idempotent-Replayed"] == "true"
    for sheet in (ESTIMATES, DATA):
        assert rows_of(again.data, sheet) == rows_of(first.data, sheet)
    assert remarks(again.data) == remarks(first.data)


@ONE_DATABASE
def test_employees_sent_as_json_come_back_as_a_workbook(client, rows):
    """Each is known by its place in the list."""
    sent = {"employes": rows[:3]}
    answer = client.post("/predict/batch", json=sent, headers={"Accept": XLSX})
    found = rows_of(answer.data, ESTIMATES)
    assert [row["Ligne"] for row in found] == [1, 2, 3]
    assert all(row["Probabilité"] for row in found)


def written(count: int):
    """The lines of so many rows, as they are on their way into a workbook."""
    names = [LINE, "departement", "poste", *COLUMNS, ERRORS, *RAISING, *LOWERING]
    row = ["Commercial", "Cadre Commercial", *["x"] * len(COLUMNS), "", *["Une raison"] * 6]
    row[2 + COLUMNS.index("Identifiant")] = "019ac9a0-97f0-71dc-9469-da141397ccc6"
    rows = ([number, *row] for number in range(count))
    return (json.dumps(one).encode() + b"\n" for one in chain([names], rows))


def test_a_list_that_is_full_goes_on_on_a_further_sheet(monkeypatch):
    """A sheet has 1,048,576 rows at most, its header among them."""
    monkeypatch.setattr(scored_workbooks, "ROWS_MAX", 5)
    monkeypatch.setattr(scored_workbooks, "CHUNK", 2)
    file = io.BytesIO()
    write_scored(written(6), file, ["Une remarque."])
    content = file.getvalue()
    further = [f"{ESTIMATES} 2", f"{DATA} 2"]
    assert opened(content).sheetnames == [ESTIMATES, further[0], DATA, further[1], NOTES]
    for name in (ESTIMATES, DATA):
        lines = [row[LINE] for sheet in (name, f"{name} 2") for row in rows_of(content, sheet)]
        assert lines == list(range(6))
    assert remarks(content)[-1] == "Une remarque."


@pytest.mark.slow
def test_a_workbook_is_never_whole_in_memory(tmp_path):
    """Ten times the rows take no more memory."""
    peaks = []
    for count in (4_000, 40_000):
        tracemalloc.start()
        with (tmp_path / "out.xlsx").open("wb") as file:
            write_scored(written(count), file)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
