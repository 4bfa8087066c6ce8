"""Groups of people."""

from typing import Any

from flask import Blueprint
from marshmallow import ValidationError, fields

from futurisys.api import examples
from futurisys.api.contracts import Contract, SentSchema, json_of
from futurisys.api.query import NULL, QuerySchema, parameters
from futurisys.employee.schema import value_of
from futurisys.errors import GroupsTooNarrow
from futurisys.model.explain import direction
from futurisys.model.statements import NOTICE
from futurisys.operations import lanes, segments
from futurisys.operations.folding import SMALLEST
from futurisys.operations.segments import FIELDS, Segment
from futurisys.operations.withholding import UNSHOWN

MOST = 2


class Fields(fields.Field):
    """One field or two, with a comma between them."""

    default_error_messages = {
        "null": NULL,
        "required": f"Indiquez un ou deux champs : {', '.join(FIELDS)}.",
        "invalid": f"Un ou deux champs différents sont attendus, parmi : {', '.join(FIELDS)}.",
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> tuple[str, ...]:
        names = tuple(value.split(","))
        if not set(names) <= set(FIELDS) or len(set(names)) < len(names) or len(names) > MOST:
            raise self.make_error("invalid")
        return names


class SegmentsQuery(QuerySchema):
    """How people are grouped."""

    by = Fields(
        data_key="par",
        required=True,
        metadata={
            "description": f"Un ou deux champs, séparés par une virgule : {', '.join(FIELDS)}.",
            "example": "departement",
            "type": "string",
            "pattern": f"^({'|'.join(FIELDS)})(,({'|'.join(FIELDS)}))?$",
        },
    )

    file = fields.UUID(
        data_key="fichier",
        error_messages={"null": NULL, "invalid_uuid": "L'identifiant d'un fichier est attendu."},
        metadata={
            "description": "Dans ce seul fichier. Par genre ou statut marital, et pour une clé "
            "`groups`, il est demandé, avec un seul champ.",
            "example": examples.IDENTIFIER,
        },
    )


class MeanFactorSchema(SentSchema):
    """What one field adds to a group's estimates on average."""

    field = fields.String(data_key="Variable")
    effect = fields.Float(
        data_key="Effet_moyen", metadata={"description": "Sur le logit de la probabilité."}
    )
    direction = fields.String(data_key="Sens", metadata={"enum": ["augmente", "réduit"]})


class SegmentSchema(SentSchema):
    """A group of people."""

    group = fields.Dict(
        data_key="Groupe",
        metadata={"description": "La valeur de chaque champ ; null : non renseignée."},
    )
    people = fields.Integer(data_key="Nombre")
    risk = fields.Float(data_key="Risque_moyen")
    above = fields.Float(data_key="Part_au_dessus_du_seuil")
    factors = fields.List(fields.Nested(MeanFactorSchema), data_key="Facteurs")


class SegmentsSchema(SentSchema):
    """Groups, the highest mean risk first, and the others as one."""

    shown = fields.List(fields.Nested(SegmentSchema), data_key="segments")
    others = fields.Nested(
        SegmentSchema,
        data_key="autres",
        allow_none=True,
        metadata={"description": f"Les groupes repliés ; null s'ils comptent moins de {SMALLEST}."},
    )


blueprint = Blueprint("segments", __name__)
query_schema, segments_schema = SegmentsQuery(), SegmentsSchema()


@blueprint.get("/segments")
@Contract(
    "Les groupes",
    operation="listSegments",
    scopes=("read", "groups"),
    query=SegmentsQuery,
    description="La dernière prédiction de chaque personne, par groupes ; sans référence connue, "
    f"des faits identiques comptent pour une personne. Un groupe de moins de {SMALLEST} personnes "
    "n'est jamais montré : il est replié avec d'autres, de sorte qu'aucune différence avec un "
    f"total ne le révèle. {UNSHOWN} {NOTICE}",
    answer=json_of(SegmentsSchema, examples.SEGMENTS),
    answers="De chaque groupe : nombre, risque moyen, part au-dessus du seuil, facteurs.",
    problems=(401, 403, 422, 429, 503),
)
def every() -> dict[str, Any]:
    lanes.admit()
    asked = parameters(query_schema)
    file = asked.get("file")
    try:
        found = segments.by(asked["by"], str(file) if file else None)
    except GroupsTooNarrow as error:
        raise ValidationError(str(error), "par") from error
    others = found.others and _shown(found.others)
    return segments_schema.dump({"shown": map(_shown, found.shown), "others": others})


def _shown(segment: Segment) -> dict[str, Any]:
    return vars(segment) | {
        "group": {name: value_of(name, value) for name, value in segment.group.items()},
        "factors": [
            {"field": name, "effect": effect, "direction": direction(effect)}
            for name, effect in segment.effects.items()
        ],
    }
