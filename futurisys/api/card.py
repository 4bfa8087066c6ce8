"""The parts of the model card: what it was trained on, what it has seen, what it is worth."""

from marshmallow import fields

from futurisys.api.contracts import SentSchema
from futurisys.employee.answer import LEVEL
from futurisys.model.artifact import FIGURES
from futurisys.model.statements import OTHERS

FIGURE = {"enum": list(FIGURES), "example": "roc_auc"}


class TrainingSchema(SentSchema):
    """What the model was trained on."""

    created_at = fields.String(data_key="Date")
    employees = fields.Integer(data_key="Employes", allow_none=True)
    left = fields.Integer(data_key="Departs", allow_none=True)
    base_rate = fields.Float(data_key="Taux_de_depart")
    horizon = fields.Integer(
        data_key="Horizon_jours",
        allow_none=True,
        metadata={
            "description": "Dans combien de jours après ses faits une personne comptait comme "
            "partie ; null : les données n'ont pas de dates."
        },
    )
    fictional = fields.Boolean(data_key="Fictives")
    words = fields.String(data_key="Origine")


class SeenSchema(SentSchema):
    """One field that the model reads, and what it has seen of it."""

    sometimes = ("min", "max", "levels")

    field = fields.String(data_key="Variable")
    words = fields.String(data_key="Libelle")
    min = fields.Float(data_key="Minimum")
    max = fields.Float(data_key="Maximum")
    levels = fields.List(fields.String(), data_key="Niveaux")


class FigureSchema(SentSchema):
    """One figure of the cross-validation."""

    figure = fields.String(data_key="Mesure", metadata=FIGURE)
    subject = fields.String(data_key="Modele", metadata={"example": "model"})
    mean = fields.Float(data_key="Moyenne")
    sd = fields.Float(data_key="Ecart_type", metadata={"description": "Sur les plis."})


class DutySchema(SentSchema):
    """One question that the law asks of whoever uses the model."""

    source = fields.String(data_key="Texte")
    question = fields.String(data_key="Question")


class RangesSchema(SentSchema):
    """How the ranges of estimates were measured."""

    level = fields.Constant(LEVEL, data_key="Niveau")
    refits = fields.Integer(
        data_key="Reentrainements",
        metadata={"description": "Combien de fois le modèle a appris d'autres personnes."},
    )
    widening = fields.Float(
        data_key="Elargissement",
        metadata={"description": "Pour qu'un intervalle couvre environ ce qu'il dit."},
    )
    covered = fields.Float(
        data_key="Couverture",
        metadata={
            "description": "La part des personnes dont il a contenu la vraie probabilité, dans des "
            "entreprises simulées, où elle est connue."
        },
    )
    shift = fields.Float(
        data_key="Ecart_commun",
        metadata={"description": "L'écart-type, en nats, de la moyenne de tous d'un à l'autre."},
    )
    words = fields.Constant(OTHERS, data_key="Avis")


class BandSchema(SentSchema):
    """Estimates between two probabilities, and which share of those people had left."""

    low = fields.Float(data_key="De")
    high = fields.Float(data_key="A")
    people = fields.Float(data_key="Personnes")
    left = fields.Float(attribute="left.value", data_key="Part_partie")
    left_low = fields.Float(attribute="left.low", data_key="Part_partie_bas")
    left_high = fields.Float(attribute="left.high", data_key="Part_partie_haut")
    sentence = fields.String(data_key="Phrase")


class PartSchema(SentSchema):
    """The people on one side of the threshold, or of whom one word is said."""

    word = fields.String(data_key="Mot")
    people = fields.Float(data_key="Personnes")
    left = fields.Float(data_key="Part_partie", allow_none=True)
    of_left = fields.Float(data_key="Part_des_departs", allow_none=True)
    sentence = fields.String(data_key="Phrase")


class PlainSchema(SentSchema):
    """Of a hundred people, how many, counted on people whom the model had not seen."""

    source = fields.String(data_key="Source")
    bands = fields.List(fields.Nested(BandSchema), data_key="Tranches")
    sides = fields.List(fields.Nested(PartSchema), data_key="Seuil")
    words = fields.List(fields.Nested(PartSchema), data_key="Mots")


# What the API's document calls them.
