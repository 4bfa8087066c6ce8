"""How the last file of each source differs from the one before, as JSON."""

from typing import Any

from marshmallow import fields

from futurisys.api.contracts import SentSchema
from futurisys.model.drift import BOTH_MIN, NEWCOMERS, PEOPLE
from futurisys.operations import drift
from futurisys.operations.access import Caller
from futurisys.operations.drift import SourceDrift

DATE = {"description": "En UTC.", "example": "2026-11-23T14:05:00+00:00"}
FEW = {"description": "null où il compterait moins de dix personnes."}


class FindingSchema(SentSchema):
    """What is found of one field."""

    field = fields.String(data_key="Champ", metadata={"example": "revenu_mensuel"})
    of = fields.String(data_key="De", metadata={"enum": [PEOPLE, NEWCOMERS]})
    people = fields.Integer(data_key="Personnes")
    against = fields.Integer(
        data_key="Comparees_a",
        metadata={"description": "De nouveaux : combien d'autres des douze mois d'avant."},
    )
    chance = fields.Float(
        data_key="Probabilite",
        metadata={
            "description": "Par hasard seul, ajustée (Holm) pour tout ce qui est demandé du "
            "fichier ; une alerte jusqu'à 1/60."
        },
    )
    rose = fields.Integer(data_key="En_hausse", allow_none=True, metadata=FEW)
    fell = fields.Integer(data_key="En_baisse", allow_none=True, metadata=FEW)
    moved = fields.Integer(data_key="Changees", allow_none=True, metadata=FEW)
    before = fields.Float(data_key="Avant", allow_none=True)
    after = fields.Float(
        data_key="Maintenant",
        allow_none=True,
        metadata={"description": "Une moyenne, ou la part de oui."},
    )
    is_alarmed = fields.Boolean(data_key="Alerte")


class DistanceSchema(SentSchema):
    """How far people are from those whom the model has learnt from."""

    field = fields.String(data_key="Champ")
    people = fields.Integer(data_key="Personnes")
    share = fields.Float(
        data_key="Part",
        metadata={
            "description": "Des personnes qui devraient avoir une autre valeur pour être "
            "réparties comme celles dont le modèle a appris."
        },
    )


class DriftSchema(SentSchema):
    """The last file of a source, beside the one before."""

    batch_id = fields.UUID(data_key="Fichier")
    source = fields.String(data_key="Source", allow_none=True)
    created_at = fields.DateTime(data_key="Date", metadata=DATE)
    against = fields.UUID(
        attribute="found.against",
        data_key="Compare_au_fichier",
        allow_none=True,
        metadata={"description": "null au premier fichier d'une source."},
    )
    both = fields.Integer(
        attribute="found.both",
        data_key="Communes",
        metadata={"description": f"Des deux fichiers : une alerte en demande {BOTH_MIN}."},
    )
    newcomers = fields.Integer(attribute="found.newcomers", data_key="Nouvelles")
    findings = fields.List(
        fields.Nested(FindingSchema), attribute="found.findings", data_key="Changements"
    )
    distances = fields.List(
        fields.Nested(DistanceSchema), attribute="found.distances", data_key="Ecarts"
    )
    version = fields.String(
        attribute="found.version",
        data_key="Version_modele",
        metadata={"description": "Du modèle dont les personnes sont comparées dans Ecarts."},
    )
    is_own = fields.Boolean(
        attribute="found.is_own",
        data_key="Modele_propre",
        metadata={"description": "false : il a appris sur des personnes fictives."},
    )
    is_alarmed = fields.Boolean(attribute="found.is_alarmed", data_key="Alerte")


def shown(caller: Caller) -> list[SourceDrift] | None:
    """What a caller is told; None where it sees some departments alone."""
    return drift.latest() if drift.may_see(caller) else None


EXAMPLE: list[dict[str, Any]] = [
    {
        "Fichier": "01a208b2-97f0-71dc-9469-da141397ccc6",
        "Source": "Paie",
        "Date": "2026-11-23T14:05:00+00:00",
        "Compare_au_fichier": "01a16e4c-97f0-71dc-9469-da141397ccc6",
        "Communes": 1452,
        "Nouvelles": 18,
        "Changements": [
            {
                "Champ": "revenu_mensuel",
                "De": PEOPLE,
                "Personnes": 1452,
                "Comparees_a": 0,
                "Probabilite": 1.2e-238,
                "En_hausse": 1452,
                "En_baisse": 0,
                "Changees": 1452,
                "Avant": 6502.9,
                "Maintenant": 7023.1,
                "Alerte": True,
            }
        ],
        "Ecarts": [{"Champ": "revenu_mensuel", "Personnes": 1470, "Part": 0.071}],
        "Version_modele": "2026-11-23-1a2b3c4d",
        "Modele_propre": True,
        "Alerte": True,
    }
]
