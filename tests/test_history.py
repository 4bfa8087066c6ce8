"""History: pages that do not shift, filters that find, and people known by a hash alone."""

import datetime
import hashlib
import hmac
import itertools
import uuid
from typing import Any

import pytest

from tests.databases import ONE_DATABASE
from tests.fixtures import SUBJECT_KEY

pytestmark = pytest.mark.usefixtures("references")


@pytest.fixture
def reader(key_of) -> dict[str, str]:
    return key_of("read")


@pytest.fixture
def kept(client, rows) -> list[dict[str, Any]]:
    """The answers for the first 12 employees of the sample, newest first."""
    return [client.post("/predict", json=row).json for row in rows[:12]][::-1]


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [prediction["Identifiant"] for prediction in response.json["predictions"]]


def test_the_newest_come_first_as_they_were_answered(client, reader, kept):
    """A page holds the answers, bit for bit, with their moment in UTC, and nobody's facts."""
    page = client.get("/predictions", headers=reader).json
    dates = [prediction.pop("Date") for prediction in page["predictions"]]
    assert page == {"predictions": kept, "suivant": None, "total": None}
    moments = [datetime.datetime.fromisoformat(date) for date in dates]
    assert moments == sorted(moments, reverse=True)
    assert {moment.utcoffset() for moment in moments} == {datetime.timedelta()}


def test_pages_do_not_shift_while_rows_are_added(client, reader, kept, employee):
    """Walking the pages tells each earlier prediction once, whatever is added meanwhile."""
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = client.get(f"/predictions?limite=5{cursor}", headers=reader)
        seen += ids(page)
        client.post("/predict", json=employee)
        if page.json["suivant"] is None:
            break
        cursor = f"&curseur={page.json['suivant']}"
    assert seen == [answer["Identifiant"] for answer in kept]


def test_filters_find_by_label_model_and_period(client, reader, kept):
    """Each filter keeps what it names, and the total counts what all of them leave."""
    parted = [answer["Identifiant"] for answer in kept if answer["Prediction"] == "Part"]
    page = client.get("/predictions?prediction=Part&total=true&limite=1", headers=reader)
    assert ids(page) == parted[:1]
    assert page.json["total"] == len(parted)
    version = kept[0]["Version_modele"]
    assert len(ids(client.get(f"/predictions?version_modele={version}", headers=reader))) == 12
    assert ids(client.get("/predictions?version_modele=autre", headers=reader)) == []
    everything = client.get("/predictions", headers=reader).json["predictions"]
    for since, until in itertools.pairwise(sorted({row["Date"] for row in everything})):
        period = {"depuis": since, "jusqu_a": until}
        found = ids(client.get("/predictions", query_string=period, headers=reader))
        assert found == [row["Identifiant"] for row in everything if row["Date"] == since]


@ONE_DATABASE
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limite=0", "limite"),
        ("limite=201", "limite"),
        ("limite=x", "limite"),
        ("total=1", "total"),
        ("depuis=hier", "depuis"),
        ("jusqu_a=0001-01-01T00:00:00%2B14:00", "jusqu_a"),
        ("curseur=zz", "curseur"),
        ("curseur=", "curseur"),
        ("prediction=%00", "prediction"),
        ("prediction=part", "prediction"),
        ("prediction=", "prediction"),
        ("version_modele=" + 65 * "a", "version_modele"),
        ("id_employee=1", "id_employee"),
        ("limite=1&limite=2", "limite"),
    ],
)
def test_bad_parameters_are_refused_by_name(client, reader, query, name):
    """A parameter that cannot be used is named; a reference has no place in an address."""
    response = client.get(f"/predictions?{query}", headers=reader)
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json["errors"]] == [f"/{name}"]


@ONE_DATABASE
def test_an_answer_that_there_is_not_is_refused_with_those_that_there_are(client, reader, kept):
    """A word in other letters would find nothing, and not say why."""
    words = {answer["Prediction"] for answer in kept}
    asked = client.get("/predictions?prediction=part", headers=reader)
    searched = client.post("/predictions/search", json={"prediction": "Partie"}, headers=reader)
    for response in (asked, searched):
        assert response.status_code == 422
        [fault] = response.json["errors"]
        assert fault["pointer"] == "/prediction"
        assert words == {"Part", "Reste"}
        assert all(f"« {word} »" in fault["detail"] for word in words)


def test_a_person_is_found_by_reference_in_the_body(client, reader, kept, rows):
    """Whoever knows the reference finds the person's predictions, and nobody else's."""
    client.post("/predict", json=rows[3] | {"revenu_mensuel": 9000})
    found = client.post(
        "/predictions/search", json={"id_employee": rows[3]["id_employee"]}, headers=reader
    )
    assert len(ids(found)) == 2
    assert ids(found)[1] == kept[12 - 4]["Identifiant"]
    nobody = client.post("/predictions/search", json={"id_employee": 999_999}, headers=reader)
    assert ids(nobody) == []
    everyone = client.post("/predictions/search", json={"limite": 3, "total": True}, headers=reader)
    assert everyone.json["total"] == 13


def test_a_reference_is_kept_as_a_keyed_hash_alone(client, kept, rows, query):
    """The table holds HMAC-SHA256 of the reference, and the reference in no column."""
    reference = str(rows[0]["id_employee"]).encode()
    [(subject,)] = query("SELECT subject FROM inputs ORDER BY id LIMIT 1")
    assert subject == hmac.new(SUBJECT_KEY.encode(), reference, hashlib.sha256).hexdigest()
    assert "id_employee" not in query("SELECT * FROM inputs LIMIT 1")[0]._fields


def test_without_a_key_references_are_dropped_with_one_warning(
    client, app, reader, employee, query, caplog
):
    """Nothing is refused: the reference is checked, dropped, and finds nobody."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    for _ in range(2):
        assert client.post("/predict", json=employee).status_code == 200
    assert client.post("/predict", json=employee | {"id_employee": 0}).status_code == 422
    assert query("SELECT DISTINCT subject FROM inputs") == [(None,)]
    search = client.post("/predictions/search", json={"id_employee": 1}, headers=reader)
    assert ids(search) == []
    warned = [record for record in caplog.records if "FUTURISYS_SUBJECT_KEY" in record.message]
    assert len(warned) == 1


def test_what_is_not_there_is_not_found(client, reader, kept):
    """An unknown id is a 404 that says so, an ill-formed one a 404 too."""
    unknown = client.get(f"/predictions/{uuid.uuid4()}", headers=reader)
    assert unknown.status_code == 404
    assert "conservée" in unknown.json["detail"]
    assert client.get("/predictions/12", headers=reader).status_code == 404
    shouted = kept[0]["Identifiant"].upper()
    assert client.get(f"/predictions/{shouted}", headers=reader).status_code == 200


@pytest.mark.parametrize(
    "address", ["/predictions", "/predictions/01a208b2-97f0-71dc-9469-da141397ccc6"]
)
def test_what_is_kept_is_read_with_a_key_that_reads(client, key_of, address):
    """Without a key 401, with a key for predicting 403."""
    assert client.get(address).status_code == 401
    assert client.get(address, headers=key_of("predict")).status_code == 403
