"""The default model's configuration: one ColumnTransformer and one XGBClassifier of stumps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder
from xgboost import XGBClassifier

from futurisys.employee.fields import Choice, Text
from futurisys.employee.schema import ASKED, FACTS, PROTECTED


@dataclass(frozen=True)
class Kinds:
    """Fields by how the model reads them, in the order of its matrix."""

    numbers: tuple[str, ...]
    ranked: tuple[str, ...]
    named: tuple[str, ...]

    @classmethod
    def of(cls, fields: Iterable[str]) -> Self:
        fields = tuple(fields)
        numbers = tuple(name for name in fields if not isinstance(FACTS[name], Choice | Text))
        ranked = tuple(name for name in fields if getattr(FACTS[name], "ranked", False))
        return cls(numbers, ranked, tuple(n for n in fields if n not in numbers + ranked))


def frame(employees: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Employees as the schema loads them, one row each: asked-for fields, then protected ones.

    A protected field that somebody lacks is left out: the model never reads one, and what is
    measured of it needs it of everybody.
    """
    table = pd.DataFrame(employees, columns=[*ASKED, *PROTECTED])
    return table.drop(columns=[name for name in PROTECTED if table[name].isna().any()])


def make_preprocessor(fields: Iterable[str]) -> ColumnTransformer:
    """Numbers as they are, the travel frequency ranked, the open levels one-hot."""
    kinds = Kinds.of(fields)
    transformers = [
        ("numbers", "passthrough", list(kinds.numbers)),
        ("ordinal", OrdinalEncoder(categories=_levels(kinds.ranked)), list(kinds.ranked)),
        ("one_hot", OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(kinds.named)),
    ]
    return ColumnTransformer([transformer for transformer in transformers if transformer[2]])


def make_classifier(fields: Iterable[str], width: int, **changes: Any) -> XGBClassifier:
    """Stumps: additive in the fields, so that contributions are exact.

    width: the number of columns of the preprocessed matrix. changes: of the configuration.
    """
    kinds = Kinds.of(fields)
    constraints = [FACTS[name].monotone for name in kinds.numbers + kinds.ranked]
    return XGBClassifier(
        **{
            "n_estimators": 600,
            "max_depth": 1,
            "learning_rate": 0.2,
            "subsample": 0.7,
            "colsample_bytree": 0.3,
            "reg_lambda": 5,
            "min_child_weight": 5,
            "tree_method": "hist",
            "max_bin": 64,
            "monotone_constraints": tuple(constraints + [0] * (width - len(constraints))),
            "random_state": 0,
            "n_jobs": 1,
        }
        | changes
    )


def _levels(names: Iterable[str]) -> list[list[str]]:
    return [list(FACTS[name].levels) for name in names]  # type: ignore[attr-defined]
