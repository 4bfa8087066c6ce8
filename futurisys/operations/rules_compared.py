"""What two models say of a change: by how much it moves estimates, and whether the wrong way."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from futurisys.employee.fields import FREE, Choice, YesNo
from futurisys.employee.schema import FACTS
from futurisys.model.encoder import Columns
from futurisys.model.predictor import Predictor

# Of so many people at most, the first, each field is asked about.
MOST = 5_000
# Of numbers: from where nine in ten have more to where one in ten has.
ENDS = (0.1, 0.9)
# What is nearer to nothing is the last bit's.
_NOTHING = 1e-12


def rules(both: tuple[Predictor, Predictor], facts: Columns) -> Iterator[dict[str, Any]]:
    """Of each field that has a direction: what a move from its low end to its high end would say.

    difference: of the means, by each model. against: the share of people whose estimate it would
    move against the direction. A model that does not read the field is not moved by it.
    """
    held = {name: values[:MOST] for name, values in facts.items()}
    for name in dict.fromkeys(name for one in both for name in one.fields):
        direction = FACTS[name].monotone
        ends = _ends(name, held[name]) if direction != FREE else None
        if ends is not None:
            moves = [_moves(one, held, name, ends) for one in both]
            yield {
                "field": name,
                "direction": direction,
                "low": ends[0],
                "high": ends[1],
                "difference": [float(move.mean()) for move in moves],
                "against": [float(np.mean(direction * move < -_NOTHING)) for move in moves],
            }


def _ends(name: str, values: Sequence[Any]) -> tuple[Any, Any] | None:
    """From which value to which; None where everybody has the same."""
    fact = FACTS[name]
    if isinstance(fact, YesNo):
        return False, True
    if isinstance(fact, Choice):
        return fact.levels[0], fact.levels[-1]
    low, high = (float(np.quantile(values, end, method="nearest")) for end in ENDS)
    if low == high:
        low, high = min(values), max(values)
    return None if low == high else (type(values[0])(low), type(values[0])(high))


def _moves(predictor: Predictor, facts: Columns, name: str, ends: tuple[Any, Any]) -> Any:
    """By how much each estimate would move."""
    count = len(facts[name])
    low, high = (predictor.scores({**facts, name: [end] * count}).probability for end in ends)
    return high - low
