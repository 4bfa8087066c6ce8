"""Groups of people: number, mean risk, share above the threshold, what counts most."""

from typing import Any

from flask import g, render_template, request

from futurisys import serving
from futurisys.console.blueprint import GROUPS, blueprint, door
from futurisys.employee.schema import FACTS, value_of
from futurisys.employee.told import grouped
from futurisys.model.explain import direction
from futurisys.operations import files, kept_files
from futurisys.operations import segments as operation
from futurisys.operations.folding import SMALLEST
from futurisys.operations.glance import Glance, glance
from futurisys.operations.kept_files import default_title
from futurisys.operations.sealing import keeps_hashes
from futurisys.operations.segments import FIELDS, NO_FILE, Segment
from futurisys.records.predictions import moment_of

DEFAULT = "departement"
# What an address says to have groups of everybody, whatever the file.
EVERYBODY = "tous"


@blueprint.get("/console/groupes")
@door(is_long=True, scopes=GROUPS)
def segments() -> str:
    asked = [request.args.get("par", DEFAULT), request.args.get("et", "")]
    fields = list(dict.fromkeys(name for name in asked if name in FIELDS)) or [DEFAULT]
    narrow = operation.is_narrow(fields)
    if narrow:
        fields = fields[:1]
    # Without a person's hash the same one would count twice.
    may_cross = keeps_hashes() and not narrow
    crosses = may_cross and request.args.get("parmi") == EVERYBODY
    file = operation.latest_file()
    found = operation.by(fields, None if crosses else file)
    return render_template(
        "console/segments.html",
        fields=fields,
        choices={name: FACTS[name].words for name in FIELDS},
        shown=[_shown(one) for one in found.shown],
        others=found.others and _shown(found.others),
        smallest=SMALLEST,
        narrow=narrow,
        sees_people=g.caller.sees_people,
        overview=None if g.caller.sees_people else _overview(file),
        may_cross=may_cross,
        everybody=EVERYBODY if crosses else "",
        file=None if file == NO_FILE else default_title(moment_of(file)),
        hidden=files.HIDES if not crosses and files.hides(file) else "",
        goes=None if crosses or file == NO_FILE else kept_files.ends_of(file),
    )


def _overview(file: str) -> Glance | None:
    """What a file's people are together, for who sees groups alone; None of fewer than ten."""
    predictor = serving.served()
    found = glance(file, DEFAULT, predictor)
    return found if found and found.sum.people >= SMALLEST else None


def _shown(segment: Segment) -> dict[str, Any]:
    return vars(segment) | {
        "levels": [
            grouped(value_of(name, value) or "–", name) for name, value in segment.group.items()
        ],
        "main": [(FACTS[name].words, direction(it)) for name, it in segment.effects.items()],
    }
