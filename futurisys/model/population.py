"""A population's answers, by columns: what the predictor says of one, for many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.answer import MEMBERS, is_near
from futurisys.employee.schema import TOGETHER
from futurisys.model.encoder import Columns
from futurisys.model.plain import WORDS, word_of
from futurisys.model.predictor import Predictor, is_fraction


@dataclass(frozen=True)
class Answers:
    """What the model says of n employees, n values each.

    columns: by the names of `MEMBERS`. effects: by field, on the log-odds.
    """

    columns: Mapping[str, Sequence[Any]]
    effects: Mapping[str, Sequence[float]]

    @property
    def labels(self) -> Sequence[str]:
        return self.columns["label"]

    @property
    def probabilities(self) -> Sequence[float]:
        return self.columns["probability"]

    @property
    def near(self) -> Sequence[bool | None]:
        """Whether the threshold lies in the range of each; None without a range."""
        ends = (self.columns[name] for name in ("range_low", "range_high", "threshold"))
        return list(map(is_near, *ends))

    @property
    def words(self) -> Sequence[str]:
        """Which of the three words is said of each, as a reader sees it."""
        names = ("probability", "threshold", "range_low", "range_high")
        warned = map(bool, self.columns["warnings"])
        said = map(word_of, *(self.columns[name] for name in names), warned)
        return [WORDS[word] for word in said]

    def __len__(self) -> int:
        return len(self.probabilities)


def answers(predictor: Predictor, columns: Mapping[str, Sequence[Any]]) -> Answers:
    """The answers for employees given by columns; each equals what `Predictor.answer` says."""
    scores: list[float] = []
    ends: Sequence[Sequence[float | None]] = ([], [])
    effects: dict[str, list[float]] = {name: [] for name in predictor.fields}
    if columns[predictor.fields[0]]:
        found = predictor.scores(columns)
        scores = found.probability.tolist()
        ends = predictor.range_of(found.log_odds)
        effects = dict(zip(predictor.fields, found.effects.T.tolist(), strict=True))
    count = len(scores)
    warnings = _warnings(predictor, columns, count)
    low, high = (
        [None if warned else end for warned, end in zip(warnings, one, strict=True)] for one in ends
    )
    members: dict[str, Sequence[Any]] = {
        "label": [predictor.label(chance) for chance in scores],
        "probability": scores,
        "threshold": [predictor.threshold] * count,
        "risk": [predictor.risk(chance) for chance in scores],
        "range_low": low,
        "range_high": high,
        "base": [predictor.base] * count,
        "model_version": [predictor.version] * count,
        "warnings": warnings,
    }
    return Answers(members, effects)


def answers_kept(columns: Columns, effects: Mapping[str, Sequence[float]]) -> Answers:
    """Answers of one request, of the columns in which they were stored."""
    return Answers({name: columns[name] for name in MEMBERS}, effects)


def _warnings(predictor: Predictor, columns: Columns, count: int) -> list[tuple[str, ...]]:
    """The sentences of each; only who has an unusual value is looked at one by one."""
    result: list[tuple[str, ...]] = [()] * count
    unusual: NDArray[np.bool_] = np.zeros(count, dtype=bool)
    for name in predictor.fields:
        seen, values = predictor.seen[name], columns[name]
        if "levels" not in seen:
            numbers = np.asarray(values, dtype=float)
            unusual |= (numbers < seen["min"]) | (numbers > seen["max"])
            unusual |= is_fraction(name, numbers)
        elif unknown := set(values) - set(seen["levels"]):
            unusual |= np.fromiter((value in unknown for value in values), bool, count)
    if predictor.together:
        pairs = zip(*(columns[name] for name in TOGETHER), strict=True)
        unusual |= np.fromiter((pair not in predictor.together for pair in pairs), bool, count)
    for index in np.flatnonzero(unusual).tolist():
        employee = {name: columns[name][index] for name in predictor.fields}
        result[index] = tuple(predictor.warnings(employee))
    return result
