"""Browsers of people who have signed in or not, files that they send, and closed services."""

import copy
import dataclasses
import functools
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from futurisys.console.estimates import in_words
from futurisys.employee.schema import FACTS
from futurisys.operations import access
from tests.console import SECRET, Console, signed_in, spaced
from tests.console.ranking import HTML, SAMPLE_ROWS, hidden, ranking_of
from tests.population import Rows, table


@pytest.fixture
def make_closed(make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """Applications on one database, with no door open unless they say so."""
    return functools.partial(make_app, SECRET_KEY=SECRET)


@pytest.fixture
def closed(lend: Callable[..., Flask], sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application with no door open, which forgets at once what it knows of a key."""
    monkeypatch.setattr(access, "REMEMBER_SECONDS", 0)
    return lend(DATABASE_URL=sqlite_url, SECRET_KEY=SECRET)


@pytest.fixture
def console(app: Flask) -> Console:
    """A browser of somebody who has not signed in: predicting is open."""
    return Console(app)


@pytest.fixture
def analyst(app: Flask) -> Console:
    """A browser of somebody who has signed in."""
    return signed_in(app)


@pytest.fixture
def said(app: Flask) -> Callable[[float], str]:
    """A probability as a page says it of the model that is served."""
    bounds = app.extensions["futurisys.serving"].predictor.card.bounds
    return lambda chance: spaced(in_words(chance, bounds))


@pytest.fixture
def reader(key_of) -> dict[str, str]:
    return key_of("read")


@pytest.fixture
def predict(client):
    """Predict for employees through the API; returns the answers."""

    def ask(employees):
        response = client.post("/predict/batch", json={"employes": employees})
        assert response.status_code == 200, response.text
        return response.json["predictions"]

    return ask


@pytest.fixture
def answer_of_file(client, rows):
    """Have a file of one employee scored through the API; returns the answer."""

    def send(**headers: str):
        known = [name for name in FACTS if name in rows[0]]
        lines = [",".join(known), ",".join(str(rows[0][name]) for name in known)]
        kind = {"Content-Type": "text/csv", "Accept": "application/json"}
        body = "\n".join(lines).encode()
        sent = client.post("/predict/batch", data=body, headers=kind | headers)
        [answer] = sent.json["predictions"]
        return answer

    return send


@pytest.fixture
def file_id(client: FlaskClient) -> str:
    """The id of a file that is kept."""
    headers = {"Content-Type": "text/csv", "Accept": "application/json"}
    sent: Any = client.post("/predict/batch", data=table(SAMPLE_ROWS[:3]), headers=headers)
    return str(sent.json["Fichier"])


@pytest.fixture
def people() -> Rows:
    """The first 120 employees of the sample, to be changed and sent as a file."""
    return [dict(row) for row in SAMPLE_ROWS[:120]]


@pytest.fixture
def send(client: FlaskClient) -> Callable[..., Any]:
    """Send a file as a browser without a script does, or as the script does.

    The model of the tests has learnt from the sample: whoever sends other people confirms it.
    """

    def post(content: str | bytes, name: str = "employes.csv", headers=HTML, cle: str = ""):
        page = client.get("/console/fichier", headers=HTML).text
        data = content.encode() if isinstance(content, str) else content
        form = {"csrf_token": hidden(page, "csrf_token"), "cle": cle or hidden(page, "cle")}

        def sent(**more: str) -> Any:
            file = {"fichier": (io.BytesIO(data), name)}
            return client.post("/console/fichier", data=form | more | file, headers=headers)

        answer = sent()
        step = (answer.json or {}).get("etape", "") if answer.is_json else answer.text
        is_asked_alone = "il ne dit rien des vôtres" in step and "Exemple, ligne" not in step
        return sent(vu=hidden(step, "vu")) if is_asked_alone else answer

    return post


@pytest.fixture
def take(client: FlaskClient) -> Callable[..., bytes]:
    """Take the table of a ranking home."""

    def post(address: str, form: str, references: str = "") -> bytes:
        page = client.get(ranking_of(address), headers=HTML).text
        data = {"csrf_token": hidden(page, "csrf_token"), "forme": form, "references": references}
        with client.post(f"{address}/resultat", data=data, headers=HTML) as response:
            assert response.status_code == 200
            return response.data

    return post


@pytest.fixture
def own_model(app: Any) -> None:
    """Have the model say that it has learnt from a company's own people."""
    predictor = app.extensions["futurisys.serving"].predictor
    card = dataclasses.replace(predictor.card, fictional=False)
    served = copy.copy(predictor)
    served.card = card
    serving = copy.copy(app.extensions["futurisys.serving"])
    serving.predictor = served
    app.extensions["futurisys.serving"] = serving
