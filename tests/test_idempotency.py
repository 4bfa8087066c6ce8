"""A request that is sent again is answered once."""

import concurrent.futures
import datetime
import json

import httpx
import pytest
import sqlalchemy as sa

from futurisys.records import idempotency
from futurisys.records.database import db
from futurisys.records.idempotency import Name
from tests.databases import ONE_DATABASE

A_DAY = datetime.timedelta(hours=24, seconds=1)


def test_a_repeated_request_gets_the_first_answer(client, employee, query):
    """The same key and body: the first answer, said to be a replay, and no second row."""
    first = client.post("/predict", json=employee, headers={"Idempotency-Key": "a"})
    again = client.post("/predict", json=employee, headers={"Idempotency-Key": "a"})
    assert first.status_code == again.status_code == 200
    assert again.json == first.json
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert query("SELECT count(*) FROM predictions") == [(1,)]
    assert query("SELECT count(*) FROM inputs") == [(1,)]


def test_a_key_with_another_body_is_refused(client, employee, query):
    """The same key for another employee is 422, and keeps nothing."""
    headers = {"Idempotency-Key": "a"}
    client.post("/predict", json=employee, headers=headers)
    response = client.post("/predict", json=employee | {"age": 30}, headers=headers)
    assert response.status_code == 422
    assert "Idempotency-Key" in response.json["detail"]
    assert query("SELECT count(*) FROM predictions") == [(1,)]


def test_keys_belong_to_their_caller(client, employee, key_of):
    """Two callers may use one name; the anonymous caller is a third."""
    name = {"Idempotency-Key": "a"}
    callers = [{}, key_of("predict"), key_of("predict")]
    answers = [client.post("/predict", json=employee, headers=name | c).json for c in callers]
    assert len({answer["Identifiant"] for answer in answers}) == 3


@ONE_DATABASE
@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_an_ill_formed_key_is_refused(client, employee, key):
    """A key has 1 to 255 printable characters."""
    response = client.post("/predict", json=employee, headers={"Idempotency-Key": key})
    assert response.status_code == 400
    assert "Idempotency-Key" in response.json["detail"]


def test_a_key_of_yesterday_is_forgotten(app, client, employee, query):
    """After 24 hours a key is free again, by a command or when it comes back."""
    headers = {"Idempotency-Key": "a"}
    first = client.post("/predict", json=employee, headers=headers).json
    age_keys(app)
    second = client.post("/predict", json=employee, headers=headers).json
    assert second["Identifiant"] != first["Identifiant"]
    age_keys(app)
    expired = app.test_cli_runner().invoke(args=["keys", "expire"])
    assert "1 Idempotency-Keys are forgotten." in expired.output
    assert query("SELECT count(*) FROM idempotency_keys") == [(0,)]
    assert query("SELECT count(*) FROM predictions") == [(2,)]


def test_a_key_of_today_is_remembered(app, client, employee):
    """Until 24 hours have passed a retry gets the first answer, and no command frees the key."""
    headers = {"Idempotency-Key": "a"}
    first = client.post("/predict", json=employee, headers=headers).json
    age_keys(app, datetime.timedelta(hours=23, minutes=30))
    expired = app.test_cli_runner().invoke(args=["keys", "expire"])
    assert "0 Idempotency-Keys are forgotten." in expired.output
    again = client.post("/predict", json=employee, headers=headers)
    assert again.json == first
    assert again.headers["Idempotent-Replayed"] == "true"


def age_keys(app, age: datetime.timedelta = A_DAY) -> None:
    """Make every key as old as that, a day and a second if nothing is said."""
    given = datetime.datetime.now(datetime.UTC) - age
    with app.app_context(), db.engine.begin() as connection:
        table = db.metadata.tables["idempotency_keys"]
        connection.execute(sa.update(table).values(created_at=given))


@pytest.mark.slow
def test_fifty_at_once_with_one_key_keep_one_row(server, employee, database_url):
    """Concurrent requests with one key: one row, one id for all who got 200, else 409.

    Who is told that the database is too busy asks again.
    """
    url = server(DATABASE_URL=database_url).wait("/health/ready").url

    def post(_: int) -> httpx.Response:
        headers = {"Idempotency-Key": "one"}
        while True:
            answer = httpx.post(f"{url}/predict", json=employee, headers=headers)
            if answer.status_code != 503:
                return answer

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(post, range(50)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    ids = {answer.json()["Identifiant"] for answer in answers if answer.status_code == 200}
    assert len(ids) == 1
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.connect() as connection:
        for table in ("inputs", "predictions", "idempotency_keys"):
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 1
    engine.dispose()


def test_a_key_in_flight_is_a_conflict(app, client, employee):
    """While the first request holds its key on PostgreSQL, a second gets 409 at once."""
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("A SQLite writer waits for the other and then replays.")
    with app.app_context(), db.engine.begin() as connection:
        assert idempotency.claim(connection, Name("", "a", ""))
        response = client.post("/predict", json=employee, headers={"Idempotency-Key": "a"})
    assert response.status_code == 409
    assert response.content_type == "application/problem+json"
    assert response.json["detail"] == "Cette demande est déjà en cours : patientez un instant."


BATCHES = {
    "JSON": ("application/json", "application/json"),
    "CSV in, JSON out": ("text/csv", "application/json"),
    "CSV in, CSV out": ("text/csv", "text/csv"),
}


def batch_body(rows, content_type: str) -> bytes:
    """Five employees, in a table the third of them with a fault."""
    if content_type == "application/json":
        return json.dumps({"employes": rows[:5]}).encode()
    table = [dict(row) for row in rows[:5]]
    table[2]["age"] = "quarante"
    lines = [",".join(table[0])] + [",".join(map(str, row.values())) for row in table]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(("content_type", "accept"), BATCHES.values(), ids=BATCHES.keys())
def test_a_repeated_batch_gets_the_first_answer_whole(client, rows, query, content_type, accept):
    """The same name and body: the first answer to the last byte, and no second row."""
    body = batch_body(rows, content_type)
    headers = {"Idempotency-Key": "lot", "Accept": accept}
    first, again = (
        client.post("/predict/batch", data=body, content_type=content_type, headers=headers)
        for _ in range(2)
    )
    assert first.status_code == again.status_code == 200
    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    kept = 5 if content_type == "application/json" else 4
    assert query("SELECT count(*) FROM predictions") == [(kept,)]
    assert query("SELECT count(*) FROM inputs") == [(kept,)]


def test_a_batch_and_a_prediction_do_not_share_a_name(client, rows, employee):
    """A name that a batch has is refused to another request, and the other way round."""
    headers = {"Idempotency-Key": "lot"}
    body = {"employes": rows[:2]}
    with client.post("/predict/batch", json=body, headers=headers) as response:
        assert response.status_code == 200
    assert client.post("/predict", json=employee, headers=headers).status_code == 422
    changed = {"employes": rows[:3]}
    assert client.post("/predict/batch", json=changed, headers=headers).status_code == 422


def test_a_batch_that_was_partly_erased_is_not_made_up(app, client, rows):
    """Where stored answers are gone, the replay says so instead of answering anew."""
    headers = {"Idempotency-Key": "lot"}
    body = {"employes": rows[:2]}
    first = client.post("/predict/batch", json=body, headers=headers).json
    with app.app_context(), db.engine.begin() as connection:
        predictions = db.metadata.tables["predictions"]
        identifier = first["predictions"][0]["Identifiant"]
        connection.execute(sa.delete(predictions).where(predictions.c.id == identifier))
    response = client.post("/predict/batch", json=body, headers=headers)
    assert response.status_code == 422
    assert "effacées" in response.json["detail"]
