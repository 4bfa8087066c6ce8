"""History: what was answered, and why, when and by which model."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from marshmallow import fields

from futurisys.api import examples
from futurisys.api.body import json_body
from futurisys.api.contracts import AnswerSchema, Contract, ExplainedSchema, SentSchema, json_of
from futurisys.api.query import Cursor, Flag, Label, Moment, QuerySchema, Size, Word, parameters
from futurisys.employee.schema import FACTS, KEPT, EmployeeSchema
from futurisys.model.explain import factors
from futurisys.operations import history
from futurisys.operations.history import PAGE_MAX
from futurisys.operations.withholding import UNSHOWN
from futurisys.records.history import Filters

BODY_MAX = 64 * 1024
PAGE = 50
DATE = {"description": "En UTC.", "example": examples.DATE}


class FactsSchema(SentSchema, EmployeeSchema):
    """The facts that are kept; the reference is not among them."""

    class Meta(EmployeeSchema.Meta):
        fields = KEPT


class KeptSchema(AnswerSchema):
    """An answer that was given."""

    created_at = fields.DateTime(data_key="Date", metadata=DATE)


class DetailSchema(ExplainedSchema):
    """An answer that was given, the facts that it was given for, and its reasons."""

    sometimes = ()

    created_at = fields.DateTime(data_key="Date", metadata=DATE)
    facts = fields.Nested(FactsSchema, data_key="Employe")


class PageSchema(SentSchema):
    """A page of predictions, newest first."""

    predictions = fields.List(fields.Nested(KeptSchema))
    next = Cursor(
        data_key="suivant",
        allow_none=True,
        metadata={"description": "Le curseur de la page suivante ; null à la dernière."},
    )
    total = fields.Integer(
        allow_none=True, metadata={"description": "Combien en tout, si on l'a demandé."}
    )


class HistoryQuery(QuerySchema):
    """Which predictions, and from where on."""

    since = Moment("À partir de cette date.", "2026-01-01T00:00:00Z", data_key="depuis")
    until = Moment("Avant cette date.", "2100-01-01T00:00:00Z", data_key="jusqu_a")
    label = Label(data_key="prediction")
    model_version = Word("Du modèle.", "2026-11-23-1a2b3c4d", 64, data_key="version_modele")
    before = Cursor(
        data_key="curseur",
        metadata={"description": "Le « suivant » d'une page.", "example": examples.CURSOR},
    )
    limit = Size("Par page.", PAGE, PAGE_MAX, data_key="limite")
    total = Flag("Compter aussi tout ce qui répond aux filtres.")


class SearchSchema(HistoryQuery):
    """The same, and whose: a reference stands in a body, never in an address."""

    error_messages = {"type": "Un objet JSON est attendu."}
    id_employee = FACTS["id_employee"]


blueprint = Blueprint("predictions", __name__, url_prefix="/predictions")
history_query, search_schema = HistoryQuery(), SearchSchema()
page_schema, detail_schema = PageSchema(), DetailSchema()


@blueprint.get("")
@Contract(
    "L'historique",
    operation="listPredictions",
    scopes=("read",),
    description="Les prédictions conservées, les plus récentes d'abord. Une page suit l'autre par "
    f"son curseur : ce qui s'ajoute entre-temps ne décale rien. {UNSHOWN}",
    query=HistoryQuery,
    answer=json_of(PageSchema, examples.PAGE),
    answers="Une page de prédictions, sans les faits de l'employé.",
    problems=(401, 403, 422, 429, 503),
)
def every() -> dict[str, Any]:
    return _page(parameters(history_query))


@blueprint.post("/search")
@Contract(
    "Chercher dans l'historique",
    operation="searchPredictions",
    scopes=("read",),
    description="Comme l'historique, et par référence de l'employé : elle est donnée dans le "
    "corps, jamais dans une adresse, et n'est conservée que hachée avec une clé. Là où le service "
    "n'a pas cette clé, aucune référence n'est conservée et rien n'est trouvé.",
    body=json_of(SearchSchema, examples.SEARCH),
    answer=json_of(PageSchema, examples.PAGE),
    answers="Une page de prédictions, sans les faits de l'employé.",
    problems=(400, 401, 403, 413, 415, 422, 429, 503),
)
def search() -> dict[str, Any]:
    return _page(search_schema.load(json_body(BODY_MAX)))


@blueprint.get("/<uuid:identifiant>")
@Contract(
    "Une prédiction, ses données et ses raisons",
    operation="getPrediction",
    scopes=("read",),
    description="Telle qu'elle a été donnée, même si son modèle n'est plus là.",
    path={"identifiant": examples.IDENTIFIER},
    answer=json_of(DetailSchema, examples.DETAIL),
    answers="La prédiction conservée, avec les faits de l'employé et les facteurs.",
    problems=(401, 403, 404, 429, 503),
)
def one(identifiant: UUID) -> dict[str, Any]:
    kept = history.prediction(str(identifiant))
    reasons = factors(kept.facts, kept.answer.base, kept.answer.effects)
    return detail_schema.dump(vars(kept) | vars(kept.answer) | {"factors": reasons})


def _page(asked: dict[str, Any]) -> dict[str, Any]:
    names = ("since", "until", "label", "model_version")
    wanted: dict[str, Any] = {name: asked.get(name) for name in names}
    page = history.page(
        Filters(**wanted),
        asked.get("id_employee"),
        asked.get("before"),
        asked["limit"],
        asked["total"],
    )
    rows = [row | {"identifier": row["id"]} for row in page.predictions]
    return page_schema.dump(vars(page) | {"predictions": rows})
