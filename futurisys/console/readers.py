"""Who sees the numbers of a file's people: its sender names others, until a date."""

import datetime
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for

from futurisys.console.blueprint import blueprint
from futurisys.errors import ReaderRefused
from futurisys.operations import people


@blueprint.post("/console/fichiers/<uuid:lot>/lecteurs")
def name_reader(lot: UUID) -> Any:
    holder, until = request.form.get("lecteur", ""), request.form.get("jusqu_au", "")
    try:
        people.name_reader(str(lot), g.caller, holder, _day(until))
    except ReaderRefused as error:
        flash(str(error))
    return _back(lot)


@blueprint.post("/console/fichiers/<uuid:lot>/lecteurs/retrait")
def forget_reader(lot: UUID) -> Any:
    people.forget_reader(str(lot), g.caller, request.form.get("lecteur", ""))
    return _back(lot)


def _day(text: str) -> datetime.date:
    """A day as a browser sends it; one long past where it is none, which is refused as such."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return datetime.date.min


def _back(lot: UUID) -> Any:
    return redirect(url_for("console.ranking", lot=lot, _anchor="numeros"), 303)
