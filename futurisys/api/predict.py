"""Predicting for one employee."""

from typing import Any

from flask import Blueprint

from futurisys import serving
from futurisys.api import examples
from futurisys.api.body import json_body
from futurisys.api.contracts import AnswerSchema, Contract, ExplainedSchema, json_of
from futurisys.api.idempotency import KEY_SENTENCE, REPLAYED, request_identity
from futurisys.api.query import Flag, QuerySchema, parameters
from futurisys.employee.loading import employee_loader
from futurisys.employee.schema import EmployeeSchema
from futurisys.model.explain import factors
from futurisys.model.statements import NOTICE
from futurisys.operations.predicting import predict_and_keep

BODY_MAX = 64 * 1024


class PredictQuery(QuerySchema):
    """What may be asked for beside the answer."""

    explanation = Flag("Ajouter Base et Facteurs.", data_key="explication")


blueprint = Blueprint("predict", __name__)
answer_schema = AnswerSchema()
explained_schema = ExplainedSchema()
query_schema = PredictQuery()


@blueprint.post("/predict")
@Contract(
    "Estimer le risque de départ d'un employé",
    operation="predict",
    scopes=("predict",),
    headers={"Idempotency-Key": KEY_SENTENCE},
    query=PredictQuery,
    description="Les faits de l'employé, tels que les extraits RH les nomment. La réponse est "
    f"conservée avant d'être donnée. {NOTICE}",
    body=json_of(EmployeeSchema, examples.EMPLOYEE),
    answer=json_of(ExplainedSchema, examples.ANSWER | examples.REASONS),
    answers="La réponse pour un employé ; Base et Facteurs avec explication=true.",
    problems=(400, 401, 403, 409, 413, 415, 422, 429, 503),
)
def predict() -> tuple[dict[str, Any], dict[str, str]]:
    wanted = parameters(query_schema)
    predictor = serving.current()
    employee = employee_loader(predictor.needed, predictor.known).load(json_body(BODY_MAX))
    kept = predict_and_keep(predictor, employee, request_identity())
    answer = vars(kept.answer) | {"identifier": kept.identifier}
    replayed = REPLAYED if kept.replayed else {}
    if not wanted["explanation"]:
        return answer_schema.dump(answer), replayed
    reasons = {"factors": factors(employee, kept.answer.base, kept.answer.effects)}
    return explained_schema.dump(answer | reasons), replayed
