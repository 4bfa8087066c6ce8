"""What-if: the same employee under other circumstances."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from futurisys import serving
from futurisys.api import examples
from futurisys.api.access import require
from futurisys.api.body import json_body
from futurisys.api.contracts import Contract, EstimateSchema, FactorSchema, SentSchema, json_of
from futurisys.api.query import NULL, Flag, QuerySchema, parameters
from futurisys.employee.schema import (
    FACTS,
    REFERENCE,
    ChangesSchema,
    EmployeeSchema,
    Known,
    disagreements,
    value_of,
)
from futurisys.model.statements import ASSOCIATION, NOTICE
from futurisys.operations import history
from futurisys.operations.journal import SIMULATION
from futurisys.operations.simulating import simulate
from futurisys.operations.suggesting import suggest
from futurisys.operations.withholding import look_up

BODY_MAX = 64 * 1024
MESSAGES: dict[str, Any] = {"null": NULL}


class SimulationSchema(Schema):
    """An employee, or the id of a stored prediction, and changes."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": "Champ inconnu : retirez-le ou corrigez son nom.",
        "type": "Une simulation est un objet JSON : employe ou identifiant, et changements.",
    }

    def __init__(self, needed: tuple[str, ...] = (), known: Known = (), **options: Any) -> None:
        super().__init__(**options)
        employee: Any = self.fields["employee"]
        changes: Any = self.fields["changes"]
        employee.schema.need(needed).know(known)
        changes.schema.know(known)

    employee = fields.Nested(EmployeeSchema, data_key="employe", error_messages=MESSAGES)
    identifier = fields.UUID(
        data_key="identifiant",
        metadata={"description": "D'une prédiction conservée, à la place de l'employé."},
        error_messages=MESSAGES | {"invalid_uuid": "Un identifiant de prédiction est attendu."},
    )
    changes = fields.Nested(
        # Of its own for each model: it knows the levels.
        lambda: ChangesSchema(partial=True),
        data_key="changements",
        load_default=dict,
        error_messages=MESSAGES,
    )

    @validates_schema
    def _one_employee(self, sent: Mapping[str, Any], **_: Any) -> None:
        if ("employee" in sent) == ("identifier" in sent):
            raise ValidationError("Donnez soit employe, soit identifiant.")


class ChangeSchema(SentSchema):
    """One field's new value."""

    field = fields.String(data_key="Variable")
    current = fields.Function(
        lambda step: value_of(step.field, step.current),
        data_key="Valeur_actuelle",
    )
    value = fields.Function(lambda step: value_of(step.field, step.value), data_key="Valeur")


class SuggestionSchema(SentSchema):
    """What an employer can do, one step or two together, that goes with a lower estimate."""

    steps = fields.List(fields.Nested(ChangeSchema), data_key="Changements")
    probability = fields.Float(
        data_key="Probabilite_depart", metadata={"description": "Avec tous ces changements."}
    )
    difference = fields.Float(data_key="Difference")
    sentence = fields.String(data_key="Phrase")
    takes = fields.String(
        data_key="Demande", metadata={"description": "Ce que cela demande à l'employeur."}
    )
    seen = fields.String(
        data_key="Echeance", metadata={"description": "Quand l'estimation le verra."}
    )


class SimulatedSchema(SentSchema):
    """Both answers, and what moved."""

    sometimes = ("suggestions", "note")

    before = fields.Nested(EstimateSchema, data_key="Avant")
    after = fields.Nested(EstimateSchema, data_key="Apres")
    difference = fields.Float(
        data_key="Difference", metadata={"description": "De probabilité, d'Avant à Apres."}
    )
    factors = fields.List(
        fields.Nested(FactorSchema),
        data_key="Facteurs",
        metadata={"description": "Ce qui a bougé ; les parts s'additionnent en Difference."},
    )
    suggestions = fields.List(
        fields.Nested(SuggestionSchema),
        data_key="Suggestions",
        metadata={
            "description": "Ce qu'un employeur peut faire et qui va avec une estimation plus basse "
            "qu'Avant : ne plus demander d'heures supplémentaires, un cran de déplacements de "
            "moins, une ou deux formations de plus, ou deux des trois ; rien d'autre."
        },
    )
    note = fields.String(data_key="Note_suggestions", metadata={"example": ASSOCIATION})


class SimulateQuery(QuerySchema):
    """What may be asked for beside the simulation."""

    suggestions = Flag(
        "Ajouter ce qu'un employeur peut faire et qui va avec une estimation plus basse."
    )


blueprint = Blueprint("simulate", __name__)
simulation_schema, simulated_schema = cache(SimulationSchema), SimulatedSchema()
query_schema = SimulateQuery()


@blueprint.post("/simulate")
@Contract(
    "Simuler un changement",
    operation="simulate",
    scopes=("predict", "read"),
    query=SimulateQuery,
    description="Ce que le modèle dirait du même employé dans d'autres circonstances, parmi celles "
    "sur lesquelles un employeur peut agir. Rien n'est conservé. Par identifiant, la clé doit "
    f"ouvrir la lecture. {ASSOCIATION} {NOTICE}",
    body=json_of(SimulationSchema, examples.SIMULATION),
    answer=json_of(SimulatedSchema, examples.SIMULATED | {"Note_suggestions": ASSOCIATION}),
    answers="Avant et après, et ce qui a bougé.",
    problems=(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
)
def what_if() -> dict[str, Any]:
    wanted = parameters(query_schema)
    predictor = serving.current()
    sent = simulation_schema(predictor.needed, predictor.known).load(json_body(BODY_MAX))
    require("read" if "identifier" in sent else "predict")
    look_up((sent.get("employee") or {}).get(REFERENCE))
    before = sent.get("employee") or _stored(str(sent["identifier"]), predictor.needed)
    answer = vars(simulate(predictor, before, _changed(before, sent["changes"])))
    if wanted["suggestions"]:
        answer |= {"suggestions": suggest(predictor, before), "note": ASSOCIATION}
    return simulated_schema.dump(answer)


def _stored(identifier: str, needed: tuple[str, ...]) -> dict[str, Any]:
    """The facts of a stored prediction, which an earlier model may have answered with fewer."""
    facts = history.prediction(identifier, SIMULATION).facts
    if missing := [FACTS[name].words for name in needed if facts[name] is None]:
        raise ValidationError(
            {"identifiant": [f"Donnez employe : il manque ici « {' », « '.join(missing)} »."]}
        )
    return facts


def _changed(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    after = before | changes
    if wrong := disagreements(after):
        raise ValidationError({"changements": wrong})
    return after
