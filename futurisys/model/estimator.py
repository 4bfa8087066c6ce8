"""The default model's configuration: one ColumnTransformer and one XGBClassifier of stumps."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from xgboost import XGBClassifier

from futurisys.employee.fields import Choice, Text
from futurisys.employee.schema import ASKED, FACTS

RANKED = tuple(name for name in ASKED if isinstance(FACTS[name], Choice))
NAMED = tuple(name for name in ASKED if isinstance(FACTS[name], Text))
NUMBERS = tuple(name for name in ASKED if name not in RANKED + NAMED)

# More of these never raises the estimate, whatever else is true of the employee ...
LOWERS = {
    "revenu_mensuel",
    "satisfaction_employee_environnement",
    "satisfaction_employee_nature_travail",
    "satisfaction_employee_equipe",
    "satisfaction_employee_equilibre_pro_perso",
    "note_evaluation_precedente",
    "note_evaluation_actuelle",
    "augementation_salaire_precedente",
    "nb_formations_suivies",
}
# ... and more of these never lowers it, so that what-if answers are sane.
RAISES = {
    "heure_supplementaires",
    "distance_domicile_travail",
    "frequence_deplacement",
    "annees_depuis_la_derniere_promotion",
    "nombre_experiences_precedentes",
}


def frame(employees: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Employees as the schema loads them, one row each, the asked-for fields as columns."""
    return pd.DataFrame(employees, columns=list(ASKED))


def make_preprocessor() -> ColumnTransformer:
    """Numbers as they are, the travel frequency ranked, the open levels one-hot."""
    return ColumnTransformer(
        [
            ("numbers", "passthrough", list(NUMBERS)),
            ("ordinal", OrdinalEncoder(categories=_levels(RANKED)), list(RANKED)),
            ("one_hot", OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(NAMED)),
        ]
    )


def make_classifier(width: int) -> XGBClassifier:
    """Stumps: additive in the fields, so that contributions are exact.

    width: the number of columns of the preprocessed matrix, numbers and ranks first.
    """
    constraints = [(name in RAISES) - (name in LOWERS) for name in NUMBERS + RANKED]
    return XGBClassifier(
        n_estimators=600,
        max_depth=1,
        learning_rate=0.1,
        subsample=0.7,
        colsample_bytree=0.3,
        reg_lambda=5,
        min_child_weight=5,
        tree_method="hist",
        max_bin=64,
        monotone_constraints=tuple(constraints + [0] * (width - len(constraints))),
        random_state=0,
        n_jobs=1,
    )


def make_baseline() -> Pipeline:
    """A plain logistic regression on the same fields, to compare with."""
    return make_pipeline(
        ColumnTransformer(
            [
                ("numbers", StandardScaler(), list(NUMBERS)),
                ("one_hot", OneHotEncoder(handle_unknown="ignore"), list(RANKED + NAMED)),
            ]
        ),
        LogisticRegression(max_iter=1000),
    )


def _levels(names: Iterable[str]) -> list[list[str]]:
    return [list(FACTS[name].levels) for name in names]  # type: ignore[attr-defined]
