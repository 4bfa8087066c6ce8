"""What a booster says of each field: raw contributions that add up to its margin.

A model of stumps is a bias and one curve a field, read off the booster once: it answers by
look-ups and its contributions are exact. A deeper model is asked for its TreeSHAP values
(Lundberg et al., 2020), folded back onto the fields that its columns come from.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from futurisys.model.encoder import Columns, Encoder, OneHot, Ordinal, Scaled, columns_of, facts_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StepCurve:
    """The contribution of a number: `values[i]` between `thresholds[i - 1]` and `thresholds[i]`.

    A number equal to a threshold goes right. Thresholds are doubles chosen so that a double falls
    on the side on which its float32, which is what XGBoost compares, would fall.
    """

    thresholds: list[float]
    values: list[float]

    def at(self, value: float) -> float:
        return self.values[bisect_right(self.thresholds, value)]

    def at_each(self, values: Any) -> Floats:
        places = np.searchsorted(self.thresholds, values, side="right")
        contributions: Floats = np.asarray(self.values)[places]
        return contributions


@dataclass(frozen=True)
class LevelCurve:
    """The contribution of each level of a text, and of a level that was not seen."""

    values: Mapping[Any, float]
    unseen: float

    def at(self, value: Any) -> float:
        return self.values.get(value, self.unseen)

    def at_each(self, values: Any) -> Floats:
        return np.array([self.values.get(value, self.unseen) for value in values])


Curve = StepCurve | LevelCurve


class Stumps:
    """A model of depth 1: a bias and a curve for each field."""

    def __init__(self, bias: float, curves: Mapping[str, Curve]) -> None:
        self.fields = tuple(curves)
        self.bias = bias
        self.curves = curves
        self._in_order = list(curves.items())

    def of_employee(self, employee: Mapping[str, Any]) -> list[float]:
        """Raw contributions of one employee, a number a field, in nats."""
        return [curve.at(employee[name]) for name, curve in self._in_order]

    def of_columns(self, columns: Columns) -> Floats:
        """Raw contributions of n employees, shape (n, fields), in nats."""
        return np.column_stack([curve.at_each(columns[name]) for name, curve in self._in_order])


class Trees:
    """A deeper model, or one that reads more than the facts: the booster itself, on one thread.

    What a derived column contributes is shared equally among the facts that it is derived from,
    so that the contributions of the facts still add up to the margin less the bias.
    """

    def __init__(self, booster: xgboost.Booster, encoder: Encoder) -> None:
        self.fields = encoder.fields
        self._booster = booster
        self._encoder = encoder
        behind = [facts_of(source) for source in encoder.sources]
        self._folding = np.array(
            [[(name in facts) / len(facts) for name in self.fields] for facts in behind]
        )
        blank = np.zeros((1, encoder.width), dtype=np.float32)
        self.bias = float(self._contributions(blank)[0, -1])

    def of_employee(self, employee: Mapping[str, Any]) -> list[float]:
        """Raw contributions of one employee, a number a field, in nats."""
        columns = columns_of([employee], self.fields)
        contributions: list[float] = self.of_columns(columns)[0].tolist()
        return contributions

    def of_columns(self, columns: Columns) -> Floats:
        """Raw contributions of n employees, shape (n, fields), in nats."""
        folded: Floats = self._contributions(self._encoder.encode(columns))[:, :-1] @ self._folding
        return folded

    def _contributions(self, matrix: NDArray[np.float32]) -> Floats:
        data = xgboost.DMatrix(matrix, nthread=1)
        return self._booster.predict(data, pred_contribs=True).astype(np.float64)


Scorer = Stumps | Trees


def scorer_of(booster: xgboost.Booster, encoder: Encoder) -> Scorer:
    """The quickest exact way to ask this booster."""
    learner = json.loads(booster.save_raw("json"))["learner"]
    trees = learner["gradient_booster"]["model"]["trees"]
    if any(len(tree["left_children"]) > 3 for tree in trees) or not _is_plain(encoder):
        return Trees(booster, encoder)
    base_score = float(learner["learner_model_param"]["base_score"].strip("[]"))
    return _stumps(trees, np.log(base_score / (1 - base_score)), encoder)


def _is_plain(encoder: Encoder) -> bool:
    """Whether each fact alone decides its columns, as a curve supposes."""
    return not encoder.derived and not any(
        isinstance(encoding, Scaled)
        or (isinstance(encoding, Ordinal) and encoding.unknown is not None)
        or (isinstance(encoding, OneHot) and encoding.infrequent)
        for encoding in encoder.encodings
    )


@dataclass(frozen=True)
class _Stump:
    """One split: the leaf on the left, and what crossing the threshold adds, both centred."""

    threshold: float
    left: float
    step: float


def _stumps(trees: list[dict[str, Any]], bias: float, encoder: Encoder) -> Stumps:
    by_column: list[list[_Stump]] = [[] for _ in range(encoder.width)]
    for tree in trees:
        leaves = np.float32(tree["split_conditions"]).astype(float)
        if len(leaves) == 1:
            bias += leaves[0]
            continue
        left, right = leaves[1], leaves[2]
        cover = tree["sum_hessian"]
        mean = (cover[1] * left + cover[2] * right) / (cover[1] + cover[2])
        bias += mean
        stump = _Stump(_double(tree["split_conditions"][0]), left - mean, right - left)
        by_column[tree["split_indices"][0]].append(stump)
    return Stumps(float(bias), dict(_curves(by_column, encoder)))


def _curves(by_column: list[list[_Stump]], encoder: Encoder) -> Iterator[tuple[str, Curve]]:
    steps = iter([_step_curve(stumps) for stumps in by_column])
    for encoding in encoder.encodings:
        if isinstance(encoding, OneHot):
            own = [next(steps) for _ in encoding.levels]
            absent = sum(curve.at(0) for curve in own)
            yield (
                encoding.field,
                LevelCurve(
                    {
                        level: absent - curve.at(0) + curve.at(1)
                        for level, curve in zip(encoding.levels, own, strict=True)
                    },
                    absent,
                ),
            )
        elif isinstance(encoding, Ordinal):
            curve = next(steps)
            levels = {level: curve.at(rank) for rank, level in enumerate(encoding.levels)}
            yield encoding.field, LevelCurve(levels, 0)
        else:
            for name in encoding.fields:
                yield name, next(steps)


def _step_curve(stumps: list[_Stump]) -> StepCurve:
    stumps = sorted(stumps, key=lambda stump: stump.threshold)
    start = sum(stump.left for stump in stumps)
    heights = start + np.cumsum([0.0, *(stump.step for stump in stumps)])
    return StepCurve([stump.threshold for stump in stumps], heights.tolist())


def _double(threshold: float) -> float:
    """The smallest double whose float32 is at least `threshold`."""
    right = np.float32(threshold)
    left = np.nextafter(right, np.float32(-np.inf))
    middle = (float(left) + float(right)) / 2
    return middle if np.float32(middle) == right else float(np.nextafter(middle, np.inf))
