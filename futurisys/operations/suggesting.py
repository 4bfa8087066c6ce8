"""What could be done for a person, and talked about: steps that go with a lower estimate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

from futurisys.employee.schema import FACTS, say
from futurisys.model.encoder import columns_of
from futurisys.model.predictor import Predictor

_GOES_WITH = "associé à une estimation plus basse, sans que ce soit un effet prouvé."


@dataclass(frozen=True)
class Step:
    """One field's new value; words: what is done."""

    field: str
    current: Any
    value: Any
    words: str


@dataclass(frozen=True)
class Suggestion:
    """One step, or two together, that go with a lower estimate: the joint one.

    sentence: what is done, and that it is an association. takes: what that asks of the employer.
    seen: when an estimate shows it.
    """

    steps: tuple[Step, ...]
    probability: float
    difference: float
    sentence: str
    takes: str
    seen: str


def suggest(predictor: Predictor, employee: Mapping[str, Any]) -> list[Suggestion]:
    """What an employer can and may do, one suggestion for each set of fields, the best first.

    Of two steps that lower the estimate equally the smaller is told, and two together only where
    they lower it more than either.
    """
    candidates = list(_candidates(predictor, employee))
    people = [{**employee, **{one.field: one.value for one in steps}} for steps in candidates]
    columns = columns_of([employee, *people], predictor.fields)
    current, *chances = predictor.scores(columns).probability.tolist()
    best: dict[frozenset[str], tuple[float, tuple[Step, ...]]] = {}
    for steps, chance in zip(candidates, chances, strict=True):
        fields = frozenset(one.field for one in steps)
        told = [best[own][0] for own in best if own <= fields]
        if chance < min(told, default=current):
            best[fields] = chance, steps
    return [_suggestion(*one, current) for one in sorted(best.values(), key=lambda one: one[0])]


def topics(predictor: Predictor, employee: Mapping[str, Any]) -> list[str]:
    """What the person said that raises the estimate, the heaviest first: to be talked about."""
    effects = predictor.answer(employee).effects
    said = [name for name, effect in effects.items() if effect > 0 and _is_opinion(name)]
    return [say(name, employee[name]) for name in sorted(said, key=lambda name: -effects[name])]


def _is_opinion(name: str) -> bool:
    lever = FACTS[name].lever
    return lever is not None and lever.is_opinion


def _candidates(predictor: Predictor, employee: Mapping[str, Any]) -> Iterator[tuple[Step, ...]]:
    """Each step that can be taken, the smallest of a field first, then each two of two fields."""
    steps = list(_steps(predictor, employee))
    pairs = ((one, two) for one, two in combinations(steps, 2) if one.field != two.field)
    return chain(((one,) for one in steps), pairs)


def _steps(predictor: Predictor, employee: Mapping[str, Any]) -> Iterator[Step]:
    """Those of the fields that the model reads, within what it has seen."""
    for name in predictor.fields:
        if lever := FACTS[name].lever:
            most = predictor.seen[name].get("max")
            for value, words in lever.steps(employee[name]):
                if most is None or value <= most:
                    yield Step(name, employee[name], value, words)


def _suggestion(chance: float, steps: tuple[Step, ...], current: float) -> Suggestion:
    first, *others = [one.words for one in steps]
    done = " et ".join([first, *(words[0].lower() + words[1:] for words in others)])
    levers = [FACTS[one.field].lever for one in steps]
    return Suggestion(
        steps,
        chance,
        chance - current,
        f"{done} : {_GOES_WITH}",
        " ".join(lever.takes for lever in levers if lever),
        " ".join(lever.seen for lever in levers if lever),
    )
