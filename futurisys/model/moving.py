"""Why an estimate is another than before: what each fact moved, and what another model did."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from futurisys.model.explain import slope_between
from futurisys.model.predictor import Predictor

Facts = Mapping[str, Any]
# In place of a field: that of another model, which moves an estimate whatever the facts.
MODEL = ""
# Nearer than this to 0 or 1 a probability has no log-odds.
_LEAST = 1e-15


@dataclass(frozen=True)
class Told:
    """An estimate that was given: probability, the base and the effects that are kept, its facts.

    effects: by field, on the log-odds; none where they are forgotten.
    """

    probability: float
    base: float
    effects: Mapping[str, float]
    facts: Facts
    model_version: str

    @property
    def log_odds(self) -> float:
        """Of the probability, so that it is there when reasons are forgotten."""
        held = min(max(self.probability, _LEAST), 1 - _LEAST)
        return math.log(held / (1 - held))


@dataclass(frozen=True)
class Step:
    """What one field adds to the way from an estimate to another.

    field: or `MODEL`. before, after: its values, as the schema loads them. effect: on the log-odds;
    share: in probability.
    """

    field: str
    before: Any
    after: Any
    effect: float
    share: float


def steps(
    pairs: Sequence[tuple[Told, Told]], predictor: Predictor | None
) -> Iterator[tuple[Step, ...]]:
    """For each pair of estimates of one person the steps between them, the heaviest first.

    Their effects add up to the difference of the two log-odds, their shares to that of the two
    probabilities. predictor: what answered the later ones, where it is there; an unchanged fact
    then moves an additive model by nothing. Without it, or without the facts, the steps are the
    differences of the effects that are kept; none where these are forgotten.
    """
    may = [predictor is not None and _can_be_asked(predictor, *pair) for pair in pairs]
    asked = list(compress(pairs, may))
    answered = iter(_asked(predictor, asked) if predictor and asked else ())
    for pair, is_asked in zip(pairs, may, strict=True):
        yield tuple(_shared(*pair, next(answered) if is_asked else _kept(*pair)))


def _can_be_asked(predictor: Predictor, before: Told, after: Told) -> bool:
    is_its_own = after.model_version == predictor.version
    return is_its_own and not any(
        one.facts[name] is None for one in (before, after) for name in predictor.fields
    )


def _asked(predictor: Predictor, pairs: Sequence[tuple[Told, Told]]) -> Iterator[dict[str, float]]:
    """What moves each, as the later model says it, and what it says otherwise of the same facts."""
    before, after = (
        {name: [pair[side].facts[name] for pair in pairs] for name in predictor.fields}
        for side in (0, 1)
    )
    moves = predictor.moves_of(before, after)
    for pair, start, effects in zip(
        pairs, moves.start.tolist(), moves.effects.tolist(), strict=True
    ):
        is_other = pair[0].model_version != predictor.version
        own = {MODEL: start - pair[0].log_odds} if is_other else {}
        yield own | dict(zip(predictor.fields, effects, strict=True))


def _kept(before: Told, after: Told) -> dict[str, float]:
    """The differences of what is kept: another model sets out from elsewhere."""
    if not (before.effects and after.effects):
        return {}
    fields = dict.fromkeys([*before.effects, *after.effects])
    return {MODEL: after.base - before.base} | {
        name: after.effects.get(name, 0.0) - before.effects.get(name, 0.0) for name in fields
    }


def _shared(before: Told, after: Told, effects: Mapping[str, float]) -> Iterator[Step]:
    slope = slope_between(before.log_odds, after.log_odds)
    for name, effect in sorted(effects.items(), key=lambda item: -abs(item[1])):
        if effect:
            values = before.facts.get(name), after.facts.get(name)
            yield Step(name, *values, effect, slope * effect)
