"""The parameters of an address, as strict as its body, and the kinds of values both may hold."""

import base64
import binascii
import datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from futurisys.model.artifact import LABELS
from futurisys.operations.comparing import CHOICES
from futurisys.operations.history import EITHER

NULL = "Une valeur est attendue."
ONE_FIELD = f"L'un de ces champs est attendu : {', '.join(CHOICES)}."


class Flag(fields.Boolean):
    """true or false, and nothing else."""

    default_error_messages = {"null": NULL, "invalid": "true ou false est attendu."}

    def __init__(self, sentence: str, load_default: bool | None = False, **options: Any) -> None:
        metadata = {"description": sentence, "example": True}
        super().__init__(load_default=load_default, metadata=metadata, **options)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise self.make_error("invalid")
        return value


class Size(fields.Integer):
    """How many at most, or how many to pass over."""

    default_error_messages = {"null": NULL, "invalid": "Un nombre entier est attendu."}

    def __init__(
        self, sentence: str, default: int, most: int, least: int = 1, **options: Any
    ) -> None:
        super().__init__(
            strict=True,
            load_default=default,
            validate=validate.Range(
                least, most, error=f"Un nombre de {least} à {most} est attendu."
            ),
            metadata={"description": sentence, "example": default},
            **options,
        )


class Word(fields.String):
    """A short text of letters, digits, spaces and a few signs."""

    default_error_messages = {"null": NULL, "invalid": "Un texte est attendu."}

    def __init__(self, sentence: str, example: str, most: int, **options: Any) -> None:
        pattern = validate.Regexp(
            f"^[A-Za-zÀ-ÿ0-9 ._:-]{{1,{most}}}$",
            error=f"Un texte de 1 à {most} lettres, chiffres, espaces, points ou tirets.",
        )
        metadata = {"description": sentence, "example": example}
        super().__init__(validate=pattern, metadata=metadata, **options)


class Label(fields.String):
    """One of the two words that answer."""

    default_error_messages = {"null": NULL, "invalid": EITHER}

    def __init__(self, **options: Any) -> None:
        metadata = {"description": "La réponse.", "example": "Part"}
        one_of = validate.OneOf(sorted(LABELS.values()), error=EITHER)
        super().__init__(validate=one_of, metadata=metadata, **options)


class Grouping(fields.String):
    """The field that groups are cut by, one of `CHOICES`."""

    default_error_messages = {"null": NULL, "invalid": ONE_FIELD}

    def __init__(self, **options: Any) -> None:
        super().__init__(
            load_default=CHOICES[0],
            validate=validate.OneOf(CHOICES, error=ONE_FIELD),
            metadata={"description": "Le champ des groupes.", "example": "departement"},
            **options,
        )


class Moment(fields.DateTime):
    """A moment in ISO 8601; without a zone it is UTC, without an hour the day's first."""

    default_error_messages = {
        "null": NULL,
        "invalid": "Une date ISO 8601 est attendue, par exemple 2026-11-01T00:00:00Z.",
    }

    def __init__(self, sentence: str, example: str, **options: Any) -> None:
        super().__init__(metadata={"description": sentence, "example": example}, **options)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime.datetime:
        try:
            moment = datetime.datetime.fromisoformat(value)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=datetime.UTC)
            return moment.astimezone(datetime.UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise self.make_error("invalid") from error


class Cursor(fields.String):
    """Where a page goes on: the id before it, which a client has no reason to read."""

    default_error_messages = {
        "null": NULL,
        "invalid": "Ce curseur n'est pas de ceux que ce service donne.",
    }

    def _serialize(self, value: str | None, *args: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return base64.urlsafe_b64encode(UUID(value).bytes).rstrip(b"=").decode()

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        try:
            return str(UUID(bytes=base64.b64decode(value + "==", b"-_", validate=True)))
        except (TypeError, ValueError, binascii.Error) as error:
            raise self.make_error("invalid") from error


class QuerySchema(Schema):
    """Parameters of an address; one that is unknown is refused, for it would change nothing."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "Paramètre inconnu : retirez-le ou corrigez son nom."}


def parameters(schema: QuerySchema) -> dict[str, Any]:
    """The request's parameters as the schema loads them; raises ValidationError."""
    if not request.query_string:
        return dict(_none(schema))
    given = request.args.to_dict(flat=False)
    if twice := [name for name, values in given.items() if len(values) > 1]:
        raise ValidationError({name: ["Ce paramètre est donné deux fois."] for name in twice})
    kinds = {field.data_key or name: field for name, field in schema.fields.items()}
    return schema.load({name: _read(kinds.get(name), text) for name, (text,) in given.items()})


@cache
def _none(schema: QuerySchema) -> dict[str, Any]:
    """What the schema makes of an address without parameters."""
    return schema.load({})


def _read(field: Any, text: str) -> Any:
    """What a parameter's text says, still to be checked by the schema."""
    if isinstance(field, Flag):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(field, Size) and text.isascii() and text.isdecimal():
        return int(text[:9])
    return text
