"""One employee: the form that describes them, and what is kept of it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from futurisys import serving
from futurisys.console import forms, remembered
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.employee.schema import FACTS, KEPT, EmployeeSchema, disagreements, employee_schema
from futurisys.model.predictor import Predictor
from futurisys.operations.predicting import predict_and_keep
from futurisys.operations.repeating import RequestIdentity
from futurisys.records.idempotency import Name

EXAMPLE = {name: str(fact.example) for name, fact in FACTS.items() if name in KEPT}
REPLACE = "remplacer"


@blueprint.get("/console/employe")
@door(PREDICTING)
def employee() -> str:
    """The form, empty, or with an example."""
    return typed_page(EXAMPLE if "exemple" in request.args else {})


@blueprint.post("/console/employe")
@door(PREDICTING)
def predict() -> Any:
    predictor = serving.current()
    values = forms.typed(request.form)
    if asked := request.form.get("exemple"):
        return _with_example(values, asked)
    try:
        facts = schema_of(predictor).load(forms.parsed(values, predictor.seen))
    except ValidationError as error:
        return typed_page(values, faults=faults_of(error)), 422
    kept = predict_and_keep(
        predictor, facts, RequestIdentity(g.request_id, _name(values), g.caller.holder)
    )
    remembered.remember(remembered.ANSWERS, kept.identifier)
    return redirect(url_for("console.prediction", identifiant=kept.identifier), 303)


def typed_page(
    values: Mapping[str, str],
    message: str = "",
    faults: Mapping[str, Any] | None = None,
    asks: bool = False,
) -> str:
    """The form as it was typed; message: why it is shown again.

    asks: whether the example may take the place of what was typed.
    """
    faults = faults or {}
    return render_template(
        "console/employee.html",
        groups=forms.groups(values, faults, serving.current().seen),
        general=faults.get(SCHEMA, []),
        message=message,
        replace=asks and REPLACE,
        cle=forms.name_of(request.form) or str(uuid4()),
    )


def _with_example(values: Mapping[str, str], asked: str) -> str:
    """The form with the example; what was typed gives way to it only where that is confirmed."""
    is_empty = not any(value.strip() for value in values.values())
    if is_empty or asked == REPLACE:
        return typed_page(EXAMPLE)
    return typed_page(values, asks=True)


def faults_of(error: ValidationError, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All that is wrong, what cannot be true together with it; before: facts that stay."""
    facts = {**(before or {}), **dict(error.valid_data or {})}
    wrong: dict[str, Any] = error.normalized_messages()
    right = {name: value for name, value in facts.items() if name not in wrong}
    return disagreements(right) | wrong


def schema_of(predictor: Predictor) -> EmployeeSchema:
    """What a form has to say of somebody whom this model is asked about."""
    return employee_schema(predictor.needed, predictor.known)


def _name(values: Mapping[str, str]) -> Name:
    """What a form that is sent twice is known by; the same form with other facts is another."""
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    return Name(g.caller.id, f"console-{forms.name_of(request.form)}-{digest}", digest)
