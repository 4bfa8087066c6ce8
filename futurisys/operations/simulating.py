"""What if: what the model would say of the same employee under other circumstances."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from futurisys.employee.answer import Answer
from futurisys.employee.fields import CHANGE, INCREASE, Whole
from futurisys.employee.schema import ACTIONABLE, FACTS, disagreements
from futurisys.model.encoder import columns_of
from futurisys.model.explain import LOWERS, Factor, factors, sentence
from futurisys.model.predictor import Predictor

SUGGESTIONS = 5
# How much more of an amount, such as a salary, is suggested at most.
RISES = (1.05, 1.1, 1.2)


@dataclass(frozen=True)
class Simulation:
    """The model's answers before and after, and the factors that moved between them."""

    before: Answer
    after: Answer
    difference: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True)
class Suggestion:
    """One change that goes with a lower estimate."""

    field: str
    current: Any
    value: Any
    probability: float
    difference: float
    sentence: str


def simulate(
    predictor: Predictor, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Simulation:
    """What changes with an employee's circumstances; nothing of it is kept."""
    first, last = predictor.answer(before), predictor.answer(after)
    start = first.base + sum(first.effects.values())
    moved = factors(after, start, predictor.moves(before, after))
    return Simulation(first, last, last.probability - first.probability, moved)


def suggest(predictor: Predictor, employee: Mapping[str, Any]) -> list[Suggestion]:
    """The single changes that lower the estimate most, one a field, the best first.

    They stay within what the model has seen and what can be true together; of two that lower it
    equally, the smaller change is told.
    """
    changes = list(_changes(predictor, employee))
    columns = columns_of(
        [employee, *({**employee, **change} for change in changes)], predictor.fields
    )
    current, *chances = predictor.scores(columns).probability.tolist()
    best: dict[str, Suggestion] = {}
    for change, chance in zip(changes, chances, strict=True):
        [(name, value)] = change.items()
        if chance < (best[name].probability if name in best else current):
            words = sentence(name, value, LOWERS)
            told = Suggestion(name, employee[name], value, chance, chance - current, words)
            best[name] = told
    return sorted(best.values(), key=lambda told: told.probability)[:SUGGESTIONS]


def _changes(predictor: Predictor, employee: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each single change that could be made, the smallest of a field first."""
    for name in ACTIONABLE:
        if name in predictor.fields:
            for value in _values(name, employee[name], predictor.seen[name]):
                if not disagreements({**employee, name: value}):
                    yield {name: value}


def _values(name: str, current: Any, seen: Mapping[str, Any]) -> Iterator[Any]:
    fact = FACTS[name]
    if fact.lever == CHANGE:
        yield from (level for level in seen["levels"] if level != current)
    elif fact.lever == INCREASE and isinstance(fact, Whole):
        yield from range(max(current + 1, seen["min"]), seen["max"] + 1)
    elif fact.lever == INCREASE:
        risen = (round(current * rise, 2) for rise in RISES)
        yield from (value for value in risen if seen["min"] <= value <= seen["max"])
    elif seen["min"] <= 0 < current:
        yield 0
