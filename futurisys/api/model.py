"""The model card and the effect of each field."""

from typing import Any

from flask import Blueprint
from marshmallow import fields

from futurisys import serving
from futurisys.api import examples
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
from futurisys.model.effects import Effect, Levels, effects_of
from futurisys.model.plain import in_plain_words
from futurisys.model.statements import FRENCH, NOTICE

HTML = "text/html"


class CalibrationSchema(SentSchema):
    """What turns a raw margin m into a log-odds: a·ln p − b·ln(1 − p) + c, p = sigmoid(m)."""

    method = fields.String(data_key="Methode", metadata={"example": "beta"})
    a = fields.Float()
    b = fields.Float()
    c = fields.Float()


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


class LevelSchema(SentSchema):
    """What one level adds."""

    level = fields.String(data_key="Niveau")
    contribution = fields.Float(data_key="Contribution")


class EffectSchema(SentSchema):
    """What one field adds to the raw margin, whatever the others are."""

    sometimes = ("thresholds", "contributions", "low", "high", "levels", "unseen")

    field = fields.String(data_key="Variable")
    words = fields.String(data_key="Libelle")
    thresholds = fields.List(
        fields.Float(),
        data_key="Seuils",
        metadata={"description": "D'un nombre : croissants ; un nombre égal à un seuil est après."},
    )
    contributions = fields.List(
        fields.Float(),
        data_key="Contributions",
        metadata={
            "description": "D'un nombre : une de plus que de seuils, d'avant le premier à "
            "après le dernier."
        },
    )
    low = fields.Float(data_key="Minimum", metadata={"description": "Vu à l'entraînement."})
    high = fields.Float(data_key="Maximum", metadata={"description": "Vu à l'entraînement."})
    levels = fields.List(fields.Nested(LevelSchema), data_key="Niveaux")
    unseen = fields.Float(
        data_key="Niveau_inconnu",
        allow_none=True,
        metadata={
            "description": "D'un niveau que le modèle n'a pas vu ; null si la liste est fermée."
        },
    )


class EffectsSchema(SentSchema):
    """Each field's whole effect."""

    version = fields.String(data_key="Version_modele")
    additive = fields.Boolean(
        data_key="Additif",
        metadata={
            "description": "false : les champs agissent ensemble, aucun n'a d'effet à lui "
            "seul, et Effets est vide."
        },
    )
    bias = fields.Float(
        data_key="Base_brute", metadata={"description": "La marge brute d'où part le modèle."}
    )
    calibration = fields.Nested(CalibrationSchema, data_key="Calibration")
    effects = fields.List(fields.Nested(EffectSchema), data_key="Effets")


blueprint = Blueprint("model", __name__)
card_schema, effects_schema = CardSchema(), EffectsSchema()


@blueprint.get("/model")
@Contract(
    "La fiche du modèle",
    operation="getModel",
    description="Ce que vaut le modèle, pour qui, et où il s'arrête. À un navigateur, la même "
    f"adresse montre une page. {NOTICE}",
    answer=json_of(CardSchema, examples.CARD) | {HTML: Media({"type": "string"})},
    answers="La fiche ; Evaluation est null si l'artefact n'a pas été évalué.",
    problems=(503,),
)
def card() -> dict[str, Any]:
    return card_schema.dump(_shown(serving.current().card))


@blueprint.get("/model/effects")
@Contract(
    "L'effet de chaque champ",
    operation="getModelEffects",
    description="La contribution c(x) de chaque champ, en nats, à la marge brute m = Base_brute + "
    "Σ c(x). La calibration L, par L(m) = a·ln p − b·ln(1 − p) + c avec p = 1 / (1 + e⁻ᵐ), en fait "
    "le logit de la probabilité. L'Effet d'un champ pour une personne est k·c(x), avec "
    "k = (L(m) − L(Base_brute)) / (m − Base_brute), ou L′(Base_brute) si m = Base_brute.",
    answer=json_of(EffectsSchema, examples.EFFECTS),
    answers="Une courbe en escalier par nombre, une valeur par niveau.",
    problems=(503,),
)
def effects() -> dict[str, Any]:
    predictor = serving.current()
    found = effects_of(predictor.scorer, predictor.seen)
    return effects_schema.dump(
        {
            "version": predictor.version,
            "additive": found is not None,
            "bias": predictor.scorer.bias,
            "calibration": predictor.card.calibration,
            "effects": [_effect(one) for one in found or ()],
        }
    )


def _shown(card: Card) -> dict[str, Any]:
    """A card with its words in French."""
    words = FRENCH.fictional if card.fictional else FRENCH.own
    return vars(card) | {
        "training": vars(card) | {"words": words},
        "plain": card.plain and in_plain_words(card.plain, card.fictional),
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
        "limits": FRENCH.limits + (FRENCH.of_sample if card.fictional else ()),
        "law": FRENCH.law,
    }


def _written(name: str, seen: Any) -> dict[str, Any]:
    if "levels" not in seen:
        return seen
    return {"levels": [value_of(name, level) for level in seen["levels"]]}


def _effect(effect: Effect) -> dict[str, Any]:
    own = vars(effect) | {"words": FACTS[effect.field].words}
    if not isinstance(effect, Levels):
        return own
    levels = [{"level": level, "contribution": one} for level, one in effect.contributions.items()]
    return {"field": effect.field, "words": own["words"], "levels": levels, "unseen": effect.unseen}
