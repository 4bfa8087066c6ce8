"""The logistic regression that smooths the labels which the stumps learn from."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from futurisys.employee.schema import FACTS
from futurisys.training.estimator import Kinds

FEW_LEVELS = 10
# The raise takes fifteen values: the teacher reads each of them by itself.
FEW_TAUGHT = 15


def make_teacher(fields: Iterable[str], strength: float) -> Pipeline:
    """A logistic regression, additive in the fields: numbers of few values one-hot, others as logs.

    strength: the inverse of the ridge penalty.
    """
    fields = tuple(fields)
    # By level, the two in the middle of such a scale would be taught alike and above the average,
    # so that an employee's heaviest reason could be the usual answer, with nothing to mend.
    scales = [name for name in fields if FACTS[name].scale]
    numbers = [name for name in Kinds.of(fields).numbers if name not in scales]
    few, many = of_few_values(numbers, FEW_TAUGHT), of_many_values(numbers, FEW_TAUGHT)
    logs = make_pipeline(FunctionTransformer(np.log1p), StandardScaler())
    levels = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_pipeline(
        ColumnTransformer(
            [
                ("logs", logs, many),
                ("scales", StandardScaler(), scales),
                ("levels", levels, lambda table: [n for n in few(table) if n not in scales]),
            ]
        ),
        LogisticRegression(C=strength, max_iter=1000),
    )


def fit_to_chances(classifier: Any, matrix: NDArray[Any], chances: NDArray[Any]) -> Any:
    """A classifier fitted to chances, shape (n,), as shares of an employee who left or stayed.

    A label says of one employee 0 or 1; the chance says what people alike do, so that trees chase
    less noise, while their monotone rules take out what the teacher says against them.
    """
    n = len(chances)
    left = np.repeat([1, 0], n)
    shares = np.concatenate([chances, 1 - chances])
    return classifier.fit(np.concatenate([matrix, matrix]), left, sample_weight=shares)


def of_few_values(numbers: Iterable[str], few: int = FEW_LEVELS) -> Callable[[Any], list[str]]:
    """Selects the texts, and the numbers that take at most `few` values."""
    numbers = tuple(numbers)
    return lambda table: [
        name for name in table if name not in numbers or table[name].nunique() <= few
    ]


def of_many_values(numbers: Iterable[str], few: int = FEW_LEVELS) -> Callable[[Any], list[str]]:
    """Selects the numbers that take more than `few` values."""
    numbers = tuple(numbers)
    return lambda table: [name for name in numbers if table[name].nunique() > few]
