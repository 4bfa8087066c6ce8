"""Which model answers, who decided that it should, and what a comparison said of it."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import render_template

from futurisys import serving
from futurisys.console.blueprint import blueprint, door
from futurisys.employee.fields import RISING, Number
from futurisys.employee.schema import FACTS
from futurisys.employee.told import called, grouped, told
from futurisys.errors import PredictionUnknown
from futurisys.model.plain import WORDS
from futurisys.operations import models as operation
from futurisys.operations.folding import SMALLEST
from futurisys.operations.models_compared import FEW, LOSS, UNSERVED
from futurisys.operations.outcomes_compared import CENSORED, FEW_LEFT, NO_HORIZON, NO_LIST

UNKNOWN = "Aucune décision n'est conservée sous cet identifiant : revenez à la liste des modèles."
OBJECTIONS = {
    UNSERVED: "Le modèle remplacé ne pouvait pas être chargé : rien n'a pu être comparé.",
    FEW: "Moins de 200 personnes avaient des données que les deux modèles pouvaient lire.",
    LOSS: "Sur ce que les personnes sont devenues, ce modèle est nettement moins bon que l'autre.",
}
WHY_NOT = {
    NO_HORIZON: "Aucun horizon n'est connu : ni les modèles ni FUTURISYS_HORIZON_DAYS ne disent en "
    "combien de jours un départ compte.",
    NO_LIST: "Aucune liste de départs ne dit jusqu'à quel jour elle est complète.",
    FEW_LEFT: f"Moins de {SMALLEST} personnes sont parties, ou restées, parmi celles dont "
    "l'horizon est passé et dont les données sont encore gardées.",
    CENSORED: "Une mesure a été prise pour plus d'une personne sur cinq avant la fin de "
    "l'horizon : ce qui reste n'en dit pas assez.",
}


@blueprint.get("/console/modeles")
@door(scopes=("admin",))
def models() -> str:
    return render_template(
        "console/models.html",
        served=serving.version(),
        decided=operation.listing(serving.version()),
    )


@blueprint.get("/console/modeles/<uuid:identifiant>")
@door(scopes=("admin",))
def model_comparison(identifiant: UUID) -> str:
    one = operation.decided(str(identifiant))
    if one is None:
        raise PredictionUnknown(UNKNOWN)
    found = one.comparison or {}
    return render_template(
        "console/model_comparison.html",
        one=one,
        found=found,
        objections=[OBJECTIONS[code] for code in found.get("objections", ())],
        why_not=WHY_NOT.get(found.get("outcomes", {}).get("why", "")),
        needed=[FACTS[name].words for name in found.get("needed", ())],
        words=list(WORDS.values()),
        cells=_cells(found),
        groups=list(_groups(found)),
        rules=list(_rules(found)),
        smallest=SMALLEST,
    )


def _cells(found: Mapping[str, Any]) -> dict[tuple[str, str], int | None]:
    """How many people go from a word to another."""
    return {(one["before"], one["after"]): one["people"] for one in found.get("words", ())}


def _groups(found: Mapping[str, Any]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Groups by the field that cuts them, in its reader's words."""
    for field, members in groupby(found.get("groups", ()), itemgetter("field")):
        named = [one | {"level": grouped(one["level"], field)} for one in members]
        # What is counted is told from the least, as ages are; of all else the largest group first.
        if isinstance(FACTS[field], Number):
            named.sort(key=itemgetter("level"))
        yield FACTS[field].words, named


def _rules(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a change would say, in its reader's words."""
    for one in found.get("rules", ()):
        ends = {end: told(one["field"], one[end]) for end in ("low", "high")}
        rises = one["direction"] == RISING
        yield one | ends | {"words": called(one["field"]), "rises": rises}
