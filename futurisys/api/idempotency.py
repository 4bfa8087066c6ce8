"""What a request says of itself: its id, its caller, and the name by which it may be repeated."""

import hashlib

from flask import g, request
from werkzeug.exceptions import BadRequest

from futurisys.api.access import current_caller
from futurisys.operations.repeating import RequestIdentity
from futurisys.records.idempotency import Name

KEY_MAX = 255
KEY_SENTENCE = (
    "Nom que l'appelant donne à sa demande (1 à 255 caractères, gardé 24 h) : renvoyée avec le "
    "même nom, elle reçoit la première réponse, avec l'en-tête Idempotent-Replayed."
)


REPLAYED = {"Idempotent-Replayed": "true"}


def request_identity(body: bytes | None = None) -> RequestIdentity:
    """The request as the operations know it; raises BadRequest for an ill-formed name.

    body: the sha256 of the body, where that was too large to be held in memory.
    """
    sender = current_caller().holder
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return RequestIdentity(g.request_id, sender=sender)
    if not 1 <= len(key) <= KEY_MAX or not key.isprintable():
        raise BadRequest("L'en-tête Idempotency-Key compte de 1 à 255 caractères imprimables.")
    if body is None:
        body = hashlib.sha256(request.get_data()).digest()
    said = request.full_path.encode() + body
    name = Name(current_caller().id, key, hashlib.sha256(said).hexdigest())
    return RequestIdentity(g.request_id, name, sender)
