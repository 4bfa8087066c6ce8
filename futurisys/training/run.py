"""From the three extracts to an artifact."""

import datetime
import io
import platform
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from futurisys.employee.schema import ASKED, TOGETHER
from futurisys.errors import TrainingRefused
from futurisys.model import artifact
from futurisys.model.calibration import BetaCalibration, probability
from futurisys.model.encoder import Encoder
from futurisys.training import private
from futurisys.training import range as range_
from futurisys.training.bounds import bounded, described, ends
from futurisys.training.contenders import Contender, Model, contenders_of
from futurisys.training.distribution import distribution, seen
from futurisys.training.estimator import frame
from futurisys.training.evaluation import FOLDS, PRECISION, OutOfFold, cross_validate, pooled
from futurisys.training.fitting import fit_calibration
from futurisys.training.golden import golden
from futurisys.training.learning import SHARES, learning_curve
from futurisys.training.people import People, of_extracts
from futurisys.training.plain import plain
from futurisys.training.preprocessors import encoder_of
from futurisys.training.report import report
from futurisys.training.thresholds import Ladder
from futurisys.training.timing import out_of_time

# Leavers and stayers, or the folds within folds have none of them.
FEWEST = 20
LIBRARIES = ("numpy", "scikit-learn", "xgboost-cpu")


@dataclass(frozen=True)
class Evaluated:
    """Employees and what was measured on them; document: as futurisys.training.report says.

    people: whom the table holds. found: the model's margins on those whom it had not seen.
    """

    people: People

    table: pd.DataFrame
    left: NDArray[np.bool_]
    model: Model
    found: OutOfFold
    document: dict[str, Any]


def evaluate(extracts: Mapping[str, Path], *args: Any, **options: Any) -> Evaluated:
    """`evaluate_people` of those in three extracts; raises ExtractError too."""
    return evaluate_people(of_extracts(extracts), *args, **options)


def evaluate_people(
    people: People,
    repeats: int = 5,
    without: Collection[str] = (),
    progress: Callable[[int], None] = lambda total: None,
    contenders: Collection[str] | None = None,
    workers: int = -1,
    first_seed: int = 0,
) -> Evaluated:
    """Cross-validate the model and what it is compared with, `repeats` × 5 folds each.

    without: asked-for fields that the model does not read. contenders: which to measure, all of
    `contenders_of` by default, and then how the model learns. first_seed: of the folds. The
    result does not depend on `workers`. Raises LeakSuspected, and TrainingRefused of too few.
    """
    table, left = frame(people.employees), np.array(people.left)
    if min(left.sum(), (~left).sum()) < FEWEST:
        raise TrainingRefused(
            f"{left.sum()} of {len(left)} people left: at least {FEWEST} of either kind are needed."
        )
    model = Model(tuple(name for name in ASKED if name not in without))
    known: dict[str, Contender] = {
        name: contender
        for name, contender in contenders_of(table, model.fields).items()
        if contenders is None or name in contenders
    }
    seeds = range(first_seed, first_seed + repeats) if contenders is None else range(0)
    total = FOLDS * (repeats * len(known) + len(seeds) * len(SHARES))

    def advance(_: int) -> None:
        progress(total)

    folds = cross_validate(table, left, known, repeats, advance, workers, first_seed)
    document = report(table, left, folds, model.fields, first_seed)
    if people.days and (later := out_of_time(table, left, model, people.days)):
        document["out_of_time"] = later
    if seeds:
        document["learning_curve"] = learning_curve(table, left, model, seeds, advance, workers)
    return Evaluated(people, table, left, model, pooled(folds, "model"), document)


def train(
    evaluated: Evaluated,
    output: Path,
    refits: int = range_.REFITS,
    progress: Callable[[int], None] = lambda total: None,
    workers: int = -1,
) -> dict[str, Any]:
    """Fit the model that was evaluated, write its artifact into `output`; returns its manifest.

    Calibration, its bounds and threshold are chosen on the out-of-fold margins of all repeats. Of
    a company's own people, what is about each of them goes into a private folder beside it.
    refits: of which the range of an estimate is made. progress: called after each, with the number
    of all.
    """
    table, left, found = evaluated.table, evaluated.left, evaluated.found
    calibration, threshold = decided(found.margin, left)
    preprocessor, classifier = evaluated.model.fit(table, left)
    encoder = encoder_of(preprocessor)
    margin = classifier.predict(preprocessor.transform(table), output_margin=True)
    log_odds = calibration.unbounded(margin.astype(np.float64))
    moves = range_.measure(table, left, evaluated.model, log_odds, refits, progress, workers)
    unseen = calibration.chance(calibration.unbounded(found.margin))
    manifest = {
        **_learnt_from(evaluated, encoder),
        "threshold": threshold,
        "calibration": {"method": "beta", **{name: getattr(calibration, name) for name in "abc"}},
        **_bounds(found.margin, left),
        "range": vars(moves),
        "plain": plain(calibration, found.margin, left, moves, threshold),
        "population": distribution(table, encoder.fields, unseen),
        "metrics": _metrics(evaluated.document),
        "golden": golden(table[list(ASKED)], encoder, classifier, calibration),
    }
    version = _write(output, evaluated, manifest, preprocessor, classifier)
    return manifest | {"version": version}


def _write(
    output: Path,
    evaluated: Evaluated,
    manifest: Mapping[str, Any],
    preprocessor: Any,
    classifier: Any,
) -> str:
    """Write a model and what was measured of it; returns its version."""
    files = {
        artifact.EVALUATION: artifact.dump(evaluated.document),
        artifact.ENCODER: artifact.dump(encoder_of(preprocessor).to_json()),
        artifact.BOOSTER: bytes(classifier.get_booster().save_raw("ubj")),
        artifact.CLASSES: artifact.dump(artifact.LABELS),
    }
    own = {
        artifact.OUT_OF_FOLD: artifact.dump(_out_of_fold(evaluated.found, evaluated.left)),
        "modele_final_xgb.joblib": _pickled(classifier),
        "preprocesseur_fitted.joblib": _pickled(preprocessor),
    }
    if evaluated.people.fictional:
        return artifact.write(output, manifest, files | own)
    version = artifact.write(output, manifest, files)
    private.write(output, own)
    return version


def _learnt_from(evaluated: Evaluated, encoder: Encoder) -> dict[str, Any]:
    """When, with what and from whom a model was made, and what it has seen of each field."""
    table, left = evaluated.table, evaluated.left
    return {
        "created_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "libraries": libraries(),
        "training": {
            "employees": len(left),
            "left": int(left.sum()),
            "base_rate": float(left.mean()),
            "fictional": evaluated.people.fictional,
            "people_from": list(evaluated.people.origin),
            "drawn": evaluated.people.drawn,
        },
        "horizon_jours": evaluated.people.horizon,
        "columns": {name: seen(table[name]) for name in encoder.fields},
        **_together(table, encoder.fields),
    }


def libraries() -> dict[str, str]:
    """The versions of what a model is made with."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def _metrics(document: Mapping[str, Any]) -> dict[str, Any]:
    protocol = document["protocol"]
    return {name: protocol[name] for name in ("folds", "repeats")} | document["figures"]


def decided(margin: NDArray[Any], left: NDArray[np.bool_]) -> tuple[BetaCalibration, float]:
    """Calibration and threshold, from the margins that no model saw in training."""
    known = np.tile(left, len(margin))
    calibration = bounded(fit_calibration(margin.ravel(), known), margin.mean(axis=0), left)
    scores = probability(calibration.log_odds(margin.ravel()))
    return calibration, Ladder.of(scores, known).at_precision(PRECISION)


def _bounds(margin: NDArray[Any], left: NDArray[np.bool_]) -> dict[str, Any]:
    """What the manifest says of them; nothing where people are too few to tell."""
    found = ends(margin.mean(axis=0), left)
    return {"bounds": described(*found)} if found else {}


def _together(table: pd.DataFrame, fields: Collection[str]) -> dict[str, Any]:
    """The pairs of levels that some employee has, where the model reads both of their fields."""
    if not set(TOGETHER) <= set(fields):
        return {}
    return {"together": sorted(map(list, set(table[list(TOGETHER)].itertuples(index=False))))}


def _out_of_fold(found: OutOfFold, left: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Margins and labels of each repeat, by margin: the order of the employees is not kept."""
    return [
        {
            "margin": margin[order].tolist(),
            "left": left[order].astype(int).tolist(),
            "fold": fold[order].tolist(),
        }
        for fold, margin in zip(found.fold, found.margin, strict=True)
        for order in [np.argsort(margin, kind="stable")]
    ]


def _pickled(estimator: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(estimator, buffer)
    return buffer.getvalue()
