"""Reasons: the effects that are kept with an answer, as factors that can be said aloud."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from futurisys.employee.briefs import brief
from futurisys.employee.schema import FACTS, PROTECTED, say
from futurisys.model.calibration import NEAR, probability

RAISES, LOWERS = "augmente", "réduit"


@dataclass(frozen=True)
class Factor:
    """What one field adds to an estimate.

    effect: on the log-odds, in nats. share: of the difference between two probabilities, in
    probability. direction: `RAISES` or `LOWERS`.
    """

    field: str
    value: Any
    effect: float
    share: float
    direction: str
    sentence: str


def factors(
    facts: Mapping[str, Any], base: float, effects: Mapping[str, float]
) -> tuple[Factor, ...]:
    """The fields that move an estimate away from `base`, the heaviest first.

    base + the sum of effects = the log-odds of the answered probability; each share is in
    proportion to its effect, so that all of them add up to the answered probability less the
    base's. A field whose effect is exactly 0 does not move the estimate: it is no factor.
    """
    slope = slope_between(base, base + math.fsum(effects.values()))
    heaviest = sorted(effects.items(), key=lambda item: -abs(item[1]))
    return tuple(
        _factor(name, facts[name], effect, slope * effect) for name, effect in heaviest if effect
    )


def heaviest(
    facts: Mapping[str, Sequence[Any]], effects: Mapping[str, Sequence[float]], most: int
) -> Iterator[list[str]]:
    """The clauses on what moves the estimates of n employees most, a column for each place.

    `most` columns of what raises them, the heaviest first, then as many of what lowers them; ""
    where there is no more. What the law protects is never said.
    """
    names = [name for name in FACTS if name in effects and name not in PROTECTED]
    columns = [facts[name] for name in names]
    moved = np.zeros((max(most, len(names)), len(next(iter(facts.values())))))
    for place, name in enumerate(names):
        moved[place] = effects[name]
    clauses = [_Clauses(name) for name in names]
    for weights in (moved, -moved):
        order = np.argsort(-weights, axis=0, kind="stable")[:most]
        weighs = np.take_along_axis(weights, order, axis=0) > 0
        for which, does in zip(order.tolist(), weighs.tolist(), strict=True):
            yield [
                clauses[field][columns[field][row]] if moves else ""
                for row, (field, moves) in enumerate(zip(which, does, strict=True))
            ]


def briefly(
    facts: Mapping[str, Sequence[Any]],
    effects: Mapping[str, Sequence[float]],
    most: int,
    hidden: Collection[str] = (),
) -> Iterator[list[tuple[bool, str]]]:
    """For each of n employees the facts that move the estimate most, in very few words.

    The heaviest first, whichever way: whether it raises the estimate, and the words. hidden: fields
    that are no reason in this view; what the law protects never is.
    """
    names = [name for name in effects if name not in PROTECTED and name not in hidden]
    columns = [facts[name] for name in names]
    if not columns:
        yield from ([] for _ in next(iter(facts.values())))
        return
    known = [_Clauses(name, brief) for name in names]
    moved = np.array([effects[name] for name in names], dtype=float)
    order = np.argsort(-np.abs(moved), axis=0, kind="stable")[:most]
    weights = np.take_along_axis(moved, order, axis=0)
    for row, (places, found) in enumerate(zip(order.T.tolist(), weights.T.tolist(), strict=True)):
        yield [
            (weight > 0, known[place][columns[place][row]])
            for place, weight in zip(places, found, strict=True)
            if weight
        ]


def direction(effect: float) -> str:
    """Which way an effect that is not 0 moves the estimate."""
    return RAISES if effect > 0 else LOWERS


def sentence(name: str, value: Any, way: str) -> str:
    """What a factor says, without claiming a cause."""
    return f"{say(name, value)} : {way} le risque estimé."


class _Clauses(dict[Any, str]):
    """What can be said of each value of a field, at length or in brief."""

    def __init__(self, name: str, told: Callable[[str, Any], str] = say) -> None:
        self._name, self._told = name, told

    def __missing__(self, value: Any) -> str:
        self[value] = clause = self._told(self._name, value)
        return clause


def _factor(name: str, value: Any, effect: float, share: float) -> Factor:
    way = direction(effect)
    return Factor(name, value, effect, share, way, sentence(name, value, way))


def slope_between(start: float, end: float) -> float:
    """The mean slope of the probability between two log-odds; half-way where they nearly meet."""
    if abs(end - start) < NEAR:
        middle = float(probability((start + end) / 2))
        return middle * (1 - middle)
    return float(probability(end) - probability(start)) / (end - start)
