"""What if: what the model would say of a person whom something was done for; nothing is kept."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from flask import render_template, request
from marshmallow import ValidationError

from futurisys import serving
from futurisys.console import forms
from futurisys.console.answers import ruler_of, span_of, told_reasons, word_said
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.employee import faults_of, schema_of
from futurisys.console.estimates import Scale, bars, difference, gauge, without_points
from futurisys.employee.schema import (
    ACTIONABLE,
    PROTECTED,
    ChangesSchema,
    Known,
    disagreements,
)
from futurisys.model.chances import is_open
from futurisys.model.predictor import Predictor
from futurisys.model.statements import ASSOCIATION
from futurisys.operations.simulating import Simulation, simulate
from futurisys.operations.suggesting import Suggestion, suggest, topics

BEFORE = "avant-"
# What a suggestion that is taken is sent as: the field that it changes.
STEP = "etape"
# What the page that asks names its person by, so that there is a way back to it.
PERSON = "personne"


@blueprint.post("/console/simulation")
@door(PREDICTING)
def what_if() -> Any:
    predictor = serving.current()
    sent = forms.typed(request.form, BEFORE)
    before = schema_of(predictor).load(forms.parsed(sent, predictor.seen))
    values = forms.typed(request.form)
    taken = set(request.form.getlist(STEP))
    page = "console/moved.html" if _is_fragment() else "console/simulation.html"
    try:
        changes = forms.parsed(values, predictor.seen)
        after = before | _changes_schema(predictor.known).load(changes)
        after |= {
            step.field: step.value
            for step in (one.steps[0] for one in _single(predictor, before))
            if step.field in taken
        }
        if wrong := disagreements(after):
            raise ValidationError(wrong)
    except ValidationError as error:
        faults = faults_of(error, before)
        around = _around(predictor, before, values, faults, taken)
        return render_template(page, faults=faults, moved=None, **around), 422
    moved = simulate(predictor, before, after)
    return render_template(
        page,
        **_moved_parts(predictor, moved, before, after),
        **_around(predictor, before, values, {}, taken),
    )


def what_would_change(predictor: Predictor | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The what-if of a page, where a model can be asked.

    An earlier model may have answered without a fact that the present one needs, and facts go
    before answers do.
    """
    if predictor is None or any(facts.get(name) is None for name in predictor.fields):
        return {}
    return _what_if_form(predictor, facts, forms.written(facts), {}, ())


def _moved_parts(
    predictor: Predictor, moved: Simulation, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """What changes, on the ruler of the person as they are."""
    first, last = told_reasons(moved.before, before), told_reasons(moved.after, after)
    most = ruler_of(first)
    scale = Scale(predictor.threshold, predictor.card.bounds)
    chances = moved.after.probability, moved.before.probability
    reasons, moves = bars(last, most, first), bars(moved.factors, most)
    is_told = not is_open(moved.after.probability, scale.bounds)
    told = difference(moved.before.probability, moved.after.probability)
    return {
        "moved": moved,
        "words": [word_said(moved.before), word_said(moved.after)],
        "gauge": gauge("jauge-apres", chances[0], scale, span_of(moved.after), chances[1]),
        "bars": reasons if is_told else without_points(reasons),
        "moves": without_points(moves) if told is None else moves,
        "difference": told,
    }


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
    taken: Collection[str],
) -> dict[str, Any]:
    """What a comparison stands in: the form, which a script's page has already."""
    if _is_fragment():
        return {"association": ASSOCIATION}
    person = request.form.get(PERSON, type=UUID)
    return _what_if_form(predictor, before, values, faults, taken) | {"person": person}


def _what_if_form(
    predictor: Predictor,
    facts: Mapping[str, Any],
    values: Mapping[str, str],
    faults: Mapping[str, Any],
    taken: Collection[str],
) -> dict[str, Any]:
    """The form of the changes that an employer can make, which carries the employee with it.

    What the law protects is carried where the model reads it alone. taken: the fields of the
    suggestions that were chosen.
    """
    carried = forms.written(facts).items()
    left_out = set(PROTECTED) - set(predictor.needed)
    return {
        "before": [(BEFORE + name, value) for name, value in carried if name not in left_out],
        "changes": forms.groups(values, faults, predictor.seen, ACTIONABLE),
        "suggestions": [
            (one.steps[0].field, one, difference(one.probability - one.difference, one.probability))
            for one in _single(predictor, facts)
        ],
        "taken": taken,
        "has_faults": bool(faults),
        "topics": topics(predictor, facts),
        "association": ASSOCIATION,
    }


def _single(predictor: Predictor, facts: Mapping[str, Any]) -> list[Suggestion]:
    """The suggestions of one step each: whoever takes two of them gets the joint estimate."""
    return [one for one in suggest(predictor, facts) if len(one.steps) == 1]
