"""One answer as its page shows it: a figure with its range, a word, the reasons each way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from futurisys.console.estimates import Bar, Scale, bars, between, gauge, ruler, without_points
from futurisys.employee.answer import Answer
from futurisys.employee.schema import PROTECTED
from futurisys.model.calibration import probability
from futurisys.model.card import Card
from futurisys.model.chances import is_open
from futurisys.model.explain import Factor, factors
from futurisys.model.plain import bands, source, word_of
from futurisys.model.predictor import Predictor

# How many reasons each way are read at once; the others are folded.
FIRST = 3


def answer_parts(
    answer: Answer, facts: Mapping[str, Any], predictor: Predictor | None, name: str = "jauge"
) -> dict[str, Any]:
    """The parts of a page that show an answer; name: of its gauge, unique in the page."""
    card = predictor.card if predictor and predictor.version == answer.model_version else None
    bounds = card.bounds if card else None
    span = span_of(answer)
    told = told_reasons(answer, facts)
    has_points = not is_open(answer.probability, bounds)
    drawn = bars(told, ruler_of(told))
    return {
        "answer": answer,
        "word": word_said(answer),
        "has_no_range": span is None and not answer.warnings,
        "span": between(*span, bounds) if span else "",
        "gauge": gauge(name, answer.probability, Scale(answer.threshold, bounds), span),
        "has_points": has_points,
        "start": float(probability(answer.base)),
        "band": _band(answer, card) if card and card.plain else "",
        **_sides(drawn, has_points),
        "hides": len(told) < sum(1 for effect in answer.effects.values() if effect),
    }


def word_said(answer: Answer) -> str:
    """Which of the three words an answer gets."""
    ends = answer.range_low, answer.range_high
    return word_of(answer.probability, answer.threshold, *ends, bool(answer.warnings))


def span_of(answer: Answer) -> tuple[float, float] | None:
    """The two ends of an answer's range, where it has one."""
    if answer.range_low is None or answer.range_high is None:
        return None
    return answer.range_low, answer.range_high


def told_reasons(answer: Answer, facts: Mapping[str, Any]) -> list[Factor]:
    """The reasons of an answer that a page may tell, the heaviest first."""
    found = factors(facts, answer.base, answer.effects)
    return [factor for factor in found if factor.field not in PROTECTED]


def ruler_of(reasons: Iterable[Factor]) -> float:
    """What half of each bar stands for on the page of a person who has these reasons."""
    return ruler(factor.share for factor in reasons)


def _sides(drawn: Sequence[Bar], has_points: bool) -> dict[str, Sequence[Bar]]:
    """The first reasons each way, and the others.

    has_points: whether all may have theirs, which add up to the estimate. Otherwise the lighter
    ones have none, or nobody has where there are no others.
    """
    raising = [bar for bar in drawn if bar.raises][:FIRST]
    lowering = [bar for bar in drawn if not bar.raises][:FIRST]
    others = [bar for bar in drawn if bar not in raising and bar not in lowering]
    if not has_points and others:
        others = without_points(others)
    elif not has_points:
        raising, lowering = without_points(raising), without_points(lowering)
    return {"raising": raising, "lowering": lowering, "others": others}


def _band(answer: Answer, card: Card) -> str:
    """How many of a hundred people with such an estimate had left, as the card counts them."""
    told = list(bands(card.plain or {}, source(card.fictional, card.horizon)))
    return next(_sentences(answer.probability, told), "")


def _sentences(chance: float, told: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The sentence of the band that holds a probability; the outer bands hold all beyond."""
    for place, band in enumerate(told, start=1):
        if chance < band["high"] or place == len(told):
            yield band["sentence"]
