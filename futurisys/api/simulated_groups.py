"""What-if of a group: the same people of a file, all under one other circumstance."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from futurisys import serving
from futurisys.api import examples
from futurisys.api.body import json_body
from futurisys.api.contracts import Contract, SentSchema, json_of
from futurisys.api.query import NULL
from futurisys.employee.schema import ChangesSchema, EmployeeSchema, Known
from futurisys.errors import ChangeRefused, GroupsTooNarrow
from futurisys.model.statements import ASSOCIATION_OF_GROUP, NOTICE
from futurisys.operations import lanes
from futurisys.operations.folding import SMALLEST
from futurisys.operations.simulated_groups import FILTERS, MOST, simulate_group

BODY_MAX = 64 * 1024
ONE_CHANGE = "Un changement est attendu, et un seul."
TOO_MANY = f"{MOST} champs au plus sont attendus."


class FiltersSchema(EmployeeSchema):
    """Levels of the fields by which a group can be chosen; load it partially."""

    class Meta(EmployeeSchema.Meta):
        fields = FILTERS

    error_messages = {
        "unknown": f"Un groupe se choisit par : {', '.join(FILTERS)}.",
        "type": "Un filtre est un objet JSON, avec un champ par colonne.",
    }


class GroupChangeSchema(Schema):
    """Which people of which file, and what would be otherwise for all of them."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": "Champ inconnu : retirez-le ou corrigez son nom.",
        "type": "Une simulation de groupe est un objet JSON : fichier, filtre et changements.",
    }

    def __init__(self, known: Known = (), **options: Any) -> None:
        super().__init__(**options)
        for name in ("group", "change"):
            nested: Any = self.fields[name]
            nested.schema.know(known)

    batch_id = fields.UUID(
        data_key="fichier",
        required=True,
        error_messages={
            "null": NULL,
            "required": "Indiquez un fichier.",
            "invalid_uuid": "L'identifiant d'un fichier est attendu.",
        },
    )
    group = fields.Nested(
        # Of its own for each model: it knows the levels.
        lambda: FiltersSchema(partial=True),
        data_key="filtre",
        load_default=dict,
        validate=validate.Length(max=MOST, error=TOO_MANY),
        error_messages={"null": NULL},
        metadata={"description": f"{TOO_MANY} Aucun : tout le fichier."},
    )
    change = fields.Nested(
        lambda: ChangesSchema(partial=True),
        data_key="changements",
        required=True,
        validate=validate.Length(equal=1, error=ONE_CHANGE),
        error_messages={"null": NULL, "required": ONE_CHANGE},
        metadata={"description": ONE_CHANGE},
    )


class GroupMovedSchema(SentSchema):
    """The mean estimates of a group, before and after."""

    people = fields.Integer(data_key="Personnes")
    changed = fields.Integer(
        data_key="Changees", metadata={"description": "Pour qui ce changement en est un."}
    )
    before = fields.Float(data_key="Moyenne_avant")
    after = fields.Float(data_key="Moyenne_apres")
    difference = fields.Float(data_key="Difference")
    model_version = fields.String(data_key="Version_modele")
    note = fields.Constant(
        ASSOCIATION_OF_GROUP, data_key="Note", metadata={"example": ASSOCIATION_OF_GROUP}
    )


blueprint = Blueprint("simulated_groups", __name__)
change_schema, moved_schema = cache(GroupChangeSchema), GroupMovedSchema()


@blueprint.post("/simulate/population")
@Contract(
    "Simuler un changement pour un groupe",
    operation="simulatePopulation",
    scopes=("read",),
    description="L'estimation moyenne, par le modèle servi, des personnes d'un fichier, ou d'un "
    f"groupe d'au moins {SMALLEST} d'entre elles, avant et après un même changement pour toutes, "
    "parmi ceux sur lesquels un employeur peut agir. Rien n'en est conservé, qu'une ligne du "
    f"journal. {ASSOCIATION_OF_GROUP} {NOTICE}",
    body=json_of(GroupChangeSchema, examples.GROUP_CHANGE),
    answer=json_of(GroupMovedSchema, examples.GROUP_MOVED),
    answers="Les deux moyennes, et leur différence.",
    problems=(400, 401, 403, 404, 413, 415, 422, 429, 503),
)
def what_if() -> Mapping[str, Any]:
    lanes.admit()
    predictor = serving.current()
    sent = change_schema(predictor.known).load(json_body(BODY_MAX))
    try:
        found = simulate_group(predictor, str(sent["batch_id"]), sent["group"], sent["change"])
    except GroupsTooNarrow as error:
        raise ValidationError({"filtre": [str(error)]}) from error
    except ChangeRefused as error:
        raise ValidationError({"changements": [str(error)]}) from error
    shown: Mapping[str, Any] = moved_schema.dump(found)
    return shown
