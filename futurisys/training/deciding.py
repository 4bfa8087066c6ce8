"""Another threshold for a trained model, chosen on what it said of people it had not seen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from futurisys.errors import ThresholdRefused
from futurisys.model import artifact, definition
from futurisys.model.predictor import Predictor
from futurisys.model.range import Range
from futurisys.training import private
from futurisys.training.plain import plain
from futurisys.training.thresholds import Floats, Labels, Ladder

# What `artifact.write` adds to a manifest by itself.
ADDED = ("format", *definition.NAMES, "files", "version")
# What depends on the threshold in evaluation.json, and on more than margins and labels.
FLAGGED = ("flagged", "recall", "false_positive_rate")


@dataclass(frozen=True)
class Means:
    """How a threshold is chosen: by exactly one of a capacity, two costs or a precision."""

    capacity: float | None = None
    cost_missed: float | None = None
    cost_false: float | None = None
    precision: float | None = None

    def __bool__(self) -> bool:
        return bool(self.stated)

    @property
    def stated(self) -> dict[str, float]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def choose(self, ladder: Ladder) -> float:
        """The threshold on a ladder; raises ThresholdRefused where none does what is asked."""
        if self.precision is not None:
            chosen = ladder.at_precision(self.precision)
            if ladder.at(chosen)["precision"] < self.precision:
                raise ThresholdRefused(
                    f"No threshold reaches a precision of {self.precision:g}: ask for less."
                )
            return chosen
        if self.capacity is not None:
            return ladder.at_capacity(self.capacity)
        if self.cost_missed is None or self.cost_false is None:
            raise ThresholdRefused(
                "Say a capacity, a precision, or both costs: that of a leaver missed and that of a "
                "false alarm."
            )
        return ladder.at_cost(self.cost_missed, self.cost_false)


def decide(folder: Path, output: Path, high: Means, moderate: Means) -> dict[str, Any]:
    """Write the model of `folder` with another threshold as a new artifact, into `output`.

    high: of the label and the band « Élevé ». moderate: of the band « Modéré », the base rate
    where nothing is stated. Returns what the threshold flags and finds. Raises ThresholdRefused,
    and ArtifactError where the model of `folder` is refused.
    """
    if output.exists() or private.folder_of(output).exists():
        raise ThresholdRefused(
            f"{output} exists, and an artifact is never changed: name a new folder."
        )
    found = artifact.read(folder)
    files = {name: (folder / name).read_bytes() for name in found.manifest["files"]}
    own = {} if artifact.OUT_OF_FOLD in files else private.read(folder)
    margin, left = _out_of_fold((files | own)[artifact.OUT_OF_FOLD])
    chance = found.calibration.chance(found.calibration.unbounded(margin))
    ladder = Ladder.of(chance.ravel(), left.ravel())
    threshold = high.choose(ladder)
    manifest = {name: value for name, value in found.manifest.items() if name not in ADDED}
    manifest |= {
        "threshold": threshold,
        "decision": {"from": found.version, "high": high.stated, "moderate": moderate.stated},
    }
    manifest.pop("moderate", None)
    if moderate:
        manifest["moderate"] = moderate.choose(ladder)
        if manifest["moderate"] > threshold:
            raise ThresholdRefused(
                "Modéré would begin above Élevé: choose a lower threshold for it."
            )
    if moves := Range.of(manifest):
        manifest["plain"] = plain(found.calibration, margin, left, moves, threshold)
    reached = ladder.at(threshold)
    if found.evaluation:
        files[artifact.EVALUATION] = artifact.dump(_revised(found.evaluation, reached))
    artifact.write(output, manifest, files)
    if own:
        private.write(output, own)
    return {"version": Predictor(artifact.read(output)).version, "threshold": threshold, **reached}


def _out_of_fold(document: bytes) -> tuple[Floats, Labels]:
    """Margins and labels of every repeat, each of shape (repeats, n)."""
    repeats = json.loads(document)
    margin = np.array([repeat["margin"] for repeat in repeats])
    left = np.array([repeat["left"] for repeat in repeats], dtype=bool)
    return margin, left


def _revised(document: Mapping[str, Any], reached: Mapping[str, float]) -> dict[str, Any]:
    """The evaluation with what the new threshold reaches.

    Who is in which group was not kept, so what the groups' flags showed is no longer known.
    """
    nothing = dict.fromkeys(FLAGGED)
    unknown = {"selection": None, "equal_opportunity": None}
    groups = [
        grouping
        | {"levels": [level | nothing for level in grouping["levels"]]}
        | {"ratios": unknown, "ratios_with_protected": unknown, "ratios_without": {}}
        for grouping in document["groups"]
    ]
    return {**document, "at_threshold": dict(reached), "groups": groups}
