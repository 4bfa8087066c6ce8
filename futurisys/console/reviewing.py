"""What somebody thought of an estimate is written down, and when to come back to it is listed."""

import hashlib
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for

from futurisys.console import forms
from futurisys.console.blueprint import blueprint
from futurisys.console.history import person_page
from futurisys.console.review_form import NAMES, said_in
from futurisys.errors import ReviewRefused
from futurisys.operations import reviewing as operation
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.reviewing import PLANNED_MAX
from futurisys.records.idempotency import Name


@blueprint.post("/console/predictions/<uuid:identifiant>/avis")
def review(identifiant: UUID) -> Any:
    identity = RequestIdentity(g.request_id, _name(identifiant), g.caller.holder)
    try:
        operation.add(str(identifiant), said_in(request.form), g.caller, identity)
    except ReviewRefused as error:
        return person_page(identifiant, request.form, error.faults), 422
    flash("L’avis est enregistré.")
    return redirect(url_for("console.prediction", identifiant=identifiant, _anchor="avis"), 303)


@blueprint.get("/console/entretiens")
def planned() -> str:
    talks = operation.planned(g.caller)
    return render_template("console/planned.html", talks=talks, most=PLANNED_MAX)


def _name(identifiant: UUID) -> Name:
    """What the form is sent by, so that it is written down once however often it is sent."""
    told = [str(identifiant), *(request.form.get(name, "") for name in NAMES.values())]
    digest = hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()
    return Name(g.caller.id, f"avis-{forms.name_of(request.form)}-{digest}", digest)
