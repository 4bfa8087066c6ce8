"""What people ask for by right: recorded for a number, followed to its outcome, and answered."""

import datetime
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request, url_for

from futurisys import serving
from futurisys.console.blueprint import RIGHTS, blueprint, door
from futurisys.console.forms import MISSING, typed_reference
from futurisys.employee.schema import REFERENCE
from futurisys.errors import RequestRefused
from futurisys.model.card import Card
from futurisys.operations import disclosure, documents, requests
from futurisys.operations.clock import today
from futurisys.operations.journal import NUMBERS, REQUEST, record
from futurisys.operations.requests import Asked
from futurisys.operations.sealing import keeps_hashes
from futurisys.records.withheld import CONTEST, LIMITATION, OPPOSITION

_HIDDEN = (
    "Tant que la demande est en cours, la personne n'est montrée nulle part et n'est plus estimée"
)
# What each of the requests does, by the word under which it is kept.
EFFECTS = {
    requests.ACCESS: "La personne veut savoir ce que le service garde d'elle : remettez-lui le "
    "document d'accès. Rien ne change à ce qui est montré ou estimé.",
    requests.RECTIFICATION: "Des données sont fausses ou incomplètes : faites-les corriger dans "
    "les dossiers des RH, puis estimer de nouveau. Si l'estimation ne doit pas servir d'ici là, "
    "enregistrez aussi une limitation.",
    LIMITATION: f"{_HIDDEN} ; rien n'est effacé.",
    OPPOSITION: f"{_HIDDEN} ; si l'opposition est acceptée, cela dure.",
    CONTEST: f"{_HIDDEN}. Une personne compétente réexamine la décision.",
}
TYPED = (REFERENCE, "demande", "recue_le", "estimation")
DAY = "Une date est attendue, comme 25/11/2026."
WHICH = "Choisissez ce que la personne demande."
# Beside which field it is said that something cannot be recorded; else beside the number.
BESIDE = {requests.LATER: "recue_le", requests.NOT_THEIRS: "estimation"}


@blueprint.get("/console/droits")
@door(scopes=RIGHTS)
def rights() -> Any:
    return _page({"recue_le": today().isoformat()}, {})


@blueprint.post("/console/droits")
@door(scopes=RIGHTS)
def record_request() -> Any:
    typed = {name: _typed(name).strip() for name in TYPED}
    faults: dict[str, str] = {}
    reference, received_on = _number(typed, faults), _received(typed, faults)
    about = _estimate(typed, faults)
    if typed["demande"] not in requests.KINDS:
        faults["demande"] = WHICH
    if reference is None or received_on is None or faults:
        return _page(typed, faults), 422
    try:
        made = requests.record(g.caller, reference, typed["demande"], received_on, about)
    except RequestRefused as error:
        return _page(typed, {BESIDE.get(str(error), REFERENCE): str(error)}), 422
    flash("La demande est enregistrée.")
    return _to(made.identifier)


@blueprint.get("/console/droits/<uuid:identifiant>")
@door(scopes=RIGHTS)
def rights_request(identifiant: UUID) -> str:
    return _request_page(identifiant)


@blueprint.post("/console/droits/<uuid:identifiant>/prolongation")
@door(scopes=RIGHTS)
def extend_request(identifiant: UUID) -> Any:
    try:
        requests.extend(g.caller, str(identifiant), _typed("motif"))
    except RequestRefused as error:
        return _request_page(identifiant, str(error)), 422
    flash("Le délai est prolongé : dites-le à la personne, avec ce motif.")
    return _to(str(identifiant))


@blueprint.post("/console/droits/<uuid:identifiant>/cloture")
@door(scopes=RIGHTS)
def close_request(identifiant: UUID) -> Any:
    try:
        requests.close(g.caller, str(identifiant), _typed("issue"))
    except RequestRefused as error:
        return _request_page(identifiant, str(error)), 422
    flash("La demande est close.")
    return _to(str(identifiant))


@blueprint.post("/console/droits/<uuid:identifiant>/acces")
@door(scopes=RIGHTS)
def hand_over(identifiant: UUID) -> Response:
    """All that is kept of the person, for the person, as a page or as JSON."""
    found = disclosure.hand_over(str(identifiant), g.caller)
    if request.form.get("forme") == "json":
        text = json.dumps(documents.access_document(found), ensure_ascii=False, indent=1)
        return _attached(text, "vos-donnees.json", "application/json")
    return _attached(documents.access_page(found, _card()), "vos-donnees.html", "text/html")


@blueprint.post("/console/droits/<uuid:identifiant>/lettre")
@door(scopes=RIGHTS)
def explain_estimate(identifiant: UUID) -> Response:
    """One estimate of the person, explained as a letter."""
    found = disclosure.explain(str(identifiant), _typed("estimation"), g.caller)
    return _attached(documents.letter(found, _card()), "explication.html", "text/html")


def _page(typed: Mapping[str, str], faults: Mapping[str, str]) -> str:
    """The list; a line in the journal says that numbers were shown, where some are."""
    every = requests.every()
    shown = [_shown(one) for one in every]
    if numbered := sum(1 for one in every if one.number is not None):
        record(g.caller, NUMBERS, numbered)
    closed = [one for one in shown if one["outcome"]]
    return render_template(
        "console/rights.html",
        open=[one for one in shown if not one["outcome"]],
        closed=sorted(closed, key=lambda one: one["closed_at"], reverse=True),
        values={name: typed.get(name, "") for name in TYPED},
        faults=faults,
        kinds=[(kind, words, EFFECTS[kind]) for kind, words in requests.KINDS.items()],
        keeps=keeps_hashes(),
    )


def _request_page(identifiant: UUID, fault: str = "") -> str:
    """One request, and what can be handed to whoever made it; a line in the journal says so."""
    asked = requests.find(str(identifiant))
    record(g.caller, REQUEST, 1, asked.subject)
    return render_template(
        "console/rights_request.html",
        one=_shown(asked),
        outcomes=requests.OUTCOMES,
        estimates=disclosure.estimates_of(asked),
        is_for_access=asked.kind == requests.ACCESS,
        may_last=asked.kind == OPPOSITION,
        fault=fault,
        reason_max=requests.REASON_MAX,
    )


def _shown(asked: Asked) -> dict[str, Any]:
    """A request in words, with how many days are left to answer it."""
    days = (asked.due_on - today()).days
    many = "jours" if abs(days) >= 2 else "jour"
    remains = f"En retard de {-days} {many}" if days < 0 else f"Reste {days} {many}"
    return vars(asked) | {
        "words": requests.KINDS[asked.kind],
        "effect": EFFECTS[asked.kind],
        "days": days,
        "remains": remains if days else "Réponse due aujourd'hui",
    }


def _number(typed: Mapping[str, str], faults: dict[str, str]) -> int | None:
    """The number that was typed; what is wrong with it among the faults."""
    if not typed[REFERENCE]:
        faults[REFERENCE] = MISSING
        return None
    return typed_reference(typed[REFERENCE], faults)


def _received(typed: Mapping[str, str], faults: dict[str, str]) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(typed["recue_le"])
    except ValueError:
        faults["recue_le"] = DAY
        return None


def _estimate(typed: Mapping[str, str], faults: dict[str, str]) -> str | None:
    """The id of the estimate that a request is about, where one was typed."""
    try:
        return str(UUID(typed["estimation"])) if typed["estimation"] else None
    except ValueError:
        faults["estimation"] = requests.NOT_THEIRS
        return None


def _typed(name: str) -> str:
    """What was typed into a field, but for what no database keeps."""
    return request.form.get(name, "").replace("\0", "")


def _card() -> Card | None:
    """That of the model that is served, if there is one."""
    predictor = serving.served()
    return predictor.card if predictor else None


def _attached(text: str, name: str, kind: str) -> Response:
    """A text as a file to be kept."""
    response = Response(text, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _to(identifier: str) -> Any:
    return redirect(url_for("console.rights_request", identifiant=identifier), 303)
