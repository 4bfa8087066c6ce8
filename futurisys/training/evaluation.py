"""Repeated stratified cross-validation, everything fitted inside the fold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_recall_curve,
    roc_auc_score,
)
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from futurisys.errors import LeakSuspected
from futurisys.model.calibration import probability
from futurisys.training.bounds import bounded
from futurisys.training.contenders import Contender
from futurisys.training.fitting import UNCALIBRATED, Floats, fit_calibration
from futurisys.training.thresholds import Ladder

FOLDS = 5
PRECISION = 0.55
# People leave for reasons that no extract holds. Honest models reach 0.86 on the sample, a
# leak through resampling 0.98: above this, some column knows the answer.
AUC_CEILING = 0.95


@dataclass(frozen=True)
class Fold:
    """What one outer fold showed of a contender: log-odds, chances and flags of its test rows."""

    contender: str
    repeat: int
    index: int
    test: NDArray[np.intp]
    margin: Floats
    chance: Floats
    flagged: NDArray[np.bool_]
    figures: dict[str, float]


@dataclass(frozen=True)
class OutOfFold:
    """One contender's folds put together: arrays of shape (repeats, employees)."""

    fold: NDArray[np.int64]
    margin: Floats
    chance: Floats
    flagged: NDArray[np.bool_]


def cross_validate(
    table: pd.DataFrame,
    left: NDArray[np.bool_],
    contenders: Mapping[str, Contender],
    repeats: int,
    progress: Callable[[int], None] = lambda total: None,
    workers: int = -1,
    first_seed: int = 0,
) -> list[Fold]:
    """Run `repeats` × 5 folds of every contender; the result does not depend on `workers`.

    first_seed: of the first repeat's folds; each further repeat has the next. progress: called
    after each fold, with the number of all. Raises LeakSuspected.
    """
    tasks = [
        joblib.delayed(run_fold)(table, left, name, contender, repeat, index, train, test)
        for name, contender in contenders.items()
        for repeat in range(repeats)
        for index, (train, test) in enumerate(outer_folds(left, first_seed + repeat))
    ]
    folds: list[Fold] = []
    # A leak shows in the first folds of the first contender: the others need not be waited for.
    for batch in (tasks[:FOLDS], tasks[FOLDS:]):
        for fold in joblib.Parallel(n_jobs=workers, return_as="generator")(batch):
            folds.append(fold)
            progress(len(tasks))
        _refuse_a_leak(folds[:FOLDS])
    return folds


def summary(folds: Iterable[Fold], left: NDArray[np.bool_]) -> dict[str, dict[str, Any]]:
    """Mean and spread over the folds of each figure, and the pooled ECE, by contender."""
    folds = list(folds)
    result = {}
    for name in dict.fromkeys(fold.contender for fold in folds):
        own = [fold for fold in folds if fold.contender == name]
        measured = pd.DataFrame([fold.figures for fold in own])
        errors = [calibration_error(left, chance) for chance in pooled(own, name).chance]
        result[name] = {
            figure: {"mean": float(values.mean()), "sd": float(values.std())}
            for figure, values in measured.items()
        } | {"pooled_ece": {"mean": float(np.mean(errors)), "sd": float(np.std(errors))}}
    return result


def pooled(folds: Iterable[Fold], contender: str) -> OutOfFold:
    """The out-of-fold values of every employee, one row for each repeat."""
    own = [fold for fold in folds if fold.contender == contender]
    shape = (max(fold.repeat for fold in own) + 1, sum(len(f.test) for f in own if not f.repeat))
    result = OutOfFold(
        np.empty(shape, int), np.empty(shape), np.empty(shape), np.empty(shape, bool)
    )
    for fold in own:
        place = fold.repeat, fold.test
        result.fold[place] = fold.index
        result.margin[place] = fold.margin
        result.chance[place] = fold.chance
        result.flagged[place] = fold.flagged
    return result


def calibration_error(left: NDArray[np.bool_], scores: Floats, bins: int = 10) -> float:
    """Expected calibration error over equal-width bins of n probabilities."""
    index = np.minimum((scores * bins).astype(int), bins - 1)
    count = np.bincount(index, minlength=bins)
    gap = np.bincount(index, left, bins) - np.bincount(index, scores, bins)
    return float(np.abs(gap).sum() / count.sum())


def _figures(left: NDArray[np.bool_], scores: Floats, threshold: float) -> dict[str, float]:
    precision, recall, _ = precision_recall_curve(left, scores)
    return {
        "roc_auc": float(roc_auc_score(left, scores)),
        "average_precision": float(average_precision_score(left, scores)),
        "brier": float(brier_score_loss(left, scores)),
        "log_loss": float(log_loss(left, scores)),
        "recall_at_precision_50": float(recall[precision >= 0.5].max()),
        "f1": float(f1_score(left, scores >= threshold)),
    }


def outer_folds(left: NDArray[np.bool_], seed: int) -> Iterator[tuple[Any, Any]]:
    """The five folds of one repeat: rows to learn from, and rows to be measured on."""
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(left, left)


def inner_folds(left: NDArray[np.bool_], index: int = 0) -> list[tuple[Any, Any]]:
    """The folds on which what is fitted inside of n people is calibrated; index: of their fold."""
    return list(outer_folds(left, 1000 + index))


def _refuse_a_leak(folds: list[Fold]) -> None:
    area = float(np.mean([fold.figures["roc_auc"] for fold in folds]))
    if area > AUC_CEILING:
        raise LeakSuspected(
            f"La ROC-AUC de validation croisée, {area:.3f}, dépasse le plafond de {AUC_CEILING} : "
            "une colonne connaît sans doute déjà les départs ; cherchez celle qui a été remplie "
            "ou modifiée après eux, et retirez-la."
        )


def run_fold(
    table: pd.DataFrame,
    left: NDArray[np.bool_],
    name: str,
    contender: Contender,
    repeat: int,
    index: int,
    train: NDArray[np.intp],
    test: NDArray[np.intp],
) -> Fold:
    """Fit a contender on the train rows, and measure it on the test rows."""
    inside, known = table.iloc[train], left[train]
    # Sums of floats depend on how many threads share them.
    with threadpool_limits(1):
        folds = inner_folds(known, index)
        inner, margin = contender.margins(inside, known, table.iloc[test], folds)
    calibration = UNCALIBRATED
    if contender.calibrated:
        calibration = bounded(fit_calibration(inner, known), inner, known)
    scores = probability(calibration.log_odds(inner))
    chance = probability(calibration.log_odds(margin))
    ladder = Ladder.of(scores, known)
    flagged = chance >= ladder.at_precision(PRECISION)
    measured = _figures(left[test], chance, ladder.at_best_f1())
    return Fold(name, repeat, index, test, margin, chance, flagged, measured)
