"""Nobody sees a page of the console unless it is open, or they signed in with a key for it."""

import io

import pytest
from flask import Flask

from futurisys.operations.access import REFUSED
from tests.console import (
    BROWSER,
    EMPLOYEE,
    FILE,
    HISTORY,
    PROGRAM,
    SIGN_IN,
    SIGN_OUT,
    WHAT_IF,
    Console,
    doors,
    wanted,
)
from tests.databases import ONE_DATABASE

OPEN = {
    ("/", "GET"),
    ("/console/aide", "GET"),
    (SIGN_IN, "GET"),
    (SIGN_IN, "POST"),
    (SIGN_OUT, "POST"),
    ("/console/static/<path:filename>", "GET"),
}
# Beside those, where FUTURISYS_OPEN says `predict`; what is kept is refused behind them.
OPEN_TO_PREDICT = {
    (EMPLOYEE, "GET"),
    (EMPLOYEE, "POST"),
    (WHAT_IF, "POST"),
    (FILE, "GET"),
    (FILE, "POST"),
    ("/console/fichier/modele.<any(csv, xlsx):form>", "GET"),
}


def opened(app: Flask) -> set[tuple[str, str]]:
    """The doors that do not send a browser to the sign-in, or refuse it."""
    console, found = Console(app), set()
    for rule, method, address in doors(app):
        response = console.get(address) if method == "GET" else console.send(address, {})
        away = wanted(response) is not None or response.status_code == 401
        if not away or address in (SIGN_IN, SIGN_OUT):
            found.add((rule, method))
    return found


def test_every_page_is_closed_unless_listed_open(closed):
    """Without a sign-in each address of the console leads to the sign-in, but for a few."""
    assert opened(closed) == OPEN


@ONE_DATABASE
def test_an_open_service_opens_what_predicts_and_nothing_that_is_kept(app, employee):
    """FUTURISYS_OPEN=predict opens form, file and what-if; not history, groups, predictions."""
    unread = {
        (rule, method)
        for rule, method, _ in doors(app)
        if "<uuid:identifiant>" in rule or "<uuid:lot>" in rule
    }
    assert opened(app) - unread == OPEN | OPEN_TO_PREDICT
    kept = app.test_client().post("/predict", json=employee).json["Identifiant"]
    for page in ("", "/raisons", "/reprendre"):
        address = f"/console/predictions/{kept}{page}"
        assert wanted(Console(app).get(address)) == address
        response = app.test_client().get(address, headers=PROGRAM)
        assert (response.status_code, response.mimetype) == (401, "application/problem+json")
        assert response.json["detail"] == REFUSED


@pytest.mark.parametrize("address", [EMPLOYEE, WHAT_IF, FILE, HISTORY])
def test_a_script_is_told_what_a_program_is(closed, address):
    """A closed door answers a script with 401 and problem+json, and gives it no cookie."""
    response = closed.test_client().post(address, headers=PROGRAM)
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert response.json["detail"] == REFUSED
    assert "Set-Cookie" not in response.headers


def test_a_file_is_not_read_before_the_door(closed):
    """Whoever is turned away has sent 64 MiB for nothing, and the service has not taken them."""

    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("The body was read.")

        readinto = readline = read  # type: ignore[assignment]

    response = Console(closed).client.post(
        FILE,
        headers={"Accept": BROWSER},
        content_type="multipart/form-data; boundary=x",
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": "67108864"},
    )
    assert wanted(response) == ""
