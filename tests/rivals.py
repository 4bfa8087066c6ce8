"""Models beside the default one: alike but for what a test needs otherwise."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from futurisys.model import artifact
from futurisys.model.encoder import columns_of
from futurisys.model.predictor import Predictor


def another(original: Path, folder: Path, **others: Any) -> Path:
    """The same model with other words in its manifest, hence another version; None: without."""
    manifest = json.loads((original / "manifest.json").read_text())
    files = {name: (original / name).read_bytes() for name in manifest["files"]}
    told = {name: value for name, value in (manifest | others).items() if value is not None}
    artifact.write(folder, told, files)
    return folder


def contrary(original: Path, folder: Path) -> Path:
    """A model that says the contrary: who is likeliest to leave by the original is the least so."""
    manifest = json.loads((original / "manifest.json").read_text())
    turned = {name: -manifest["calibration"][name] for name in "abc"}
    predictor = Predictor(artifact.read(original))
    employees = [golden["employee"] for golden in manifest["golden"]]
    log_odds = predictor.scores(columns_of(employees, predictor.fields)).log_odds
    chances = (1 / (1 + np.exp(log_odds))).tolist()
    golden = [
        {"employee": one, "probability": chance}
        for one, chance in zip(employees, chances, strict=True)
    ]
    calibration = manifest["calibration"] | turned
    return another(original, folder, calibration=calibration, golden=golden, bounds=None)
