"""Artifacts with an evaluation as small as the page needs one, or with none."""

import json
from pathlib import Path
from typing import Any

from futurisys.model import artifact
from futurisys.model.artifact import FIGURES

ADDED = ("format", "files", "version")


def figure(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.04, "high": value + 0.04}


def group(level: str) -> dict[str, Any]:
    return {
        "level": level,
        "n": 1234,
        "leavers": 56,
        "too_small": level == "Commercial",
        "flagged": figure(0.21),
        "recall": figure(0.7),
        "false_positive_rate": figure(0.11),
        "bias": figure(-0.013),
        "roc_auc": figure(0.85),
    }


EVALUATION: dict[str, Any] = {
    "protocol": {"folds": 25},
    "figures": {
        "model": {name: {"mean": 0.61, "sd": 0.03} for name in FIGURES},
        "strong": {name: {"mean": 0.6, "sd": 0.02} for name in FIGURES},
    },
    "differences": {"strong": {"roc_auc": figure(0.01)}},
    "calibration_error": {"mean": 0.021, "floor": figure(0.018)},
    "learning_curve": [
        {"people": 235, "left": 38, "roc_auc": {"mean": 0.795, "sd": 0.04}},
        {"people": 1176, "left": 190, "roc_auc": {"mean": 0.863, "sd": 0.03}},
    ],
    "proxies": {
        "nombre_participation_pee": [{"level": "Célibataire", "n": 470, "without": 469}],
    },
    "calibration": [
        {"predicted": 0.02, "observed": 0.01, "n": 147, "low": 0.0, "high": 0.05},
        {"predicted": 0.7, "observed": 0.72, "n": 147, "low": 0.62, "high": 0.78},
    ],
    "precision_recall": [{"recall": 0.2, "precision": 0.9}, {"recall": 1.0, "precision": 0.16}],
    "at_threshold": {"recall": 0.69, "precision": 0.56},
    "capacity": [
        {"flagged": 0.05, "found": 0.26, "precision": 0.85},
        {"flagged": 0.1, "found": 0.45, "precision": 0.74},
    ],
    "groups": [
        {
            "field": "genre",
            "levels": [group("F"), group("M")],
            "ratios": {"selection": figure(0.8), "equal_opportunity": None},
            "ratios_with_protected": {"selection": figure(0.9), "equal_opportunity": None},
            "ratios_without": {
                "without_both": {"selection": figure(0.85), "equal_opportunity": None}
            },
        },
        {
            "field": "departement",
            "levels": [group("Commercial")],
            "ratios": {"selection": None, "equal_opportunity": None},
            "ratios_with_protected": None,
        },
    ],
}


def rewrite(
    folder: Path, target: Path, evaluation: dict[str, Any] | None = EVALUATION, **stated: Any
) -> Path:
    """The artifact of `folder` in `target`, its evaluation and what is stated in place of its own.

    evaluation: None for an artifact that was never evaluated. What is stated as None is left out.
    """
    manifest = json.loads((folder / artifact.MANIFEST).read_text())
    files = {name: (folder / name).read_bytes() for name in manifest["files"]}
    kept = {name: value for name, value in manifest.items() if name not in ADDED}
    files.pop(artifact.EVALUATION, None)
    if evaluation:
        files[artifact.EVALUATION] = artifact.dump(evaluation)
    said = {name: value for name, value in (kept | stated).items() if value is not None}
    artifact.write(target, said, files)
    return target
