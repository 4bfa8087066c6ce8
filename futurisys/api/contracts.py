"""What the API says and how it is documented: the contract that stands above each view."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, fields

NOTICE = (
    "Signal statistique à peser par une personne : aucune décision ne doit reposer sur lui seul."
)


class AnswerSchema(Schema):
    """The answer for one employee."""

    label = fields.String(
        data_key="Prediction",
        metadata={"description": f"« Part » ou « Reste ». {NOTICE}", "example": "Part"},
    )
    probability = fields.Float(
        data_key="Probabilite_depart",
        metadata={"description": "Probabilité calibrée de départ.", "example": 0.8429049857},
    )
    threshold = fields.Float(
        data_key="Seuil",
        metadata={"description": "« Part » à partir de cette probabilité.", "example": 0.2149251},
    )
    risk = fields.String(
        data_key="Niveau_risque",
        metadata={
            "description": "Élevé à partir du seuil ; Modéré à partir du taux de départ des "
            "données d'entraînement ; Faible en dessous.",
            "enum": ["Faible", "Modéré", "Élevé"],
            "example": "Élevé",
        },
    )
    identifier = fields.UUID(
        data_key="Identifiant",
        metadata={"description": "Sous lequel la réponse est conservée."},
    )
    model_version = fields.String(
        data_key="Version_modele", metadata={"example": "2026-11-23-1a2b3c4d"}
    )
    warnings = fields.List(
        fields.String(),
        data_key="Avertissements",
        metadata={"description": "Valeurs que le modèle n'a pas vues à l'entraînement."},
    )


class FaultSchema(Schema):
    """What is wrong with one field."""

    pointer = fields.String(metadata={"description": "Pointeur JSON.", "example": "/age"})
    detail = fields.String()


class ProblemSchema(Schema):
    """An error, as RFC 9457 has it."""

    type = fields.String(metadata={"example": "about:blank"})
    title = fields.String(metadata={"example": "Données refusées"})
    status = fields.Integer(metadata={"example": 422})
    detail = fields.String()
    instance = fields.String(metadata={"description": "Identifiant de la demande."})
    errors = fields.List(fields.Nested(FaultSchema))


class TextSchema(Schema):
    """Plain text."""


class HealthSchema(Schema):
    """That the service is well."""

    statut = fields.String(metadata={"example": "ok"})


class ReadySchema(HealthSchema):
    """That the service can answer, and with which model."""

    version_modele = fields.String(metadata={"example": "2026-11-23-1a2b3c4d"})


@dataclass(frozen=True)
class Contract:
    """One operation of the document: what is sent, what comes back, what may go wrong.

    scopes: a key that has one of them opens the door; none: the door is open. headers: those that
    the operation reads, by name, with a sentence each.
    """

    summary: str
    answer: type[Schema]
    answer_type: str = "application/json"
    problems: tuple[int, ...] = ()
    body: type[Schema] | None = None
    description: str = ""
    scopes: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Attach the contract to the view below it."""
        view.contract = self  # type: ignore[attr-defined]
        return view
