"""The examples of the document: sent as they stand, they get the status that is documented."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from openapi_schema_validator import OAS30Validator

from futurisys.api import examples
from futurisys.employee.schema import ASKED
from futurisys.records.database import db
from tests import population


@pytest.fixture
def spec(client) -> dict[str, Any]:
    return client.get("/openapi.json").json


@pytest.fixture
def file_is_kept(client, rows, app):
    """A file under the id that the document's example names, with people enough for a group."""
    headers = {"Content-Type": "text/csv", "Accept": "application/json"}
    sent = client.post("/predict/batch", data=population.table(rows[:120]), headers=headers)
    ids = {"new": examples.IDENTIFIER, "old": sent.json["Fichier"]}
    with app.app_context(), db.engine.begin() as connection:
        for table, column in (("batches", "id"), ("predictions", "batch_id")):
            where = f"WHERE CAST({column} AS text) = :old"
            connection.execute(sa.text(f"UPDATE {table} SET {column} = :new {where}"), ids)


@pytest.fixture
def example_is_kept(client, employee, spec, app, file_is_kept):
    """A prediction under the id that the document's example names."""
    identifier = client.post("/predict", json=employee).json["Identifiant"]
    [named] = spec["paths"]["/predictions/{identifiant}"]["get"]["parameters"]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE predictions SET id = :new WHERE CAST(id AS text) = :old"),
            {"new": named["example"], "old": identifier},
        )


@pytest.mark.slow
def test_each_example_gets_its_status(client, key_of, spec, example_is_kept, references):
    """Parameters and body, taken from the document and sent, are answered with a 200."""
    headers = key_of("predict", "read", "admin", "console")
    for path, method, operation in _operations(spec):
        for kind, example in _bodies(operation):
            response = client.open(
                _address(path, operation),
                method=method,
                query_string=_query(operation),
                headers=headers,
                content_type=kind,
                data=json.dumps(example) if kind == "application/json" else example,
            )
            response.close()
            assert response.status_code == 200, (method, path, response.text)
            documented = operation["responses"]["200"]["content"]
            assert response.mimetype in documented
            if response.mimetype == "application/json":
                assert set(response.json) == set(documented[response.mimetype]["example"])


@pytest.mark.slow
@pytest.mark.usefixtures("file_is_kept")
def test_each_answer_is_what_the_document_says(client, key_of, spec, rows, references):
    """Every call, asked in each way that changes its answer, sends what its schema describes."""
    headers = key_of("predict", "read", "admin", "console")
    asked = {name: rows[0][name] for name in ASKED}
    table = f"{','.join(asked)}\n{','.join(map(str, asked.values()))}\nx\n"
    changes = {"changements": {"heure_supplementaires": "Non"}}
    sent: list[tuple[str, str, dict[str, Any]]] = [
        ("post", "/predict", {"json": asked}),
        ("post", "/predict?explication=true", {"json": rows[1]}),
        ("post", "/predict", {"json": {}}),
        ("post", "/predict", {"data": "{", "content_type": "application/json"}),
        ("post", "/predict/batch", {"json": {"employes": rows[:20]}}),
        ("post", "/predict/batch", {"data": table, "content_type": "text/csv"}),
        ("post", "/simulate", {"json": {"employe": asked} | changes}),
        ("post", "/simulate?suggestions=true", {"json": {"employe": rows[0]} | changes}),
        ("post", "/simulate", {"json": {"identifiant": examples.IDENTIFIER}}),
        ("post", "/simulate/population", {"json": examples.GROUP_CHANGE}),
        ("post", "/simulate/population", {"json": {}}),
        ("get", "/predictions?total=true&limite=1", {}),
        ("post", "/predictions/search", {"json": {}}),
        ("get", f"/predictions/{examples.IDENTIFIER}", {}),
        ("get", f"/predictions/{examples.IDENTIFIER}/reviews", {}),
        ("post", f"/predictions/{examples.IDENTIFIER}/reviews", {"json": examples.SAID}),
        ("post", f"/predictions/{examples.IDENTIFIER}/reviews", {"json": {"avis": "bof"}}),
        ("get", f"/predictions/{examples.IDENTIFIER}/reviews", {}),
        ("get", "/segments?par=departement", {}),
        ("get", "/segments?par=departement,genre", {}),
        ("get", f"/comparisons?avant={examples.IDENTIFIER}&apres_depuis=2026-01-01", {}),
        ("get", "/comparisons?avant_depuis=2026-01-01&apres_depuis=2026-01-01&limite=1", {}),
        ("get", "/monitoring", {}),
        ("get", "/monitoring?tout=true&par=poste&depuis=2026-01-01", {}),
        ("get", "/model", {}),
        ("get", "/model/effects", {}),
        ("get", "/health/live", {}),
        ("get", "/health/ready", {}),
    ]
    called = set()
    for method, address, body in sent:
        for own in (address, address.replace(examples.IDENTIFIER, _newest(client, headers))):
            response = client.open(own, method=method, headers=headers, **body)
            path = address.partition("?")[0].replace(examples.IDENTIFIER, "{identifiant}")
            operation = spec["paths"][path][method]
            documented = operation["responses"][str(response.status_code)]["content"]
            schema = documented[response.mimetype]["schema"] | {"components": spec["components"]}
            OAS30Validator(schema).validate(response.json)
            called.add(operation["operationId"])
    every = {operation["operationId"] for _, _, operation in _operations(spec)}
    assert called == every - {"getMetrics"}


def _newest(client: Any, headers: dict[str, str]) -> str:
    """The id of the newest prediction; the example's, where there is none."""
    page = client.get("/predictions?limite=1", headers=headers).json["predictions"]
    return page[0]["Identifiant"] if page else examples.IDENTIFIER


def test_every_operation_shows_what_it_takes_and_gives(spec):
    """Each parameter of an address, each JSON body and each JSON answer has an example."""
    for path, method, operation in _operations(spec):
        for parameter in operation["parameters"]:
            assert "example" in parameter or parameter["in"] == "header", (path, parameter)
        shown = [operation.get("requestBody", {"content": {}}), operation["responses"]["200"]]
        for content in (part["content"] for part in shown):
            assert all("example" in m for k, m in content.items() if "json" in k), (path, method)


def _operations(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _bodies(operation: dict[str, Any]) -> list[tuple[str | None, Any]]:
    """Each kind of body with its example; one without a body where there is none."""
    content = operation.get("requestBody", {"content": {}})["content"]
    examples = [(kind, media["example"]) for kind, media in content.items() if "example" in media]
    return examples or [(None, None)]


def _address(path: str, operation: dict[str, Any]) -> str:
    own = [p for p in operation["parameters"] if p["in"] == "path"]
    return path.format(**{parameter["name"]: parameter["example"] for parameter in own})


def _query(operation: dict[str, Any]) -> dict[str, str]:
    own = [p for p in operation["parameters"] if p["in"] == "query"]
    return {p["name"]: json.dumps(p["example"]).strip('"') for p in own}
