"""Groups of people: number, mean risk, share above the threshold, what counts most."""

from typing import Any

from flask import render_template, request

from futurisys.console.blueprint import GROUPS, blueprint, door
from futurisys.employee.schema import FACTS, value_of
from futurisys.model.explain import direction
from futurisys.operations import segments as operation
from futurisys.operations.folding import SMALLEST
from futurisys.operations.segments import FIELDS, Segment

DEFAULT = "departement"


@blueprint.get("/console/groupes")
@door(is_long=True, scopes=GROUPS)
def segments() -> str:
    asked = [request.args.get("par", DEFAULT), request.args.get("et", "")]
    fields = list(dict.fromkeys(name for name in asked if name in FIELDS)) or [DEFAULT]
    narrow = operation.is_narrow(fields)
    if narrow:
        fields = fields[:1]
    found = operation.by(fields, operation.latest_file() if narrow else None)
    return render_template(
        "console/segments.html",
        fields=fields,
        choices={name: FACTS[name].words for name in FIELDS},
        shown=[_shown(one) for one in found.shown],
        others=found.others and _shown(found.others),
        smallest=SMALLEST,
        narrow=narrow,
    )


def _shown(segment: Segment) -> dict[str, Any]:
    return vars(segment) | {
        "levels": [value_of(name, value) or "–" for name, value in segment.group.items()],
        "main": [(FACTS[name].words, direction(it)) for name, it in segment.effects.items()],
    }
