"""This run against the last: who is new, who has gone, who moved, and why the sum did."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, abort
from marshmallow import ValidationError, fields, validates_schema

from futurisys import serving
from futurisys.api import examples
from futurisys.api.access import current_caller
from futurisys.api.contracts import Contract, SentSchema, json_of
from futurisys.api.errors import problem
from futurisys.api.query import NULL, Grouping, Moment, QuerySchema, Size, parameters
from futurisys.employee.schema import value_of
from futurisys.errors import ComparisonImpossible
from futurisys.model.moving import MODEL, Step
from futurisys.model.plain import WORDS
from futurisys.model.statements import NOTICE
from futurisys.operations import journal, lanes
from futurisys.operations.comparing import Comparison, compare, reasons
from futurisys.operations.folding import SMALLEST
from futurisys.operations.movements import MOVED, Pair
from futurisys.records.comparisons import Side

PAGE, PAGE_MAX, SKIP_MAX = 100, 1000, 1_000_000
IMPOSSIBLE = "urn:futurisys:comparaison-impossible"
UNSAID = "Dites lequel : un fichier, ou une période."


def _file(which: str) -> fields.UUID:
    return fields.UUID(
        error_messages={"null": NULL, "invalid_uuid": "L'identifiant d'un fichier est attendu."},
        metadata={"description": f"Le fichier {which}.", "example": examples.IDENTIFIER},
    )


class ComparisonsQuery(QuerySchema):
    """Which two sides: each a file, a period, or what a file has of a period."""

    avant = _file("d'avant")
    avant_depuis = Moment("Le côté d'avant, à partir de cette date.", "2026-01-01T00:00:00Z")
    avant_jusqu_a = Moment("Le côté d'avant, avant cette date.", "2100-01-01T00:00:00Z")
    apres = _file("d'après")
    apres_depuis = Moment("Le côté d'après, à partir de cette date.", "2026-01-01T00:00:00Z")
    apres_jusqu_a = Moment("Le côté d'après, avant cette date.", "2100-01-01T00:00:00Z")
    by = Grouping(data_key="par")
    limit = Size("De chaque liste.", PAGE, PAGE_MAX, data_key="limite")
    skip = Size("Combien passer en tête de chaque liste.", 0, SKIP_MAX, 0, data_key="passer")

    @validates_schema
    def _each_side_is_said(self, loaded: dict[str, Any], **_: Any) -> None:
        for name in ("avant", "apres"):
            if not side_of(loaded, name).is_said:
                raise ValidationError(UNSAID, name)


class EstimatedSchema(SentSchema):
    """What was said of a person on one side."""

    identifier = fields.UUID(data_key="Identifiant")
    probability = fields.Float(data_key="Probabilite_depart")
    word = fields.Function(
        lambda one: WORDS[one.word],
        data_key="Mot",
        metadata={"type": "string", "enum": list(WORDS.values())},
    )
    model_version = fields.String(data_key="Version_modele")
    department = fields.String(data_key="departement")
    post = fields.String(data_key="poste", allow_none=True)


class StepSchema(SentSchema):
    """What one field adds to the way from one estimate to the other."""

    field = fields.String(data_key="Variable")
    before = fields.Function(
        lambda step: value_of(step.field, step.before), data_key="Valeur_avant"
    )
    after = fields.Function(lambda step: value_of(step.field, step.after), data_key="Valeur_apres")
    effect = fields.Float(data_key="Effet")
    share = fields.Float(data_key="Effet_probabilite")


class MovedSchema(SentSchema):
    """A person of both sides whose estimate moved."""

    before = fields.Nested(EstimatedSchema, data_key="Avant")
    after = fields.Nested(EstimatedSchema, data_key="Apres")
    difference = fields.Float(data_key="Difference")
    model = fields.Float(
        data_key="Effet_modele",
        allow_none=True,
        metadata={"description": "Ce que l'autre modèle dit d'autre ; null, raisons effacées."},
    )
    steps = fields.List(
        fields.Nested(StepSchema),
        data_key="Facteurs",
        metadata={"description": "Avec Effet_modele, leurs Effet font l'écart des logits."},
    )


class WholeSchema(SentSchema):
    """One side as a whole."""

    people = fields.Integer(data_key="Personnes")
    expected = fields.Float(data_key="Somme")
    unnamed = fields.Integer(
        data_key="Non_comparees", metadata={"description": "Réponses sans référence connue."}
    )
    models = fields.List(fields.String(), data_key="Versions_modele")


class SplitSchema(SentSchema):
    """What the movement of the sum is made of: Modele + Population + Personnes = Total."""

    total = fields.Float(data_key="Total")
    model = fields.Float(data_key="Modele", allow_none=True)
    population = fields.Float(data_key="Population")
    people = fields.Float(data_key="Personnes", allow_none=True)
    together = fields.Float(data_key="Modele_et_personnes")
    why = fields.String(
        data_key="Remarque", metadata={"description": "Pourquoi Modele et Personnes manquent."}
    )


class SizeSchema(SentSchema):
    """How many people of a group, and the sum of their estimates."""

    people = fields.Integer(data_key="Personnes")
    expected = fields.Float(data_key="Somme")


class MovedGroupSchema(SentSchema):
    """A group on both sides."""

    level = fields.String(data_key="Groupe")
    before = fields.Nested(SizeSchema, data_key="Avant")
    after = fields.Nested(SizeSchema, data_key="Apres")


class ComparisonSchema(SentSchema):
    """Two sides compared."""

    before = fields.Nested(WholeSchema, data_key="Avant")
    after = fields.Nested(WholeSchema, data_key="Apres")
    split = fields.Nested(SplitSchema, data_key="Mouvement")
    counts = fields.Dict(
        data_key="Nombres",
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "De chaque liste en entier, et des personnes des deux côtés."},
    )
    newcomers = fields.List(fields.Nested(EstimatedSchema), data_key="nouvelles")
    gone = fields.List(fields.Nested(EstimatedSchema), data_key="parties")
    moved = fields.List(fields.Nested(MovedSchema), data_key="bougees")
    groups = fields.List(fields.Nested(MovedGroupSchema), data_key="groupes")
    others = fields.Nested(MovedGroupSchema, data_key="autres", allow_none=True)


blueprint = Blueprint("comparisons", __name__)
query_schema, comparison_schema = ComparisonsQuery(), ComparisonSchema()


@blueprint.get("/comparisons")
@Contract(
    "Ce qui est nouveau",
    operation="compare",
    scopes=("read",),
    query=ComparisonsQuery,
    description="Deux fichiers ou deux périodes, personne par personne, dans le périmètre de la "
    "clé : qui est nouveau, qui n'y est plus (ou a quitté le périmètre), et qui a bougé d'au moins "
    f"{100 * MOVED:.0f} points ou est passé entre Signalé et Non signalé. Les groupes de moins de "
    f"{SMALLEST} personnes sont repliés. {NOTICE}",
    answer=json_of(ComparisonSchema, examples.COMPARISON),
    answers="Les deux côtés, le mouvement de la somme des estimations, et les trois listes.",
    problems=(401, 403, 409, 422, 429, 503),
)
def comparison() -> dict[str, Any]:
    lanes.admit()
    asked = parameters(query_schema)
    predictor, old, new = serving.served(), side_of(asked, "avant"), side_of(asked, "apres")
    try:
        found = compare(old, new, asked["by"], predictor)
    except ComparisonImpossible as error:
        abort(problem(409, str(error), type=IMPOSSIBLE, title="Comparaison impossible"))
    shown = slice(asked["skip"], asked["skip"] + asked["limit"])
    newcomers, gone, moved = found.newcomers[shown], found.gone[shown], found.moved[shown]
    told = list(_moved(moved, list(reasons(moved, predictor))))
    shown_of = sum(map(len, (newcomers, gone, moved)))
    journal.record(current_caller(), journal.COMPARISON, shown_of)
    parts = {"newcomers": newcomers, "gone": gone, "moved": told, "counts": _counts(found)}
    groups = {"groups": found.groups.shown, "others": found.groups.others}
    return comparison_schema.dump(vars(found) | parts | groups)


def side_of(asked: dict[str, Any], name: str) -> Side:
    """What the parameters say of one side."""
    file = asked.get(name)
    return Side(
        str(file) if file else None, asked.get(f"{name}_depuis"), asked.get(f"{name}_jusqu_a")
    )


def _counts(found: Comparison) -> dict[str, int]:
    return {
        "nouvelles": len(found.newcomers),
        "parties": len(found.gone),
        "bougees": len(found.moved),
        "communes": found.both,
    }


def _moved(pairs: Sequence[Pair], told: Sequence[Sequence[Step]]) -> Iterator[dict[str, Any]]:
    for pair, every in zip(pairs, told, strict=True):
        own = [step.effect for step in every if step.field == MODEL]
        yield {
            "before": pair.before,
            "after": pair.after,
            "difference": pair.difference,
            "model": sum(own) if every else None,
            "steps": [step for step in every if step.field != MODEL],
        }
