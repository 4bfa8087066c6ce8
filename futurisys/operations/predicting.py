"""Predicting: no answer without a row behind it, and no second row for a repeated request."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.employee.schema import REFERENCE
from futurisys.errors import KeyInFlight, KeyReused
from futurisys.model.predictor import Answer, Predictor
from futurisys.operations import metrics
from futurisys.operations.privacy import subject_of
from futurisys.operations.transactions import writing, writing_once
from futurisys.records import idempotency, predictions

KEY_HOURS = 24


@dataclass(frozen=True)
class Request:
    """What is known of a request beside its employee.

    id: the request's own. caller: the id of the key that it came with, "" for an anonymous one.
    key: its Idempotency-Key, if it has one. digest: of its body, which a repetition must match.
    """

    id: str | None = None
    caller: str = ""
    key: str | None = None
    digest: str = ""


@dataclass(frozen=True)
class Kept:
    """An answer, the id under which it is kept, and whether an earlier request had it first."""

    identifier: str
    answer: Answer
    replayed: bool = False


def predict_and_keep(predictor: Predictor, employee: Mapping[str, Any], request: Request) -> Kept:
    """The answer for one employee, committed with the name of its request.

    Raises StorageUnavailable where the database did not confirm the commit, KeyInFlight while
    another request holds the same Idempotency-Key, KeyReused where it had another body.
    """
    with metrics.INFERENCE.time():
        answer = predictor.answer(employee)
    subject = subject_of(employee.get(REFERENCE))
    with writing() if request.key else writing_once() as connection:
        if earlier := request.key and _earlier(connection, request):
            return earlier
        identifier = predictions.keep(connection, employee, vars(answer), request.id, subject)
        if request.key:
            idempotency.keep(connection, request.caller, request.key, request.digest, identifier)
    metrics.PREDICTIONS.labels(answer.label, answer.model_version).inc()
    return Kept(identifier, answer)


def expire_idempotency_keys() -> int:
    """Forget the names of requests that are older than a day; returns how many."""
    with writing() as connection:
        return idempotency.expire(connection, _oldest())


def _earlier(connection: sa.Connection, request: Request) -> Kept | None:
    """The answer that this request's name already got, less than a day ago."""
    caller, key = request.caller, request.key or ""
    if not idempotency.claim(connection, caller, key):
        raise KeyInFlight("Une demande avec cette Idempotency-Key est en cours : patientez.")
    row = idempotency.find(connection, caller, key)
    if row is None:
        return None
    if row.created_at < _oldest():
        idempotency.forget(connection, caller, key)
        return None
    if row.digest != request.digest:
        raise KeyReused("Cette Idempotency-Key a déjà servi pour une autre demande.")
    kept = predictions.find(connection, row.prediction_id)
    if kept is None:
        return None
    return Kept(kept.identifier, Answer(**kept.answer), replayed=True)


def _oldest() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=KEY_HOURS)
