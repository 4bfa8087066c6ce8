"""The evaluation as one document, evaluation.json, from which every table and picture is made.

    {"protocol": {"folds", "repeats", "first_seed", "employees", "left", "base_rate", "fields",
                  "precision"},
     "figures": {contender: {figure: {"mean", "sd"}}},           the spread is over the folds
     "differences": {contender: {figure: INTERVAL}},             the model's minus the contender's
     "calibration": [{"n", "predicted", "observed", "low", "high"}],
     "calibration_error": {"mean", "floor": INTERVAL},
     "precision_recall": [{"recall", "precision"}], "roc": [{"false_positive_rate", "recall"}],
     "at_threshold": {"flagged", "recall", "precision", "false_positive_rate"},
     "capacity": [{"flagged", "found", "precision"}],
     "groups": [...], "proxies": {...},                        see futurisys.training.groups
     "learning_curve": [...],                                  see futurisys.training.learning
     "range": {...}, "plain": {...}, "covering": {...}}        see those modules of the same names

INTERVAL is {"value", "low", "high"} at 95 %. Subjects: model, baseline (plain logistic
regression), strong (elastic net), additive (boosting machine), dummy, nested (the configuration
chosen on inner folds), protected (the model with age, gender and marital status), without_pee,
without_distance and without_both (the model without fields near to protected ones), and complete
where fields were left out. low and high of a bin of `calibration`, and `floor`, are what a
perfectly calibrated model would show on as many people.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from futurisys.training.contenders import NEAR_PROTECTED
from futurisys.training.evaluation import (
    FOLDS,
    PRECISION,
    Fold,
    OutOfFold,
    calibration_error,
    pooled,
    summary,
)
from futurisys.training.fitting import Floats
from futurisys.training.groups import groups_of, proxies

BINS = 10
DRAWS = 1000
POINTS = 100
CAPACITIES = (0.05, 0.1, 0.2, 0.3)
CONFIDENCE = 0.95
TAILS = (100 * (1 - CONFIDENCE) / 2, 100 * (1 + CONFIDENCE) / 2)
Document = dict[str, Any]


def report(
    table: pd.DataFrame,
    left: NDArray[np.bool_],
    folds: list[Fold],
    fields: Iterable[str],
    first_seed: int = 0,
) -> Document:
    """The document of folds that hold the contender `model`; fields: those that it reads.

    first_seed: of the folds' first repeat.
    """
    found = pooled(folds, "model")
    others = {
        name: pooled(folds, name)
        for name in ("protected", *NEAR_PROTECTED)
        if name in {fold.contender for fold in folds}
    }
    protected = others.pop("protected", None)
    return {
        "protocol": {
            "folds": found.fold.shape[0] * FOLDS,
            "repeats": found.fold.shape[0],
            "first_seed": first_seed,
            "employees": len(left),
            "left": int(left.sum()),
            "base_rate": float(left.mean()),
            "fields": list(fields),
            "precision": PRECISION,
        },
        "figures": summary(folds, left),
        "differences": differences(folds),
        "calibration": calibration_of(found, left),
        "calibration_error": calibration_error_of(found, left),
        **_curves(found, left),
        "at_threshold": at_threshold(found.flagged, left),
        "capacity": [capacity(found.chance, left, share) for share in CAPACITIES],
        "groups": groups_of(table, left, found, protected, others),
        "proxies": proxies(table),
    }


def at_threshold(flagged: NDArray[np.bool_], left: NDArray[np.bool_]) -> dict[str, float]:
    """What flags of shape (repeats, n) find among n people."""
    return {
        "flagged": float(flagged.mean()),
        "recall": float(flagged[:, left].mean()),
        "precision": float((flagged & left).sum() / max(flagged.sum(), 1)),
        "false_positive_rate": float(flagged[:, ~left].mean()),
    }


def capacity(chance: Floats, left: NDArray[np.bool_], share: float) -> dict[str, float]:
    """What the `share` of highest chances, shape (repeats, n), would find, mean of the repeats."""
    count = round(share * len(left))
    found = [left[np.argsort(-row, kind="stable")[:count]].sum() for row in chance]
    return {
        "flagged": share,
        "found": float(np.mean(found) / left.sum()),
        "precision": float(np.mean(found) / count),
    }


def differences(folds: list[Fold]) -> dict[str, dict[str, dict[str, float]]]:
    """The corrected resampled interval: folds share their training rows, so it is wider.

    Nadeau and Bengio, 2003: the variance of a mean over J folds is (1/J + test/train)·s².
    """
    by_subject = {
        name: pd.DataFrame([fold.figures for fold in folds if fold.contender == name])
        for name in dict.fromkeys(fold.contender for fold in folds)
    }
    model = by_subject.pop("model")
    count = len(model)
    width = student.ppf(0.5 + CONFIDENCE / 2, count - 1) * np.sqrt(1 / count + 1 / (FOLDS - 1))
    result = {}
    for name, other in by_subject.items():
        gap = model - other
        half = width * gap.std(ddof=1)
        result[name] = {
            figure: _interval(mean, mean - half[figure], mean + half[figure])
            for figure, mean in gap.mean().items()
        }
    return result


def calibration_of(found: OutOfFold, left: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Tenths of the people by their chance, mean of the repeats."""
    order = np.argsort(found.chance, axis=1, kind="stable")
    ranked = np.take_along_axis(found.chance, order, axis=1).mean(axis=0)
    observed = left[order].mean(axis=0)
    drawn = _drawn(ranked)
    bins = np.array_split(np.arange(len(left)), BINS)
    low, high = np.percentile([drawn[:, rows].mean(axis=1) for rows in bins], TAILS, axis=1)
    return [
        {
            "n": len(rows),
            "predicted": float(ranked[rows].mean()),
            "observed": float(observed[rows].mean()),
            "low": float(low[index]),
            "high": float(high[index]),
        }
        for index, rows in enumerate(bins)
    ]


def calibration_error_of(found: OutOfFold, left: NDArray[np.bool_]) -> dict[str, Any]:
    """The calibration error, and what a perfectly calibrated model would show on these people."""
    errors = [calibration_error(left, chance) for chance in found.chance]
    floor = [calibration_error(drawn, found.chance[0]) for drawn in _drawn(found.chance[0])]
    return {
        "mean": float(np.mean(errors)),
        "floor": _interval(float(np.mean(floor)), *np.percentile(floor, TAILS)),
    }


def _drawn(chance: Floats) -> NDArray[np.bool_]:
    """Who would have left, shape (draws, n), had the chances been the truth."""
    return np.random.default_rng(0).random((DRAWS, len(chance))) < chance


def _curves(found: OutOfFold, left: NDArray[np.bool_]) -> dict[str, list[dict[str, float]]]:
    """Precision and false-positive rate at each share of leavers found, mean of the repeats."""
    order = np.argsort(-found.chance, axis=1, kind="stable")
    places = np.stack([np.flatnonzero(row) for row in left[order]]).mean(axis=0)
    wanted = np.unique(np.linspace(1, left.sum(), POINTS).round().astype(int))
    recall = (wanted / left.sum()).tolist()
    flagged = places[wanted - 1] + 1
    precision = (wanted / flagged).tolist()
    false = ((flagged - wanted) / (~left).sum()).tolist()
    return {
        "precision_recall": [
            {"recall": r, "precision": p} for r, p in zip(recall, precision, strict=True)
        ],
        "roc": [
            {"false_positive_rate": f, "recall": r} for f, r in zip(false, recall, strict=True)
        ],
    }


def _interval(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": float(value), "low": float(low), "high": float(high)}
