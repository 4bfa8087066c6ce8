"""A population's answers, by columns: what the predictor says of one, for many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.model.encoder import Columns
from futurisys.model.predictor import Predictor


@dataclass(frozen=True)
class Answers:
    """What the model says of n employees, a value each.

    effects: by field, on the log-odds. threshold, base and model_version are everyone's.
    """

    labels: list[str]
    probabilities: list[float]
    risks: list[str]
    warnings: list[tuple[str, ...]]
    effects: dict[str, list[float]]
    threshold: float
    base: float
    model_version: str

    def __len__(self) -> int:
        return len(self.probabilities)


def answers(predictor: Predictor, columns: Mapping[str, Sequence[Any]]) -> Answers:
    """The answers for employees given by columns; each equals what `Predictor.answer` says."""
    scores: list[float] = []
    effects: dict[str, list[float]] = {name: [] for name in predictor.fields}
    if columns[predictor.fields[0]]:
        found = predictor.scores(columns)
        scores = found.probability.tolist()
        effects = dict(zip(predictor.fields, found.effects.T.tolist(), strict=True))
    return Answers(
        labels=[predictor.label(chance) for chance in scores],
        probabilities=scores,
        risks=[predictor.risk(chance) for chance in scores],
        warnings=_warnings(predictor, columns, len(scores)),
        effects=effects,
        threshold=predictor.threshold,
        base=predictor.base,
        model_version=predictor.version,
    )


def answers_kept(rows: Sequence[Mapping[str, Any]]) -> Answers:
    """Answers of one request as they were stored, without their effects."""
    first: Mapping[str, Any] = rows[0] if rows else {}
    return Answers(
        labels=[row["label"] for row in rows],
        probabilities=[row["probability"] for row in rows],
        risks=[row["risk"] for row in rows],
        warnings=[tuple(row["warnings"]) for row in rows],
        effects={},
        threshold=first.get("threshold", 0.0),
        base=first.get("base", 0.0),
        model_version=first.get("model_version", ""),
    )


def _warnings(predictor: Predictor, columns: Columns, count: int) -> list[tuple[str, ...]]:
    """The sentences of each; only who has an unusual value is looked at one by one."""
    result: list[tuple[str, ...]] = [()] * count
    unusual: NDArray[np.bool_] = np.zeros(count, dtype=bool)
    for name in predictor.fields:
        seen, values = predictor.seen[name], columns[name]
        if "levels" not in seen:
            numbers = np.asarray(values, dtype=float)
            unusual |= (numbers < seen["min"]) | (numbers > seen["max"])
        elif unknown := set(values) - set(seen["levels"]):
            unusual |= np.fromiter((value in unknown for value in values), bool, count)
    for index in np.flatnonzero(unusual).tolist():
        employee = {name: columns[name][index] for name in predictor.fields}
        result[index] = tuple(predictor.warnings(employee))
    return result
