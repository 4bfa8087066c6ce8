"""Predicting for one employee."""

from typing import Any

from flask import Blueprint

from futurisys import serving
from futurisys.api.body import json_body
from futurisys.api.contracts import NOTICE, AnswerSchema, Contract
from futurisys.employee.schema import EmployeeSchema
from futurisys.operations.predicting import predict_and_keep

BODY_MAX = 64 * 1024

blueprint = Blueprint("predict", __name__)
employee_schema = EmployeeSchema()
answer_schema = AnswerSchema()


@blueprint.post("/predict")
@Contract(
    "Estimer le risque de départ d'un employé",
    description="Les faits de l'employé, tels que les extraits RH les nomment. La réponse est "
    f"conservée avant d'être donnée. {NOTICE}",
    body=EmployeeSchema,
    answer=AnswerSchema,
    problems=(400, 413, 415, 422, 503),
)
def predict() -> dict[str, Any]:
    employee = employee_schema.load(json_body(BODY_MAX))
    identifier, answer = predict_and_keep(serving.current(), employee)
    return answer_schema.dump(vars(answer) | {"identifier": identifier})
