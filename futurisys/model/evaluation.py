"""Repeated stratified cross-validation, everything fitted inside the fold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_recall_curve,
    roc_auc_score,
)
from sklearn.model_selection import StratifiedKFold

from futurisys.model.calibration import BetaCalibration, probability
from futurisys.model.estimator import make_baseline, make_classifier, make_preprocessor

FOLDS = 5
UNCALIBRATED = BetaCalibration(1, 1, 0)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fold:
    """What one outer fold showed: the raw margins of its test rows and the figures on them."""

    repeat: int
    test: NDArray[np.intp]
    margin: Floats
    probability: dict[str, Floats]
    figures: dict[str, dict[str, float]]


def fit(table: pd.DataFrame, left: NDArray[np.bool_]) -> tuple[Any, Any]:
    """A preprocessor and a classifier fitted on n rows."""
    preprocessor = make_preprocessor()
    matrix = preprocessor.fit_transform(table)
    return preprocessor, make_classifier(matrix.shape[1]).fit(matrix, left)


def model_margin(table: pd.DataFrame, left: NDArray[np.bool_], test: pd.DataFrame) -> Floats:
    """The raw log-odds, shape (m,), that the model fitted on `table` gives to `test`."""
    preprocessor, classifier = fit(table, left)
    margin = classifier.predict(preprocessor.transform(test), output_margin=True)
    return margin.astype(np.float64)


def baseline_margin(table: pd.DataFrame, left: NDArray[np.bool_], test: pd.DataFrame) -> Floats:
    """The log-odds, shape (m,), that a plain logistic regression gives to `test`."""
    return make_baseline().fit(table, left).decision_function(test)


SUBJECTS = {"model": model_margin, "baseline": baseline_margin}


def fit_calibration(margin: Floats, left: NDArray[np.bool_]) -> BetaCalibration:
    """The beta calibration of least log-loss on out-of-fold margins, shape (n,)."""

    def loss(parameters: Floats) -> float:
        log_odds = BetaCalibration(*parameters).log_odds(margin)
        return float(np.mean(np.logaddexp(0, np.where(left, -log_odds, log_odds))))

    best = minimize(loss, [1.0, 1.0, 0.0], bounds=[(0, None), (0, None), (None, None)])
    return BetaCalibration(*map(float, best.x))


def threshold_at_precision(scores: Floats, left: NDArray[np.bool_], precision: float) -> float:
    """The smallest threshold at which at least `precision` of those flagged have left."""
    reached, _, thresholds = precision_recall_curve(left, scores)
    return float(thresholds[np.argmax(reached[:-1] >= precision)])


def threshold_at_best_f1(scores: Floats, left: NDArray[np.bool_]) -> float:
    precision, recall, thresholds = precision_recall_curve(left, scores)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)
    return float(thresholds[np.argmax(f1[:-1])])


def figures(left: NDArray[np.bool_], scores: Floats, threshold: float) -> dict[str, float]:
    """The figures of one set of probabilities, shape (n,)."""
    precision, recall, _ = precision_recall_curve(left, scores)
    return {
        "roc_auc": float(roc_auc_score(left, scores)),
        "average_precision": float(average_precision_score(left, scores)),
        "brier": float(brier_score_loss(left, scores)),
        "log_loss": float(log_loss(left, scores)),
        "recall_at_precision_50": float(recall[precision >= 0.5].max()),
        "f1": float(f1_score(left, scores >= threshold)),
    }


def calibration_error(left: NDArray[np.bool_], scores: Floats, bins: int = 10) -> float:
    """Expected calibration error over equal-width bins of n probabilities."""
    index = np.minimum((scores * bins).astype(int), bins - 1)
    count = np.bincount(index, minlength=bins)
    gap = np.bincount(index, left, bins) - np.bincount(index, scores, bins)
    return float(np.abs(gap).sum() / count.sum())


def cross_validate(
    table: pd.DataFrame,
    left: NDArray[np.bool_],
    repeats: int,
    progress: Callable[[], None] = lambda: None,
) -> list[Fold]:
    """Run `repeats` × 5 folds on all processors, calling `progress` after each of them."""
    tasks = (
        joblib.delayed(_run_fold)(table, left, repeat, index, train, test)
        for repeat in range(repeats)
        for index, (train, test) in enumerate(_split(left, repeat))
    )
    folds = []
    for fold in joblib.Parallel(n_jobs=-1, return_as="generator")(tasks):
        folds.append(fold)
        progress()
    return folds


def summary(folds: list[Fold], left: NDArray[np.bool_]) -> dict[str, Any]:
    """Mean and standard deviation over the folds of each figure, and the pooled ECE, by model."""
    repeats = max(fold.repeat for fold in folds) + 1
    result: dict[str, Any] = {"folds": len(folds), "repeats": repeats}
    for name in SUBJECTS:
        measured = pd.DataFrame([fold.figures[name] for fold in folds])
        errors = [
            calibration_error(*_pooled([f for f in folds if f.repeat == repeat], left, name))
            for repeat in range(repeats)
        ]
        result[name] = {
            figure: {"mean": float(values.mean()), "sd": float(values.std())}
            for figure, values in measured.items()
        } | {"pooled_ece": {"mean": float(np.mean(errors)), "sd": float(np.std(errors))}}
    return result


def _pooled(folds: list[Fold], left: NDArray[np.bool_], name: str) -> tuple[Any, Any]:
    labels = np.concatenate([left[fold.test] for fold in folds])
    return labels, np.concatenate([fold.probability[name] for fold in folds])


def _split(left: NDArray[np.bool_], seed: int) -> Iterator[tuple[Any, Any]]:
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(left, left)


def _run_fold(table, left, repeat: int, index: int, train, test) -> Fold:
    inside, known = table.iloc[train], left[train]
    margins, probabilities, measured = {}, {}, {}
    for name, margin_of in SUBJECTS.items():
        inner = np.empty(len(train))
        for fit_on, hold_out in _split(known, 1000 + index):
            inner[hold_out] = margin_of(inside.iloc[fit_on], known[fit_on], inside.iloc[hold_out])
        calibration = fit_calibration(inner, known) if name == "model" else UNCALIBRATED
        threshold = threshold_at_best_f1(probability(calibration.log_odds(inner)), known)
        margins[name] = margin_of(inside, known, table.iloc[test])
        probabilities[name] = probability(calibration.log_odds(margins[name]))
        measured[name] = figures(left[test], probabilities[name], threshold)
    return Fold(repeat, test, margins["model"], probabilities, measured)
