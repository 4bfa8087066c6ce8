"""From the pickles of the older service to an artifact that holds none."""

import datetime
import hashlib
import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from xgboost import XGBClassifier

from futurisys.employee.extracts import read_employees
from futurisys.employee.features import SOURCES, derive
from futurisys.employee.fields import Choice, Text
from futurisys.employee.schema import FACTS
from futurisys.errors import ArtifactError, ConversionError
from futurisys.model import artifact
from futurisys.model.encoder import Encoder, OneHot, Ordinal, Scaled, columns_of
from futurisys.model.predictor import TOLERANCE, Predictor
from futurisys.training.distribution import seen
from futurisys.training.golden import quantile_employees
from futurisys.training.preprocessors import encoder_of, table_for
from futurisys.training.run import libraries

MODEL = "modele_final_xgb.joblib"
PREPROCESSOR = "preprocesseur_fitted.joblib"
THRESHOLD = 0.5
SUPPORTED = (
    f"{MODEL} must be an XGBClassifier for classes 0 and 1 (binary:logistic, gbtree), or a "
    "Pipeline of a ColumnTransformer and such an XGBClassifier"
)

Employees = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Originals:
    """The older service's pickles, by name: read, so that what is opened is what was shown."""

    pickles: Mapping[str, bytes]

    @property
    def digests(self) -> dict[str, str]:
        """The sha256 of each."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.pickles.items()}


@dataclass(frozen=True)
class Converted:
    """The version of the artifact, and a sentence on each thing that its engineer should check."""

    version: str
    doubts: tuple[str, ...]


def find(folder: Path) -> Originals:
    """The older service's files in a folder, none of them opened; raises ConversionError."""
    if not (folder / MODEL).is_file():
        raise ConversionError(f"{MODEL} is not in {folder}.")
    _check_classes(folder / artifact.CLASSES)
    names = (name for name in (MODEL, PREPROCESSOR) if (folder / name).is_file())
    return Originals({name: (folder / name).read_bytes() for name in names})


def convert(
    originals: Originals, extracts: Mapping[str, Path], output: Path, threshold: float = THRESHOLD
) -> Converted:
    """Open the pickles, prove parity on the extracts, and write the artifact.

    Raises ConversionError, one sentence, where that cannot be; nothing is then written.
    """
    original = _open(originals)
    employees, left = read_employees(extracts)
    manifest = {
        **_described(original, employees),
        "libraries": libraries(),
        "training": {"base_rate": float(np.mean(left))},
        "converted_from": originals.digests,
        "threshold": threshold,
        "calibration": {"method": "identity", "a": 1.0, "b": 1.0, "c": 0.0},
    }
    files = {
        artifact.ENCODER: artifact.dump(original.encoder.to_json()),
        artifact.BOOSTER: original.booster,
        artifact.CLASSES: artifact.dump(artifact.LABELS),
    }
    with tempfile.TemporaryDirectory() as draft:
        artifact.write(Path(draft), manifest, files)
        _prove(Path(draft), original, employees)
    doubts = tuple(_doubts(original.encoder, columns_of(employees, original.encoder.fields)))
    return Converted(artifact.write(output, manifest, files), doubts)


@dataclass(frozen=True)
class _Original:
    """The older model, open: the whole Pipeline, and its two parts as data."""

    pipeline: Pipeline
    encoder: Encoder
    booster: bytes

    def answers(self, employees: Employees) -> list[float]:
        """What it says of employees, each a probability."""
        facts = columns_of(employees, self.encoder.fields)
        table = table_for(self.pipeline.steps[0][1], self.encoder, facts)
        try:
            return self.pipeline.predict_proba(table)[:, 1].tolist()
        except Exception as error:  # It is code that we did not write, of any version.
            raise ConversionError(
                f"The original model cannot answer for the sample ({type(error).__name__}): was "
                "it fitted on other columns, or with another scikit-learn?"
            ) from error


def _described(original: _Original, employees: Employees) -> dict[str, Any]:
    """When it was converted, what the model has seen, and known employees with their answers."""
    table = pd.DataFrame(employees, columns=list(original.encoder.fields))
    golden = quantile_employees(table)
    return {
        "created_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "columns": {name: seen(table[name]) for name in table} | _levels(original.encoder),
        "golden": [
            {"employee": employee, "probability": chance}
            for employee, chance in zip(golden, original.answers(golden), strict=True)
        ],
    }


def _prove(folder: Path, original: _Original, employees: Employees) -> None:
    """Hold what would be served against the original, for everybody of the sample."""
    try:
        served = Predictor(artifact.read(folder))
        answers = served.scores(columns_of(employees, served.fields)).probability
        is_same = np.allclose(answers, original.answers(employees), rtol=0, atol=TOLERANCE)
    except ArtifactError:  # Its known employees, who are the original's answers, told it first.
        is_same = False
    if not is_same:
        raise ConversionError(
            f"The converted model does not give the original's answers to {TOLERANCE:g}, so "
            f"nothing was written: {SUPPORTED}, for columns where nan alone is missing."
        )


def _doubts(encoder: Encoder, facts: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Where the model was fitted on what the sample does not resemble: another unit, or words.

    Parity says nothing of that, for the original misreads the sample just as well.
    """
    for encoding in encoder.encodings:
        for index, name in enumerate(encoding.fields):
            values = derive(name, facts) if name in SOURCES else np.asarray(facts[name])
            if isinstance(encoding, Scaled):
                low, mean, high = values.min(), encoding.means[index], values.max()
                if mean and not low <= mean <= high:  # It is 0 where none was taken off.
                    yield (
                        f"{name} was scaled around {mean:g} and the sample holds {low:g} to "
                        f"{high:g}: was it in another unit?"
                    )
            if isinstance(encoding, OneHot | Ordinal) and not set(values.tolist()) & {
                *encoding.known
            }:
                yield f"{name} was fitted on no level that the sample holds: other words?"


def _check_classes(path: Path) -> None:
    try:
        classes = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConversionError(f"{path} is missing, or is no JSON: {_classes()}.") from error
    if classes != artifact.LABELS:
        raise ConversionError(f"{path} has other classes: {_classes()}.")


def _classes() -> str:
    return f"it must be {json.dumps(artifact.LABELS)}"


def _open(originals: Originals) -> _Original:
    """Unpickle what the engineer has agreed to."""
    model = _unpickled(originals, MODEL)
    if not isinstance(model, Pipeline):
        if PREPROCESSOR not in originals.pickles:
            raise ConversionError(f"{PREPROCESSOR} is missing, and the model has none inside.")
        preprocessor = _unpickled(originals, PREPROCESSOR)
        model = Pipeline([("preprocessor", preprocessor), ("model", model)])
    if len(model.steps) != 2:
        raise ConversionError(f"The Pipeline has {len(model.steps)} steps: {SUPPORTED}.")
    (_, preprocessor), (_, classifier) = model.steps
    encoder = encoder_of(preprocessor)
    return _Original(model, encoder, _booster(classifier, encoder))


def _unpickled(originals: Originals, name: str) -> Any:
    try:
        return joblib.load(io.BytesIO(originals.pickles[name]))
    except Exception as error:  # A pickle can fail in any way that code can.
        raise ConversionError(
            f"{name} cannot be opened with the pinned libraries ({type(error).__name__})."
        ) from error


def _booster(classifier: Any, encoder: Encoder) -> bytes:
    """The trees that answer, without the names of their columns, which serving does not have."""
    if type(classifier) is not XGBClassifier:  # A subclass may do anything.
        raise ConversionError(f"The model is a {type(classifier).__name__}: {SUPPORTED}.")
    if not classifier.__sklearn_is_fitted__():
        raise ConversionError(f"The XGBClassifier was not fitted: {SUPPORTED}.")
    booster = classifier.get_booster()
    learner = json.loads(booster.save_config())["learner"]
    kind = learner["gradient_booster"]["name"], learner["objective"]["name"]
    if kind != ("gbtree", "binary:logistic") or list(classifier.classes_) != [0, 1]:
        raise ConversionError(f"The XGBClassifier is of another kind {kind}: {SUPPORTED}.")
    if booster.num_features() != encoder.width:
        raise ConversionError(
            f"The preprocessor makes {encoder.width} columns and the XGBClassifier reads "
            f"{booster.num_features()}: they were not fitted together."
        )
    booster = booster[: _rounds(classifier)]
    booster.feature_names = booster.feature_types = None
    return bytes(booster.save_raw("ubj"))


def _rounds(classifier: XGBClassifier) -> int:
    """How many rounds answer: fewer than there are where training was stopped early."""
    try:
        return classifier.best_iteration + 1
    except AttributeError:
        return classifier.get_booster().num_boosted_rounds()


def _levels(encoder: Encoder) -> dict[str, dict[str, Any]]:
    """The levels of each text that the original was fitted on."""
    return {
        encoding.field: {"levels": sorted(encoding.known)}
        for encoding in encoder.encodings
        if isinstance(encoding, OneHot | Ordinal)
        and isinstance(FACTS.get(encoding.field), Choice | Text)
    }
