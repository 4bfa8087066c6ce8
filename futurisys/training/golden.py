"""Known employees with their known answers: what a model must give before it serves."""

from typing import Any

import numpy as np
import pandas as pd

from futurisys.employee.fields import Number
from futurisys.employee.schema import FACTS
from futurisys.model.calibration import BetaCalibration, probability
from futurisys.model.encoder import Encoder, columns_of

GOLDEN = 9


def golden(
    table: pd.DataFrame, encoder: Encoder, classifier: Any, calibration: BetaCalibration
) -> list[dict[str, Any]]:
    """Known employees with their known answers; table: of the fields that are asked for."""
    employees = quantile_employees(table)
    matrix = encoder.encode(columns_of(employees, encoder.fields))
    margin = classifier.predict(matrix, output_margin=True)
    answers = probability(calibration.log_odds(margin)).tolist()
    return [
        {"employee": employee, "probability": answer}
        for employee, answer in zip(employees, answers, strict=True)
    ]


def quantile_employees(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Employees made of the quantiles of each field, so that no real person is among them.

    Where one field never exceeds another, its quantiles do not either: the rules hold.
    """
    ranks = np.linspace(0, 1, GOLDEN)
    columns = {}
    for name in table.columns:
        if isinstance(FACTS[name], Number):
            columns[name] = table[name].quantile(ranks, interpolation="lower").tolist()
        else:
            levels = sorted(table[name].unique().tolist())
            columns[name] = [levels[index % len(levels)] for index in range(GOLDEN)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
