"""Predicting for one employee."""

from typing import Any

from flask import Blueprint

from futurisys import serving
from futurisys.api.body import json_body
from futurisys.api.contracts import NOTICE, AnswerSchema, Contract
from futurisys.api.idempotency import KEY_SENTENCE, request_facts
from futurisys.employee.schema import EmployeeSchema
from futurisys.operations.predicting import predict_and_keep

BODY_MAX = 64 * 1024

blueprint = Blueprint("predict", __name__)
employee_schema = EmployeeSchema()
answer_schema = AnswerSchema()


@blueprint.post("/predict")
@Contract(
    "Estimer le risque de départ d'un employé",
    scopes=("predict",),
    headers={"Idempotency-Key": KEY_SENTENCE},
    description="Les faits de l'employé, tels que les extraits RH les nomment. La réponse est "
    f"conservée avant d'être donnée. {NOTICE}",
    body=EmployeeSchema,
    answer=AnswerSchema,
    problems=(400, 401, 403, 409, 413, 415, 422, 429, 503),
)
def predict() -> tuple[dict[str, Any], dict[str, str]]:
    employee = employee_schema.load(json_body(BODY_MAX))
    kept = predict_and_keep(serving.current(), employee, request_facts())
    answer = answer_schema.dump(vars(kept.answer) | {"identifier": kept.identifier})
    return answer, {"Idempotent-Replayed": "true"} if kept.replayed else {}
