"""The body of a request as strict JSON."""

import json
from collections import Counter
from typing import Any

from flask import Response, request
from marshmallow import ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from futurisys.api.contracts import JSON
from futurisys.api.errors import NAME_MAX, problem
from futurisys.employee.sheets import BOM

DEPTH_MAX = 16
AS_IT_IS = "identity"


def json_body(limit: int) -> Any:
    """The parsed body, of at most `limit` bytes.

    Raises the HTTP error, in French, that says what is wrong with it; NaN and infinities are left
    for the schema to refuse, which knows the field.
    """
    # One byte more: of a body of unknown length, what is read is cut there without a word.
    request.max_content_length = limit + 1
    if request.content_type != JSON and not _is_json():
        raise UnsupportedMediaType(
            "Le corps de la demande doit être du JSON en UTF-8 (Content-Type: application/json)."
        )
    try:
        # A parser may ignore the mark that some programs put before UTF-8 (RFC 8259).
        body = request.get_data()
        if len(body) > limit:
            raise RequestEntityTooLarge
        text = str(body, "utf-8").removeprefix(BOM)
        document = _read(text)
    except UnicodeDecodeError as error:
        raise BadRequest("Le corps de la demande n'est pas écrit en UTF-8.") from error
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        raise BadRequest(
            "Le corps de la demande n'est pas du JSON : "
            f"erreur à la ligne {error.lineno}, colonne {error.colno}."
        ) from error
    except ValueError as error:
        raise BadRequest("Le corps de la demande contient un nombre démesuré.") from error
    if text.count("{") + text.count("[") > DEPTH_MAX and _deeper(document, DEPTH_MAX):
        raise _too_deep()
    return document


def refusal_of_encoding() -> Response | None:
    """What is said of a compressed body, of whatever kind: it would be read as if it were not."""
    encoding = request.headers["Content-Encoding"].strip().lower()
    if encoding in ("", AS_IT_IS):
        return None
    answer = problem(
        415,
        f"Le corps de la demande est codé (Content-Encoding : {encoding[:NAME_MAX]}) : "
        "envoyez-le tel quel.",
    )
    answer.headers["Accept-Encoding"] = AS_IT_IS
    return answer


def _is_json() -> bool:
    """Whether the body is said to be JSON, in other words than the usual ones."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    return request.mimetype == JSON and charset in ("utf-8", "utf8")


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys come once; a client that repeats one means two different things."""
    result = dict(pairs)
    if len(result) != len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = (name for name, number in times.items() if number > 1)
        raise ValidationError({name: ["Ce champ est donné deux fois."] for name in twice})
    return result


def _deeper(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    return depth == 0 or any(_deeper(item, depth - 1) for item in value)


def _too_deep() -> ValidationError:
    return ValidationError(f"Le JSON est imbriqué sur plus de {DEPTH_MAX} niveaux.")


_read = json.JSONDecoder(object_pairs_hook=object_of).decode
