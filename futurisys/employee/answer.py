"""What is said of an employee: each member of an answer is declared here, and nowhere else.

The columns that keep it, those of a scored table, the members of the API's JSON and the document
that describes them all follow from the declaration.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from uuid import UUID

# How much of what refits of the model say lies in a range.
LEVEL = 0.9
# What is said of a person, by how their range lies to the threshold; for readers: model.plain.
FLAGGED, UNCERTAIN, UNFLAGGED = "flagged", "uncertain", "unflagged"
# A range in JSON, and its members.
RANGE = "Intervalle"
ENDS = LOW, HIGH, NOMINAL = "Bas", "Haut", "Niveau"


@dataclass(frozen=True)
class Member:
    """How a member is sent and kept.

    column: its name in tables and JSON. size: of its database column, where it is a text. levels:
    the values that it can have, where they are few. explains: it is sent only with reasons.
    of_range: whether it stands inside the JSON's `RANGE`. nullable: not every answer has it.
    """

    column: str
    description: str = ""
    example: Any = None
    size: int = 0
    levels: tuple[str, ...] = ()
    explains: bool = False
    of_range: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Answer:
    """What the model says of one employee, and why; nothing is ever rounded.

    base + the sum of effects = the log-odds of probability, in nats. range_low, range_high:
    between which probabilities, about nine times in ten, a model that had learnt from other people
    would have answered; None where the model does not know, or has not seen the like of the facts.
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
    range_low: Annotated[
        float | None,
        Member("Intervalle_bas", example=0.6218340527, of_range=True, nullable=True),
    ]
    range_high: Annotated[
        float | None,
        Member("Intervalle_haut", example=0.9061745513, of_range=True, nullable=True),
    ]
    effects: Mapping[str, float]

    @property
    def near_threshold(self) -> bool | None:
        """Whether the range holds answers on both sides of the threshold; None without a range."""
        return is_near(self.range_low, self.range_high, self.threshold)

    @classmethod
    def of(cls, row: Mapping[str, Any], effects: Mapping[str, float]) -> "Answer":
        """The answer that a row of what is kept holds."""
        members = {name: row[name] for name in MEMBERS}
        return cls(**members | {"warnings": tuple(row["warnings"])}, effects=effects)


def is_near(low: float | None, high: float | None, threshold: float) -> bool | None:
    """Whether a range holds answers on both sides of the threshold; None without a range."""
    return None if low is None or high is None else low < threshold <= high


# The members that are one value each, as they are kept: the effects are a column a field.
MEMBERS: Mapping[str, Member] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(Answer, include_extras=True).items()
    if get_origin(hint) is Annotated
}
# The id under which an answer is kept, and what follows from its range.
IDENTIFIER, NEAR = "identifier", "near_threshold"
_NEAR = Member(
    "Proche_du_seuil",
    "Si l'intervalle contient le seuil : d'autres personnes à l'entraînement auraient pu changer "
    "la réponse ; null sans intervalle.",
    False,
    nullable=True,
)
KINDS: Mapping[str, Any] = {
    name: get_args(hint)[0] if name in MEMBERS and MEMBERS[name].nullable else hint
    for name, hint in get_type_hints(Answer).items()
} | {IDENTIFIER: UUID, NEAR: bool}


def _sent() -> Iterator[tuple[str, Member]]:
    """What is sent of every answer: the id stands before the model's version."""
    for name, member in MEMBERS.items():
        if name == "model_version":
            yield IDENTIFIER, Member("Identifiant", "Sous lequel la réponse est conservée.")
        if not member.explains:
            yield name, member
        if name == "range_high":
            yield NEAR, _NEAR


SENT: Mapping[str, Member] = dict(_sent())
COLUMNS = tuple(member.column for member in SENT.values())


def range_of(low: float | None, high: float | None) -> dict[str, float] | None:
    """A range as JSON has it."""
    if low is None or high is None:
        return None
    return {LOW: low, HIGH: high, NOMINAL: LEVEL}


def documents(columns: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Each of n answers, given by the columns of `SENT`, as JSON has it."""
    ranges = map(range_of, columns["range_low"], columns["range_high"])
    members: dict[str, Any] = {}
    for name, member in SENT.items():
        if not member.of_range:
            members[member.column] = columns[name]
        elif RANGE not in members:
            members[RANGE] = ranges
    for row in zip(*members.values(), strict=True):
        yield dict(zip(members, row, strict=True))
