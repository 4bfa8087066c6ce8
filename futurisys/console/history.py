"""What was answered before: page by page, and one prediction with its reasons, to print."""

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app, render_template, request
from marshmallow import ValidationError

from futurisys import serving
from futurisys.console import forms, remembered
from futurisys.console.answers import answer_parts
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.employee import typed_page
from futurisys.console.facts import facts_read
from futurisys.console.what_if import what_would_change
from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.model.artifact import LABELS
from futurisys.model.predictor import Predictor
from futurisys.operations import history as operation
from futurisys.operations.history import EITHER
from futurisys.records.history import Filters

PAGE = 50
FILTERS = ("depuis", "jusqu_a", "prediction", "version_modele", REFERENCE, "curseur")
DAYS = "Une date est attendue, comme 25/11/2026."
IN_ADDRESS = "Un numéro d'employé ne s'écrit dans aucune adresse : cherchez-le par ce formulaire."
CURSOR = "Cette page n'est plus là : recommencez à la première."


@blueprint.get("/console/historique")
def history() -> Any:
    return _page(request.args)


@blueprint.post("/console/historique")
def search() -> Any:
    """The same by the person's reference, which stands in no address."""
    return _page(request.form)


@blueprint.get("/console/predictions/<uuid:identifiant>")
@door(PREDICTING)
def prediction(identifiant: UUID) -> str:
    kept, predictor = remembered.prediction(identifiant), _predictor()
    return render_template(
        "console/prediction.html",
        kept=kept,
        facts=facts_read(kept.facts, kept.answer.effects),
        **answer_parts(kept.answer, kept.facts, predictor),
        **what_would_change(predictor, kept.facts),
    )


@blueprint.get("/console/predictions/<uuid:identifiant>/reprendre")
@door(PREDICTING)
def again(identifiant: UUID) -> str:
    """The form with what had been said of the person, to be corrected."""
    return typed_page(forms.written(remembered.prediction(identifiant).facts))


@blueprint.get("/console/predictions/<uuid:identifiant>/raisons")
@door(PREDICTING)
def reasons(identifiant: UUID) -> str:
    """What a row of a table opens."""
    kept = remembered.prediction(identifiant)
    shown = answer_parts(kept.answer, kept.facts, _predictor(), f"jauge-{identifiant}")
    return render_template("console/reasons.html", **shown)


def _predictor() -> Predictor | None:
    """The model, where there is one: what was answered can be read without."""
    return serving.current() if serving.version() else None


def _page(given: Mapping[str, str]) -> Any:
    values = {name: given.get(name, "").replace("\0", "").strip() for name in FILTERS}
    faults: dict[str, str] = {}
    filters = Filters(
        _day(values, "depuis", faults, datetime.time.min),
        _day(values, "jusqu_a", faults, datetime.time.max),
        _label(values, faults),
        values["version_modele"] or None,
    )
    reference, before = _reference(values, faults), _cursor(values, faults)
    page = None if faults else operation.page(filters, reference, before, PAGE)
    keeps = bool(current_app.config["FUTURISYS_SUBJECT_KEY"])
    status = 422 if faults else 200
    return render_template(
        "console/history.html",
        page=page,
        values=values,
        faults=faults,
        labels=sorted(LABELS.values()),
        keeps=keeps,
    ), status


def _day(
    values: Mapping[str, str], name: str, faults: dict[str, str], time: datetime.time
) -> datetime.datetime | None:
    """The moment of a day, in UTC, at that time."""
    if not values[name]:
        return None
    try:
        day = datetime.date.fromisoformat(values[name])
    except ValueError:
        faults[name] = DAYS
        return None
    return datetime.datetime.combine(day, time, datetime.UTC)


def _label(values: Mapping[str, str], faults: dict[str, str]) -> str | None:
    if values["prediction"] and values["prediction"] not in LABELS.values():
        faults["prediction"] = EITHER
    return values["prediction"] or None


def _reference(values: Mapping[str, str], faults: dict[str, str]) -> int | None:
    if REFERENCE in request.args:
        faults[REFERENCE] = IN_ADDRESS
        return None
    if not values[REFERENCE]:
        return None
    fact = FACTS[REFERENCE]
    try:
        return fact.deserialize(fact.parse(values[REFERENCE]))
    except ValidationError as error:
        faults[REFERENCE] = " ".join(map(str, error.messages))
        return None


def _cursor(values: Mapping[str, str], faults: dict[str, str]) -> str | None:
    try:
        return str(UUID(values["curseur"])) if values["curseur"] else None
    except ValueError:
        faults["curseur"] = CURSOR
        return None
