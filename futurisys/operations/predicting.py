"""Predicting: no answer without a row behind it, and no second row for a repeated request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.employee.answer import Answer
from futurisys.employee.schema import REFERENCE
from futurisys.model.predictor import Predictor
from futurisys.operations import metrics, withholding
from futurisys.operations.privacy import subject_of, subjects_tried
from futurisys.operations.repeating import RequestIdentity, earlier
from futurisys.operations.transactions import write_once, writing
from futurisys.records import keeping, predictions, requests
from futurisys.records.database import has_functions


@dataclass(frozen=True)
class KeptAnswer:
    """An answer, the id under which it is kept, and whether an earlier request had it first."""

    identifier: str
    answer: Answer
    replayed: bool = False


def predict_and_keep(
    predictor: Predictor, employee: Mapping[str, Any], request: RequestIdentity
) -> KeptAnswer:
    """The answer for one employee, committed with the name of its request.

    Raises StorageUnavailable where the database did not confirm the commit, KeyInFlight while
    another request holds the same Idempotency-Key, KeyReused where it had another body,
    PersonWithheld.
    """
    with metrics.INFERENCE.time():
        answer = predictor.answer(employee)
    reference = employee.get(REFERENCE)
    subject = subject_of(reference)
    tried = () if reference is None else subjects_tried(reference)
    asked = request.id, subject, request.name, request.sender, tried
    entry = predictions.entry(employee, answer, *asked)
    if not _keep(entry) and request.name:
        with writing() as connection:
            if row := earlier(connection, request.name):
                return _kept(connection, row.prediction_id)
            _keep_in(connection, entry)
    metrics.PREDICTIONS.labels(answer.label, answer.model_version).inc()
    return KeptAnswer(entry.identifier, answer)


def _keep(entry: predictions.Entry) -> bool:
    """Commit an entry; False where its name is taken or in flight; raises PersonWithheld."""
    if has_functions():
        is_kept: bool | None = write_once(*keeping.at_once(entry))
        if is_kept is None:
            raise withholding.refused()
        return is_kept
    with writing() as connection:
        return _keep_in(connection, entry)


def _keep_in(connection: sa.Connection, entry: predictions.Entry) -> bool:
    if entry.tried and requests.withheld(connection, entry.tried):
        raise withholding.refused()
    return predictions.keep(connection, entry)


def _kept(connection: sa.Connection, identifier: str) -> KeptAnswer:
    """The answer that was kept; it is there, for a name goes with the prediction it got."""
    return KeptAnswer(identifier, predictions.known(connection, identifier).answer, replayed=True)
