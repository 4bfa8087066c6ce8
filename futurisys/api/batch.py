"""Predicting for a population: as JSON, all or nothing, or as a table, row by row."""

from contextlib import ExitStack
from functools import cache
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from werkzeug.exceptions import UnsupportedMediaType

from futurisys import serving
from futurisys.api import examples
from futurisys.api.batch_answers import BatchAnswerSchema
from futurisys.api.body import json_body
from futurisys.api.contracts import JSON, Contract, Media
from futurisys.api.idempotency import KEY_SENTENCE, REPLAYED, request_identity
from futurisys.api.query import NULL, QuerySchema, Word, parameters
from futurisys.api.sent_files import FORM, FORM_SCHEMA, sent_files
from futurisys.api.spool import CsvAnswer, JsonAnswer, WorkbookAnswer, chunks
from futurisys.employee.headings import FILE
from futurisys.employee.reading import Reading
from futurisys.employee.schema import FACTS, EmployeeSchema, Known
from futurisys.errors import AlertsRefused, ExtractError
from futurisys.model.predictor import Predictor
from futurisys.model.statements import NOTICE
from futurisys.operations import lanes
from futurisys.operations.drift import SOURCE_MAX, source_of
from futurisys.operations.opening import OpenedTable, digest_of
from futurisys.operations.scoring import KeptTogether, score_employees
from futurisys.operations.uploads import Upload, score_upload

EMPLOYEES_MAX = 1000
JSON_MAX = 4 << 20
CSV, XLSX = CsvAnswer.mimetype, WorkbookAnswer.mimetype
LIST = "Une liste d'employés est attendue."

Answer = JsonAnswer | CsvAnswer


class Employees(fields.List):
    """A list whose length is judged before any of its employees."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, list):
            self._validate(value)
        return super()._deserialize(value, *args, **kwargs)


class BatchSchema(Schema):
    """Several employees."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": "Champ inconnu : retirez-le ou corrigez son nom.",
        "type": "Une population est un objet JSON, avec une liste employes.",
    }

    def __init__(self, needed: tuple[str, ...] = (), known: Known = (), **options: Any) -> None:
        super().__init__(**options)
        employees: Any = self.fields["employees"]
        employees.inner.schema.need(needed).know(known)

    employees = Employees(
        fields.Nested(EmployeeSchema, error_messages={"null": "Un employé est attendu."}),
        data_key="employes",
        required=True,
        validate=validate.Length(
            1, EMPLOYEES_MAX, error=f"De 1 à {EMPLOYEES_MAX} employés sont attendus."
        ),
        error_messages={"required": LIST, "null": LIST, "invalid": LIST},
    )


def _word(key: str, word: str, description: str) -> fields.String:
    """A parameter that is this one word, or is not given."""
    return fields.String(
        data_key=key,
        validate=validate.OneOf([word], error=f"« {word} » est attendu."),
        metadata={"description": f"{word} : {description}", "example": word},
        error_messages={"null": NULL, "invalid": NULL},
    )


class BatchQuery(QuerySchema):
    """How the answers are handed back, and where a file comes from."""

    order = _word("tri", "risque", "le plus fort d'abord.")
    form = _word(
        "format",
        "excel",
        "du CSV qu'un Excel français ouvre tel quel (point-virgule, virgule décimale, marque "
        "UTF-8), quel que soit Accept.",
    )
    alerts = _word(
        "alertes",
        "refuser",
        "d'un fichier dont une colonne entière étonne, rien n'est estimé ni conservé (422) ; "
        "sinon, la réponse le dit dans Alertes.",
    )
    source = Word(
        "D'un fichier : le nom de sa source. Il est comparé au dernier fichier de cette source ; "
        "sans nom, au dernier que la même clé a envoyé sans nom.",
        "Paie",
        SOURCE_MAX,
    )


blueprint = Blueprint("batch", __name__)
batch_schema, query_schema = cache(BatchSchema), BatchQuery()


@blueprint.post("/predict/batch")
@Contract(
    "Estimer le risque de départ d'une population",
    operation="predictBatch",
    scopes=("predict",),
    headers={"Idempotency-Key": KEY_SENTENCE},
    query=BatchQuery,
    description=f"En JSON ({EMPLOYEES_MAX} employés au plus) : tout ou rien. En CSV ou en .xlsx "
    "(64 Mio au plus, un en-tête : les noms des colonnes, comme dans les extraits joints), "
    "reconnu à son contenu : les bonnes lignes sont estimées et conservées ensemble, les autres "
    "rapportées avec leur ligne, leur colonne et une phrase. En "
    "multipart/form-data, un fichier ou les trois extraits (64 Mio ensemble), reconnus à leurs "
    "en-têtes et joints par leurs clés ; Ligne est alors celle du fichier SIRH. La réponse est "
    "du JSON, du CSV ou un "
    ".xlsx, selon Accept. Une réponse en CSV reprend chaque ligne du fichier, avec les colonnes de "
    "la réponse (Avertissements séparés par « | ») et une colonne Erreurs (de trois fichiers, "
    "aussi Fichier et Ligne, dans l'ordre des phrases). Un .xlsx a une feuille "
    "« Estimations » à lire, avec les raisons en toutes lettres, une feuille « Données » sous les "
    "noms des champs, et une feuille « À lire » ; ni attribut protégé ni numéro d'employé n'y "
    "figure. Une cellule qui commence par =, +, - ou @ est précédée d'une apostrophe. "
    f"L'en-tête {FILE} de la réponse, et en JSON le membre de ce nom, est l'identifiant sous "
    f"lequel un fichier est gardé. {NOTICE}",
    body={
        JSON: Media(BatchSchema, examples.POPULATION),
        CSV: Media({"type": "string"}, examples.TABLE),
        XLSX: Media({"type": "string", "format": "binary"}),
        FORM: Media(FORM_SCHEMA),
    },
    answer={
        JSON: Media(BatchAnswerSchema, examples.POPULATION_ANSWER),
        CSV: Media({"type": "string"}, examples.TABLE_ANSWER),
        XLSX: Media({"type": "string", "format": "binary"}),
    },
    answers="Les réponses, toutes conservées.",
    problems=(400, 401, 403, 409, 413, 415, 422, 429, 503),
)
def batch() -> Response:
    wanted = parameters(query_schema)
    predictor = serving.current()
    is_table = request.mimetype in (CSV, XLSX, FORM)
    fictional = predictor.card.fictional
    answer = _answer_as("order" in wanted, "form" in wanted, is_table, fictional)
    with ExitStack() as stack:
        stack.callback(answer.close)
        if is_table:
            lanes.admit()
            kept = _score_upload(predictor, answer, "alerts" in wanted, wanted.get("source", ""))
            answer.file_id = kept.batch_id
        elif request.mimetype == JSON:
            schema = batch_schema(predictor.needed, predictor.known)
            employees = schema.load(json_body(JSON_MAX))["employees"]
            answer.head(tuple(FACTS), Reading())
            block, kept = score_employees(predictor, employees, request_identity())
            answer.take(block)
        else:
            raise UnsupportedMediaType(
                f"Le corps de la demande doit être du JSON ({JSON}), du CSV ({CSV}), un .xlsx "
                f"ou un formulaire ({FORM})."
            )
        response = Response(chunks(answer), mimetype=answer.mimetype)
        response.headers.update(REPLAYED if kept.replayed else {})
        if is_table and kept.batch_id:
            response.headers[FILE] = kept.batch_id
        response.call_on_close(stack.pop_all().close)
    return response


def _as_it_is(opened: OpenedTable) -> OpenedTable:
    return opened


def _without_alerts(opened: OpenedTable) -> OpenedTable:
    """Raise AlertsRefused where whole columns look wrong."""
    if opened.reading.alerts:
        raise AlertsRefused([alert.sentence for alert in opened.reading.alerts])
    return opened


def _answer_as(by_risk: bool, excel: bool, is_table: bool, fictional: bool) -> Answer:
    """The form that the request asks for; JSON where it asks for none that we have."""
    best = request.accept_mimetypes.best_match([JSON, CSV, XLSX], default=JSON)
    if excel or best == CSV:
        return CsvAnswer(by_risk, excel)
    if best == XLSX:
        return WorkbookAnswer(by_risk, fictional)
    return JsonAnswer(by_risk, lines=is_table)


def _score_upload(predictor: Predictor, answer: Answer, refuses: bool, source: str) -> KeptTogether:
    """Score the files that were sent; refuses: whether nothing is to be scored with an alert.

    source: where they come from, "" where that is not said.
    Raises ValidationError where they are no table, and where it has one.
    """
    try:
        with sent_files() as (parts, mapping):
            identity = request_identity(digest_of(parts, mapping))
            confirm = _without_alerts if refuses else _as_it_is
            upload = Upload(parts, mapping, confirm, source_of(source))
            return score_upload(predictor, upload, answer, identity)
    except AlertsRefused as error:
        raise ValidationError(list(error.sentences)) from error
    except ExtractError as error:
        raise ValidationError(str(error)) from error
