"""Nobody comes in without a key that opens the door."""

import datetime
import time

import pytest

from futurisys import console, serving
from futurisys.api.access import OPEN_ENDPOINTS
from futurisys.app import create_app
from futurisys.operations import access
from futurisys.records.database import db

OPEN_SINCE_NOTHING_IS_SECRET = {
    "/health/live",
    "/health/ready",
    "/model",
    "/model/effects",
    "/openapi.json",
    "/apidocs",
}


@pytest.fixture
def closed(sqlite_url, artifact_folder):
    """An application with no door open."""
    app = create_app(DATABASE_URL=sqlite_url, FUTURISYS_MODEL=str(artifact_folder))
    serving.load(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def issue(closed):
    def one(*scopes: str, expires_at: datetime.datetime | None = None) -> str:
        with closed.app_context():
            return access.issue("Essai", scopes, expires_at)

    return one


def doors(app):
    """(path, method, scopes) of each route that a caller may try."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(OPEN_ENDPOINTS) or rule.endpoint.endswith("static"):
            continue
        contract = app.view_functions[rule.endpoint].contract
        path = rule.rule.replace("<uuid:identifiant>", "01a208b2-97f0-71dc-9469-da141397ccc6")
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield path, method, contract.scopes


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.slow
def test_every_door_is_closed_unless_listed_open(closed, issue, monkeypatch):
    """Without a key, with a malformed, unknown, revoked or expired one: 401, worded alike."""
    monkeypatch.setattr(access, "REMEMBER_SECONDS", 0)
    client = closed.test_client()
    revoked, good = issue("predict", "read", "admin"), issue("predict")
    with closed.app_context():
        access.revoke(revoked.split("_")[1])
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    unknown = good[:-1] + ("A" if good[-1] != "A" else "B")
    attempts = [
        {},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": "Bearer"},
        bearer("x"),
        bearer("fut_é_ü"),
        bearer("fut_000000000000_" + "A" * 43),
        bearer(unknown),
        bearer(revoked),
        bearer(issue("predict", "read", "admin", expires_at=yesterday)),
    ]
    open_doors, answers = set(), set()
    for number, (path, method, scopes) in enumerate(doors(closed)):
        # Each door from an address of its own, for what is refused counts against it.
        own = {"REMOTE_ADDR": f"127.0.0.{number}"}
        for headers in attempts:
            response = client.open(path, method=method, headers=headers, environ_base=own)
            if not scopes:
                open_doors.add(path)
                continue
            assert response.status_code == 401, (path, headers)
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
            answers.add(response.json["detail"])
    assert open_doors == OPEN_SINCE_NOTHING_IS_SECRET & open_doors
    assert len(answers) == 1


@pytest.mark.slow
def test_a_key_opens_the_doors_of_its_scopes_only(closed, issue, employee):
    """A good key for another door is 403; for this one the request goes on."""
    client = closed.test_client()
    for scope in access.SCOPES:
        headers = bearer(issue(scope))
        for path, method, scopes in doors(closed):
            status = client.open(path, method=method, headers=headers).status_code
            assert (status == 403) == bool(scopes and scope not in scopes), (scope, path, status)
    response = client.post("/predict", json=employee, headers=bearer(issue("predict")))
    assert response.status_code == 200


def test_an_open_door_still_refuses_a_bad_key(client, employee):
    """FUTURISYS_OPEN=predict lets in whoever sends no key, not whoever sends a wrong one."""
    assert client.post("/predict", json=employee).status_code == 200
    assert client.post("/predict", json=employee, headers=bearer("x")).status_code == 401
    assert client.get("/metrics").status_code == 401


def test_only_digests_are_kept(client, key_of, query):
    """No table holds anything that opens a door."""
    secret = key_of("predict")["Authorization"].split("_", 2)[2]
    [row] = query("SELECT * FROM api_keys")
    assert not any(secret in str(value) for value in row)
    assert len(row.digest) == 64


def test_keys_are_issued_listed_and_revoked_from_the_terminal(closed, monkeypatch):
    """`issue` writes the key alone on the last line; `list` never shows it; `revoke` ends it."""
    monkeypatch.setattr(access, "REMEMBER_SECONDS", 0)
    runner = closed.test_cli_runner()
    issued = runner.invoke(
        args=["keys", "issue", "--name", "Paie", "--scope", "predict,read", "--tous-departements"]
    )
    key = issued.output.splitlines()[-1]
    identifier = key.split("_")[1]
    client = closed.test_client()
    assert client.get("/metrics", headers=bearer(key)).status_code == 200
    listed = runner.invoke(args=["keys", "list"]).output
    assert identifier in listed
    assert "Paie  predict,read  valid" in listed
    assert key.split("_", 2)[2] not in listed
    assert runner.invoke(args=["keys", "revoke", identifier]).exit_code == 0
    assert client.get("/metrics", headers=bearer(key)).status_code == 401
    assert "revoked" in runner.invoke(args=["keys", "list"]).output
    again = runner.invoke(args=["keys", "revoke", identifier])
    assert again.exit_code != 0
    assert "There is no key" in again.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--name", "x", "--scope", "everything"], "A key opens one or more of: "),
        (["--name", " "], "A key is named for who will hold it, in 1 to 80 characters."),
        (["--name", "x" * 81], "A key is named for who will hold it, in 1 to 80 characters."),
        (["--name", "x", "--expires", "tomorrow"], ""),
    ],
)
def test_a_wrong_key_is_not_issued(closed, arguments, sentence):
    """A scope that does not exist, or no name, is one sentence and a non-zero code."""
    result = closed.test_cli_runner().invoke(args=["keys", "issue", *arguments])
    assert result.exit_code != 0
    assert f"Error: {sentence}" in result.output


@pytest.mark.slow
def test_a_revoked_key_is_remembered_for_seconds_only(closed, issue, monkeypatch):
    """A worker that has just seen a key good refuses it 5 s after it was revoked, at the latest."""
    client, key = closed.test_client(), issue("read")
    assert client.get("/metrics", headers=bearer(key)).status_code == 200
    with closed.app_context():
        access.revoke(key.split("_")[1])
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 5)
    assert client.get("/metrics", headers=bearer(key)).status_code == 401


def test_a_view_without_a_contract_stops_the_start(monkeypatch):
    """Nobody finds out from a 401 to a good key that a door was not declared."""

    def register(app):
        app.add_url_rule("/forgotten", "forgotten", lambda: "")

    monkeypatch.setattr(console, "init_app", register)
    with pytest.raises(TypeError, match="forgotten"):
        create_app(DATABASE_URL="sqlite://")
