"""Who left: a list is sent, matched with who is estimated, and kept once that was seen."""

import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from futurisys.console.blueprint import ADMIN, blueprint, door
from futurisys.console.uploading import FILE_MAX, shown_name
from futurisys.employee.departures import day_of, read, written
from futurisys.errors import ExtractError, OutcomesRefused
from futurisys.operations import lanes, outcomes
from futurisys.operations.outcomes import Match

# The file's own form: its token, the day, what the browser writes between them.
UPLOAD_MAX = FILE_MAX + (64 << 10)
# Of a list that was matched, which comes back as text.
LIST_MAX = 8 << 20
NO_FILE = "Choisissez un fichier .csv, .xlsx ou une DSN."
DAY = "Une date est attendue, comme 31/01/2026."
KEPT, KEPT_ONE = "{} départs sont gardés.", "1 départ est gardé."
KEPT_NONE = "La liste est gardée : elle ne nomme aucune personne estimée."
LIST, COMPLETE_TO = "liste", "complet_au"


@blueprint.get("/console/departs")
@door(scopes=ADMIN)
def departures() -> Any:
    return _page()


@blueprint.post("/console/departs")
@door(scopes=ADMIN, most=UPLOAD_MAX, is_long=True)
def match_departures() -> Any:
    """The match of a list that was sent, of which nothing is kept."""
    sent = request.files.get("fichier")
    typed = _typed(COMPLETE_TO)
    try:
        complete_to = _day(typed)
        if not sent or not sent.filename:
            raise ExtractError(NO_FILE)
        with lanes.turn():
            listed = read(sent.stream.read(), shown_name(sent.filename))
        found = outcomes.match(listed, complete_to, g.caller)
    except (ExtractError, OutcomesRefused) as error:
        is_day = str(error) in (DAY, outcomes.TOO_LATE)
        return _page(typed, **{"day_fault" if is_day else "fault": str(error)}), 422
    return _match_page(found, complete_to, shown_name(sent.filename))


@blueprint.post("/console/departs/garder")
@door(scopes=ADMIN, most=LIST_MAX, is_long=True)
def keep_departures() -> Any:
    """Keep a list as it was matched; what it says is read as any other."""
    try:
        listed = read(_typed(LIST).encode(), "Liste")
        found = outcomes.keep(listed, _day(_typed(COMPLETE_TO)), g.caller)
    except (ExtractError, OutcomesRefused) as error:
        return _page(fault=str(error)), 422
    flash({0: KEPT_NONE, 1: KEPT_ONE}.get(found.known, KEPT.format(found.known)))
    return redirect(url_for("console.departures"), 303)


def _page(typed: str = "", fault: str = "", day_fault: str = "") -> str:
    return render_template(
        "console/departures.html",
        typed=typed,
        fault=fault,
        day_fault=day_fault,
        keeps=outcomes.keeps(),
        sees_all=g.caller.departments is None,
        lists=outcomes.lists(),
    )


def _match_page(found: Match, complete_to: datetime.date | None, name: str) -> str:
    return render_template(
        "console/departures_match.html",
        found=found,
        complete_to=complete_to,
        name=name,
        list=written(found.departures),
    )


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()


def _day(typed: str) -> datetime.date | None:
    """The day that a field of a form has; raises OutcomesRefused where it is none."""
    if not typed:
        return None
    day = day_of(typed)
    if day is None:
        raise OutcomesRefused(DAY)
    return day
