"""How files differ from those before: of one file, of each source, and a file set aside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for

from futurisys import serving
from futurisys.console import kept_files
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.french import number, percent
from futurisys.employee.fields import YesNo
from futurisys.employee.schema import FACTS
from futurisys.employee.told import averaged
from futurisys.model.drift import BOTH_MIN, NEWCOMERS, NEWCOMERS_MIN, Finding
from futurisys.operations import drift as operation
from futurisys.operations import lanes
from futurisys.operations.drift import FileDrift, SourceDrift

ASIDE = "Ce fichier est mis de côté : aucun autre ne lui sera comparé."
BACK = "Ce fichier n'est plus mis de côté."


@dataclass(frozen=True)
class Change:
    """A finding as it is read: the words of its field, of whom, before and now, and who moved."""

    words: str
    whose: str
    before: str
    now: str
    moved: str


@blueprint.get("/console/derive")
@door()
def drift() -> str:
    may_see = operation.may_see(g.caller)
    return render_template(
        "console/drift.html",
        sources=[_drawn(one) for one in operation.latest()] if may_see else [],
        **_bounds(),
    )


@blueprint.post("/console/fichiers/<uuid:lot>/ecart")
@door(PREDICTING, is_long=True)
def set_aside(lot: UUID) -> Any:
    """Set a file aside, or take that back."""
    file, is_aside = kept_files.known(lot), "reprendre" not in request.form
    with lanes.turn():
        sent_here = kept_files.sent_here(file)
        operation.set_aside(file, is_aside, g.caller, sent_here, serving.served())
    flash(ASIDE if is_aside else BACK)
    return redirect(url_for("console.glance", lot=lot) + "#derive", 303)


def shown(lot: UUID) -> Mapping[str, Any]:
    """What the page of a file says of how it differs from the one before."""
    file = kept_files.known(lot)
    seen = operation.of_file(str(lot)) if g.caller.id else None
    return {
        "one": _drawn(seen) if seen else None,
        "may_set_aside": file.is_of(g.caller, kept_files.sent_here(file)) and bool(g.caller.id),
        **_bounds(),
    }


def _bounds() -> Mapping[str, Any]:
    return {
        "may_see": operation.may_see(g.caller),
        "both_min": BOTH_MIN,
        "newcomers_min": NEWCOMERS_MIN,
    }


def _drawn(one: SourceDrift) -> Mapping[str, Any]:
    """A file of a source with its alarms and distances in words."""
    found = one.found
    return {
        "file": one,
        "found": found,
        "changes": list(_changes(found)) if found else [],
        "far": [(FACTS[far.field].words, far) for far in found.distances if far.is_moderate]
        if found
        else [],
    }


def _changes(found: FileDrift) -> Iterator[Change]:
    for one in found.alarms:
        before, now = (_value(one.field, value) for value in (one.before, one.after))
        yield Change(FACTS[one.field].words, _whose(one), before, now, _moved(one))


def _value(field: str, value: float | None) -> str:
    """A mean, or the share of yes; a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(FACTS[field], YesNo):
        return f"{percent(value, 1)} de oui"
    return f"{averaged(field, value)} en moyenne"


def _whose(one: Finding) -> str:
    if one.of == NEWCOMERS:
        return f"{number(one.people)} nouveaux, à côté de {number(one.against)} d'avant"
    return f"{number(one.people)} personnes des deux fichiers"


def _moved(one: Finding) -> str:
    if one.of == NEWCOMERS:
        return "répartition différente"
    if one.rose is not None and one.fell is not None:
        return f"{number(one.rose)} en hausse, {number(one.fell)} en baisse"
    return f"{number(one.moved or 0)} personnes ont changé"
