"""The files that are kept: their list, the title of one, and how one is deleted."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for

from futurisys.console import remembered
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.french import number
from futurisys.errors import ScopeMissing
from futurisys.operations import kept_files as operation
from futurisys.operations import lanes
from futurisys.operations.files import HIDES, hides
from futurisys.operations.kept_files import TITLE_MAX, TOO_LATE, KeptFile
from futurisys.operations.retention import FLOOR_DAYS
from futurisys.records.kept_files import FileFilters

PAGE = 50
# What is typed by whoever means it.
WORD = "supprimer"
SPARED = (
    "Estimations effacées de « {} » : {}. Le reste du fichier attend que des demandes de personnes "
    "aient leur réponse."
)
UNTYPED = f"Rien n'est supprimé : écrivez « {WORD} » pour confirmer."


@blueprint.get("/console/fichiers")
@door()
def kept_files() -> str:
    return render_template(
        "console/kept_files.html", page=operation.page(FileFilters(), _cursor(), PAGE)
    )


@blueprint.post("/console/fichiers/<uuid:lot>/titre")
@door(PREDICTING)
def entitle(lot: UUID) -> Any:
    file = known(lot)
    operation.rename(file, request.form.get("titre", ""), g.caller, sent_here(file))
    flash("Le titre est changé.")
    return redirect(url_for("console.glance", lot=lot), 303)


@blueprint.get("/console/fichiers/<uuid:lot>/supprimer")
@door(PREDICTING)
def deletion(lot: UUID) -> str:
    return _deletion_page(known(lot))


@blueprint.post("/console/fichiers/<uuid:lot>/supprimer")
@door(PREDICTING, is_long=True)
def delete(lot: UUID) -> Any:
    file = known(lot)
    if request.form.get("confirmation", "").strip().lower() != WORD:
        return _deletion_page(file, UNTYPED), 422
    with lanes.turn():
        erased, spared = operation.delete(file, g.caller, sent_here(file))
    many = "son estimation" if erased == 1 else f"ses {number(erased)} estimations"
    if spared:
        flash(SPARED.format(file.title, number(erased)))
    else:
        remembered.forget(remembered.FILES, file.batch_id)
        flash(f"« {file.title} » est supprimé, avec {many}.")
    return redirect(url_for("console.kept_files" if g.caller.id else "console.home"), 303)


def shown(lot: UUID) -> dict[str, Any]:
    """What the page of a file says of it as a whole."""
    file = operation.one(str(lot))
    mine = sent_here(file)
    return {
        "file": file,
        "goes": file.goes,
        "hidden": HIDES if hides(file.batch_id) else "",
        "sees_some": g.caller.departments is not None,
        "fictional": file.fictional,
        "title_max": TITLE_MAX,
        "may_rename": file.may_rename(g.caller, mine),
        "may_delete": file.may_delete(g.caller, mine),
    }


def known(lot: UUID) -> KeptFile:
    """The file of an address, for whoever may read it."""
    remembered.check_file(str(lot))
    return operation.one(str(lot))


def sent_here(file: KeptFile) -> bool:
    """Whether this browser has sent it."""
    return file.batch_id in remembered.names(remembered.FILES)


def _deletion_page(file: KeptFile, error: str = "") -> str:
    if not file.may_delete(g.caller, sent_here(file)):
        raise ScopeMissing(TOO_LATE)
    return render_template(
        "console/delete_file.html",
        file=file,
        error=error,
        word=WORD,
        floor=FLOOR_DAYS,
        fictional=file.fictional,
    )


def _cursor() -> str | None:
    """The id after which the page goes on; none where the address names no id."""
    try:
        return str(UUID(request.args["apres"]))
    except (KeyError, ValueError):
        return None
