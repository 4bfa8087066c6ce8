"""An answer as it is shown: its words, a gauge with its threshold, and a bar for each reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from futurisys import serving
from futurisys.console.drawing import Frame, label, rectangle, segment, svg
from futurisys.console.french import percent, points
from futurisys.employee.schema import FACTS, say
from futurisys.employee.typography import NARROW
from futurisys.model.chances import between, in_words, is_open
from futurisys.model.explain import Factor
from futurisys.operations.glance import Weight

GAUGE = Frame(width=480, height=96, left=16, right=16, top=34, bottom=40)
BAR = Frame(width=200, height=14)
EDGE = 64  # Nearer than this to an end, words are set beside a mark rather than centred on it.
# What half a bar may stand for, in probability: a page has one of them for all its bars.
RULERS = (0.05, 0.1, 0.2, 0.4, 0.8)
# In place of a figure that no data supports.
UNTOLD = "–"
Span = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """Where the threshold of a model is; bounds: those of the model, as its card has them."""

    threshold: float
    bounds: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Bar:
    """One reason: its clause, its share of the probability, its bar."""

    said: str
    share: str
    drawing: Markup
    raises: bool


def estimate(chance: float, version: str | None = None) -> str:
    """A probability as a page says it; version: of the model that gave it, today's where None."""
    return in_words(chance, bounds_of(version))


def bounds_of(version: str | None = None) -> Mapping[str, Any] | None:
    """Within which the estimates of a model are told; version: as `estimate` has it."""
    predictor = serving.current() if version in (None, serving.version()) else None
    return predictor.card.bounds if predictor else None


def difference(
    before: float, after: float, old: str | None = None, new: str | None = None
) -> str | None:
    """By how many points an estimate moved; None where that tells a figure that no page tells.

    old and new: of the models that gave them, as `estimate` has it.
    """
    opened = is_open(before, bounds_of(old)) != is_open(after, bounds_of(new))
    return None if opened else points(after - before)


def in_brief(chance: float, low: float, high: float, bounds: Mapping[str, Any] | None) -> str:
    """A range as a row has room for it: nothing where its estimate says as much."""
    told = between(low, high, bounds)
    if told == in_words(chance, bounds):
        return ""
    both = told.startswith("de ") and told.count("%") == 2
    return told.removeprefix("de ").replace(f"{NARROW}%", "", 1) if both else told


def gauge(
    name: str, chance: float, scale: Scale, span: Span | None, before: float | None = None
) -> Markup:
    """A probability between 0 and 1 with its range, the threshold marked.

    before: where it was, for a what-if.
    """
    top, down = GAUGE.top, GAUGE.height - GAUGE.top - GAUGE.bottom
    sides = [
        rectangle(_across(low), top, _across(high) - _across(low), down, f"side side-{number}")
        for number, (low, high) in enumerate(pairwise((0.0, scale.threshold, 1.0)), 1)
    ]
    edge, here = _across(scale.threshold), _across(chance)
    marks = [
        segment((edge, top - 8), (edge, top + down + 4), "edge"),
        _words(edge, top - 14, f"seuil {percent(scale.threshold, 1)}", "gauge-edge"),
        segment((here, top - 4), (here, top + down + 8), "needle"),
        _words(here, top + down + 26, in_words(chance, scale.bounds), "gauge-here"),
    ]
    if before is not None:
        there = _across(before)
        marks.insert(0, segment((there, top - 4), (there, top + down + 8), "needle-before"))
    if span:
        start, end = map(_across, span)
        marks.insert(0, rectangle(start, top + 5, end - start, down - 10, "held"))
    description = _described(chance, scale, span, before)
    return svg(name, "L'estimation et le seuil", description, GAUGE, [*sides, *marks])


def ruler(shares: Iterable[float]) -> float:
    """What half a bar stands for where these are to be drawn."""
    most = max(map(abs, shares), default=0)
    return next((one for one in RULERS if one >= most), RULERS[-1])


def bars(factors: Sequence[Factor], most: float, before: Sequence[Factor] = ()) -> list[Bar]:
    """A bar for each reason, half of it standing for `most`; before: outlined, for a what-if."""
    earlier = {factor.field: factor.share for factor in before}
    return [
        Bar(
            say(factor.field, factor.value),
            points(factor.share),
            _bar(factor.share / most, earlier.get(factor.field, 0.0) / most if before else None),
            factor.share > 0,
        )
        for factor in factors
    ]


def without_points(drawn: Iterable[Bar]) -> list[Bar]:
    """The same bars, where their points add up to a figure that no page tells."""
    return [replace(bar, share=UNTOLD) for bar in drawn]


def spread(weights: Sequence[Weight]) -> list[Bar]:
    """A bar each way for each field of a population, in points of its mean estimate."""
    most = ruler(share for one in weights for share in (one.raised, one.lowered))
    return [
        Bar(
            FACTS[one.field].words,
            f"{points(one.raised)}, {points(one.lowered)}",
            _drawn([_from_middle(share / most) for share in (one.raised, one.lowered)]),
            one.raised > -one.lowered,
        )
        for one in weights
    ]


def _described(chance: float, scale: Scale, span: Span | None, before: float | None) -> str:
    """A gauge for whoever cannot see it."""
    said = f"Probabilité de départ estimée : {in_words(chance, scale.bounds)}"
    said += f", fourchette {between(*span, scale.bounds)}. " if span else ". "
    said += f"Le seuil est à {percent(scale.threshold, 1)}."
    if before is not None:
        said += f" Avant le changement, elle était de {in_words(before, scale.bounds)}."
    return said


def _bar(share: float, before: float | None) -> Markup:
    """From the middle: to the right what raises the risk, to the left what lowers it."""
    parts = [_from_middle(share)]
    if before is not None:
        parts.append(_from_middle(before, "outline"))
    return _drawn(parts)


def _drawn(parts: Sequence[Markup]) -> Markup:
    middle = BAR.width / 2
    return Markup(
        '<svg class="bar-row" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        "{}{}</svg>"
    ).format(
        BAR.width,
        BAR.height,
        Markup("").join(parts),
        segment((middle, 0), (middle, BAR.height), "zero"),
    )


def _from_middle(share: float, kind: str = "") -> Markup:
    """A rectangle; kind: its class, by its side unless told."""
    middle = BAR.width / 2
    width = min(abs(share), 1) * (middle - 2)
    kind = kind or ("raises" if share > 0 else "lowers")
    return rectangle(middle if share > 0 else middle - width, 2, width, BAR.height - 4, kind)


def _across(chance: float) -> float:
    return GAUGE.left + chance * (GAUGE.width - GAUGE.left - GAUGE.right)


def _words(x: float, y: float, text: str, kind: str) -> Markup:
    """A text at a mark, within the drawing."""
    side = "start" if x < EDGE else "end" if x > GAUGE.width - EDGE else "middle"
    return label(x, y, text, f"{kind} at-{side}")
