"""`POST /outcomes`: who left, as JSON or as a file of HR's, for keys of the whole company."""

import io
from typing import Any

import openpyxl
import pytest

from futurisys.api import outcomes
from futurisys.employee import declarations
from futurisys.operations import access
from futurisys.records.perimeter import Exempt
from tests.databases import ONE_DATABASE
from tests.declared import Contract, declaration, person
from tests.test_perimeter import listening, unbounded

pytestmark = [ONE_DATABASE, pytest.mark.usefixtures("references")]

NONE = {
    **{"Nommes": 0, "Nouveaux": 0, "Corriges": 0, "Inchanges": 0, "Inconnus": 0},
    **{"Sans_numero": 0, "Complet_au": None},
}


@pytest.fixture
def say(client, rows, key_of):
    """Say who left, where the person of number 1 is estimated."""
    assert client.post("/predict", json=rows[0] | {"id_employee": 1}).status_code == 200
    headers = key_of("admin")

    def said(address: str = "/outcomes", **body: Any) -> Any:
        return client.post(address, headers=headers, **body)

    return said


def workbook() -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["id_employee", "date_depart", "raison"], [1, "2026-01-31", "autre"]):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        {"json": outcomes.TOLD},
        {"data": outcomes.TABLE, "content_type": outcomes.CSV},
        {"data": outcomes.DECLARATION, "content_type": outcomes.DSN},
        {"data": workbook(), "content_type": outcomes.XLSX},
    ],
)
def test_a_departure_is_kept_however_it_is_said(say, query, body):
    """As JSON, as a table, as a workbook and as a declaration; the answer counts."""
    answer = say("/outcomes?complet_au=2026-02-28", **body)
    assert answer.status_code == 200, answer.text
    told = {"Nommes": 1, "Nouveaux": 1, "Complet_au": "2026-02-28"}
    assert answer.json == NONE | told
    assert [str(row.left_on) for row in query("SELECT left_on FROM outcomes")] == ["2026-01-31"]
    assert say(**body).json == NONE | {"Nommes": 1, "Inchanges": 1}


def test_of_a_person_who_is_named_twice_the_last_departure_counts(say, query):
    """As it does in a file."""
    later = outcomes.TOLD["departs"][0] | {"date_depart": "2026-02-01", "raison": "autre"}
    answer = say(json={"departs": [later, *outcomes.TOLD["departs"]]})
    assert answer.json == NONE | {"Nommes": 1, "Nouveaux": 1}
    assert query("SELECT reason FROM outcomes") == [("autre",)]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id_employee": 0}, "/departs/0/id_employee"),
        ({"id_employee": "1"}, "/departs/0/id_employee"),
        ({"id_employee": True}, "/departs/0/id_employee"),
        ({"date_depart": "31/01/2026"}, "/departs/0/date_depart"),
        ({"date_depart": "1731-01-01"}, "/departs/0/date_depart"),
        ({"raison": "retraite 731"}, "/departs/0/raison"),
        ({"nom": "Phare"}, "/departs/0/nom"),
    ],
)
def test_what_is_wrong_is_pointed_at(say, query, change, pointer):
    """With a sentence that repeats no value, and nothing of the list is kept."""
    departs = [outcomes.TOLD["departs"][0] | change, *outcomes.TOLD["departs"]]
    answer = say(json={"departs": departs})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert "731" not in answer.text.replace("2147483647", "")
    assert query("SELECT count(*) FROM outcomes") == [(0,)]


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(say):
    """A table's line is named; a day to come, and content of another kind, are refused too."""
    table = outcomes.TABLE + "2,hier,autre\n"
    answer = say(data=table, content_type=outcomes.CSV)
    assert answer.status_code == 422
    assert answer.json["detail"].startswith("Fichier, ligne 3 : Date de départ")
    empty = say(data=declaration(), content_type=outcomes.DSN)
    assert declarations.NO_PERSON in empty.json["detail"]
    assert say("/outcomes?complet_au=2099-01-01", json=outcomes.TOLD).status_code == 422
    assert say("/outcomes?complet_au=hier", json=outcomes.TOLD).status_code == 422
    assert say(data="<a/>", content_type="text/xml").status_code == 415


def test_it_is_for_keys_of_the_whole_company(app, client, key_of, say):
    """Neither for who works with estimates, nor for an admin of some departments."""
    for scopes in (("read", "console"), ("rights",), ("predict", "groups")):
        answer = client.post("/outcomes", headers=key_of(*scopes), json=outcomes.TOLD)
        assert answer.status_code == 403
    assert client.post("/outcomes", json=outcomes.TOLD).status_code == 401
    with app.app_context():
        some = access.issue("Eve", ("admin", "read"), None, ["Commercial"])
    headers = {"Authorization": f"Bearer {some}"}
    answer = client.post("/outcomes", headers=headers, json=outcomes.TOLD)
    assert (answer.status_code, "toute l'entreprise" in answer.text) == (403, True)


def test_what_is_looked_up_outside_the_perimeter_says_why(app, say):
    """That somebody is estimated is asked for one reason, and what writes a line for its own."""
    with listening(app) as heard:
        assert say(json=outcomes.TOLD).json["Nouveaux"] == 1
    outside = [(statement, reason) for statement, reason in heard if unbounded(statement)]
    assert {reason for _, reason in outside} == {Exempt.SAID}, outside


def test_nothing_of_a_declaration_is_told_back(say):
    """Neither who is named there, nor what was wrong."""
    ended = Contract(ends="31012026", why="059")
    for content in (declaration(person("1", ended)), declaration(person("1", Contract(why="1")))):
        answer = say(data=content, content_type=outcomes.DSN)
        for told in ("2990175000000", "Zénobie", "PHAR"):
            assert told not in answer.text
