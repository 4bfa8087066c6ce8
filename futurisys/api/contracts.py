"""What the API says and how it is documented: the contract that stands above each view."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import Schema, fields

from futurisys.employee.answer import (
    ENDS,
    KINDS,
    MEMBERS,
    NEAR,
    RANGE,
    SENT,
    Member,
    is_near,
    range_of,
)
from futurisys.employee.schema import value_of
from futurisys.model.statements import NOTICE, OTHERS


class SentSchema(Schema):
    """What the service sends: every member each time, but for those that come only sometimes."""

    sometimes: ClassVar[tuple[str, ...]] = ()

    def on_bind_field(self, field_name: str, field_obj: Any) -> None:
        """Have the document say which members a reader can count on."""
        field_obj.required = field_name not in self.sometimes


class RangeSchema(SentSchema):
    """Between what other training people would have made the model say."""

    class Meta:
        include: ClassVar = {
            name: fields.Float(metadata={"example": example})
            for name, example in zip(ENDS, (0.6218340527, 0.9061745513, 0.9), strict=True)
        }


def _ends(obj: Any) -> tuple[float | None, float | None]:
    """The ends of the range of an answer, or of a row in which it is kept."""
    if isinstance(obj, dict):
        return obj["range_low"], obj["range_high"]
    return obj.range_low, obj.range_high


class _Range(fields.Nested):
    """The range of an answer, made of what is kept of it."""

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **_: Any) -> Any:
        return range_of(*_ends(obj))


class _Near(fields.Boolean):
    """Whether the threshold lies in the range of an answer."""

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **_: Any) -> Any:
        return is_near(*_ends(obj), obj["threshold"] if isinstance(obj, dict) else obj.threshold)


_FIELDS: Mapping[Any, Callable[..., fields.Field[Any]]] = {
    str: fields.String,
    float: fields.Float,
    bool: _Near,
    UUID: fields.UUID,
    tuple[str, ...]: partial(fields.List, fields.String()),
}
# What the document says beside a member's own description.
_NOTES = {"label": NOTICE}


def _field(name: str, member: Member) -> fields.Field[Any]:
    """A member of an answer as it is declared."""
    documented = {
        "description": " ".join(filter(None, (member.description, _NOTES.get(name)))),
        "enum": list(member.levels),
        "example": member.example,
    }
    metadata = {key: value for key, value in documented.items() if value}
    options: dict[str, Any] = {"allow_none": True} if member.nullable else {}
    return _FIELDS[KINDS[name]](data_key=member.column, metadata=metadata, **options)


def _fields() -> Iterator[tuple[str, fields.Field[Any]]]:
    """The members of an answer as JSON has them: those of its range are one."""
    for name, member in SENT.items():
        if name == NEAR:
            described = {"description": f"{OTHERS} null s'il y a des avertissements."}
            yield "range", _Range(RangeSchema, data_key=RANGE, allow_none=True, metadata=described)
        if not member.of_range:
            yield name, _field(name, member)


class AnswerSchema(SentSchema):
    """The answer for one employee."""

    class Meta:
        include: ClassVar = dict(_fields())


class EstimateSchema(AnswerSchema):
    """What the model says of one employee, kept nowhere."""

    class Meta:
        exclude = ("identifier",)


class FactorSchema(SentSchema):
    """What one field adds to an estimate."""

    field = fields.String(data_key="Variable", metadata={"example": "heure_supplementaires"})
    value = fields.Function(
        lambda factor: value_of(factor.field, factor.value),
        data_key="Valeur",
        metadata={"example": "Oui"},
    )
    effect = fields.Float(
        data_key="Effet", metadata={"description": "Sur le logit de la probabilité."}
    )
    share = fields.Float(
        data_key="Effet_probabilite",
        metadata={"description": "Sa part de l'écart de probabilité : les parts s'additionnent."},
    )
    direction = fields.String(data_key="Sens", metadata={"enum": ["augmente", "réduit"]})
    sentence = fields.String(
        data_key="Phrase",
        metadata={
            "example": "Fait régulièrement des heures supplémentaires : augmente le risque estimé."
        },
    )


class ExplainedSchema(AnswerSchema):
    """The answer for one employee, with its reasons where they are asked for."""

    sometimes: ClassVar[tuple[str, ...]] = ("base", "factors")

    base = _field("base", MEMBERS["base"])
    factors = fields.List(
        fields.Nested(FactorSchema),
        data_key="Facteurs",
        metadata={"description": "Les champs qui déplacent l'estimation, le plus lourd d'abord."},
    )


class FaultSchema(SentSchema):
    """What is wrong with one field."""

    pointer = fields.String(metadata={"description": "Pointeur JSON.", "example": "/age"})
    detail = fields.String()


class ProblemSchema(SentSchema):
    """An error, as RFC 9457 has it."""

    sometimes = ("errors",)

    type = fields.String(
        metadata={
            "example": "about:blank",
            "description": "« urn:futurisys:personne-non-estimee » où une personne ne doit pas "
            "être estimée : renvoyez la demande sans elle, plutôt que plus tard.",
        }
    )
    title = fields.String(metadata={"example": "Données refusées"})
    status = fields.Integer(metadata={"example": 422})
    detail = fields.String()
    instance = fields.String(metadata={"description": "Identifiant de la demande."})
    errors = fields.List(fields.Nested(FaultSchema))


class HealthSchema(SentSchema):
    """That the service is well."""

    statut = fields.String(metadata={"example": "ok"})


class ReadySchema(HealthSchema):
    """That the service can answer, and with which model."""

    sometimes = ("stockage",)

    version_modele = fields.String(metadata={"example": "2026-11-23-1a2b3c4d"})
    stockage = fields.String(
        metadata={"description": "« ephemere » où ce qui est enregistré ne dure pas."}
    )


JSON = "application/json"


@dataclass(frozen=True)
class Media:
    """What one content type holds: its schema, and an example that can be sent as it stands."""

    schema: Any
    example: Any = None


def json_of(schema: type[Schema], example: Any = None) -> dict[str, Media]:
    """One schema, as JSON."""
    return {JSON: Media(schema, example)}


@dataclass(frozen=True)
class Contract:
    """One operation of the document: what is sent, what comes back, what may go wrong.

    operation: what a generated client calls it, for good. answer, body: by content type.
    answers: a sentence that says what the answer is. query: a schema whose fields are the
    parameters, each with its example in its metadata. path: an example for each part of the
    address. scopes: a key that has one of them opens the door; none: the door is open. headers:
    those that the operation reads, with a sentence each.
    """

    summary: str
    operation: str
    answer: Mapping[str, Media]
    answers: str
    problems: tuple[int, ...] = ()
    body: Mapping[str, Media] = field(default_factory=dict)
    query: type[Schema] | None = None
    path: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    scopes: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Attach the contract to the view below it."""
        view.contract = self  # type: ignore[attr-defined]
        return view
