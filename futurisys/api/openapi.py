"""The OpenAPI 3 document, made of the schemas and the views' contracts, and its page."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flasgger import Swagger
from flask import Flask, current_app, request

from futurisys import __version__, serving
from futurisys.api import contracts
from futurisys.api.errors import TITLES, TYPE
from futurisys.api.schema_names import NAMES
from futurisys.employee import fields
from futurisys.employee.levels import pattern
from futurisys.employee.schema import EmployeeSchema
from futurisys.employee.unkept import Derived
from futurisys.model.statements import NOTICE

DESCRIPTION = f"""Futurisys estime le risque qu'un employé quitte l'entreprise, et conserve chaque
réponse. {NOTICE}

Une page d'un autre site ne peut pas l'appeler : aucune réponse n'a d'en-tête CORS, et c'est voulu,
car une clé n'a pas sa place dans une page. Appelez-le depuis un serveur."""
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


class _Document(Swagger):
    """The document as it is served: with the fields that the model needs, and with its place.

    It is made when it is first asked for: most processes never are.
    """

    def get_apispecs(self, endpoint: str = "openapi") -> dict[str, Any]:
        if self.template is None:  # type: ignore[has-type] # Flasgger has no types.
            self.template = document_of(current_app)
        document = _asking(super().get_apispecs(endpoint), serving.needed())
        if request.script_root:
            document = document | {"servers": [{"url": request.script_root}]}
        return document


def init_app(app: Flask) -> None:
    """Publish the document at /openapi.json and the page at /apidocs; comes after every route."""
    _Document(
        app,
        config={
            "openapi": "3.0.3",
            "auth": {},
            "headers": [],
            "swagger_ui": True,
            "specs_route": "/apidocs",
            "static_url_path": "/flasgger_static",
            "specs": [
                {
                    "endpoint": "openapi",
                    "route": "/openapi.json",
                    "rule_filter": lambda rule: False,
                    "model_filter": lambda tag: False,
                }
            ],
        },
    )


def document_of(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.0.3 document of every route that has a contract."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title="Futurisys",
        version=__version__,
        openapi_version="3.0.3",
        info={"description": DESCRIPTION},
        plugins=[plugin],
    )
    for describe in (_describe_fact, _describe_fixed, _describe_absence):
        plugin.converter.add_attribute_function(describe)  # type: ignore[union-attr]
    spec.components.security_scheme("cle", {"type": "http", "scheme": "bearer"})
    for rule in app.url_map.iter_rules():
        contract = getattr(app.view_functions[rule.endpoint], "contract", None)
        if contract:
            methods = METHODS & (rule.methods or set())
            operation = _operation(contract)
            path = re.sub("<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule.rule)
            spec.path(path, operations={m.lower(): operation for m in sorted(methods)})
    result = spec.to_dict()
    for item in result["paths"].values():
        for operation in item.values():
            _lift_examples(operation["parameters"])
    employee = result["components"]["schemas"]["Employe"]
    for name, field in EmployeeSchema._declared_fields.items():
        if isinstance(field, Derived):
            del employee["properties"][name]
    return result


def _asking(document: dict[str, Any], needed: tuple[str, ...]) -> dict[str, Any]:
    """The document with these fields of an employee required; the one given stays as it is."""
    if not needed:
        return document
    document = deepcopy(document)
    employee = document["components"]["schemas"]["Employe"]
    employee["required"] = [*employee["required"], *needed]
    for name in needed:
        fact = employee["properties"][name]
        for part in (fact, *fact.get("anyOf", ())):
            part.pop("nullable", None)
            if "enum" in part:
                part["enum"] = [level for level in part["enum"] if level is not None]
    return document


def _name(schema: Any) -> str:
    return NAMES[resolve_schema_cls(schema)]


def _operation(contract: contracts.Contract) -> dict[str, Any]:
    answer = {"description": contract.answers, "content": _content(contract.answer)}
    operation: dict[str, Any] = {
        "operationId": contract.operation,
        "summary": contract.summary,
        "description": contract.description,
        "parameters": _parameters(contract),
        "responses": {"200": answer}
        | {str(status): _problem(status) for status in contract.problems},
    }
    if contract.scopes:
        operation["security"] = [{"cle": []}]
        operation["description"] += f" Portée de la clé : {' ou '.join(contract.scopes)}."
    if contract.body:
        operation["requestBody"] = {"required": True, "content": _content(contract.body)}
    return operation


def _content(media: Mapping[str, contracts.Media]) -> dict[str, Any]:
    return {
        kind: {"schema": one.schema} | ({} if one.example is None else {"example": one.example})
        for kind, one in media.items()
    }


def _parameters(contract: contracts.Contract) -> list[dict[str, Any]]:
    headers = [
        {
            "in": "header",
            "name": name,
            "description": sentence,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
        for name, sentence in contract.headers.items()
    ]
    path = [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": {"type": "string", "format": "uuid"},
            "example": example,
        }
        for name, example in contract.path.items()
    ]
    query = [{"in": "query", "schema": contract.query}] if contract.query else []
    return path + query + headers


def _lift_examples(parameters: list[dict[str, Any]]) -> None:
    """Put each example where the page proposes it, out of the schema that apispec leaves it in."""
    for parameter in parameters:
        if "example" in parameter["schema"]:
            parameter["example"] = parameter["schema"].pop("example")


def _problem(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": TITLES[status],
        "content": {TYPE: {"schema": contracts.ProblemSchema}},
    }
    if status == 503:
        answer["headers"] = {
            "Retry-After": {"description": "Secondes à attendre.", "schema": {"type": "integer"}}
        }
    return answer


def _describe_fact(self: Any, field: Any, **_: Any) -> dict[str, Any]:
    """The parts of our own fields that apispec cannot know."""
    match field:
        case fields.YesNo():
            return {"anyOf": [{"type": "boolean"}, *_spelled(field, field.taken)]}
        case fields.Percent():
            number = {"type": "number", "minimum": field.low, "maximum": field.high}
            text = {"type": "string", "pattern": fields.PERCENT}
            return {"oneOf": [number, text]}
        case fields.Choice():
            return {"anyOf": _spelled(field, field.levels)}
        case fields.Text():
            return {"type": "string", "minLength": 1, "maxLength": fields.TEXT_MAX}
    return {}


def _describe_fixed(self: Any, field: Any, **_: Any) -> dict[str, Any]:
    """The type of what is always the same, which apispec leaves out."""
    match getattr(field, "constant", None):
        case str():
            return {"type": "string"}
        case float():
            return {"type": "number"}
        case list() | tuple():
            return {"type": "array", "items": {"type": "string"}}
    return {}


def _describe_absence(self: Any, field: Any, ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Null beside an object, where apispec lets any object stand beside it."""
    nothing = {"type": "object", "nullable": True}
    if nothing not in ret.get("anyOf", ()):
        return {}
    return {
        "anyOf": [part | {"enum": [None]} if part == nothing else part for part in ret["anyOf"]]
    }


def _spelled(field: Any, taken: Iterable[str]) -> list[dict[str, Any]]:
    """The levels of a closed list and, where they are sent to us, all other spellings."""
    levels: dict[str, Any] = {"type": "string", "enum": list(field.levels)}
    if field.allow_none:
        levels |= {"enum": [*field.levels, None], "nullable": True}
    if isinstance(field.parent, contracts.SentSchema):
        return [levels]
    return [levels, {"type": "string", "maxLength": fields.TEXT_MAX, "pattern": pattern(taken)}]
