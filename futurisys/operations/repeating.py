"""A request that is sent again under its name gets the answer that the name already got."""

import datetime
import hmac
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.errors import KeyInFlight, KeyReused
from futurisys.operations.transactions import writing
from futurisys.records import idempotency
from futurisys.records.idempotency import Name

KEY_HOURS = 24


@dataclass(frozen=True)
class RequestIdentity:
    """The request id, and the request name where the caller gave one.

    sender: the holder of the key that it came with, "" without one; None where no door knows.
    """

    id: str | None = None
    name: Name | None = None
    sender: str | None = None


def earlier(connection: sa.Connection, name: Name) -> Any | None:
    """What a request's name already got, less than a day ago: the id of it.

    Until the caller's transaction ends nobody else gets the name. Raises KeyInFlight while
    somebody else has it, KeyReused where it was given to another body.
    """
    if not idempotency.claim(connection, name):
        raise in_flight()
    row = known(connection, name)
    if row is None:
        idempotency.forget(connection, name)
    return row


def known(connection: sa.Connection, name: Name) -> Any | None:
    """What a name already got, for who only reads; raises KeyReused as `earlier` does."""
    row = idempotency.find(connection, name)
    if row is None or row.created_at < _oldest():
        return None
    if not hmac.compare_digest(row.digest, name.digest):
        raise KeyReused("Cette Idempotency-Key a déjà servi pour une autre demande.")
    return row


def in_flight() -> KeyInFlight:
    """The error for a name that a request in flight holds."""
    return KeyInFlight("Cette demande est déjà en cours : patientez un instant.")


def expire_idempotency_keys() -> int:
    """Forget the names of requests that are older than a day; returns how many."""
    with writing() as connection:
        return idempotency.expire(connection, _oldest())


def _oldest() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=KEY_HOURS)
