"""What estimates said beside what came of it."""

import datetime
from typing import Any

from flask import Blueprint
from marshmallow import fields

from futurisys import serving
from futurisys.api import drift, live_examples
from futurisys.api.access import current_caller
from futurisys.api.contracts import Contract, SentSchema, json_of
from futurisys.api.drift import DriftSchema
from futurisys.api.live import LiveSchema, shown
from futurisys.api.query import Flag, Grouping, Moment, QuerySchema, Word, parameters
from futurisys.operations import lanes
from futurisys.operations.clock import zone
from futurisys.operations.folding import SMALLEST
from futurisys.operations.live import Asked, live
from futurisys.operations.live_figures import EXPECTED_LEAST, LEFT_LEAST


class MonitoringQuery(QuerySchema):
    """Which estimates are followed, and how groups are cut."""

    version = Word(
        "Les estimations de cette version du modèle ; par défaut, celle qui est servie.",
        "2026-11-23-1a2b3c4d",
        64,
        data_key="version_modele",
    )
    since = Moment(
        "Estimations à partir de ce jour ; par défaut, un horizon et un mois avant Complet_au.",
        "2026-01-01T00:00:00Z",
        data_key="depuis",
    )
    until = Moment("Estimations avant ce jour.", "2100-01-01T00:00:00Z", data_key="jusqu_a")
    is_all = Flag("Depuis la toute première estimation.", data_key="tout")
    by = Grouping(data_key="par")


class MonitoringSchema(SentSchema):
    """What is followed of a model in service."""

    live = fields.Nested(LiveSchema, data_key="Suivi")
    drift = fields.List(
        fields.Nested(DriftSchema),
        data_key="Derive",
        allow_none=True,
        metadata={
            "description": "Le dernier fichier de chaque source, en entier ; null pour une clé qui "
            "ne voit pas tous les départements."
        },
    )


blueprint = Blueprint("monitoring", __name__)
query_schema, monitoring_schema = MonitoringQuery(), MonitoringSchema()


@blueprint.get("/monitoring")
@Contract(
    "Ce qui en est advenu",
    operation="getMonitoring",
    scopes=("read",),
    query=MonitoringQuery,
    description="La première estimation de chaque personne dans la période, et ce qui en est "
    f"advenu, dans le périmètre de la clé : la comparaison commence à {EXPECTED_LEAST} départs "
    f"estimés, le reste à {LEFT_LEAST} départs. Les groupes de moins de {SMALLEST} personnes sont "
    "repliés. Derive dit ce qui a changé dans le dernier fichier de chaque source : sans aucun "
    "changement, au plus un fichier sur 60 environ aurait une alerte. Aucun de ces chiffres n'est "
    "l'effet des estimations ni des mesures.",
    answer=json_of(MonitoringSchema, live_examples.MONITORING | {"Derive": drift.EXAMPLE}),
    answers="Les chiffres, chacun avec son intervalle, et combien de départs manquent aux autres.",
    problems=(401, 403, 422, 429, 503),
)
def monitoring() -> dict[str, Any]:
    lanes.admit()
    asked = parameters(query_schema)
    days = {name: _day(asked.get(name)) for name in ("since", "until")}
    found = live(
        Asked(asked.get("version"), **days, is_all=asked["is_all"], by=asked["by"]),
        serving.served(),
    )
    whole = drift.shown(current_caller())
    return monitoring_schema.dump({"live": shown(found), "drift": whole})


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return moment.astimezone(zone()).date() if moment else None
