"""« Essai à blanc »: a model tried on the company's own past, before anybody is shown anything."""

import datetime
from typing import Any
from uuid import UUID

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from futurisys.console.blueprint import blueprint, door
from futurisys.console.uploading import FILE_MAX
from futurisys.employee.schema import EXTRACTS
from futurisys.errors import TrialRefused
from futurisys.operations import trial_files, trial_page, trials
from futurisys.operations.trial_files import DEPARTURES, FIRST, LATER, Order, Sent
from futurisys.operations.trials import DONE, RUNNING
from futurisys.operations.verdicts import WORDS

# The extracts of two days, and the list of departures.
SENT_MAX = 3 * FILE_MAX
# How soon the page of a trial that runs looks again, in seconds.
AGAIN_SECONDS = "10"
DAYS = ("au", "complet_au", "puis_au")
DAY = "Une date est attendue, comme 01/01/2025."
NO_DAY = "De quel jour sont les extraits ? Donnez la date."
THREE = "Choisissez les trois extraits : SIRH, évaluations et sondage."
NO_LIST = "Choisissez la liste des départs, un seul fichier."
TOGETHER = "Les seconds extraits demandent leur date, et leur date les seconds extraits."


@blueprint.get("/console/essai")
@door()
def trial() -> str:
    return _page({}, {})


@blueprint.post("/console/essai")
@door(most=SENT_MAX, is_long=True)
def begin_trial() -> Any:
    faults: dict[str, str] = {}
    days = {name: _day(name, faults) for name in DAYS}
    sent = {kind: _sent(kind) for kind in (FIRST, LATER, DEPARTURES)}
    on = days["au"]
    faults = _lacking(days, sent) | faults
    if faults or on is None:
        return _page(request.form, faults), 422
    order = Order(on, days["complet_au"], days["puis_au"], "garder" in request.form)
    try:
        identifier = trials.start(g.caller, order, sent)
    except TrialRefused as error:
        return _page(request.form, {"": str(error)}), 422
    return redirect(url_for("console.one_trial", identifiant=identifier), 303)


@blueprint.get("/console/essai/<uuid:identifiant>")
@door()
def one_trial(identifiant: UUID) -> Response:
    row = trials.find(str(identifiant), g.caller)
    body = Markup(trial_page.body(row.verdict)) if row.state == DONE else None  # noqa: S704
    page = render_template(
        "console/trial_one.html",
        one=row,
        body=body,
        keeps=row.state != RUNNING and trial_files.are_kept(row.id),
    )
    response = make_response(page)
    if row.state == RUNNING:
        response.headers["Refresh"] = AGAIN_SECONDS
    return response


@blueprint.get("/console/essai/<uuid:identifiant>/page")
@door()
def trial_document(identifiant: UUID) -> Any:
    """The page of a verdict as a file to be kept; there is none before."""
    row = trials.find(str(identifiant), g.caller)
    if row.state != DONE:
        return redirect(url_for("console.one_trial", identifiant=identifiant), 303)
    response = Response(trial_page.page(row.verdict), mimetype="text/html")
    response.headers["Content-Disposition"] = 'attachment; filename="essai-a-blanc.html"'
    return response


@blueprint.post("/console/essai/<uuid:identifiant>/effacer")
@door()
def forget_trial_files(identifiant: UUID) -> Any:
    trials.forget_files(str(identifiant), g.caller)
    flash("Les fichiers de cet essai sont effacés ; son verdict reste.")
    return redirect(url_for("console.one_trial", identifiant=identifiant), 303)


def _page(typed: Any, faults: dict[str, str]) -> str:
    sees_all = g.caller.departments is None
    return render_template(
        "console/trial.html",
        sees_all=sees_all,
        whole=trials.WHOLE,
        is_possible=trials.is_possible(),
        trials=trials.every(g.caller) if sees_all else [],
        words=WORDS,
        values={name: typed.get(name, "") for name in DAYS},
        keeps="garder" in typed,
        faults=faults,
        most=SENT_MAX,
    )


def _sent(kind: str) -> list[Sent]:
    return [one for one in request.files.getlist(kind) if one.filename]


def _day(name: str, faults: dict[str, str]) -> datetime.date | None:
    """The day that was typed; what is wrong with it among the faults."""
    text = request.form.get(name, "").strip()
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        faults[name] = DAY
        return None


def _lacking(days: dict[str, Any], sent: dict[str, list[Sent]]) -> dict[str, str]:
    """What is not there, by the field in which it should be."""
    faults = {}
    if days["au"] is None:
        faults["au"] = NO_DAY
    if len(sent[FIRST]) != len(EXTRACTS):
        faults[FIRST] = THREE
    if len(sent[DEPARTURES]) != 1:
        faults[DEPARTURES] = NO_LIST
    if sent[LATER] and len(sent[LATER]) != len(EXTRACTS):
        faults[LATER] = THREE
    elif bool(sent[LATER]) != (days["puis_au"] is not None):
        faults[LATER] = TOGETHER
    return faults
