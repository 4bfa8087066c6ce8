"""A chart's ground: title, text alternative, axes with their ticks and units, as SVG.

Colours and letters are the style sheet's: a drawing has classes and geometry only.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from futurisys.console.french import typeset

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """What one direction shows. words: the quantity with its unit. write: a tick's text."""

    words: str
    low: float
    high: float
    ticks: tuple[float, ...]
    write: Callable[[float], str]

    def share(self, value: float) -> float:
        """Where a value stands, from 0 at the axis's beginning to 1 at its end."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Frame:
    """A drawing's size in its own units, and the room left around the plot for words."""

    width: float = 460
    height: float = 340
    left: float = 62
    right: float = 14
    top: float = 12
    bottom: float = 54


@dataclass(frozen=True)
class Plot:
    """Two axes in a frame: turns values into places, and draws what stands at them."""

    x: Axis
    y: Axis
    frame: Frame = Frame()

    def place(self, point: Point) -> Point:
        """Where a pair of values is drawn, in the drawing's units."""
        frame = self.frame
        across = frame.width - frame.left - frame.right
        down = frame.height - frame.top - frame.bottom
        return (
            frame.left + across * self.x.share(point[0]),
            frame.top + down * (1 - self.y.share(point[1])),
        )

    def line(self, points: Iterable[Point], kind: str) -> Markup:
        """A line through the points; kind: its class."""
        return Markup('<polyline class="{}" points="{}"/>').format(kind, self._path(points))

    def area(self, points: Iterable[Point], kind: str) -> Markup:
        """The inside of a line that closes on itself."""
        return Markup('<polygon class="{}" points="{}"/>').format(kind, self._path(points))

    def dot(self, point: Point, radius: float, kind: str) -> Markup:
        return circle(*self.place(point), radius, kind)

    def bar(self, one: Point, other: Point, kind: str) -> Markup:
        """The rectangle between two corners."""
        (x1, y1), (x2, y2) = self.place(one), self.place(other)
        return rectangle(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1), kind)

    def words(self, point: Point, text: str, kind: str, shift: Point = (0, 0)) -> Markup:
        """Text at a place, moved by `shift` in the drawing's units."""
        x, y = self.place(point)
        return label(x + shift[0], y + shift[1], text, kind)

    def axes(self) -> Markup:
        """Both axes: grid lines, ticks, and what they measure."""
        frame = self.frame
        parts = [*map(self._x_tick, self.x.ticks), *map(self._y_tick, self.y.ticks)]
        middle = (frame.left + frame.width - frame.right) / 2
        parts.append(label(middle, frame.height - 8, self.x.words, "axis"))
        upright = (frame.top + frame.height - frame.bottom) / 2
        parts.append(
            Markup('<text class="axis" transform="translate(15 {}) rotate(-90)">{}</text>').format(
                _short(upright), typeset(self.y.words)
            )
        )
        return Markup("").join(parts)

    def _x_tick(self, value: float) -> Markup:
        start, end = self.place((value, self.y.low)), self.place((value, self.y.high))
        text = label(start[0], start[1] + 18, self.x.write(value), "tick-x")
        return segment(start, end, "grid") + text

    def _y_tick(self, value: float) -> Markup:
        start, end = self.place((self.x.low, value)), self.place((self.x.high, value))
        text = label(start[0] - 7, start[1] + 4, self.y.write(value), "tick-y")
        return segment(start, end, "grid") + text

    def _path(self, points: Iterable[Point]) -> str:
        return " ".join(f"{_short(x)},{_short(y)}" for x, y in map(self.place, points))


def svg(name: str, title: str, description: str, frame: Frame, parts: Iterable[Markup]) -> Markup:
    """A whole drawing. name: unique in its page. description: for whoever cannot see it."""
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {w} {h}" aria-labelledby="{n}-title {n}-desc">'
        '<title id="{n}-title">{title}</title><desc id="{n}-desc">{description}</desc>{parts}</svg>'
    ).format(
        w=_short(frame.width),
        h=_short(frame.height),
        n=name,
        title=typeset(title),
        description=typeset(description),
        parts=Markup("").join(parts),
    )


def rectangle(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, *map(_short, (x, y, width, height))
    )


def circle(x: float, y: float, radius: float, kind: str) -> Markup:
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
        kind, *map(_short, (x, y, radius))
    )


def label(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(
        kind, _short(x), _short(y), typeset(text)
    )


def ticks(low: float, high: float, most: int, whole: bool = False) -> tuple[float, ...]:
    """At most about `most` round numbers from `low` to `high`; whole ones where asked for."""
    rough = (high - low) / most
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * round_ for round_ in (1, 2, 5, 10) if power * round_ >= rough * 0.999)
    if whole:
        step = max(1, round(step))
    first = math.ceil(low / step - 1e-9)
    return tuple(index * step for index in range(first, math.floor(high / step + 1e-9) + 1))


def segment(start: Point, end: Point, kind: str) -> Markup:
    """A straight line."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        kind, *map(_short, (*start, *end))
    )


def _short(value: float) -> str:
    """A tenth of a unit is finer than any screen shows."""
    return f"{value:.1f}".removesuffix(".0")
