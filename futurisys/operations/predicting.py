"""Predicting: no answer without a row behind it."""

from collections.abc import Mapping
from typing import Any

from futurisys.model.predictor import Answer, Predictor
from futurisys.operations.transactions import writing
from futurisys.records import predictions


def predict_and_keep(predictor: Predictor, employee: Mapping[str, Any]) -> tuple[str, Answer]:
    """The answer for one employee and the id under which it is kept, both committed.

    Raises StorageUnavailable where the database did not confirm the commit.
    """
    answer = predictor.answer(employee)
    with writing() as connection:
        identifier = predictions.keep(connection, employee, vars(answer), answer.effects)
    return identifier, answer
