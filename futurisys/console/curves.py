"""Each field's whole effect as a picture, all on one scale so that they can be compared."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup

from futurisys.console.drawing import Axis, Frame, Plot, Point, label, svg, ticks
from futurisys.console.french import number
from futurisys.employee.fields import Whole
from futurisys.employee.schema import FACTS
from futurisys.employee.typography import spelled
from futurisys.model.effects import Effect, Levels, Steps

UNSEEN = "(valeur inconnue)"
NEUTRAL = "sans effet"
WORDS = "Contribution (nats)"
FEW = 8
ROW, LETTER, VALUE = 26, 7.2, 50  # Of a level, of its label's letters, of its figure: in units.
LETTERS = 27
EDGE = 0.03  # Of a range, drawn beyond its end so that the last step can be seen.


def curves(effects: Iterable[Effect]) -> Iterator[tuple[str, Markup]]:
    """Each field with its drawing, the one that moves estimates most first."""
    effects = sorted(effects, key=lambda effect: -_reach(effect))
    values = [value for effect in effects for value in _values(effect)]
    low, high = min(0, *values), max(0, *values)
    room = (high - low) * 0.06
    for effect in effects:
        axis = _contributions(low - room, high + room)
        if isinstance(effect, Levels) or _few(effect):
            yield effect.field, _levels(effect, axis)
        else:
            yield effect.field, _steps(effect, axis)


def _reach(effect: Effect) -> float:
    values = _values(effect)
    return max(values) - min(values)


def _values(effect: Effect) -> Sequence[float]:
    """Every contribution that a value seen in training gets, and the unseen level's."""
    if isinstance(effect, Levels):
        return list(_by_level(effect).values())
    return [height for _, _, height in _pieces(effect)]


def _few(effect: Steps) -> bool:
    """Whether a number has so few values that each is shown as a level."""
    return isinstance(FACTS[effect.field], Whole) and effect.high - effect.low < FEW


def _by_level(effect: Effect) -> Mapping[str, float]:
    if isinstance(effect, Steps):
        numbers = range(int(effect.low), int(effect.high) + 1)
        return {number(value): effect.at(value) for value in numbers}
    unseen = {} if effect.unseen is None else {UNSEEN: effect.unseen}
    return {spelled(level): one for level, one in {**effect.contributions, **unseen}.items()}


def _pieces(effect: Steps) -> Iterator[tuple[float, float, float]]:
    """The flat pieces that are drawn: from, to, contribution.

    A whole number is as wide as one, around itself, for nothing lies between two of them.
    """
    if isinstance(FACTS[effect.field], Whole):
        for value in range(int(effect.low), int(effect.high) + 1):
            yield value - 0.5, value + 0.5, effect.at(value)
        return
    edge = EDGE * (effect.high - effect.low)
    inside = [one for one in effect.thresholds if effect.low < one <= effect.high]
    bounds = [effect.low, *inside, effect.high + edge]
    for start, end in pairwise(bounds):
        yield start, end, effect.at(start)


def _steps(effect: Steps, contributions: Axis) -> Markup:
    pieces = list(_pieces(effect))
    start, end = pieces[0][0], pieces[-1][1]
    marks = ticks(effect.low, effect.high, 5, whole=True)
    frame = Frame(height=240)
    plot = Plot(
        Axis(FACTS[effect.field].words, start, end, marks, number),
        contributions,
        frame,
    )
    line: list[Point] = [point for a, b, height in pieces for point in ((a, height), (b, height))]
    lowest, highest = (pick(pieces, key=lambda piece: piece[2]) for pick in (min, max))
    description = (
        f"La contribution va de {_signed(lowest[2])} (vers {number(_inside(lowest, effect))}) à "
        f"{_signed(highest[2])} (vers {number(_inside(highest, effect))})."
    )
    parts = [
        plot.axes(),
        plot.line([(start, 0), (end, 0)], "zero"),
        plot.words((end, 0), NEUTRAL, "note at-end", (-4, -5)),
        plot.line(line, "curve"),
    ]
    return svg(f"effet-{effect.field}", FACTS[effect.field].words, description, frame, parts)


def _inside(piece: tuple[float, float, float], effect: Steps) -> float:
    """A value in the middle of a piece, of the range that was seen."""
    return math.floor((piece[0] + min(piece[1], effect.high)) / 2 + 0.5)


def _levels(effect: Effect, contributions: Axis) -> Markup:
    levels = _by_level(effect)
    frame = Frame(
        height=76 + ROW * len(levels),
        top=22,
        left=44 + LETTER * max(map(len, map(_cut, levels))),
        right=VALUE,
    )
    rows = Axis("Valeur", len(levels), 0, (), str)
    plot = Plot(contributions, rows, frame)
    parts = [plot.axes()]
    for index, (level, value) in enumerate(levels.items()):
        kind = "raises" if value > 0 else "lowers"
        parts.append(plot.bar((0, index + 0.18), (value, index + 0.82), f"bar {kind}"))
        _, y = plot.place((0, index + 0.5))
        parts.append(label(frame.left - 8, y + 4, _cut(level), "tick-y"))
        parts.append(label(frame.width - 6, y + 4, _signed(value), "tick-y"))
    parts.append(plot.line([(0, 0), (0, len(levels))], "zero"))
    parts.append(plot.words((0, 0), NEUTRAL, "note at-middle", (0, -7)))
    description = " ; ".join(f"{level}\u202f: {_signed(value)}" for level, value in levels.items())
    return svg(f"effet-{effect.field}", FACTS[effect.field].words, f"{description}.", frame, parts)


def _contributions(low: float, high: float) -> Axis:
    return Axis(WORDS, low, high, ticks(low, high, 5), lambda tick: number(tick, 1, signed=True))


def _signed(value: float) -> str:
    return number(value, 2, signed=True)


def _cut(text: str) -> str:
    """A level that fits beside its bar."""
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1].rstrip()}…"
