"""What Prometheus reads."""

from flask import Blueprint, Response

from futurisys.api.access import current_caller
from futurisys.api.contracts import Contract, Media
from futurisys.operations import drift_metrics, oversight
from futurisys.operations.metrics import exposition

TYPE = "text/plain; version=0.0.4; charset=utf-8"

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@Contract(
    "Mesures pour Prometheus",
    operation="getMetrics",
    description="Exactes sur l'ensemble des processus ; aucune ne nomme une personne.",
    answer={"text/plain": Media({"type": "string"})},
    answers="Le format texte de Prometheus.",
    problems=(401, 403, 429, 503),
    scopes=("read", "admin"),
)
def metrics() -> Response:
    caller = current_caller()
    shown = exposition() + oversight.exposition(caller) + drift_metrics.exposition(caller)
    return Response(shown, content_type=TYPE)
