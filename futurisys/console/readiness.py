"""« Avant de commencer »: what must be done before the first file of real people."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from futurisys.console.blueprint import blueprint, door
from futurisys.console.demonstration import is_demonstration
from futurisys.dossier.writing import ANSWERING, TITLES
from futurisys.model.statements import FRENCH
from futurisys.operations import readiness as operation

UNTICKED = "Cochez chaque point : sans l'un d'eux, aucun fichier de personnes réelles n'est estimé."


@blueprint.get("/console/avant-de-commencer")
@door()
def readiness() -> str:
    return _page()


@blueprint.post("/console/avant-de-commencer")
@door()
def confirm_readiness() -> Any:
    points = range(len(operation.duties()))
    ticked = {place for place in points if f"point-{place}" in request.form}
    if len(ticked) < len(points):
        return _page(ticked, UNTICKED), 422
    operation.confirm(g.caller)
    flash("C'est noté, à votre nom : vous pouvez envoyer un fichier.")
    return redirect(url_for("console.file"), 303)


def _page(ticked: set[int] | frozenset[int] = frozenset(), error: str = "") -> str:
    return render_template(
        "console/readiness.html",
        duties=operation.duties(),
        advice=FRENCH.advice,
        answering=ANSWERING,
        titles=TITLES,
        ticked=ticked,
        error=error,
        confirmed=operation.confirmed(),
        learns=operation.learns(),
        is_sample=is_demonstration(None),
    )
