"""« Dossier »: the documents that the law asks for, what they still lack, and each to be taken."""

import datetime
from typing import Any

from flask import Response, current_app, render_template
from werkzeug.exceptions import NotFound

from futurisys import serving
from futurisys.console.blueprint import GROUPS, OVERSIGHT, blueprint, door
from futurisys.dossier.facts import Facts, gather
from futurisys.dossier.filling import GAPS, Filling, told, words_of
from futurisys.dossier.handed import handed
from futurisys.dossier.page import page
from futurisys.dossier.tree import Block
from futurisys.dossier.writing import ANSWERS, FOLLOWED, INDEX, TITLES, write, write_one
from futurisys.errors import DossierRefused, ModelUnavailable

NOWHERE = "Aucun document de ce nom n'est dans le dossier."


@blueprint.get("/console/dossier")
@door(scopes=OVERSIGHT)
def dossier() -> Any:
    filling, wrong = _filling()
    try:
        made = write(_facts(), filling)
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
    """One of them, to be kept and printed; none tells of a person, nor is the report given."""
    if nom not in (INDEX, *TITLES) or nom == FOLLOWED:
        raise NotFound(NOWHERE)
    filling, _ = _filling()
    made = write_one(nom, _facts(), filling, _models() if nom == ANSWERS else ())
    response = Response(page(made), mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{nom}.html"'
    return response


def _filling() -> tuple[Filling, str]:
    """What the company says of itself, or nothing, and what is wrong with how it does."""
    try:
        return told(current_app.config["FUTURISYS_DOSSIER"]), ""
    except DossierRefused as error:
        return Filling(), str(error)


def _facts() -> Facts:
    address = serving.address(current_app)
    return gather(serving.current(), is_pinned=bool(address.digest))


def _models() -> tuple[Block, ...]:
    """What a person is handed."""
    return tuple(handed(serving.current(), datetime.datetime.now(datetime.UTC)))
