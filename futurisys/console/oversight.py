"""Human oversight in figures, for whoever answers for it: counts, and no person."""

from flask import g, render_template, request

from futurisys.console.blueprint import GROUPS, OVERSIGHT, blueprint, door
from futurisys.operations import oversight as operation
from futurisys.operations.folding import SMALLEST
from futurisys.operations.oversight import PERIODS


@blueprint.get("/console/controle")
@door(is_long=True, scopes=(*GROUPS, *OVERSIGHT))
def oversight() -> str:
    asked = request.args.get("jours", "")
    days = next((one for one in PERIODS if str(one) == asked), PERIODS[0])
    return render_template(
        "console/oversight.html",
        found=operation.oversight(g.caller, days),
        periods=PERIODS,
        smallest=SMALLEST,
        sees_some=g.caller.sees_people and g.caller.departments is not None,
    )
