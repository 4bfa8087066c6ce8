"""One table: an exception, and the problem+json (RFC 9457) that its reader gets."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from flask import Flask, Response, current_app, g
from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA
from uuid_utils import uuid7
from werkzeug.exceptions import HTTPException

from futurisys.employee.schema import REFERENCE
from futurisys.errors import (
    AccessDenied,
    ArtifactError,
    KeyInFlight,
    KeyReused,
    ModelUnavailable,
    PersonWithheld,
    PredictionUnknown,
    ScopeMissing,
    StorageUnavailable,
    TooManyRows,
    WorkerBusy,
)
from futurisys.model.unserved import sentence_of

TYPE = "application/problem+json"
# The type of the one problem that a caller treats otherwise than its status alone tells.
WITHHELD = "urn:futurisys:personne-non-estimee"
NAME_MAX = 64
FAULTS_MAX = 100
RETRY_SECONDS = 5

TITLES = {
    400: "Demande illisible",
    401: "Clé nécessaire",
    403: "Clé insuffisante",
    404: "Adresse inconnue",
    405: "Méthode non permise",
    409: "Demande en cours",
    413: "Demande trop grande",
    414: "Adresse trop longue",
    415: "Type de contenu non accepté",
    422: "Données refusées",
    429: "Trop de demandes",
    431: "En-têtes trop longs",
    500: "Erreur interne",
    503: "Service indisponible",
}
DETAILS = {
    404: "Il n'y a rien à cette adresse : voyez /apidocs.",
    405: "Cette adresse n'accepte pas cette méthode : voyez /apidocs.",
    413: "Le corps de la demande dépasse la taille permise.",
    429: "Vous demandez trop souvent : attendez le nombre de secondes que dit Retry-After.",
    500: "Le service a rencontré une erreur ; rien n'est promis. "
    "Signalez-la avec l'identifiant de la demande.",
}
NO_HTTP = "Cette demande n'est pas du HTTP que ce service sache lire."
# What Gunicorn refuses by itself, before there is a request.
UNPARSED = {
    414: "L'adresse de la demande est trop longue : raccourcissez-la.",
    417: "L'en-tête Expect demande ce que ce service ne sait pas faire : retirez-le.",
    431: "Les en-têtes de la demande sont trop longs ou trop nombreux : envoyez-en moins.",
    500: DETAILS[500],
    501: "L'en-tête Transfer-Encoding nomme un codage que ce service ne lit pas : envoyez le corps "
    "tel quel.",
}
STATUS: dict[type[Exception], int] = {
    AccessDenied: 401,
    ScopeMissing: 403,
    PredictionUnknown: 404,
    KeyInFlight: 409,
    KeyReused: 422,
    ArtifactError: 503,
    ModelUnavailable: 503,
    StorageUnavailable: 503,
    TooManyRows: 413,
    WorkerBusy: 503,
}


def init_app(app: Flask) -> None:
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PersonWithheld, _withheld)
    for kind in STATUS:
        app.register_error_handler(kind, _known)
    app.register_error_handler(Exception, _unknown)


def problem(status: int, detail: str, **members: Any) -> Response:
    """The answer that tells what went wrong, with `instance` the request's id."""
    response = Response(_document(status, detail, g.request_id, members), status, content_type=TYPE)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="futurisys"'
    return response


def unparsed(status: int, reason: str, headers: Mapping[str, str]) -> bytes:
    """The whole answer, with further headers, to what the server could not read as HTTP."""
    body = _document(status, UNPARSED.get(status, NO_HTTP), str(uuid7()), {}).encode()
    said = {"Connection": "close", "Content-Type": TYPE, **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    head = f"HTTP/1.1 {status} {reason}\r\n{lines}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body


def _document(status: int, detail: str, instance: str, members: Mapping[str, Any]) -> str:
    document = {
        "type": "about:blank",
        "title": TITLES.get(status, "Demande refusée"),
        "status": status,
        "detail": detail,
        "instance": instance,
        **members,
    }
    return json.dumps(document, ensure_ascii=False)


def _invalid(error: ValidationError) -> Response:
    every = _faults(error.normalized_messages())
    faults = [{"pointer": where, "detail": what} for where, what in islice(every, FAULTS_MAX)]
    detail = " ".join(fault["detail"] for fault in faults[:3])
    if more := sum(1 for _ in every):
        faults.append({"pointer": "", "detail": f"Fautes de plus, non énumérées : {more}."})
    return problem(422, detail, errors=faults)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    # A limiter's own words are no sentence for HR.
    written_here = error.code != 429 and error.description != type(error).description
    sentence = error.description if written_here else None
    response = problem(error.code, sentence or DETAILS.get(error.code, "La demande est refusée."))
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _known(error: Exception) -> Response:
    current_app.logger.warning("Request %s: %s", g.request_id, type(error).__name__)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    detail = sentence_of(error) if isinstance(error, ArtifactError) else str(error)
    return problem(status, detail)


def _withheld(error: PersonWithheld) -> Response:
    """Of several people, those whom it is about are named by where they stand."""
    pointers = [f"/employes/{place}/{REFERENCE}" for place in error.places]
    faults = [{"pointer": one, "detail": str(error)} for one in pointers[:FAULTS_MAX]]
    told = {"type": WITHHELD, "title": "Personne non estimée"}
    return problem(409, str(error), **told, **({"errors": faults} if faults else {}))


def _unknown(error: Exception) -> Response:
    current_app.logger.exception("Request %s failed.", g.request_id)
    return problem(500, DETAILS[500])


def _faults(messages: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The JSON pointer of what each sentence is about, however deep that stands, and it."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _faults(inner, pointer + _step(str(name)))
    else:
        for sentence in messages:
            yield pointer, sentence


def _step(name: str) -> str:
    """One step of a JSON pointer (RFC 6901), the member's name cut and made printable."""
    if name == SCHEMA:
        return ""
    shown = name[:NAME_MAX].encode("utf-8", "replace").decode()
    return "/" + shown.replace("~", "~0").replace("/", "~1")
