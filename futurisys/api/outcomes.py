"""Who left: told as JSON or as a file of HR's, and kept of those who are estimated."""

import datetime
from typing import Any

from flask import Blueprint, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from futurisys.api.access import current_caller
from futurisys.api.batch import CSV, JSON_MAX, XLSX
from futurisys.api.body import json_body
from futurisys.api.contracts import JSON, Contract, Media, SentSchema, json_of
from futurisys.api.query import NULL, QuerySchema, parameters
from futurisys.api.sent_files import FILE, FILE_MAX
from futurisys.employee.departures import (
    DAYS,
    NOT_A_DAY,
    NOT_A_NUMBER,
    NUMBER_MAX,
    REASONS,
    Departure,
    last_of,
    read,
)
from futurisys.employee.schema import REFERENCE
from futurisys.errors import ExtractError, OutcomesRefused
from futurisys.operations import lanes, outcomes

DSN = "text/plain"
DEPARTURES_MAX = 10_000
LIST = "Une liste de départs est attendue."
REASON = f"« {' » ou « '.join(REASONS)} » est attendu."
TOLD = {"departs": [{REFERENCE: 1, "date_depart": "2026-01-31", "raison": "démission"}]}
TABLE = f"{REFERENCE},date_depart,raison\n1,31/01/2026,démission\n"
DECLARATION = (
    "S10.G00.00.001,'Paie'\nS21.G00.30.019,'1'\nS21.G00.40.001,'01032019'\n"
    "S21.G00.62.001,'31012026'\nS21.G00.62.002,'059'\n"
)
KEPT = {
    **{"Nommes": 12, "Nouveaux": 9, "Corriges": 1, "Inchanges": 0, "Inconnus": 2},
    **{"Sans_numero": 0, "Complet_au": "2026-01-31"},
}


def _refused(sentence: str) -> dict[str, Any]:
    """One sentence for whatever is wrong with a value."""
    return dict.fromkeys(("required", "null", "invalid", "too_large"), sentence)


class DepartureSchema(Schema):
    """That somebody left."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": "Champ inconnu : retirez-le ou corrigez son nom.",
        "type": "Un départ est un objet JSON.",
    }

    number = fields.Integer(
        data_key=REFERENCE,
        required=True,
        strict=True,
        validate=validate.Range(1, NUMBER_MAX, error=f"Numéro : {NOT_A_NUMBER}"),
        error_messages=_refused(f"Numéro : {NOT_A_NUMBER}"),
    )
    left_on = fields.Date(
        data_key="date_depart",
        required=True,
        validate=validate.Range(*DAYS, error=f"Date de départ : {NOT_A_DAY}"),
        error_messages=_refused(f"Date de départ : {NOT_A_DAY}"),
    )
    reason = fields.String(
        data_key="raison",
        required=True,
        validate=validate.OneOf(REASONS, error=REASON),
        error_messages=_refused(REASON),
    )


class DeparturesSchema(Schema):
    """A list of who left."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": "Champ inconnu : retirez-le ou corrigez son nom.",
        "type": "Une liste de départs est un objet JSON.",
    }

    departures = fields.List(
        fields.Nested(DepartureSchema, error_messages={"null": "Un départ est attendu."}),
        data_key="departs",
        required=True,
        validate=validate.Length(
            0, DEPARTURES_MAX, error=f"{DEPARTURES_MAX} départs au plus sont attendus."
        ),
        error_messages=_refused(LIST),
    )


class OutcomesQuery(QuerySchema):
    """What the list says of those whom it does not name."""

    complete_to = fields.Date(
        data_key="complet_au",
        error_messages={"null": NULL, "invalid": "Un jour est attendu, comme 2026-01-31."},
        metadata={
            "description": "La liste est complète jusqu'à ce jour : qui a été estimé, et qu'elle "
            "ne dit pas parti (ni une liste d'avant), est resté. Sans lui, rien n'est dit des "
            "autres, et aucun chiffre n'en est tiré.",
            "example": "2026-01-31",
        },
    )


def _count(name: str, description: str, **options: Any) -> fields.Integer:
    return fields.Integer(data_key=name, metadata={"description": description}, **options)


class KeptOutcomesSchema(SentSchema):
    """What became of a list of departures."""

    listed = _count("Nommes", "Combien de personnes la liste nomme.")
    new = _count("Nouveaux", "De personnes estimées, dont rien n'était dit.")
    changed = _count("Corriges", "De personnes estimées, dont autre chose était dit.")
    same = _count("Inchanges", "De personnes estimées, dont c'était dit.")
    strangers = _count(
        "Inconnus",
        "De personnes qui ne sont pas estimées : rien n'en est gardé.",
        attribute="unknown",
    )
    nameless = _count("Sans_numero", "De ces inconnus, ceux qui n'ont pas de numéro dans la DSN.")
    complete_to = fields.Date(data_key="Complet_au", allow_none=True)


blueprint = Blueprint("outcomes", __name__)
query_schema, departures_schema = OutcomesQuery(), DeparturesSchema()
kept_schema = KeptOutcomesSchema()


@blueprint.post("/outcomes")
@Contract(
    "Dire qui est parti",
    operation="addOutcomes",
    scopes=("admin",),
    query=OutcomesQuery,
    description=f"En JSON ({DEPARTURES_MAX} départs au plus), ou un fichier : un tableau CSV ou "
    f".xlsx (colonnes {REFERENCE}, date_depart et raison : démission, ou toute autre), ou une DSN "
    "(text/plain), dont ne sont lus que le numéro de l'employé, le début et la fin de ses "
    "contrats et le motif. Reconnu à son contenu. Tout ou rien. Ce qui est dit en dernier d'une "
    "personne vaut, et le journal note ce qui change. N'est gardé que ce qui est dit de personnes "
    "estimées, et disparaît avec leurs estimations.",
    body={
        JSON: Media(DeparturesSchema, TOLD),
        CSV: Media({"type": "string"}, TABLE),
        XLSX: Media({"type": "string", "format": "binary"}),
        DSN: Media({"type": "string"}, DECLARATION),
    },
    answer=json_of(KeptOutcomesSchema, KEPT),
    answers="Ce que la liste est devenue.",
    problems=(400, 401, 403, 413, 415, 422, 429, 503),
)
def add() -> Any:
    complete_to: datetime.date | None = parameters(query_schema).get("complete_to")
    try:
        found = outcomes.keep(_departures(), complete_to, current_caller())
    except (ExtractError, OutcomesRefused) as error:
        raise ValidationError(str(error)) from error
    return kept_schema.dump(found) | {"Complet_au": complete_to and complete_to.isoformat()}


def _departures() -> list[Departure]:
    """The departures that were sent; raises ExtractError, and what JSON that is none does."""
    if request.mimetype == JSON:
        told = departures_schema.load(json_body(JSON_MAX))["departures"]
        return last_of(Departure(**one | {"number": str(one["number"])}) for one in told)
    if request.mimetype not in (CSV, XLSX, DSN):
        raise UnsupportedMediaType(
            f"Le corps de la demande doit être du JSON ({JSON}), du CSV ({CSV}), un .xlsx ou une "
            f"DSN ({DSN})."
        )
    lanes.admit()
    # One byte more: of a body of unknown length, what is read is cut there without a word.
    request.max_content_length = FILE_MAX + 1
    content = request.get_data(cache=False)
    if len(content) > FILE_MAX:
        raise RequestEntityTooLarge
    with lanes.turn():
        return read(content, FILE)
