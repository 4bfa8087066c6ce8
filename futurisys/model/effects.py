"""Each field's whole effect in an additive model: c(x), on the uncalibrated margin."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from futurisys.employee.fields import Text, YesNo
from futurisys.employee.schema import FACTS
from futurisys.model.scorers import Curve, LevelCurve, Scorer, StepCurve, Stumps


@dataclass(frozen=True)
class Steps:
    """The contribution of a number, in nats: `contributions[i]` where i thresholds are ≤ it.

    low, high: between which the model has seen it.
    """

    field: str
    thresholds: tuple[float, ...]
    contributions: tuple[float, ...]
    low: float
    high: float

    def at(self, value: float) -> float:
        """The contribution of one value."""
        return self.contributions[bisect_right(self.thresholds, value)]


@dataclass(frozen=True)
class Levels:
    """The contribution of each level, in nats; `unseen` is None where the list is closed."""

    field: str
    contributions: Mapping[str, float]
    unseen: float | None


Effect = Steps | Levels


def effects_of(scorer: Scorer, seen: Mapping[str, Any]) -> tuple[Effect, ...] | None:
    """The effect of each field, in the model's order; None where the model is not additive.

    seen: the range or the levels of each field, as the manifest has them.
    """
    if not isinstance(scorer, Stumps):
        return None
    return tuple(_effect(name, curve, seen[name]) for name, curve in scorer.curves.items())


def _effect(name: str, curve: Curve, seen: Mapping[str, Any]) -> Effect:
    match FACTS[name], curve:
        case Text(), LevelCurve(values, unseen):
            return Levels(name, values, unseen)
        case _, LevelCurve(values, _):
            return Levels(name, values, None)
        case YesNo(levels=levels), _:
            return Levels(name, {word: curve.at(value) for word, value in levels.items()}, None)
        case _, StepCurve(thresholds, values):
            kept = list(_distinct(thresholds))
            return Steps(
                name,
                tuple(thresholds[index] for index in kept),
                (values[0], *(values[index + 1] for index in kept)),
                seen["min"],
                seen["max"],
            )
    raise TypeError(f"{type(curve).__name__} is no curve of {name}.")


def _distinct(thresholds: list[float]) -> Iterator[int]:
    """The index of the last of each run of equal thresholds: several stumps may share one."""
    for index, (one, following) in enumerate(pairwise([*thresholds, None])):
        if one != following:
            yield index
