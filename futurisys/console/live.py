"""Live figures, for people: what estimates said, and what came of it."""

from typing import Any
from urllib.parse import urlencode

from flask import g, render_template, request, url_for

from futurisys import serving
from futurisys.console.blueprint import GROUPS, blueprint, door
from futurisys.employee.schema import FACTS
from futurisys.operations import live_told as told
from futurisys.operations.comparing import CHOICES
from futurisys.operations.folding import SMALLEST
from futurisys.operations.live import Asked, Live
from futurisys.operations.live import live as figures_of
from futurisys.operations.live_figures import EXPECTED_LEAST, LEFT_LEAST

WORDS = {name: FACTS[name].words for name in CHOICES}
ALL = "tout"


@blueprint.get("/console/suivi")
@door(is_long=True, scopes=GROUPS)
def live() -> str:
    """Whoever sees no people is shown the last horizon alone: of two periods that hardly differ,
    what came of the few people between them could be worked out."""
    by, sees_people = request.args.get("par", CHOICES[0]), g.caller.sees_people
    is_all = sees_people and request.args.get("periode") == ALL
    asked = Asked(
        version=request.args.get("version") or None,
        is_all=is_all,
        by=by if by in WORDS else CHOICES[0],
    )
    found = figures_of(asked, serving.served())
    missing = told.missing(found)
    some = None if missing or _is_small(found) else found.figures
    return render_template(
        "console/live.html",
        found=found,
        some=some,
        missing=missing,
        **(_told(found, some) if some else {}),
        by=asked.by,
        words_of=WORDS,
        periods=_periods(asked) if sees_people else (),
        LOOKS=told.LOOKS,
        EXPECTED=EXPECTED_LEAST,
        LEFT=LEFT_LEAST,
        smallest=SMALLEST,
        sees_some=sees_people and g.caller.departments is not None,
    )


def _is_small(found: Live) -> bool:
    """Whether there are too few people for who sees none."""
    few = found.figures is not None and found.figures.people < SMALLEST
    return few and not g.caller.sees_people


def _told(found: Live, some: Any) -> dict[str, Any]:
    return {
        "verdict": told.verdict(some),
        "unranked": told.unranked(found, some),
        "ungrouped": told.ungrouped(some),
        "method": list(told.method(found, some)),
    }


def _periods(asked: Asked) -> list[tuple[str, str, bool]]:
    """The address and the words of each period, and whether it is the one that is shown."""
    rest = {"par": asked.by} | ({"version": asked.version} if asked.version else {})
    page = url_for("console.live")
    return [
        (f"{page}?{urlencode(rest)}", "Le dernier horizon", not asked.is_all),
        (
            f"{page}?{urlencode(rest | {'periode': ALL})}",
            "Depuis la première estimation",
            asked.is_all,
        ),
    ]
