"""What is said of an employee: each member of an answer is declared here, and nowhere else.

The columns that keep it, those of a scored table, the members of the API's JSON and the document
that describes them all follow from the declaration.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_origin, get_type_hints
from uuid import UUID


@dataclass(frozen=True)
class Member:
    """How a member is sent and kept.

    column: its name in tables and JSON. size: of its database column, where it is a text. levels:
    the values that it can have, where they are few. explains: it is sent only with reasons.
    """

    column: str
    description: str = ""
    example: Any = None
    size: int = 0
    levels: tuple[str, ...] = ()
    explains: bool = False


@dataclass(frozen=True)
class Answer:
    """What the model says of one employee, and why; nothing is ever rounded.

    base + the sum of effects = the log-odds of probability, in nats.
    """

    label: Annotated[str, Member("Prediction", "« Part » ou « Reste ».", "Part", size=16)]
    probability: Annotated[
        float, Member("Probabilite_depart", "Probabilité calibrée de départ.", 0.7994386886)
    ]
    threshold: Annotated[
        float, Member("Seuil", "« Part » à partir de cette probabilité.", 0.2039107)
    ]
    risk: Annotated[
        str,
        Member(
            "Niveau_risque",
            "Élevé à partir du seuil ; Modéré à partir du taux de départ des données "
            "d'entraînement, ou du seuil choisi pour lui (Seuil_modere de /model) ; Faible en "
            "dessous.",
            "Élevé",
            size=8,
            levels=("Faible", "Modéré", "Élevé"),
        ),
    ]
    base: Annotated[
        float,
        Member(
            "Base",
            "Le logit d'où part le modèle, le même pour tous ; Base plus la somme des Effet donne "
            "le logit de Probabilite_depart.",
            explains=True,
        ),
    ]
    model_version: Annotated[str, Member("Version_modele", example="2026-11-23-1a2b3c4d", size=64)]
    warnings: Annotated[
        tuple[str, ...],
        Member(
            "Avertissements",
            "Valeurs que le modèle n'a pas vues à l'entraînement, ou d'une unité douteuse.",
        ),
    ]
    effects: Mapping[str, float]

    @classmethod
    def of(cls, row: Mapping[str, Any], effects: Mapping[str, float]) -> "Answer":
        """The answer that a row of what is kept holds."""
        members = {name: row[name] for name in MEMBERS}
        return cls(**members | {"warnings": tuple(row["warnings"])}, effects=effects)


# The members that are one value each, as they are kept: the effects are a column a field.
MEMBERS: Mapping[str, Member] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(Answer, include_extras=True).items()
    if get_origin(hint) is Annotated
}
# The id under which an answer is kept.
IDENTIFIER = "identifier"
KINDS: Mapping[str, Any] = {**get_type_hints(Answer), IDENTIFIER: UUID}


def _sent() -> Iterator[tuple[str, Member]]:
    """What is sent of every answer: the id stands before the model's version."""
    for name, member in MEMBERS.items():
        if name == "model_version":
            yield IDENTIFIER, Member("Identifiant", "Sous lequel la réponse est conservée.")
        if not member.explains:
            yield name, member


SENT: Mapping[str, Member] = dict(_sent())
COLUMNS = tuple(member.column for member in SENT.values())
