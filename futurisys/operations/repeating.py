"""A request that is sent again under its name gets the answer that the name already got."""

import datetime
import hmac
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.errors import KeyInFlight, KeyReused
from futurisys.operations.transactions import writing
from futurisys.records import idempotency

KEY_HOURS = 24


@dataclass(frozen=True)
class Request:
    """What is known of a request beside what it asks.

    id: the request's own. caller: the id of the key that it came with, "" for an anonymous one.
    key: its Idempotency-Key, if it has one. digest: of its body, which a repetition must match.
    """

    id: str | None = None
    caller: str = ""
    key: str | None = None
    digest: str = ""


def earlier(connection: sa.Connection, request: Request) -> Any | None:
    """What this request's name already got, less than a day ago: prediction_id or batch_id.

    Until the caller's transaction ends nobody else gets the name. Raises KeyInFlight while
    somebody else has it, KeyReused where it was given to another body.
    """
    if request.key is None:
        return None
    if not idempotency.claim(connection, request.caller, request.key):
        raise KeyInFlight("Une demande avec cette Idempotency-Key est en cours : patientez.")
    row = idempotency.find(connection, request.caller, request.key)
    if row is not None and row.created_at < _oldest():
        idempotency.forget(connection, request.caller, request.key)
        return None
    if row is not None and not hmac.compare_digest(row.digest, request.digest):
        raise KeyReused("Cette Idempotency-Key a déjà servi pour une autre demande.")
    return row


def remember(
    connection: sa.Connection,
    request: Request,
    prediction_id: str | None = None,
    batch_id: str | None = None,
) -> None:
    """Give the request's name, if it has one, the answer that it got."""
    if request.key is not None:
        idempotency.keep(
            connection, request.caller, request.key, request.digest, prediction_id, batch_id
        )


def expire_idempotency_keys() -> int:
    """Forget the names of requests that are older than a day; returns how many."""
    with writing() as connection:
        return idempotency.expire(connection, _oldest())


def _oldest() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=KEY_HOURS)
