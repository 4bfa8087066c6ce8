"""A group's what-if: the mean estimate of a file's people, were one thing the same for all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request

from futurisys import serving
from futurisys.console import kept_files
from futurisys.console.blueprint import blueprint, door
from futurisys.employee.fields import Choice, YesNo
from futurisys.employee.levers import ASKED_ABOUT
from futurisys.employee.schema import FACTS, value_of
from futurisys.employee.told import grouped
from futurisys.employee.typography import spelled
from futurisys.errors import ChangeRefused, GroupsTooNarrow
from futurisys.model.predictor import Predictor
from futurisys.model.statements import ASSOCIATION_OF_GROUP
from futurisys.operations import simulated_groups as operation
from futurisys.operations.folding import SMALLEST

# By what the people of a file can be chosen here; a program may choose by more.
FILTERS = ("departement", "poste")
EVERYBODY = "Toutes les personnes du fichier"
NOT_HELPING = "Ce service n'aide pas à augmenter un risque de départ."
NO_ONE = "Rien ne changerait : c'est déjà le cas de tout ce groupe."
CHOOSE = "Choisissez un groupe et un changement de ces listes."


@dataclass(frozen=True)
class Option:
    """What can be chosen of a list: how an address says it, how it is read, and what it means."""

    sent: str
    words: str
    meant: dict[str, Any]


@blueprint.get("/console/fichiers/<uuid:lot>/simulation")
@door(is_long=True)
def group_change(lot: UUID) -> Any:
    """What is asked stands in the address, and only a line of the journal is kept of it."""
    shown, predictor = kept_files.shown(lot), serving.current()
    groups = {FACTS[name].words: list(_groups(str(lot), name)) for name in FILTERS}
    changes = {FACTS[name].words: list(_changes(name, predictor)) for name in _changing(predictor)}
    told: dict[str, Any] = {"found": None, "refusal": ""}
    if "changement" in request.args:
        told |= _simulated(predictor, str(lot), groups, changes)
    page = render_template(
        "console/group_change.html",
        **shown,
        **told,
        groups=groups,
        changes=changes,
        everybody=EVERYBODY,
        group=request.args.get("groupe", ""),
        change=request.args.get("changement", ""),
        smallest=SMALLEST,
        association=ASSOCIATION_OF_GROUP,
    )
    return (page, 422) if told["refusal"] else page


def _simulated(
    predictor: Predictor,
    batch_id: str,
    groups: dict[str, list[Option]],
    changes: dict[str, list[Option]],
) -> dict[str, Any]:
    """What the page says of what was asked for."""
    group = _chosen(groups, "groupe") or Option("", EVERYBODY, {})
    change = _chosen(changes, "changement")
    if change is None or group.sent != request.args.get("groupe", ""):
        return {"refusal": CHOOSE}
    try:
        found = operation.simulate_group(predictor, batch_id, group.meant, change.meant)
    except (GroupsTooNarrow, ChangeRefused) as error:
        return {"refusal": str(error)}
    if not found.changed or found.difference >= 0:
        return {"refusal": NOT_HELPING if found.changed else NO_ONE}
    [field] = change.meant
    told = {"of": group.words, "done": change.words, "lever": FACTS[field].lever}
    return told | {"found": found, "refusal": ""}


def _chosen(options: dict[str, list[Option]], name: str) -> Option | None:
    every = (one for some in options.values() for one in some)
    return next((one for one in every if one.sent == request.args.get(name)), None)


def _groups(batch_id: str, field: str) -> Iterator[Option]:
    """The groups by a field that are large enough."""
    for level in operation.levels(batch_id, field):
        words = f"{FACTS[field].words} : {grouped(value_of(field, level), field)}"
        yield Option(f"{field}={level}", words, {field: level})


def _changing(predictor: Predictor) -> list[str]:
    """The fields of which something may be suggested: of the rest, a page asks about one person."""
    return [name for name in predictor.fields if (lever := FACTS[name].lever) and lever.takes]


def _changes(field: str, predictor: Predictor) -> Iterator[Option]:
    """The values for everybody that a suggestion may lead to, within what the model has seen."""
    fact, seen = FACTS[field], predictor.seen[field]
    lever = fact.lever or ASKED_ABOUT
    values: Iterable[Any]
    if isinstance(fact, Choice | YesNo):
        values = fact.levels
    else:
        values = range(int(seen["min"]), int(seen["max"]) + 1)
    meant = {str(value): fact.deserialize(value) for value in values}
    reached = {step for one in meant.values() for step, _ in lever.steps(one)}
    for value, means in meant.items():
        if means in reached:
            words = f"{fact.words} : {spelled(value)}"
            yield Option(f"{field}={value}", words, {field: means})
