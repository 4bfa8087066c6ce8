"""The document and its page."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from futurisys.employee.schema import ASKED, DERIVED, EmployeeSchema
from tests.browser import open_browser

UNDOCUMENTED = {"/openapi.json", "/apidocs"}
# Pages for people are no part of the API; `tests/console/test_doors.py` knows each of them.
PAGES = ("flasgger.", "console.")


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json


def test_the_document_is_valid(document):
    """The document is OpenAPI 3.0, as openapi-spec-validator understands it."""
    assert document["openapi"] == "3.0.3"
    validate(document)


def test_every_operation_has_its_name_for_good(document):
    """A generated client calls each operation by a name that never changes."""
    assert {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
    } == {
        "POST /predict": "predict",
        "POST /predict/batch": "predictBatch",
        "GET /predictions": "listPredictions",
        "POST /predictions/search": "searchPredictions",
        "GET /predictions/{identifiant}": "getPrediction",
        "GET /predictions/{identifiant}/reviews": "listReviews",
        "POST /predictions/{identifiant}/reviews": "addReview",
        "POST /simulate": "simulate",
        "POST /simulate/population": "simulatePopulation",
        "GET /comparisons": "compare",
        "GET /segments": "listSegments",
        "GET /monitoring": "getMonitoring",
        "GET /model": "getModel",
        "GET /model/effects": "getModelEffects",
        "GET /health/live": "getLive",
        "GET /health/ready": "getReady",
        "GET /metrics": "getMetrics",
    }


def test_what_is_always_sent_is_required(document):
    """Of each answer, the members that come only sometimes are these; all others are promised."""
    answers = {
        name
        for item in document["paths"].values()
        for operation in item.values()
        for response in operation["responses"].values()
        for media in response["content"].values()
        for name in _schemas(media["schema"], document)
    }
    optional = {
        name: set(schema["properties"]) - set(schema.get("required", ()))
        for name, schema in document["components"]["schemas"].items()
        if name in answers
    }
    assert len(optional) > 20
    assert {name: names for name, names in optional.items() if names} == {
        "ReponseExpliquee": {"Base", "Facteurs"},
        "ReponseLigne": {"Ligne"},
        "ReponsePopulation": {"erreurs", "Alertes", "Lecture", "Fichier"},
        "FauteLigne": {"fichier"},
        "Lecture": {"Personnes_appariees"},
        "ResultatSimulation": {"Suggestions", "Note_suggestions"},
        "ChampLu": {"Minimum", "Maximum", "Niveaux"},
        "EffetChamp": {
            "Seuils",
            "Contributions",
            "Minimum",
            "Maximum",
            "Niveaux",
            "Niveau_inconnu",
        },
        "Disponibilite": {"stockage"},
        "Probleme": {"errors"},
    }


def _schemas(part: Any, document: dict[str, Any]) -> Iterator[str]:
    """The names of all schemas that a part of the document is made of."""
    for name, inner in part.items() if isinstance(part, dict) else enumerate(part):
        if name == "$ref":
            own = inner.rpartition("/")[2]
            yield own
            yield from _schemas(document["components"]["schemas"][own], document)
        elif isinstance(inner, dict | list):
            yield from _schemas(inner, document)


def test_the_document_says_why_no_page_of_another_site_may_ask(client, document):
    """No CORS header is sent, whoever asks, and the document says that it is meant."""
    answer = client.get("/health/live", headers={"Origin": "https://example.org"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    assert "CORS" in document["info"]["description"]


def test_every_route_is_in_the_document(app, document):
    """No route of the API is undocumented, and none is documented that does not exist."""
    routes = {
        (re.sub("<(uuid:)?([a-z]+)>", r"{\2}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if "static" not in rule.endpoint and not rule.endpoint.startswith(PAGES)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    documented = {(path, method) for path, item in document["paths"].items() for method in item}
    assert documented == routes
    assert {rule.rule for rule in app.url_map.iter_rules()} >= UNDOCUMENTED


def test_the_employee_of_the_document_is_the_schema(document):
    """Every accepted field is documented, the asked-for ones as required, nothing else allowed."""
    employee = document["components"]["schemas"]["Employe"]
    assert sorted(employee["required"]) == sorted(ASKED)
    accepted = [name for name in EmployeeSchema().fields if name not in DERIVED]
    assert sorted(employee["properties"]) == sorted(accepted)
    assert employee["additionalProperties"] is False
    assert employee["properties"]["revenu_mensuel"]["maximum"] == 1_000_000
    assert employee["properties"]["genre"]["anyOf"][0]["enum"] == ["F", "M", None]


def test_the_example_of_the_document_is_answered(client, document):
    """The example that the page proposes gets a 200."""
    properties = document["components"]["schemas"]["Employe"]["properties"]
    example = {name: field["example"] for name, field in properties.items()}
    assert client.post("/predict", json=example).status_code == 200


def test_only_our_own_page_is_served(client):
    """The page asks nothing of another host and holds no script of its own."""
    page = client.get("/apidocs")
    assert page.status_code == 200
    assert client.get("/apidocs/").status_code == 200
    assert "http" not in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.slow
@pytest.mark.skipif(
    not shutil.which("chromium") and not os.environ.get("CI"),
    reason="No chromium on PATH: apt-get install chromium.",
)
def test_the_page_works_in_a_browser(server, sqlite_url, tmp_path: Path):
    """In Chromium, without the outside world: the page renders, and "Try it out" gets a 200."""
    address = server(DATABASE_URL=sqlite_url).wait("/health/ready").url
    with open_browser(address) as (page, complaints):
        page.goto(f"{address}/apidocs?url=https://example.org/other.json")
        block = page.locator(".opblock-post", has=page.locator('[data-path="/predict"]'))
        block.locator(".opblock-summary").click()
        block.locator(".try-out__btn").click()
        assert "Cadre Commercial" in block.locator(".body-param__text").input_value()
        block.locator("button.execute").click()
        status = block.locator(".live-responses-table .response-col_status").nth(1)
        status.wait_for()
        assert status.inner_text().strip().startswith("200")
        page.screenshot(path=tmp_path / "apidocs.png")
    assert complaints == []
