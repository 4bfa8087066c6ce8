"""From the three extracts to an artifact."""

import datetime
import hashlib
import io
import platform
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from futurisys.employee.extracts import read_employees
from futurisys.employee.fields import Number
from futurisys.employee.schema import FACTS
from futurisys.model import artifact, evaluation
from futurisys.model.calibration import BetaCalibration, probability
from futurisys.model.encoder import Encoder, columns_of
from futurisys.model.estimator import frame
from futurisys.model.preprocessors import encoder_of
from futurisys.sample import SAMPLE

CLASSES = {"0": "Reste", "1": "Part"}
PRECISION = 0.55
GOLDEN = 9
LIBRARIES = ("numpy", "scikit-learn", "xgboost-cpu")


def train(
    extracts: Mapping[str, Path],
    output: Path,
    repeats: int = 5,
    progress: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Train on the extracts, write the artifact into `output`, and return its manifest.

    Calibration and threshold are chosen on the out-of-fold margins of `repeats` × 5 folds.
    Raises ExtractError where the extracts cannot be used.
    """
    employees, labels = read_employees(extracts)
    table, left = frame(employees), np.array(labels)
    folds = evaluation.cross_validate(table, left, repeats, progress)
    calibration, threshold = _decide(folds, left)
    preprocessor, classifier = evaluation.fit(table, left)
    encoder = encoder_of(preprocessor)
    manifest = {
        "created_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "libraries": libraries(),
        "training": {
            "employees": len(left),
            "left": int(left.sum()),
            "base_rate": float(left.mean()),
            "fictional": _digests(extracts) == _digests(SAMPLE),
        },
        "threshold": threshold,
        "calibration": {"method": "beta", **vars(calibration)},
        "metrics": evaluation.summary(folds, left),
        "columns": {name: seen(table[name]) for name in encoder.fields},
        "golden": _golden(table, encoder, classifier, calibration),
    }
    files = {
        artifact.ENCODER: artifact.dump(encoder.to_json()),
        artifact.BOOSTER: bytes(classifier.get_booster().save_raw("ubj")),
        artifact.CLASSES: artifact.dump(CLASSES),
        "modele_final_xgb.joblib": _pickled(classifier),
        "preprocesseur_fitted.joblib": _pickled(preprocessor),
    }
    return manifest | {"version": artifact.write(output, manifest, files)}


def libraries() -> dict[str, str]:
    """The versions of what a model is made with."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def _decide(folds: list[evaluation.Fold], left: NDArray[np.bool_]) -> tuple[BetaCalibration, float]:
    """Calibration and threshold, from the margins that no model saw in training."""
    margin = np.concatenate([fold.margin for fold in folds])
    known = np.concatenate([left[fold.test] for fold in folds])
    calibration = evaluation.fit_calibration(margin, known)
    scores = probability(calibration.log_odds(margin))
    return calibration, evaluation.threshold_at_precision(scores, known, PRECISION)


def _digests(extracts: Mapping[str, Path]) -> dict[str, str]:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in extracts.items()}


def seen(values: pd.Series) -> dict[str, Any]:
    """What the model has seen of one field: its range, or its levels."""
    if isinstance(FACTS[values.name], Number):
        return {"min": values.min().item(), "max": values.max().item()}
    return {"levels": sorted(values.unique().tolist())}


def _golden(
    table: pd.DataFrame, encoder: Encoder, classifier: Any, calibration: BetaCalibration
) -> list[dict[str, Any]]:
    """Known employees with their known answers."""
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


def _pickled(estimator: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(estimator, buffer)
    return buffer.getvalue()
