"""What people thought of an estimate, and did: written down once, each an estimate's own."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from futurisys.api import examples
from futurisys.api.access import current_caller
from futurisys.api.body import json_body
from futurisys.api.contracts import Contract, SentSchema, json_of
from futurisys.api.idempotency import KEY_SENTENCE, REPLAYED, request_identity
from futurisys.api.query import NULL, Flag
from futurisys.errors import ReviewRefused
from futurisys.operations import reviewing
from futurisys.operations.reviewing import (
    DAYS,
    DAYS_MAX,
    KIND,
    MEASURE,
    NOTE,
    NOTE_MAX,
    NOTE_RULE,
    QUESTION,
    Said,
    Written,
)
from futurisys.records.reviews import ACTED, KINDS, KNOWN_TO_THE_PERSON, MEASURES

BODY_MAX = 4 * 1024
DATE = {"description": "En UTC.", "example": examples.DATE}
ASKED = f"{QUESTION} Demandé avec « {' » ou « '.join(KNOWN_TO_THE_PERSON)} », où false est refusé."
NOTED = f"{NOTE_RULE} Là où le service en garde."


def _word(words: tuple[str, ...], sentence: str, **options: Any) -> fields.String:
    """One of some words."""
    messages: dict[str, Any] = {"required": sentence, "invalid": sentence, "null": sentence}
    one_of = validate.OneOf(words, error=sentence)
    return fields.String(validate=one_of, error_messages=messages, **options)


class SaidSchema(Schema):
    """What somebody says of an estimate."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": "Champ inconnu : retirez-le ou corrigez son nom.",
        "type": "Un avis est un objet JSON.",
    }

    kind = _word(KINDS, KIND, data_key="avis", required=True)
    measure = _word(
        MEASURES,
        MEASURE,
        data_key="mesure",
        allow_none=True,
        metadata={"description": f"Demandée avec « {ACTED} »."},
    )
    informed = Flag(ASKED, data_key="personne_informee", load_default=None, allow_none=True)
    back_on = fields.Date(
        data_key="revenir_le",
        allow_none=True,
        error_messages={"invalid": DAYS},
        metadata={"description": f"Dans {DAYS_MAX} jours au plus ; elle s'efface le lendemain."},
    )
    note = fields.String(
        data_key="note",
        allow_none=True,
        validate=validate.Length(1, NOTE_MAX, error=NOTE),
        error_messages={"null": NULL, "invalid": NOTE},
        metadata={"description": NOTED},
    )


class ReviewSchema(SentSchema):
    """What somebody said of an estimate, who, and when."""

    identifier = fields.UUID(data_key="Identifiant")
    created_at = fields.DateTime(data_key="Date", metadata=DATE)
    author = fields.String(data_key="Par", metadata={"description": "Le nom de la clé."})
    kind = fields.String(data_key="Avis", metadata={"enum": list(KINDS)})
    measure = fields.String(
        data_key="Mesure", allow_none=True, metadata={"enum": [*MEASURES, None]}
    )
    informed = fields.Boolean(data_key="Personne_informee", allow_none=True)
    back_on = fields.Date(data_key="Revenir_le", allow_none=True)
    note = fields.String(data_key="Note", allow_none=True)


class ReviewsSchema(SentSchema):
    """All that was said of an estimate, the newest first."""

    reviews = fields.List(fields.Nested(ReviewSchema), data_key="avis")


blueprint = Blueprint("reviews", __name__, url_prefix="/predictions/<uuid:identifiant>/reviews")
said_schema, review_schema = SaidSchema(), ReviewSchema()


@blueprint.get("")
@Contract(
    "Ce qu'on a dit d'une estimation",
    operation="listReviews",
    scopes=("console",),
    description="Le plus récent d'abord : c'est lui qui compte. Le journal garde qui l'a lu.",
    path={"identifiant": examples.IDENTIFIER},
    answer=json_of(ReviewsSchema, examples.REVIEWS),
    answers="Les avis sur cette estimation.",
    problems=(401, 403, 404, 429, 503),
)
def every(identifiant: UUID) -> dict[str, Any]:
    told = reviewing.hand_out(str(identifiant), current_caller())
    return {"avis": [_told(one) for one in told]}


@blueprint.post("")
@Contract(
    "Dire ce qu'on pense d'une estimation, ou ce qu'on en a fait",
    operation="addReview",
    scopes=("console",),
    headers={"Idempotency-Key": KEY_SENTENCE},
    description="Un avis ne se corrige ni ne s'efface : on en donne un autre, et le dernier "
    "compte. Il disparaît avec l'estimation.",
    path={"identifiant": examples.IDENTIFIER},
    body=json_of(SaidSchema, examples.SAID),
    answer=json_of(ReviewSchema, examples.REVIEW),
    answers="L'avis tel qu'il est gardé.",
    problems=(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
)
def add(identifiant: UUID) -> tuple[dict[str, Any], dict[str, str]]:
    said = Said(**said_schema.load(json_body(BODY_MAX)))
    try:
        written, again = reviewing.add(str(identifiant), said, current_caller(), request_identity())
    except ReviewRefused as error:
        fields_of = said_schema.fields
        wrong = {fields_of[name].data_key: [told] for name, told in error.faults.items()}
        raise ValidationError(wrong) from error
    return _told(written), REPLAYED if again else {}


def _told(one: Written) -> dict[str, Any]:
    told: dict[str, Any] = review_schema.dump(vars(one) | vars(one.said))
    return told
