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
from futurisys.employee.schema import FACTS, KEPT, EmployeeSchema, employee_schema
from futurisys.model.predictor import Predictor
from futurisys.operations.predicting import predict_and_keep
from futurisys.operations.repeating import RequestIdentity
from futurisys.records.idempotency import Name


@blueprint.get("/console/employe")
@door(PREDICTING)
def employee() -> str:
    """The form, empty, or with an example."""
    example = {name: str(fact.example) for name, fact in FACTS.items() if name in KEPT}
    return typed_page(example if "exemple" in request.args else {})


@blueprint.post("/console/employe")
@door(PREDICTING)
def predict() -> Any:
    predictor = serving.current()
    values = forms.typed(request.form)
    try:
        facts = schema_of(predictor).load(forms.parsed(values))
    except ValidationError as error:
        return typed_page(values, faults=error.normalized_messages()), 422
    kept = predict_and_keep(
        predictor, facts, RequestIdentity(g.request_id, _name(values), g.caller.holder)
    )
    remembered.remember(remembered.ANSWERS, kept.identifier)
    return redirect(url_for("console.prediction", identifiant=kept.identifier), 303)


def typed_page(
    values: Mapping[str, str], message: str = "", faults: Mapping[str, Any] | None = None
) -> str:
    """The form as it was typed; message: why it is shown again."""
    faults = faults or {}
    return render_template(
        "console/employee.html",
        groups=forms.groups(values, faults, serving.current().seen),
        general=faults.get(SCHEMA, []),
        message=message,
        cle=forms.name_of(request.form) or str(uuid4()),
    )


def schema_of(predictor: Predictor) -> EmployeeSchema:
    """What a form has to say of somebody whom this model is asked about."""
    return employee_schema(predictor.needed, predictor.known)


def _name(values: Mapping[str, str]) -> Name:
    """What a form that is sent twice is known by; the same form with other facts is another."""
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    return Name(g.caller.id, f"console-{forms.name_of(request.form)}-{digest}", digest)
