"""The people of a file at a glance, before any name: their number, their sum, what weighs most."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, render_template, request, url_for

from futurisys import serving
from futurisys.console import drift, kept_files, remembered
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.estimates import spread
from futurisys.console.french import number
from futurisys.console.histogram import histogram
from futurisys.console.ranking import ASKED
from futurisys.employee.ages import AGE_BAND, AGE_WORDS
from futurisys.employee.schema import FACTS
from futurisys.operations import files
from futurisys.operations import glance as operation
from futurisys.operations.capacity import FAIR, Capacity, capacity
from futurisys.operations.folding import SMALLEST
from futurisys.operations.glance import EDGES
from futurisys.operations.segments import FIELDS

# By what the people of a file can be grouped, one at a time.
CHOICES = {name: FACTS[name].words for name in FIELDS} | {AGE_BAND: AGE_WORDS}
DEFAULT = "departement"


@dataclass(frozen=True)
class Talks:
    """How many talks were asked for, as it was typed; what is wrong with it, or where it leads."""

    typed: str
    fault: str = ""
    found: Capacity | None = None


@blueprint.get("/console/fichiers/<uuid:lot>")
@door(PREDICTING)
def glance(lot: UUID) -> Any:
    """What is asked of the page stands in its address, and nothing of it is kept."""
    if ASKED & request.args.keys():
        return redirect(f"{url_for('console.ranking', lot=lot)}?{urlencode(request.args)}")
    remembered.check_file(str(lot))
    reading = files.how_read(str(lot))
    predictor = serving.served()
    by = request.args.get("par", DEFAULT)
    by = by if by in CHOICES else DEFAULT
    people = operation.glance(str(lot), by, predictor)
    talks = _talks(str(lot), people.sum.people if people else 0)
    return render_template(
        "console/glance.html",
        reading=reading,
        **kept_files.shown(lot),
        people=people,
        chart=people and histogram(EDGES, people.bins, people.threshold, _line(talks)),
        weights=people and spread(people.weights),
        by=by,
        talks=talks,
        words_of=CHOICES,
        smallest=SMALLEST,
        fair=FAIR,
        **drift.shown(lot),
    )


def _talks(batch_id: str, people: int) -> Talks:
    """What the address says of talks: a whole number of people, fewer than there are."""
    typed = request.args.get("entretiens", "").strip()
    if not typed:
        return Talks("")
    if not (typed.isdecimal() and len(typed) < 7 and 0 < int(typed) < people):
        return Talks(typed[:9], f"Un nombre entier est attendu, de 1 à {number(people - 1)}.")
    return Talks(typed, "", capacity(batch_id, people, int(typed)))


def _line(talks: Talks) -> float | None:
    return talks.found.chance if talks.found else None
