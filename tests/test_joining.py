"""The three extracts, sent together: recognised, joined and answered as the joined rows are."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from futurisys.employee.reading import Reading
from futurisys.employee.schema import KEYS
from futurisys.employee.sheets import blocks_of
from futurisys.operations import jobs
from futurisys.records import jobs as progress
from tests.books import DATA, ESTIMATES, rows_of
from tests.databases import ONE_DATABASE
from tests.definition import EVAL, SIRH, SONDAGE
from tests.population import sample_rows, table
from tests.three_extracts import Table, book_of, csv_of, first, shuffled

Files = dict[str, bytes]
PEOPLE = 1470
ABSENT = "cet employé n'est pas dans {} ; ajoutez-l'y ou retirez cette ligne."
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(client, files: Files, headers: dict[str, str] | None = None, **others: Any):
    parts: list[tuple[str, Any]] = [
        ("fichiers", (io.BytesIO(content), name)) for name, content in files.items()
    ]
    parts += list(others.items())
    data: dict[str, Any] = {}
    for name, part in parts:
        data.setdefault(name, []).append(part)
    return client.post(
        "/predict/batch", data=data, content_type="multipart/form-data", headers=headers
    )


def answers(response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    assert response.json["erreurs"] == []
    return [
        {name: value for name, value in one.items() if name != "Identifiant"}
        for one in response.json["predictions"]
    ]


WRITTEN: dict[str, Callable[[str, Table], bytes]] = {
    "csv": lambda name, rows: csv_of(rows),
    "xlsx": lambda name, rows: book_of(rows),
    "mixed": lambda name, rows: book_of(rows) if name == EVAL else csv_of(rows),
    "shuffled": lambda name, rows: csv_of(rows if name == SIRH else shuffled(rows)),
    "capitals": lambda name, rows: csv_of([[cell.upper() for cell in rows[0]], *rows[1:]]),
    "windows": lambda name, rows: csv_of(rows, "cp1252", ";"),
}


def same_as_joined(client, people: int, kind: str) -> None:
    rows = sample_rows()[:people]
    plain = client.post("/predict/batch", data=table(rows), content_type="text/csv")
    files = {
        f"{i}": WRITTEN[kind](name, one) for i, (name, one) in enumerate(first(people).items())
    }
    response = send(client, dict(reversed(files.items())))
    assert answers(response) == answers(plain)
    assert response.json["Lecture"]["Personnes_appariees"] == people


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.slow
def test_three_extracts_are_answered_as_their_joined_rows(client, kind):
    """However they are written, in whatever order, the answers are those of the joined table."""
    same_as_joined(client, 30, kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRITTEN)
def test_the_whole_sample_is_answered_as_its_joined_rows(client, kind):
    """All 1470, to the last digit."""
    same_as_joined(client, PEOPLE, kind)


def sent(tables: dict[str, Table]) -> Files:
    return {name: csv_of(rows) for name, rows in tables.items()}


@ONE_DATABASE
@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([SIRH, EVAL], "Il manque l'extrait du sondage (par exemple extrait_sondage.csv)"),
        ([EVAL, SONDAGE], "Il manque l'extrait du SIRH"),
    ],
)
def test_two_of_three_name_the_third(client, names, sentence):
    """Where one extract lacks, one sentence says which."""
    files = sent(first(3))
    answer = send(client, {name: files[name] for name in names})
    assert answer.status_code == 422
    assert sentence in answer.json["detail"]


@ONE_DATABASE
def test_twice_the_same_extract_names_both_files(client):
    """Two files that are the same extract are refused by their names."""
    files = sent(first(3))
    answer = send(client, {SIRH: files[SIRH], "a.csv": files[EVAL], "b.csv": files[EVAL]})
    assert answer.status_code == 422
    assert (
        "« a.csv » et « b.csv » ont tous deux les colonnes de l'extrait des évaluations"
        in answer.text
    )


@ONE_DATABASE
def test_a_lacking_column_is_looked_for_in_its_own_extract(client):
    """A column that no file has is told with the file of its extract."""
    tables = first(3)
    tables[EVAL] = [row[1:] for row in tables[EVAL]]
    answer = send(client, sent(tables))
    assert answer.status_code == 422
    assert answer.json["detail"].startswith(f"{EVAL}, ligne 1 : il manque la colonne satisfaction")


def test_the_sheets_of_several_workbooks_are_told_as_several():
    """Which were read and which were not, where each of three files has some."""
    _, told = Reading(sheet="Base, Notes", other_sheets=("Sites",), matched=3).remarks()
    assert told == "Feuilles lues : Base, Notes. Non lues : « Sites »."


@ONE_DATABASE
def test_a_sheet_that_was_not_read_is_told_with_its_file(client):
    """Each of several workbooks may have a cover, and every one of them is called alike."""
    tables = first(3)
    cover = {"Couverture": [["Extrait RH"]]}
    files = {"a.xlsx": book_of(tables[SIRH], **cover), "b.csv": csv_of(tables[EVAL])}
    answer = send(client, files | {"c.xlsx": book_of(tables[SONDAGE], **cover)})
    assert len(answers(answer)) == 3
    unread = answer.json["Lecture"]["Feuilles_non_lues"]
    assert unread == ["Couverture (a.xlsx)", "Couverture (c.xlsx)"]


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize(("name", "key"), [(EVAL, "id_employee"), (SONDAGE, "ID Employé")])
def test_an_extract_may_number_people_as_the_sirh_does(client, name, key):
    """A file without its own key has the employee's number, whatever the column is called."""
    tables = first(3)
    expected = answers(send(client, sent(tables)))
    tables[name][0][tables[name][0].index(KEYS[name])] = key
    assert answers(send(client, sent(tables))) == expected
    tables[name][2][tables[name][0].index(key)] = "deux"
    faults = send(client, sent(tables)).json["erreurs"]
    [fault] = [fault for fault in faults if fault["fichier"] == name]
    assert (fault["ligne"], fault["colonne"]) == (3, key)


@pytest.fixture
def faulty() -> dict[str, Table]:
    tables = first(6)
    del tables[EVAL][2]
    del tables[SIRH][3]
    tables[SONDAGE][4][4] = "quatre"
    tables[EVAL][4][1] = "9"
    tables[EVAL].append(tables[EVAL][1])
    return tables


def test_a_fault_has_its_file_its_line_and_its_column(client, faulty):
    """Whoever lacks, cannot be joined, comes twice or has a wrong cell is told where it stands."""
    answer = send(client, sent(faulty))
    faults = [
        (fault["fichier"], fault["ligne"], fault["colonne"], fault["detail"])
        for fault in answer.json["erreurs"]
    ]
    told = {fault[:3]: fault[3] for fault in faults}
    assert len(told) == len(faults)
    assert told[SIRH, 3, "id_employee"] == ABSENT.format(EVAL)
    assert told[SIRH, 4, "id_employee"] == ABSENT.format(SONDAGE)
    assert "de 1 à 4" in told[EVAL, 5, "note_evaluation_precedente"]
    assert told[EVAL, 7, "eval_number"] == (
        "cet employé figure déjà à la ligne 2, ne gardez qu'une des deux lignes."
    )
    assert told[EVAL, 3, "eval_number"] == ABSENT.format(SIRH)
    assert told[SONDAGE, 4, "code_sondage"] == ABSENT.format(SIRH)
    assert told[SONDAGE, 5, "code_sondage"] == (
        "le numéro de l'employé est attendu, écrit comme 000001."
    )
    assert len(told) == 7
    assert [one["Ligne"] for one in answer.json["predictions"]] == [2, 6]
    assert answer.json["Lecture"]["Personnes_appariees"] == 3


WHERE = [
    (SIRH, "3"),
    (SIRH, "4"),
    (EVAL, "5"),
    (EVAL, "7"),
    (EVAL, "3"),
    (SONDAGE, "5"),
    (SONDAGE, "4"),
]


def test_a_fault_has_its_file_in_a_table(client, faulty):
    """In CSV each sentence has its file and its line there, as in JSON; an answered row none."""
    text = send(client, sent(faulty), {"Accept": "text/csv"}).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Fichier"], row["Ligne"]) for row in rows if row["Erreurs"]] == WHERE
    answered = [row for row in rows if row["Prediction"]]
    assert [(row["Fichier"], row["Ligne"]) for row in answered] == [("", "")] * 2
    assert all(row["Erreurs"] for row in rows if row not in answered)


@ONE_DATABASE
def test_each_sentence_has_its_file(client):
    """What is wrong with a person in two files is told with both, in the order of the sentences."""
    tables = first(3)
    tables[SIRH][1][3] = "beaucoup"
    tables[EVAL][1][1] = "9"
    files = {"=a" if name == SIRH else name: content for name, content in sent(tables).items()}
    answer = send(client, files, {"Accept": "text/csv"})
    row = next(csv.DictReader(io.StringIO(answer.text)))
    assert row["Fichier"] == f"'=a | {EVAL}"
    assert row["Ligne"] == "2 | 2"
    revenue, note = row["Erreurs"].split(" | ")
    assert "Revenu" in revenue
    assert "évaluation précédente" in note


@ONE_DATABASE
def test_a_fault_has_its_file_in_a_workbook(client, faulty):
    """In a workbook the file stands beside what is wrong, for people and for machines."""
    answer = send(client, sent(faulty), {"Accept": WORKBOOK})
    for sheet in (ESTIMATES, DATA):
        rows = rows_of(answer.data, sheet)
        assert [row["Fichier"] for row in rows if row["Fichier"]] == [name for name, _ in WHERE]


@ONE_DATABASE
def test_one_file_has_no_column_for_files(client):
    """Where one file was sent, no table names it."""
    rows = [dict(row) for row in sample_rows()[:2]]
    rows[1]["age"] = "x"
    files = {"tout.csv": table(rows).encode()}
    assert "Fichier" not in send(client, files, {"Accept": "text/csv"}).text.splitlines()[0]
    book = send(client, files, {"Accept": WORKBOOK}).data
    assert all("Fichier" not in rows_of(book, sheet)[0] for sheet in (ESTIMATES, DATA))


def test_a_column_of_two_files_is_read_where_it_belongs(client):
    """What another file copies is neither read nor handed back, and is named with its file."""
    tables = first(4)
    plain = answers(send(client, sent(tables)))
    for place, row in enumerate(tables[EVAL]):
        row += [str(place), "x"] if place else ["id_employee", "niveau_education"]
    for place, row in enumerate(tables[SONDAGE]):
        row.append("?" if place else "Âge")
    response = send(client, sent(tables))
    assert answers(response) == plain
    assert response.json["Lecture"]["Colonnes_laissees"] == [
        f"id_employee ({EVAL})",
        f"niveau_education ({EVAL})",
        f"Âge ({SONDAGE})",
    ]


@ONE_DATABASE
def test_a_column_twice_in_one_of_the_files_names_both(client):
    """Which of two columns of a file is meant cannot be known."""
    tables = first(2)
    for place, row in enumerate(tables[SIRH]):
        row.append("3000" if place else "Revenu mensuel")
    answer = send(client, sent(tables))
    assert answer.status_code == 422
    assert answer.json["detail"] == (
        f"{SIRH}, ligne 1 : les colonnes « revenu_mensuel » et « Revenu mensuel » désignent le "
        "même champ, n'en gardez qu'une."
    )


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize("key", ["{}", "{:06}", "E-{}", "e_{}"])
def test_evaluations_are_found_however_they_are_numbered(client, key):
    """What HR's systems write of an employee's evaluation leads to the same answers."""
    tables = first(3)
    plain = answers(send(client, sent(tables)))
    place = tables[EVAL][0].index("eval_number")
    for row in tables[EVAL][1:]:
        row[place] = key.format(int(row[place].removeprefix("E_")))
    assert answers(send(client, sent(tables))) == plain


ALONE = {
    SIRH: ("du SIRH", "l'extrait des évaluations et l'extrait du sondage"),
    EVAL: ("des évaluations", "l'extrait du SIRH et l'extrait du sondage"),
    SONDAGE: ("du sondage", "l'extrait du SIRH et l'extrait des évaluations"),
}


@ONE_DATABASE
@pytest.mark.parametrize("name", ALONE)
def test_an_extract_alone_is_told_for_what_it_is(client, score_one, name):
    """One of the three is called by its name, with those to be sent with it, at both doors."""
    tables = first(3)
    for place, row in enumerate(tables[EVAL]):
        row.append("Cadre" if place else "poste")
    content = csv_of(tables[name])
    whose, others = ALONE[name]
    sentence = (
        f"ce fichier est l'extrait {whose} seul ; envoyez-le avec {others}, les trois ensemble."
    )
    answer = client.post("/predict/batch", data=content, content_type="text/csv")
    assert answer.status_code == 422
    assert sentence in answer.json["detail"]
    assert "manque" not in answer.text
    assert f"{name} : {sentence}" in score_one(name, content).output


@ONE_DATABASE
def test_a_table_that_lacks_columns_is_no_extract_alone(client):
    """Of a table with columns of all three, those that lack are told, with what they may be."""
    rows = [
        {name.replace("niveau", "nivo"): cell for name, cell in row.items() if name != "poste"}
        for row in sample_rows()[:2]
    ]
    answer = client.post("/predict/batch", data=table(rows), content_type="text/csv")
    assert (
        "il manque les colonnes poste, niveau_hierarchique_poste (est-ce" in answer.json["detail"]
    )


@ONE_DATABASE
def test_what_is_held_of_two_files_has_a_bound(client, query, monkeypatch):
    """Evaluations and survey share one bound of text; the line where it is passed is told."""
    tables = first(4)
    sizes = [
        sum(len("\0".join(row).encode()) for row in tables[name][1:]) for name in (EVAL, SONDAGE)
    ]
    monkeypatch.setattr("futurisys.employee.joined.HELD_MAX", sum(sizes))
    assert len(answers(send(client, sent(tables)))) == 4
    monkeypatch.setattr("futurisys.employee.joined.HELD_MAX", sum(sizes) - 1)
    answer = send(client, sent(tables))
    assert answer.status_code == 422
    assert answer.json["detail"].startswith(f"{SONDAGE}, ligne 5 : les évaluations et le sondage")
    monkeypatch.setattr("futurisys.employee.joined.HELD_MAX", sizes[0] - 1)
    assert send(client, sent(tables)).json["detail"].startswith(f"{EVAL}, ligne 5 : ")
    assert query("SELECT count(*) FROM predictions") == [(4,)]


@ONE_DATABASE
def test_three_files_share_the_size_of_a_request(client, monkeypatch):
    """Files that may each be sent are refused where they are too large together."""
    files = sent(first(20))
    together = sum(map(len, files.values()))
    monkeypatch.setattr("futurisys.api.sent_files.FILE_MAX", together)
    answer = send(client, files)
    assert (answer.status_code, answer.json["title"]) == (413, "Demande trop grande")
    # What a form has beside its files.
    monkeypatch.setattr("futurisys.api.sent_files.FILE_MAX", together + 2000)
    assert len(answers(send(client, files))) == 20


@ONE_DATABASE
def test_one_file_of_a_form_is_read_as_a_body_is(client):
    """A file that holds everything, alone in a form, has its answers, and no file in a fault."""
    rows = [dict(row) for row in sample_rows()[:3]]
    rows[1]["age"] = "x"
    answer = send(client, {"tout.csv": table(rows).encode()}).json
    assert len(answer["predictions"]) == 2
    assert [set(fault) for fault in answer["erreurs"]] == [{"ligne", "colonne", "detail"}]
    assert "Personnes_appariees" not in answer["Lecture"]


@ONE_DATABASE
@pytest.mark.parametrize("others", [{"autre": "x"}, {"fichiers": "x"}, {"correspondance": "x"}])
def test_anything_else_in_the_form_is_refused(client, others):
    """A form has files and at most a mapping: one sentence says so."""
    answer = send(client, {} if "fichiers" in others else sent(first(2)), **others)
    assert answer.status_code == 422
    assert "sous le nom fichiers" in answer.json["detail"]


def test_the_same_files_in_another_order_are_the_same_request(client):
    """A name is given to the files: neither their order, their names nor the boundary count."""
    files, key = sent(first(4)), {"Idempotency-Key": "trois"}
    before = send(client, files, key)
    again = send(client, {f"x{i}": files[name] for i, name in enumerate(reversed(files))}, key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["predictions"] == before.json["predictions"]
    other = send(client, sent(first(3)), key)
    assert other.status_code == 422


def mapping(**columns: str) -> tuple[io.BytesIO, str]:
    lines = [f'"{cell}" = "{field}"' for cell, field in columns.items()]
    return io.BytesIO("\n".join(["[colonnes]", *lines]).encode()), "colonnes.toml"


def test_what_is_said_of_columns_counts_for_the_three(client):
    """A mapping is read for every file, and is part of the request's name."""
    tables, key = first(4), {"Idempotency-Key": "dite"}
    plain = answers(send(client, sent(tables)))
    tables[EVAL][0][0] = "Xyz"
    told = send(
        client, sent(tables), key, correspondance=mapping(Xyz="satisfaction_employee_environnement")
    )
    assert answers(told) == plain
    assert send(client, sent(tables), key).status_code == 422


@pytest.fixture
def score(app, tmp_path: Path):
    """Run the command on three extracts in a folder; the result has its exit code and output."""

    def run(tables: dict[str, Table], *order: str, out: str = "risques.csv"):
        for name, content in sent(tables).items():
            (tmp_path / name).write_bytes(content)
        named = zip(("--sirh", "--eval", "--sondage"), order, strict=False)
        options = [word for option, name in named for word in (option, str(tmp_path / name))]
        return app.test_cli_runner().invoke(args=["score", *options, str(tmp_path / out)])

    return run


@pytest.mark.slow
def test_the_terminal_joins_the_three(score, client, query, tmp_path):
    """Answers are those of the service, and whichever option a file is given for does not count."""
    expected = answers(send(client, sent(first(5))))
    result = score(first(5), SIRH, EVAL, SONDAGE)
    assert result.exit_code == 0, result.output
    assert "5 personnes figurent dans les trois fichiers." in result.output
    told = list(csv.DictReader((tmp_path / "risques.csv").read_text().splitlines()))
    assert [float(one["Probabilite_depart"]) for one in told] == [
        one["Probabilite_depart"] for one in expected
    ]
    again = score(first(5), SONDAGE, SIRH, EVAL)
    assert "0 scored, 0 refused, 5 done before" in again.output
    assert query("SELECT count(*) FROM predictions") == [(10,)]


@pytest.mark.slow
def test_an_interrupted_join_goes_on(score, query, tmp_path, monkeypatch, faulty):
    """A run that stops after a block leaves its rows, and the next does the others once."""
    monkeypatch.setattr(jobs, "blocks_of", lambda rows: blocks_of(rows, 2))
    keep, calls = progress.advance, []

    def stop(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(0, "stopped", "here")
        keep(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(progress, "advance", stop)
        assert score(faulty, SIRH, EVAL, SONDAGE).exit_code == 1
    result = score(faulty, SIRH, EVAL, SONDAGE)
    assert result.exit_code == 0, result.output
    assert "4 done before" in result.output
    assert query("SELECT count(*) FROM predictions") == [(2,)]
    told = list(csv.DictReader((tmp_path / "risques.csv").read_text().splitlines()))
    assert [bool(one["Prediction"]) for one in told] == [True, *[False] * 3, True, *[False] * 4]


@pytest.fixture
def score_one(app, tmp_path: Path):
    """Run the command on one file."""

    def run(name: str, content: bytes):
        (tmp_path / name).write_bytes(content)
        names = [str(tmp_path / one) for one in (name, "out.csv")]
        return app.test_cli_runner().invoke(args=["score", *names])

    return run


@ONE_DATABASE
@pytest.mark.parametrize("order", [(SIRH,), (SIRH, EVAL)])
def test_the_terminal_wants_all_three(score, order):
    """Options that are not all given are refused as the command's use."""
    result = score(first(2), *order)
    assert result.exit_code == 2
    assert "given together" in result.output


@ONE_DATABASE
def test_each_person_of_the_extracts_is_surveyed_once(client):
    """An alert counts as many rows as there are, whatever is found out of the files meanwhile."""
    tables = first(300)
    salary = tables[SIRH][0].index("revenu_mensuel")
    for row in tables[SIRH][1:]:
        row[salary] = f"{int(row[salary]):,}"
    answer = send(client, {name: csv_of(rows) for name, rows in tables.items()}).json
    [alert] = answer["Alertes"]
    assert (alert["colonne"], alert["lignes"], alert["sur"]) == ("revenu_mensuel", 300, 300)
    assert answer["Lecture"]["Personnes_appariees"] == 300


@ONE_DATABASE
def test_what_is_kept_of_a_fault_has_no_number_of_a_person(client, query):
    """Neither of whom a file lacks nor of whom it has twice: the line says who."""
    tables = first(6)
    for name, number in ((SIRH, "987654"), (EVAL, "E_987654"), (SONDAGE, "987654")):
        tables[name][3][tables[name][0].index(KEYS[name])] = number
    tables[EVAL][5][tables[EVAL][0].index(KEYS[EVAL])] = "E_987654"
    del tables[SONDAGE][3]
    answer = send(client, sent(tables), {"Idempotency-Key": "un-envoi"})
    assert answer.json["erreurs"]
    for name in ("batches", "inputs", "predictions"):
        assert not [row for row in query(f"SELECT * FROM {name}") if "987654" in str(row)]


@ONE_DATABASE
def test_what_was_said_of_three_files_is_kept_with_them(client, query):
    """Scales too, so that the next files of their kind are read as these."""
    tables = first(4)
    header, *rows = tables[SIRH]
    place = header.index("revenu_mensuel")
    for row in rows:
        row[place] = str(int(row[place]) / 1000)
    told = io.BytesIO(b"[echelles]\nrevenu_mensuel = 1000\n"), "correspondance.toml"
    headers = {"Idempotency-Key": "un-envoi"}
    answer = send(client, sent(tables), headers, correspondance=told)
    assert answer.json["Alertes"] == []
    assert answers(answer) == answers(send(client, sent(first(4))))
    [[kept], _] = query("SELECT CAST(reading AS text) FROM batches ORDER BY id")
    assert json.loads(kept)["columns"]["echelles"] == {"revenu_mensuel": 1000}
