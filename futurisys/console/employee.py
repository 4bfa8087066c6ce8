"""One employee: the form, the answer with its reasons, and what a change would do."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import uuid4

from flask import g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from futurisys import serving
from futurisys.console import forms, remembered
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.estimates import Scale, bars, gauge
from futurisys.employee.answer import Answer
from futurisys.employee.schema import (
    ACTIONABLE,
    FACTS,
    KEPT,
    ChangesSchema,
    EmployeeSchema,
    Known,
    disagreements,
    employee_schema,
)
from futurisys.model.calibration import probability
from futurisys.model.explain import Factor, factors
from futurisys.model.predictor import Predictor
from futurisys.model.statements import ASSOCIATION
from futurisys.operations.predicting import predict_and_keep
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.simulating import simulate
from futurisys.operations.suggesting import suggest, topics
from futurisys.records.idempotency import Name

BEFORE = "avant-"
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
        facts = _schema(predictor).load(forms.parsed(values, predictor.seen))
    except ValidationError as error:
        return typed_page(values, faults=_faults(error)), 422
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


def _faults(error: ValidationError, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All that is wrong, what cannot be true together with it; before: facts that stay."""
    facts = {**(before or {}), **dict(error.valid_data or {})}
    wrong: dict[str, Any] = error.normalized_messages()
    right = {name: value for name, value in facts.items() if name not in wrong}
    return disagreements(right) | wrong


@blueprint.post("/console/simulation")
@door(PREDICTING)
def what_if() -> Any:
    predictor = serving.current()
    sent = forms.typed(request.form, BEFORE)
    before = _schema(predictor).load(forms.parsed(sent, predictor.seen))
    values = forms.typed(request.form)
    page = "console/moved.html" if _is_fragment() else "console/simulation.html"
    try:
        changes = forms.parsed(values, predictor.seen)
        after = before | _changes_schema(predictor.known).load(changes)
        if wrong := disagreements(after):
            raise ValidationError(wrong)
    except ValidationError as error:
        faults = _faults(error, before)
        around = _around(predictor, before, values, faults)
        return render_template(page, faults=faults, moved=None, **around), 422
    moved = simulate(predictor, before, after)
    scale = Scale(predictor.moderate, predictor.threshold, predictor.card.bounds)
    first, last = _reasons(moved.before, before), _reasons(moved.after, after)
    return render_template(
        page,
        moved=moved,
        gauge=gauge("jauge-apres", moved.after.probability, scale, moved.before.probability),
        bars=bars(last, first),
        moves=bars(moved.factors),
        **_around(predictor, before, values, {}),
    )


def answer_parts(
    answer: Answer, facts: Mapping[str, Any], predictor: Predictor | None, name: str = "jauge"
) -> dict[str, Any]:
    """The parts of a page that show an answer; name: of its gauge, unique in the page."""
    moderate = min(predictor.moderate, answer.threshold) if predictor else answer.threshold
    is_of_today = predictor and predictor.version == answer.model_version
    bounds = predictor.card.bounds if predictor and is_of_today else None
    return {
        "answer": answer,
        "gauge": gauge(name, answer.probability, Scale(moderate, answer.threshold, bounds)),
        "bars": bars(_reasons(answer, facts)),
        "start": float(probability(answer.base)),
    }


def what_would_change(predictor: Predictor | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The what-if of a page, where a model can be asked.

    An earlier model may have answered without a fact that the present one needs, and facts go
    before answers do.
    """
    if predictor is None or any(facts.get(name) is None for name in predictor.fields):
        return {}
    return _what_if_form(predictor, facts, forms.written(facts), {})


def _schema(predictor: Predictor) -> EmployeeSchema:
    return employee_schema(predictor.needed, predictor.known)


@cache
def _changes_schema(known: Known) -> ChangesSchema:
    return ChangesSchema(partial=True).know(known)


def _is_fragment() -> bool:
    """Whether a script asks for the comparison alone, to put it where the last one was."""
    return "X-Fragment" in request.headers


def _around(
    predictor: Predictor,
    before: Mapping[str, Any],
    values: Mapping[str, str],
    faults: Mapping[str, Any],
) -> dict[str, Any]:
    """What a comparison stands in: the form, which a script's page has already."""
    if _is_fragment():
        return {"association": ASSOCIATION}
    return _what_if_form(predictor, before, values, faults)


def _what_if_form(
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
        "topics": topics(predictor, facts),
        "association": ASSOCIATION,
    }


def _reasons(answer: Answer, facts: Mapping[str, Any]) -> tuple[Factor, ...]:
    return factors(facts, answer.base, answer.effects)


def _name(values: Mapping[str, str]) -> Name:
    """What a form that is sent twice is known by; the same form with other facts is another."""
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    return Name(g.caller.id, f"console-{forms.name_of(request.form)}-{digest}", digest)
