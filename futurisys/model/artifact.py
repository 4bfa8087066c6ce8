"""The model's folder: written once, and read only after every link of its chain has held."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from futurisys.employee.fields import Number, YesNo
from futurisys.employee.schema import FACTS
from futurisys.errors import ArtifactError
from futurisys.model import definition
from futurisys.model.calibration import BetaCalibration, Bounds
from futurisys.model.encoder import Encoder
from futurisys.model.plain import PLAIN
from futurisys.model.shapes import (
    Each,
    Maybe,
    Shape,
    amount,
    check,
    count,
    days,
    flag,
    moment,
    null,
    number,
    pair,
    positive,
    share,
    text,
)

FORMAT = 1
MANIFEST = "manifest.json"
ENCODER = "encoder.json"
BOOSTER = "model.ubj"
CLASSES = "mapping_classes.json"
EVALUATION = "evaluation.json"
OUT_OF_FOLD = "out_of_fold.json"
# What CLASSES says of every model: the word for each class.
LABELS = {"0": "Reste", "1": "Part"}
REQUIRED = (ENCODER, BOOSTER, CLASSES)

# What is measured of a model, and how each figure is called.
FIGURES = {
    "roc_auc": "ROC-AUC",
    "average_precision": "AP",
    "brier": "Brier",
    "log_loss": "log-loss",
    "pooled_ece": "pooled ECE",
    "recall_at_precision_50": "recall at P ≥ 0.5",
    "f1": "F1",
}
# The people at one end of the estimates, their log-odds, and the probability that people are told.
_END = {"people": count, "left": count, "log_odds": number, "told": share}
_MEASURED = {figure: {"mean": number, "sd": number} for figure in FIGURES}
_MANIFEST = {
    "created_at": moment,
    "libraries": Each(text),
    "training": {
        "base_rate": share,
        "employees": Maybe(count),
        "left": Maybe(count),
        "fictional": Maybe(flag),
        "people_from": Maybe([text]),
        "drawn": Maybe(count),
    },
    "horizon_jours": Maybe((null, days)),
    "threshold": share,
    "moderate": Maybe(share),
    "calibration": {"method": text, "a": number, "b": number, "c": number},
    "bounds": Maybe({"low": _END, "high": _END, "room": positive}),
    "range": Maybe(
        {"half_width": [number], "covered": share, "refits": count}
        | dict.fromkeys(("low", "high"), number)
        | dict.fromkeys(("widening", "shift"), amount)
    ),
    "plain": Maybe(PLAIN),
    "population": Maybe({"mean": share, "fields": Each(({"counts": [count]}, {"others": count}))}),
    "metrics": Maybe(Each((count, _MEASURED), ("folds", "model"))),
    "together": Maybe([pair]),
    "files": Each(text),
}
_RANGE = {"min": number, "max": number}
# Of the rest only the card's page makes use.
_EVALUATION = {"protocol": {"folds": count}, "figures": Each(_MEASURED, ("model",))}


@dataclass(frozen=True)
class Artifact:
    """A verified model, ready to be built: nothing in it was unpickled.

    digest: the sha256 of its manifest. evaluation: what was measured of it, where that was kept.
    """

    manifest: Mapping[str, Any]
    encoder: Encoder
    calibration: BetaCalibration
    classes: Mapping[str, str]
    booster: bytes
    digest: str
    evaluation: Mapping[str, Any] | None

    @property
    def version(self) -> str:
        version: str = self.manifest["version"]
        return version


def write(folder: Path, manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    """Write the files and, last, the manifest that pins them; returns the version.

    manifest: all that the training says of the model; format, digests and version are added.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        _replace(folder / name, content)
    manifest = {
        "format": FORMAT,
        **manifest,
        **definition.of(manifest["columns"]),
        "files": {name: _sha256(content) for name, content in files.items()},
    }
    version = _version(manifest)
    _replace(folder / MANIFEST, dump({**manifest, "version": version}))
    return version


def read(folder: Path, digest: str = "") -> Artifact:
    """The artifact of a folder; raises ArtifactError at the first link that breaks.

    digest: the sha256 that manifest.json must have, where its address pins it.
    """
    content = _bytes(folder, MANIFEST)
    if digest and _sha256(content) != digest:
        raise ArtifactError("digest")
    manifest = _json(MANIFEST, content)
    _check_manifest(manifest)
    contents = {}
    for name, digest in manifest["files"].items():
        contents[name] = _bytes(folder, name)
        if _sha256(contents[name]) != digest:
            raise ArtifactError("altered", name=name)
    documents = {
        name: _json(name, contents[name])
        for name in (ENCODER, CLASSES, EVALUATION)
        if name in contents
    }
    encoder = Encoder.from_json(documents[ENCODER])
    definition.check(manifest, encoder.fields)
    check(MANIFEST, manifest, _of_fields(encoder.fields))
    if EVALUATION in documents:
        check(EVALUATION, documents[EVALUATION], _EVALUATION)
    if documents[CLASSES] != LABELS:
        raise ArtifactError("words")
    return Artifact(
        manifest,
        encoder,
        _calibration(manifest),
        documents[CLASSES],
        contents[BOOSTER],
        _sha256(content),
        documents.get(EVALUATION),
    )


def dump(document: Any) -> bytes:
    """A JSON file as the artifact writes it: readable, accents as they are."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _check_manifest(manifest: Any) -> None:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ArtifactError("format", format=FORMAT)
    if manifest.get("version") != _version(manifest):
        raise ArtifactError("edited")
    check(MANIFEST, manifest, _MANIFEST)
    if missing := set(REQUIRED) - manifest["files"].keys():
        raise ArtifactError("undescribed", names=", ".join(sorted(missing)))


def _calibration(manifest: Mapping[str, Any]) -> BetaCalibration:
    calibration = BetaCalibration(*(manifest["calibration"][name] for name in "abc"))
    if not (told := manifest.get("bounds")):
        return calibration
    bounds = Bounds(told["low"]["log_odds"], told["high"]["log_odds"], told["room"])
    if bounds.low > bounds.high:
        raise ArtifactError("bounds")
    return replace(calibration, bounds=bounds)


def _of_fields(fields: Iterable[str]) -> Shape:
    """What a manifest says of each field that its model reads, and of its known employees."""
    kinds = {name: _kind(name) for name in fields}
    return {
        "columns": {
            name: {"levels": [kind]} if kind is not number else (_RANGE, {"levels": [kind]})
            for name, kind in kinds.items()
        },
        "golden": [{"employee": kinds, "probability": share}],
    }


def _kind(name: str) -> Shape:
    match FACTS[name]:
        case Number():
            return number
        case YesNo():
            return flag
    return text


def _version(manifest: Mapping[str, Any]) -> str:
    """The day of training, and eight digits that every other word of the manifest decides."""
    rest = {name: value for name, value in manifest.items() if name != "version"}
    digest = _sha256(json.dumps(rest, sort_keys=True).encode())
    return f"{str(manifest.get('created_at'))[:10]}-{digest[:8]}"


def _bytes(folder: Path, name: str) -> bytes:
    if Path(name).name != name:
        raise ArtifactError("outside")
    try:
        return (folder / name).read_bytes()
    except (OSError, ValueError) as error:
        raise ArtifactError("unreadable", name=name, folder=str(folder)) from error


def _json(name: str, content: bytes) -> Any:
    try:
        return json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ArtifactError("not_json", name=name) from error


def _refuse(constant: str) -> None:
    raise ValueError(f"JSON has no {constant}.")


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(content)
    os.replace(draft, path)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
