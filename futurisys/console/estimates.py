"""An answer as it is shown: a gauge with its threshold, and a bar for each reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from futurisys import serving
from futurisys.console.drawing import Frame, label, rectangle, segment, svg
from futurisys.console.french import percent, points
from futurisys.model.calibration import probability
from futurisys.model.explain import Factor

GAUGE = Frame(width=480, height=96, left=16, right=16, top=34, bottom=40)
BAR = Frame(width=200, height=14)
EDGE = 64  # Nearer than this to an end, words are set beside a mark rather than centred on it.


@dataclass(frozen=True)
class Scale:
    """Where the bands of a model begin: Modéré and Élevé, as probabilities.

    bounds: those of the model, as its card has them.
    """

    moderate: float
    threshold: float
    bounds: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Bar:
    """One reason: its sentence, its share of the probability, its bar."""

    sentence: str
    share: str
    drawing: Markup


def estimate(chance: float, version: str | None = None) -> str:
    """A probability as a page says it; version: of the model that gave it, today's where None."""
    predictor = serving.current() if version in (None, serving.version()) else None
    return in_words(chance, predictor.card.bounds if predictor else None)


def in_words(chance: float, bounds: Mapping[str, Any] | None) -> str:
    """A probability, or which one it surely exceeds, or stays below, where no data tells more."""
    if bounds:
        low, high = bounds["low"], bounds["high"]
        if chance > probability(float(high["log_odds"])) and high["told"] > 0:
            return f"plus de {percent(high['told'])}"
        if chance < probability(float(low["log_odds"])) and low["told"] < 1:
            return f"moins de {percent(low['told'])}"
    return percent(chance, 1)


def gauge(name: str, chance: float, scale: Scale, before: float | None = None) -> Markup:
    """A probability between 0 and 1, the threshold marked; before: where it was, for a what-if."""
    top, down = GAUGE.top, GAUGE.height - GAUGE.top - GAUGE.bottom
    ends = (0.0, scale.moderate, scale.threshold, 1.0)
    zones = [
        rectangle(_across(low), top, _across(high) - _across(low), down, f"zone zone-{number}")
        for number, (low, high) in enumerate(pairwise(ends), 1)
    ]
    edge = _across(scale.threshold)
    here = _across(chance)
    description = f"Probabilité de départ estimée : {in_words(chance, scale.bounds)}. "
    description += f"Le seuil est à {percent(scale.threshold, 1)}."
    marks = [
        segment((edge, top - 8), (edge, top + down + 4), "edge"),
        _words(edge, top - 14, f"seuil {percent(scale.threshold, 1)}", "gauge-edge"),
        segment((here, top - 4), (here, top + down + 8), "needle"),
        _words(here, top + down + 26, in_words(chance, scale.bounds), "gauge-here"),
    ]
    if before is not None:
        there = _across(before)
        earlier = in_words(before, scale.bounds)
        description += f" Avant le changement, elle était de {earlier}."
        marks.insert(0, segment((there, top - 4), (there, top + down + 8), "needle-before"))
    return svg(name, "La probabilité et le seuil", description, GAUGE, [*zones, *marks])


def bars(factors: Sequence[Factor], before: Sequence[Factor] = ()) -> list[Bar]:
    """A bar for each reason, all on one scale; before: outlined, for a what-if."""
    earlier = {factor.field: factor.share for factor in before}
    shares = [*earlier.values(), *(factor.share for factor in factors)]
    most = max(map(abs, shares), default=1)
    return [
        Bar(
            factor.sentence,
            points(factor.share),
            _bar(factor.share / most, earlier.get(factor.field, 0.0) / most if before else None),
        )
        for factor in factors
    ]


def _bar(share: float, before: float | None) -> Markup:
    """From the middle: to the right what raises the risk, to the left what lowers it."""
    middle = BAR.width / 2
    parts = [_from_middle(share, "raises" if share > 0 else "lowers")]
    if before is not None:
        parts.append(_from_middle(before, "outline"))
    parts.append(segment((middle, 0), (middle, BAR.height), "zero"))
    return Markup(
        '<svg class="bar-row" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>"
    ).format(BAR.width, BAR.height, Markup("").join(parts))


def _from_middle(share: float, kind: str) -> Markup:
    middle = BAR.width / 2
    width = abs(share) * (middle - 2)
    return rectangle(middle if share > 0 else middle - width, 2, width, BAR.height - 4, kind)


def _across(chance: float) -> float:
    return GAUGE.left + chance * (GAUGE.width - GAUGE.left - GAUGE.right)


def _words(x: float, y: float, text: str, kind: str) -> Markup:
    """A text at a mark, within the drawing."""
    side = "start" if x < EDGE else "end" if x > GAUGE.width - EDGE else "middle"
    return label(x, y, text, f"{kind} at-{side}")
