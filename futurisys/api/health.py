"""Whether the process lives, and whether it can keep its promise."""

from typing import Any

from flask import Blueprint, current_app

from futurisys import serving
from futurisys.api.contracts import Contract, HealthSchema, ReadySchema, json_of
from futurisys.operations.monitoring import check_ready
from futurisys.records import database

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@Contract(
    "Le processus vit",
    operation="getLive",
    description="Ne dépend ni de la base de données ni du modèle.",
    answer=json_of(HealthSchema, {"statut": "ok"}),
    answers="Le processus vit.",
)
def live() -> dict[str, Any]:
    return {"statut": "ok"}


@blueprint.get("/ready")
@Contract(
    "Le service peut répondre",
    operation="getReady",
    description="Le modèle est vérifié et donne les réponses attendues, la base de données répond "
    "et a tout ce dont le service se sert.",
    answer=json_of(ReadySchema, {"statut": "ok", "version_modele": "2026-11-23-1a2b3c4d"}),
    answers="Le service répond, et avec quel modèle.",
    problems=(503,),
)
def ready() -> dict[str, Any]:
    predictor = serving.current()
    check_ready(predictor)
    answer = {"statut": "ok", "version_modele": predictor.version}
    if database.is_ephemeral(current_app):
        answer["stockage"] = "ephemere"
    return answer
