"""What if: what the model would say of the same employee under other circumstances."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from futurisys.employee.answer import Answer
from futurisys.model.explain import Factor, factors
from futurisys.model.predictor import Predictor


@dataclass(frozen=True)
class Simulation:
    """The model's answers before and after, and the factors that moved between them."""

    before: Answer
    after: Answer
    difference: float
    factors: tuple[Factor, ...]


def simulate(
    predictor: Predictor, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Simulation:
    """What changes with an employee's circumstances; nothing of it is kept."""
    first, last = predictor.answer(before), predictor.answer(after)
    start = first.base + sum(first.effects.values())
    moved = factors(after, start, predictor.moves(before, after))
    return Simulation(first, last, last.probability - first.probability, moved)
