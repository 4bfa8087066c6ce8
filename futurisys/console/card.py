"""The model card's page: what a browser gets where a program gets the document."""

from functools import wraps
from typing import Any

from flask import Flask, Response, g, make_response, render_template

from futurisys import serving
from futurisys.console.access import person
from futurisys.console.blueprint import CARD, is_read_by_a_person
from futurisys.console.counts import by_protected, counted
from futurisys.console.curves import curves
from futurisys.console.measured import groups, learning, pictures, without
from futurisys.employee.schema import FACTS
from futurisys.errors import AccessDenied, ModelUnavailable
from futurisys.model.card import Card
from futurisys.model.effects import effects_of
from futurisys.model.measures import MEASURES
from futurisys.model.plain import in_plain_words
from futurisys.model.predictor import Predictor
from futurisys.model.statements import FRENCH
from futurisys.operations.access import ANONYMOUS, REFUSED

MODELS = {
    "model": "Ce modèle",
    "baseline": "Régression logistique simple",
    "strong": "Régression logistique enrichie",
    "additive": "Autre machine additive",
    "dummy": "Même taux pour tous",
    "nested": "Réglages choisis sur plis internes",
    "protected": "Avec âge, genre et statut marital",
    "without_pee": "Sans les participations au PEE",
    "without_distance": "Sans la distance au travail",
    "without_both": "Sans l'un ni l'autre",
    "complete": "Avec tous les champs demandés",
}


def init_app(app: Flask) -> None:
    """Answer a browser with the page, at the address where a program gets the document."""
    document = app.view_functions[CARD]

    @wraps(document)
    def card(**arguments: Any) -> Any:
        return _page() if is_read_by_a_person() else document(**arguments)

    app.view_functions[CARD] = card


def _page() -> Response:
    # The menu is that of whoever reads: this door is not one of the console's own.
    g.caller = person()
    try:
        predictor = serving.current()
    except ModelUnavailable as error:
        response = make_response(render_template("console/card.html", reason=str(error)), 503)
        response.headers["Retry-After"] = "5"
        return response
    if not predictor.card.fictional and g.caller is ANONYMOUS:
        raise AccessDenied(REFUSED)
    return make_response(render_template("console/card.html", **_shown(predictor)))


def _shown(predictor: Predictor) -> dict[str, Any]:
    card = predictor.card
    effects = effects_of(predictor.scorer, predictor.seen)
    evaluation = card.evaluation
    return {
        "card": card,
        "pictures": evaluation and pictures(evaluation, card.base_rate, card.threshold),
        "groups": evaluation and list(groups(evaluation)),
        "without": evaluation and list(without(evaluation)),
        "learning": evaluation and learning(evaluation),
        "titles": MODELS,
        "words": FRENCH,
        "plain": card.plain and in_plain_words(card.plain, card.fictional, card.horizon),
        "counted": card.plain and counted(card.plain),
        "unequal": evaluation and list(by_protected(evaluation)),
        "facts": FACTS,
        "origin": FRENCH.origin_of(card.fictional, card.people_from, card.drawn),
        "limits": FRENCH.limits_of(card.fictional, card.horizon),
        "unread": [fact.words for name, fact in FACTS.items() if name not in card.fields],
        "measures": _measures(card),
        "models": [words for name, words in MODELS.items() if name in card.figures],
        "curves": None if effects is None else list(curves(effects)),
    }


def _measures(card: Card) -> list[dict[str, Any]]:
    """Each measure with its figure for every model, and the model's advance on the others."""
    differences = (card.evaluation or {}).get("differences", {})
    return [
        {
            "words": words,
            "means": means,
            "figures": [card.figures[name][figure] for name in MODELS if name in card.figures],
            "differences": [
                differences[name][figure] for name in MODELS if figure in differences.get(name, {})
            ],
        }
        for figure, (words, means) in MEASURES.items()
    ]
