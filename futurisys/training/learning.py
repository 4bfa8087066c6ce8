"""How much better the model gets with the number of people: how many a company needs.

[{"people": n, "left": leavers among them, "roc_auc": {"mean", "sd"}}]
"""

from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from futurisys.training.contenders import Model
from futurisys.training.evaluation import outer_folds

# Of the people of a training fold.
SHARES = (0.2, 0.5, 0.75, 1.0)
Labels = NDArray[np.bool_]
Rows = NDArray[np.intp]


def learning_curve(
    table: pd.DataFrame,
    left: Labels,
    model: Model,
    seeds: range,
    progress: Callable[[int], None] = lambda total: None,
    workers: int = -1,
) -> list[dict[str, Any]]:
    """ROC-AUC by the number of people learnt from, mean and spread over the folds of `seeds`.

    The area needs no calibration, so there are no inner folds. progress: called after each fit,
    with the number of all. The result does not depend on `workers`.
    """
    folds = [fold for seed in seeds for fold in outer_folds(left, seed)]
    tasks = [
        joblib.delayed(_area)(table, left, model, _some(train, left, share, seed), test)
        for share in SHARES
        for seed, (train, test) in enumerate(folds)
    ]
    areas = []
    for one in joblib.Parallel(n_jobs=workers, return_as="generator")(tasks):
        areas.append(one)
        progress(len(tasks))
    measured = np.array(areas).reshape(len(SHARES), len(folds), 3)
    return [
        {
            "people": round(float(people)),
            "left": round(float(leavers)),
            "roc_auc": {"mean": float(area[:, 2].mean()), "sd": float(area[:, 2].std())},
        }
        for area in measured
        for people, leavers in [area[:, :2].mean(axis=0)]
    ]


def _some(train: Rows, left: Labels, share: float, seed: int) -> Rows:
    """A share of the people, with as many leavers among them as among all."""
    if share == 1:
        return train
    some, _ = train_test_split(train, train_size=share, stratify=left[train], random_state=seed)
    return np.sort(some)


def _area(
    table: pd.DataFrame, left: Labels, model: Model, train: Rows, test: Rows
) -> tuple[float, float, float]:
    """How many people and leavers were learnt from, and the ROC-AUC on others."""
    with threadpool_limits(1):
        margin = model.margin(table.iloc[train], left[train], table.iloc[test])
    return len(train), left[train].sum(), float(roc_auc_score(left[test], margin))
