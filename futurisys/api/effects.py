"""The effect of each field, and how effects become a probability."""

from typing import Any

from flask import Blueprint
from marshmallow import fields

from futurisys import serving
from futurisys.api import examples
from futurisys.api.contracts import Contract, SentSchema, json_of
from futurisys.api.model import WHOSE, BoundsSchema, CalibrationSchema, check
from futurisys.employee.schema import FACTS
from futurisys.model.effects import Effect, Levels, effects_of


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
    bounds = fields.Nested(
        BoundsSchema,
        data_key="Bornes",
        allow_none=True,
        metadata={"description": "null : rien ne retient les estimations de ce modèle."},
    )
    effects = fields.List(fields.Nested(EffectSchema), data_key="Effets")


blueprint = Blueprint("effects", __name__)
effects_schema = EffectsSchema()


@blueprint.get("/model/effects")
@Contract(
    "L'effet de chaque champ",
    operation="getModelEffects",
    description="La contribution c(x) de chaque champ, en nats, à la marge brute m = Base_brute + "
    "Σ c(x). La calibration L, par L(m) = a·ln p − b·ln(1 − p) + c avec p = 1 / (1 + e⁻ᵐ), en fait "
    "un logit, et Bornes le retient : entre Bas.Logit et Haut.Logit, B(x) = x ; au-delà de "
    "h = Haut.Logit, B(x) = h + d·(1 − exp(−(x − h) / d)) avec d = Amplitude, et sous Bas.Logit de "
    "même vers le bas ; sans Bornes, B(x) = x partout. B(L(m)) est le logit de la probabilité. "
    "L'Effet d'un champ pour une personne est k·c(x), avec k = (B(L(m)) − B(L(Base_brute))) / "
    "(m − Base_brute), ou la dérivée de B(L) en Base_brute si m = Base_brute. "
    f"{WHOSE}",
    answer=json_of(EffectsSchema, examples.EFFECTS),
    answers="Une courbe en escalier par nombre, une valeur par niveau.",
    problems=(401, 403, 503),
)
def effects() -> dict[str, Any]:
    predictor = serving.current()
    check(predictor.card)
    found = effects_of(predictor.scorer, predictor.seen)
    return effects_schema.dump(
        {
            "version": predictor.version,
            "additive": found is not None,
            "bias": predictor.scorer.bias,
            "calibration": predictor.card.calibration,
            "bounds": predictor.card.bounds,
            "effects": [_effect(one) for one in found or ()],
        }
    )


def _effect(effect: Effect) -> dict[str, Any]:
    own = vars(effect) | {"words": FACTS[effect.field].words}
    if not isinstance(effect, Levels):
        return own
    levels = [{"level": level, "contribution": one} for level, one in effect.contributions.items()]
    return {"field": effect.field, "words": own["words"], "levels": levels, "unseen": effect.unseen}
