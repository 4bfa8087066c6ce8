"""The model card and the effect of each field."""

from typing import Any

from flask import Blueprint
from marshmallow import fields

from futurisys import serving
from futurisys.api import examples
from futurisys.api.access import require
from futurisys.api.card import (
    DutySchema,
    FigureSchema,
    PlainSchema,
    RangesSchema,
    SeenSchema,
    TrainingSchema,
)
from futurisys.api.contracts import Contract, Media, SentSchema, json_of
from futurisys.employee.schema import FACTS, value_of
from futurisys.model.card import Card
from futurisys.model.plain import in_plain_words
from futurisys.model.statements import FRENCH, NOTICE

HTML = "text/html"


class CalibrationSchema(SentSchema):
    """What turns a raw margin m into a log-odds: a·ln p − b·ln(1 − p) + c, p = sigmoid(m)."""

    method = fields.String(data_key="Methode", metadata={"example": "beta"})
    a = fields.Float()
    b = fields.Float()
    c = fields.Float()


class EndSchema(SentSchema):
    """The people at one end of the estimates, seen by no model that estimated them."""

    people = fields.Integer(data_key="Personnes")
    left = fields.Integer(data_key="Departs")
    log_odds = fields.Float(
        data_key="Logit",
        metadata={"description": "De (Departs + ½) / (Personnes + 1) : la borne."},
    )
    told = fields.Float(
        data_key="Dit",
        metadata={"description": "La probabilité que les pages disent au-delà de la borne."},
    )


class BoundsSchema(SentSchema):
    """How far the training data supports an estimate."""

    low = fields.Nested(EndSchema, data_key="Bas")
    high = fields.Nested(EndSchema, data_key="Haut")
    room = fields.Float(
        data_key="Amplitude",
        metadata={"description": "Ce dont un logit peut encore dépasser une borne, en nats."},
    )


class CardSchema(SentSchema):
    """The model card."""

    version = fields.String(data_key="Version_modele")
    notice = fields.Constant(NOTICE, data_key="Avis")
    purpose = fields.Constant(FRENCH.purpose, data_key="Finalite")
    excluded = fields.Constant(FRENCH.excluded, data_key="Usages_exclus")
    training = fields.Nested(TrainingSchema, data_key="Entrainement")
    seen = fields.List(fields.Nested(SeenSchema), data_key="Champs")
    unread = fields.List(
        fields.String(),
        data_key="Champs_non_lus",
        metadata={"description": "Connus du service, ignorés de ce modèle."},
    )
    threshold = fields.Float(data_key="Seuil")
    moderate = fields.Float(
        data_key="Seuil_modere", metadata={"description": "« Modéré » à partir d'ici."}
    )
    calibration = fields.Nested(CalibrationSchema, data_key="Calibration")
    bounds = fields.Nested(
        BoundsSchema,
        data_key="Bornes",
        allow_none=True,
        metadata={"description": "null : rien ne retient les estimations de ce modèle."},
    )
    range = fields.Nested(
        RangesSchema,
        data_key="Intervalles",
        allow_none=True,
        metadata={"description": "null : ce modèle ne dit pas d'intervalle."},
    )
    plain = fields.Nested(
        PlainSchema,
        data_key="En_clair",
        allow_none=True,
        metadata={"description": "Ce que valent les estimations, sur 100 personnes."},
    )
    folds = fields.Integer(data_key="Plis", allow_none=True)
    figures = fields.List(fields.Nested(FigureSchema), data_key="Mesures")
    evaluation = fields.Dict(
        data_key="Evaluation",
        allow_none=True,
        metadata={
            "description": "Le document evaluation.json de l'artefact, tel quel ; null s'il n'en "
            "a pas."
        },
    )
    limits = fields.List(fields.String(), data_key="Limites")
    law = fields.List(
        fields.Nested(DutySchema), data_key="Droit", metadata={"description": FRENCH.advice}
    )
    digests = fields.Dict(
        data_key="Empreintes", metadata={"description": "Le sha256 de chaque fichier."}
    )
    definition = fields.String(data_key="Definition_employe")
    libraries = fields.Dict(data_key="Bibliotheques")


# Who may read what a company's own data says of its model.
OPENED_BY = ("read", "console", "groups")
WHOSE = (
    "Un modèle qui n'a pas appris de l'exemple fourni la montre à une clé read, console ou groups."
)

blueprint = Blueprint("model", __name__)
card_schema = CardSchema()


@blueprint.get("/model")
@Contract(
    "La fiche du modèle",
    operation="getModel",
    description="Ce que vaut le modèle, pour qui, et où il s'arrête. À un navigateur, la même "
    f"adresse montre une page. {WHOSE} {NOTICE}",
    answer=json_of(CardSchema, examples.CARD) | {HTML: Media({"type": "string"})},
    answers="La fiche ; Evaluation est null si l'artefact n'a pas été évalué.",
    problems=(401, 403, 503),
)
def card() -> dict[str, Any]:
    card = serving.current().card
    check(card)
    return card_schema.dump(_shown(card))


def check(card: Card) -> None:
    """Let the request go on: the sample's card is anybody's, a company's own is its people's.

    Raises AccessDenied without a good key, ScopeMissing with one for other doors.
    """
    if not card.fictional:
        require(*OPENED_BY)


def _shown(card: Card) -> dict[str, Any]:
    """A card with its words in French."""
    words = FRENCH.origin_of(card.fictional, card.people_from, card.drawn)
    return vars(card) | {
        "training": vars(card) | {"words": words},
        "plain": card.plain and in_plain_words(card.plain, card.fictional, card.horizon),
        "seen": [
            {"field": name, "words": FACTS[name].words, **_written(name, seen)}
            for name, seen in card.fields.items()
        ],
        "unread": [name for name in FACTS if name not in card.fields],
        "figures": [
            {"figure": figure, "subject": subject, **spread}
            for subject, measured in card.figures.items()
            for figure, spread in measured.items()
        ],
        "limits": FRENCH.limits_of(card.fictional, card.horizon),
        "law": FRENCH.law,
    }


def _written(name: str, seen: Any) -> dict[str, Any]:
    if "levels" not in seen:
        return seen
    return {"levels": [value_of(name, level) for level in seen["levels"]]}
