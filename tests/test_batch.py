"""POST /predict/batch: a population's answers, and the rows behind them."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from futurisys.api.contracts import AnswerSchema
from futurisys.api.spool import Spool
from futurisys.employee.answer import COLUMNS
from futurisys.employee.columnar import TWICE
from futurisys.employee.first_lines import FirstLines
from futurisys.employee.schema import ASKED
from futurisys.employee.sheets import blocks_of
from futurisys.operations import scoring
from tests import poison, spreadsheets
from tests.books import DATA, rows_of
from tests.databases import ONE_DATABASE
from tests.population import Rows, sample_rows, table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLE_ROWS = sample_rows()


def post_table(
    client, content: str | bytes, address: str = "", accept: str = "*/*", kind="text/csv"
):
    return client.post(
        f"/predict/batch{address}", data=content, content_type=kind, headers={"Accept": accept}
    )


def read(text: str, delimiter: str = ",") -> Rows:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


@pytest.fixture
def five() -> Rows:
    return [dict(row) for row in SAMPLE_ROWS[:5]]


@pytest.mark.slow
@ONE_DATABASE
def test_a_population_is_answered_as_each_of_its_employees(client, rows: list[dict[str, Any]]):
    """For all 1470, JSON and CSV answer as single calls do, to 1e-9."""
    single = [client.post("/predict", json=row).json for row in rows]
    told = []
    for start in (0, 1000):
        sent = {"employes": rows[start : start + 1000]}
        told += client.post("/predict/batch", json=sent).json["predictions"]
    from_csv = post_table(client, table(SAMPLE_ROWS)).json
    assert from_csv["erreurs"] == []
    assert [one.pop("Ligne") for one in from_csv["predictions"]] == list(range(2, 1472))
    for batch in (told, from_csv["predictions"]):
        for one, other in zip(single, batch, strict=True):
            assert list(one) == list(other)
            assert other["Probabilite_depart"] == pytest.approx(
                one["Probabilite_depart"], rel=0, abs=1e-9
            )
            for name in ("Prediction", "Seuil", "Niveau_risque", "Avertissements"):
                assert other[name] == one[name]


def test_a_population_is_kept_as_each_of_its_employees(client, query, employee):
    """The rows behind a batch hold what those behind a single call hold."""
    employee |= {"poste": "Chef\\de projet"}
    client.post("/predict", json=employee)
    assert client.post("/predict/batch", json={"employes": [employee]}).json
    for name in ("inputs", "predictions"):
        one, other = query(f"SELECT * FROM {name} ORDER BY id")
        for column, left, right in zip(one._fields, one, other, strict=True):
            if column in ("id", "input_id", "created_at", "request_id"):
                assert left != right
            elif isinstance(left, float):
                assert right == pytest.approx(left, rel=1e-12)
            else:
                assert left == right, column


def test_optional_facts_may_be_left_out(client, employee):
    """The 24 asked-for fields are enough for a population too."""
    asked = {name: employee[name] for name in ASKED}
    assert len(client.post("/predict/batch", json={"employes": [asked]}).json["predictions"]) == 1


def test_the_persons_reference_is_kept_as_a_keyed_hash(app, client, query, employee):
    """A batch and a single call name the same person alike, and never by the reference."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ("k" * 32,)
    client.post("/predict", json=employee)
    assert client.post("/predict/batch", json={"employes": [employee]}).json
    subjects = [row.subject for row in query("SELECT subject FROM inputs")]
    assert len(set(subjects)) == 1
    assert len(subjects[0]) == 64


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
def test_optional_fields_may_be_left_out(client, employee, accept: str):
    """The 24 asked-for fields are enough, as for a single call."""
    for name in ("id_employee", "age", "genre", "statut_marital"):
        del employee[name]
    headers = {"Accept": accept}
    answer = client.post("/predict/batch", json={"employes": [employee]}, headers=headers)
    assert answer.status_code == 200
    assert "Part" in answer.text


def test_json_is_all_or_nothing(client, query, rows):
    """One wrong employee refuses all, each fault with its place."""
    sent = [dict(row) for row in rows[:5]]
    sent[3]["age"] = 7
    del sent[4]["poste"]
    answer = client.post("/predict/batch", json={"employes": sent})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == [
        "/employes/3/age",
        "/employes/4/poste",
    ]
    assert query("SELECT count(*) FROM predictions") == [(0,)]


def test_bad_rows_are_reported_and_good_ones_kept(client, query, five: Rows):
    """Line, column and sentence of each fault; the others are answered and stored."""
    five[1]["age"] = "douze"
    five[3]["poste"] = ""
    answer = post_table(client, table(five)).json
    assert [one["Ligne"] for one in answer["predictions"]] == [2, 4, 6]
    assert [(fault["ligne"], fault["colonne"]) for fault in answer["erreurs"]] == [
        (3, "age"),
        (5, "poste"),
    ]
    assert answer["erreurs"][0]["detail"] == "Âge, en années : un nombre entier est attendu."
    assert query("SELECT count(*) FROM predictions") == [(3,)]
    told = read(post_table(client, table(five), accept="text/csv").text)
    assert [bool(row["Erreurs"]) for row in told] == [False, True, False, True, False]
    assert told[1]["Prediction"] == ""
    assert {name: told[0][name] for name in five[0]} == five[0]


def test_a_person_twice_is_answered_once(client, query, five: Rows):
    """A later row of the same number, whatever is wrong with the first, names the first's line."""
    five[0]["age"] = "douze"
    five[2]["id_employee"], five[4]["id_employee"] = "1", "2,0"
    answer = post_table(client, table(five)).json
    assert [one["Ligne"] for one in answer["predictions"]] == [3, 5]
    assert [(one["ligne"], one["colonne"], one["detail"]) for one in answer["erreurs"][1:]] == [
        (line, "id_employee", f"Numéro de l'employé : {TWICE.format(first)}")
        for line, first in ((4, 2), (6, 3))
    ]
    assert query("SELECT count(*) FROM predictions") == [(2,)]


def test_rows_without_a_number_are_of_nobody_twice(client, five: Rows):
    """Nobody is known by an empty cell, nor by one that is refused."""
    for row, number in zip(five, ("", "", "x", "x", "7"), strict=True):
        row["id_employee"] = number
    answer = post_table(client, table(five)).json
    assert [one["Ligne"] for one in answer["predictions"]] == [2, 3, 6]
    assert not any("figure déjà" in fault["detail"] for fault in answer["erreurs"])


@ONE_DATABASE
def test_a_repeated_file_keeps_to_its_lines(client, five: Rows):
    """Where an earlier version answered a row that this one refuses, no answer moves to another."""
    headers = {"Idempotency-Key": "lot", "Content-Type": "text/csv"}
    body = table(five)
    first = client.post("/predict/batch", data=body, headers=headers).json["predictions"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FirstLines, "note", lambda _, numbers, lines: [*lines[:1], 2, *lines[2:]])
        again = client.post("/predict/batch", data=body, headers=headers).json["predictions"]
    assert again == [one for one in first if one["Ligne"] != 3]


def test_a_header_is_recognised_however_it_is_spelled(client, query, five: Rows):
    """Capitals, words and right spellings are answered alike; what is left out is not kept."""
    plain = post_table(client, table(five)).json["predictions"]
    renamed = {"annes_sous_responsable_actuel": "Années sous responsable actuel"}
    renamed |= {"revenu_mensuel": "Revenu mensuel", "poste": "POSTE"}
    rows = [{"nom": "X", **{renamed.get(n, n): c for n, c in row.items()}} for row in five]
    rows[1]["POSTE"] = ""
    answer = post_table(client, table(rows)).json
    chances = [one["Probabilite_depart"] for one in plain]
    assert [one["Probabilite_depart"] for one in answer["predictions"]] == [
        chances[0],
        *chances[2:],
    ]
    assert [(one["ligne"], one["colonne"]) for one in answer["erreurs"]] == [(3, "POSTE")]
    told = read(post_table(client, table(rows), accept="text/csv").text)
    assert list(told[0]) == [*five[0], *COLUMNS, "Erreurs", "Signalement"]
    assert [row["id_employee"] for row in told] == [row["id_employee"] for row in five]


def test_an_answer_can_be_corrected_and_sent_again(client, five: Rows):
    """The table that is handed back is answered as the one that was sent."""
    five[1]["poste"] = ""
    first = post_table(client, table(five), accept="text/csv").text
    mended = read(first)
    mended[1]["poste"] = "Consultant"
    again = read(post_table(client, table(mended), accept="text/csv").text)
    assert list(again[0]) == list(mended[0])
    assert [row["Erreurs"] for row in again] == [""] * 5
    assert again[2]["Probabilite_depart"] == mended[2]["Probabilite_depart"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_tables_come_as_french_spreadsheets_write_them(client, five: Rows, encoding: str):
    """Semicolons, decimal commas and the encodings of Windows are read."""
    plain = post_table(client, table(five)).json["predictions"]
    for row in five:
        row["revenu_mensuel"] += ",0"
    text = table(five, delimiter=";").replace("\n", "\r\n")
    told = post_table(client, text.encode(encoding)).json["predictions"]
    assert [one["Probabilite_depart"] for one in told] == [
        one["Probabilite_depart"] for one in plain
    ]


def test_a_french_excel_opens_the_answer_as_it_should(client, five: Rows):
    """On request: semicolon, BOM and decimal comma."""
    five[0]["distance_domicile_travail"] = "2.5"
    answer = post_table(client, table(five), "?format=excel")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith("\ufeff".encode())
    told = read(answer.data.decode("utf-8-sig"), ";")
    assert told[0]["distance_domicile_travail"] == "2,5"
    assert "," in told[0]["Probabilite_depart"]
    assert "." not in told[0]["Probabilite_depart"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_of_an_answer_is_computed(client, five: Rows, sign: str):
    """A cell that a spreadsheet would compute is made plain text, in good rows and in bad ones."""
    five[0]["poste"] = five[1]["genre"] = f"{sign}cmd|' /C calc'!A0"
    told = read(post_table(client, table(five), accept="text/csv").text)
    assert told[0]["poste"].startswith(f"'{sign}")
    assert told[1]["genre"].startswith(f"'{sign}")


@ONE_DATABASE
def test_what_no_sheet_can_hold_is_left_out_of_it(client, five):
    """A control character in a cell, such as the Ctrl-Z of old systems, spoils no workbook."""
    five[1]["poste"] = "Cadre\x1a"
    out = post_table(client, table(five), accept=XLSX)
    assert out.status_code == 200
    assert rows_of(out.data, DATA)[1]["poste"] == "Cadre"


@pytest.mark.parametrize("accept", ["application/json", "text/csv", XLSX])
def test_the_highest_risk_comes_first_on_request(client, accept: str):
    """Sorted by risk, rows without an answer last."""
    rows = [dict(row) for row in SAMPLE_ROWS[:60]]
    rows[0]["age"] = "7"
    answer = post_table(client, table(rows), "?tri=risque", accept)
    if accept == XLSX:
        told = rows_of(answer.data, DATA)
    else:
        told = read(answer.text) if accept == "text/csv" else answer.json["predictions"]
    risks = [float(row["Probabilite_depart"]) for row in told if row["Probabilite_depart"]]
    assert len(risks) == 59
    assert risks == sorted(risks, reverse=True)
    assert accept == "application/json" or told[-1]["Erreurs"]


def test_workbooks_come_in_and_go_out(client, five: Rows):
    """An .xlsx is read as the same CSV, numbers, percentages and truths as Excel keeps them."""
    plain = post_table(client, table(five)).json["predictions"]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(five[0]))
    for row in five:
        sheet.append([int(cell) if cell.isdecimal() else cell for cell in row.values()])
    names = list(five[0])
    percent = sheet.cell(2, names.index("augementation_salaire_precedente") + 1)
    percent.value, percent.number_format = 0.11, "0%"
    sheet.cell(2, names.index("heure_supplementaires") + 1).value = True
    sheet.cell(4, names.index("age") + 1).value = None
    file = io.BytesIO()
    book.save(file)
    answer = post_table(client, file.getvalue(), kind=XLSX)
    assert answer.json["erreurs"] == []
    assert [one["Probabilite_depart"] for one in answer.json["predictions"]] == [
        one["Probabilite_depart"] for one in plain
    ]
    out = post_table(client, file.getvalue(), accept=XLSX, kind=XLSX)
    told = rows_of(out.data, DATA)
    assert [row["Probabilite_depart"] for row in told] == [
        one["Probabilite_depart"] for one in plain
    ]


def workbook_of(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for cells in (list(rows[0]), *(list(row.values()) for row in rows)):
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.slow
@ONE_DATABASE
def test_a_file_is_read_for_what_it_is(client, five: Rows):
    """A workbook sent as CSV, or the reverse, is answered as if it were said what it is."""
    text, book = table(five).encode(), workbook_of(five)
    chances = [
        [
            one["Probabilite_depart"]
            for one in post_table(client, content, kind=kind).json["predictions"]
        ]
        for content in (text, book)
        for kind in ("text/csv", XLSX)
    ]
    assert len(chances[0]) == 5
    assert chances == [chances[0]] * 4


SAVED: dict[str, Callable[[Rows], str | bytes]] = {
    "Unicode text": lambda people: table(people, delimiter="\t").encode("utf-16"),
    "separator's line": lambda people: "\ufeffsep=|\r\n" + table(people, delimiter="|"),
    "title": lambda people: "Export ; Paris, Lyon\n\n" + table(people, delimiter=";"),
    "wider rows": lambda people: table(people).replace("\n", ",,\n"),
    "cover sheet": lambda people: spreadsheets.sheets(
        ("Lisez-moi", "visible", spreadsheets.row(1, "Salariés")),
        ("Base", "visible", spreadsheets.people_rows(people)),
    ),
    "hidden sheet": lambda people: spreadsheets.sheets(
        ("Avant", "hidden", spreadsheets.people_rows(people[1:])),
        ("Base", "visible", spreadsheets.people_rows(people)),
    ),
}


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize("save", SAVED.values(), ids=SAVED)
def test_a_table_is_found_however_it_was_saved(client, five: Rows, save):
    """Whatever stands around a table, its people are answered as those of the plain one."""

    def chances(content: str | bytes) -> list[float]:
        answers = post_table(client, content).json["predictions"]
        return [one["Probabilite_depart"] for one in answers]

    assert len(chances(table(five))) == 5
    assert chances(save(five)) == chances(table(five))


@ONE_DATABASE
@pytest.mark.parametrize("kind", ["text/csv", XLSX])
def test_an_old_workbook_is_named_for_what_it_is(client, query, kind: str):
    """An .xls is refused by the sentence that says how to save it."""
    answer = post_table(client, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", kind=kind)
    assert answer.status_code == 422
    assert "Fichier : c'est un ancien classeur .xls" in answer.json["detail"]
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@ONE_DATABASE
def test_nobody_in_a_workbook_is_passed_over(client, query):
    """Whoever stands below the rows that a sheet declares is answered as the others are."""
    answer = post_table(client, poison.short_dimension(SAMPLE_ROWS[:6]), kind=XLSX)
    assert [one["Ligne"] for one in answer.json["predictions"]] == [2, 3, 4, 5, 6, 7]
    assert query("SELECT count(*) FROM predictions") == [(6,)]


def zip_of(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@ONE_DATABASE
@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"", "text/csv", "Fichier : le fichier est vide"),
        (table(SAMPLE_ROWS[:1]).split("\n")[0], "text/csv", "n'a pas d'employé ;"),
        (table(SAMPLE_ROWS[:1]) + '"', "text/csv", "ligne 3 : la ligne est mal formée"),
        (b"a\0b", "text/csv", "ce n'est pas du texte"),
        (b"PK", XLSX, "ce n'est pas un classeur .xlsx lisible"),
        (zip_of(nothing=b""), XLSX, "Fichier : c'est une archive .zip"),
        (zip_of(**{"xl/bomb": bytes(65 << 20)}), XLSX, "démesuré une fois décompressé"),
        (poison.cell_in_row(10**9, SAMPLE_ROWS[:6]), XLSX, "un numéro au-delà de 1 048 576"),
        (poison.rows_descending(SAMPLE_ROWS[:6]), XLSX, "ligne 7 : après cette ligne"),
        (poison.entities(SAMPLE_ROWS[:6]), XLSX, "ce n'est pas un classeur .xlsx lisible"),
    ],
    ids=[
        *("empty", "header alone", "quote", "binary", "no zip", "no workbook", "bomb"),
        *("row beyond", "disorder", "entities"),
    ],
)
def test_what_is_no_table_is_refused(client, query, content, kind: str, sentence: str):
    """One French sentence, and nothing is kept."""
    answer = post_table(client, content, kind=kind)
    assert answer.status_code == 422
    assert sentence in answer.json["errors"][0]["detail"]
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@ONE_DATABASE
@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {"employes": []}}, 422),
        ({"json": {"employes": [{}] * 1001}}, 422),
        ({"json": {"employes": [7]}}, 422),
        ({"json": []}, 422),
        ({"data": b" " * (4 << 20) + b"{}", "content_type": "application/json"}, 413),
        ({"data": b"x", "content_type": "text/plain"}, 415),
        ({"json": {"employes": []}, "query_string": {"tri": "nom"}}, 422),
        ({"json": {"employes": []}, "query_string": {"format": "odt"}}, 422),
    ],
)
def test_the_limits_are_held(client, options: dict[str, Any], status: int):
    """Too many, too large, of another kind: refused as problem+json."""
    answer = client.post("/predict/batch", **options)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_a_file_has_a_limit_of_its_own(client, five: Rows, monkeypatch):
    """A file may be larger than JSON, and beyond its limit is refused unread."""
    monkeypatch.setattr("futurisys.api.sent_files.FILE_MAX", 100)
    answer = post_table(client, table(five))
    assert answer.status_code == 413
    assert answer.json["title"] == "Demande trop grande"


def test_a_batch_names_the_columns_of_the_single_answer():
    """The members of an answer are called the same everywhere."""
    called = [field.data_key for field in AnswerSchema().fields.values()]
    assert [name for name in COLUMNS if not name.startswith("Intervalle_")] == [
        name for name in called if name != "Intervalle"
    ]


def test_nothing_is_kept_of_a_batch_that_fails_half_way(client, query, monkeypatch):
    """An answer that cannot be written takes its rows with it."""
    monkeypatch.setattr(scoring, "blocks_of", lambda rows: blocks_of(rows, 2))
    monkeypatch.setattr(Spool, "add", None)
    assert post_table(client, table(SAMPLE_ROWS[:5])).status_code == 500
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@pytest.mark.parametrize("kind", ["application/json", "text/csv"])
def test_the_documents_example_is_answered(client, kind: str):
    """The example of the document, sent as it stands, gets a 200."""
    operation = client.get("/openapi.json").json["paths"]["/predict/batch"]["post"]
    example = operation["requestBody"]["content"][kind]["example"]
    sent = {"json": example} if kind.endswith("json") else {"data": example, "content_type": kind}
    answer = client.post("/predict/batch", **sent)
    assert answer.status_code == 200
    assert len(answer.json["predictions"]) == 1
