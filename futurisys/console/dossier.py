"""« Dossier »: the documents that the law asks for, what they still lack, and each to be taken."""

import datetime
from typing import Any

from flask import Response, current_app, render_template
from werkzeug.exceptions import NotFound

from futurisys import serving
from futurisys.console.blueprint import GROUPS, OVERSIGHT, blueprint, door
from futurisys.dossier.facts import gather
from futurisys.dossier.filling import GAPS, Filling, told, words_of
from futurisys.dossier.handed import handed
from futurisys.dossier.page import page
from futurisys.dossier.writing import INDEX, TITLES, Dossier, write
from futurisys.errors import DossierRefused, ModelUnavailable

NOWHERE = "Aucun document de ce nom n'est dans le dossier."


@blueprint.get("/console/dossier")
@door(scopes=OVERSIGHT)
def dossier() -> Any:
    filling, wrong = _filling()
    try:
        made = _written(filling)
    except ModelUnavailable as error:
        return render_template("console/dossier.html", reason=str(error)), 503
    return render_template(
        "console/dossier.html",
        made=made,
        wrong=wrong,
        file=current_app.config["FUTURISYS_DOSSIER"],
        is_example=filling.fictional,
        words={key: words_of(key) for key in (*GAPS, *filling.values)},
        done=len(GAPS) - len(made.gaps),
        titles=TITLES,
        filled=filling.values,
        index=INDEX,
    )


@blueprint.get("/console/dossier/<nom>")
@door(scopes=(*GROUPS, *OVERSIGHT))
def dossier_document(nom: str) -> Response:
    """One of them, to be kept and printed; none tells of a person."""
    if nom not in (INDEX, *TITLES):
        raise NotFound(NOWHERE)
    filling, _ = _filling()
    found = [one for one in _written(filling).documents if one.name == nom]
    if not found:
        raise NotFound(NOWHERE)
    response = Response(page(found[0]), mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{nom}.html"'
    return response


def _filling() -> tuple[Filling, str]:
    """What the company says of itself, or nothing, and what is wrong with how it does."""
    try:
        return told(current_app.config["FUTURISYS_DOSSIER"]), ""
    except DossierRefused as error:
        return Filling(), str(error)


def _written(filling: Filling) -> Dossier:
    """Without the report on outcomes, which is of people whom the caller may not see."""
    predictor = serving.current()
    models = tuple(handed(predictor, datetime.datetime.now(datetime.UTC)))
    return write(gather(predictor), filling, models)
