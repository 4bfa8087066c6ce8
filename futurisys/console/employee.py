"""One employee: the form, the answer with its reasons, and what a change would do."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from futurisys import serving
from futurisys.console import forms, own
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.estimates import Scale, bars, gauge
from futurisys.employee.schema import (
    ACTIONABLE,
    FACTS,
    KEPT,
    ChangesSchema,
    disagreements,
    employee_schema,
)
from futurisys.model.calibration import probability
from futurisys.model.explain import Factor, factors
from futurisys.model.predictor import Answer, Predictor
from futurisys.model.statements import ASSOCIATION
from futurisys.operations.predicting import predict_and_keep
from futurisys.operations.repeating import Request
from futurisys.operations.simulating import simulate, suggest
from futurisys.records.idempotency import Name

BEFORE = "avant-"

changes_schema = ChangesSchema(partial=True)


@blueprint.get("/")
@door(PREDICTING)
def employee() -> str:
    """The form, empty, or with an example."""
    example = {name: str(fact.example) for name, fact in FACTS.items() if name in KEPT}
    return typed_page(example if "exemple" in request.args else {})


@blueprint.post("/")
@door(PREDICTING)
def predict() -> Any:
    predictor = serving.current()
    values = forms.typed(request.form)
    try:
        facts = employee_schema(predictor.needed).load(forms.parsed(values))
    except ValidationError as error:
        return typed_page(values, faults=error.normalized_messages()), 422
    kept = predict_and_keep(predictor, facts, Request(g.request_id, _name(values)))
    own.remember(own.ANSWERS, kept.identifier)
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


@blueprint.post("/console/simulation")
@door(PREDICTING)
def what_if() -> Any:
    predictor = serving.current()
    before = employee_schema(predictor.needed).load(forms.parsed(forms.typed(request.form, BEFORE)))
    values = forms.typed(request.form)
    page = "console/moved.html" if "X-Fragment" in request.headers else "console/simulation.html"
    try:
        after = before | changes_schema.load(forms.parsed(values))
        if wrong := disagreements(after):
            raise ValidationError(wrong)
    except ValidationError as error:
        faults = error.normalized_messages()
        context = what_if_form(predictor, before, values, faults)
        return render_template(page, faults=faults, moved=None, **context), 422
    moved = simulate(predictor, before, after)
    first, last = _reasons(moved.before, before), _reasons(moved.after, after)
    return render_template(
        page,
        moved=moved,
        gauge=gauge(
            "jauge-apres", moved.after.probability, scale_of(predictor), moved.before.probability
        ),
        bars=bars(last, first),
        moves=bars(moved.factors),
        **what_if_form(predictor, before, values, {}),
    )


def told(
    answer: Answer, facts: Mapping[str, Any], predictor: Predictor | None, name: str = "jauge"
) -> dict[str, Any]:
    """What a page shows of an answer, and of what would change it where a model can be asked.

    name: of the gauge, where a page has several. An earlier model may have answered without a
    fact that the present one needs.
    """
    moderate = min(predictor.moderate, answer.threshold) if predictor else answer.threshold
    page = {
        "answer": answer,
        "gauge": gauge(name, answer.probability, Scale(moderate, answer.threshold)),
        "bars": bars(_reasons(answer, facts)),
        "start": float(probability(answer.base)),
    }
    if predictor and all(facts.get(name) is not None for name in predictor.needed):
        page |= what_if_form(predictor, facts, forms.written(facts), {})
    return page


def what_if_form(
    predictor: Predictor,
    facts: Mapping[str, Any],
    values: Mapping[str, str],
    faults: Mapping[str, Any],
) -> dict[str, Any]:
    """The form of the changes that an employer can make, which carries the employee with it."""
    return {
        "before": [(BEFORE + name, value) for name, value in forms.written(facts).items()],
        "changes": forms.groups(values, faults, predictor.seen, ACTIONABLE),
        "suggestions": suggest(predictor, facts),
        "association": ASSOCIATION,
    }


def scale_of(predictor: Predictor) -> Scale:
    return Scale(predictor.moderate, predictor.threshold)


def _reasons(answer: Answer, facts: Mapping[str, Any]) -> tuple[Factor, ...]:
    return factors(facts, answer.base, answer.effects)


def _name(values: Mapping[str, str]) -> Name:
    """What a form that is sent twice is known by; the same form with other facts is another."""
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    return Name(g.caller.id, f"console-{forms.name_of(request.form)}-{digest}", digest)
