"""The first page: what this is and is not, what can be done, and the last files."""

from flask import g, render_template

from futurisys import serving
from futurisys.console import remembered
from futurisys.console.access import opens
from futurisys.console.blueprint import ANYONE, blueprint, door
from futurisys.operations import kept_files
from futurisys.operations.kept_files import KeptFile
from futurisys.operations.retention import periods
from futurisys.records.kept_files import FileFilters

FILES_SHOWN = 5


@blueprint.get("/")
@door(ANYONE)
def home() -> str:
    return render_template("console/home.html", files=_last(), is_served=serving.version())


@blueprint.get("/console/aide")
@door(ANYONE)
def guide() -> str:
    """How it works, and what each word means that stays on the pages."""
    predictor = serving.served()
    return render_template(
        "console/guide.html",
        days=periods().named.days,
        horizon=predictor.card.horizon if predictor else None,
    )


def _last() -> list[KeptFile]:
    """The last files, for whoever may see files; without a key those that this browser sent."""
    if g.caller.id:
        if not opens("console.kept_files"):
            return []
        return kept_files.page(FileFilters(), None, FILES_SHOWN).files
    return remembered.files()[:FILES_SHOWN]
