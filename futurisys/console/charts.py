"""What an evaluation measured, as pictures: data in, SVG out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from futurisys.console.drawing import Axis, Plot, Point, svg, ticks
from futurisys.console.french import number, percent
from futurisys.employee.typography import NARROW

ROOM = 1.06  # Above the highest point, so that it does not touch the edge.


@dataclass(frozen=True)
class Bin:
    """People with alike estimates: their mean estimate and the share of them that left.

    low, high: between which that share would be by chance alone, were every estimate right.
    """

    predicted: float
    observed: float
    people: int
    low: float
    high: float


@dataclass(frozen=True)
class Capacity:
    """What is found where the `flagged` share of the workforce is looked at.

    found: of the leavers; precision: of those looked at.
    """

    flagged: float
    found: float
    precision: float


def reliability(bins: Sequence[Bin], threshold: float) -> Markup:
    """Estimates against what happened, with the noise floor: the band of perfect calibration.

    threshold: from which on the model flags.
    """
    top = min(1.0, ROOM * max(max(one.predicted, one.observed, one.high) for one in bins))
    plot = Plot(_shares("Probabilité estimée", top), _shares("Part réellement partie", top))
    band = [(one.predicted, one.low) for one in bins]
    band += [(one.predicted, one.high) for one in reversed(bins)]
    most = max(one.people for one in bins)
    inside = sum(one.low <= one.observed <= one.high for one in bins)
    description = (
        f"{len(bins)} tranches d'employés. La diagonale est l'estimation juste ; la bande, ce que "
        f"le hasard seul ferait voir. {inside} tranches sur {len(bins)} sont dans la bande."
    )
    return svg(
        "fiabilite",
        "Fiabilité : probabilité estimée et départs observés",
        description,
        plot.frame,
        [
            plot.axes(),
            plot.area(band, "noise"),
            plot.line([(0, 0), (top, top)], "ideal"),
            plot.line([(0.56 * top, 0.06 * top), (0.63 * top, 0.06 * top)], "ideal"),
            plot.words((0.63 * top, 0.06 * top), "estimation juste", "note", (8, 4)),
            plot.line([(threshold, 0), (threshold, top)], "ideal"),
            plot.words((threshold, top), "seuil", "note", (6, 14)),
            plot.line([(one.predicted, one.observed) for one in bins], "curve"),
            *(
                plot.dot((one.predicted, one.observed), 3 + 5 * math.sqrt(one.people / most), "dot")
                for one in bins
            ),
        ],
    )


def precision_recall(points: Sequence[Point], base_rate: float, chosen: Point | None) -> Markup:
    """Each threshold's precision at its recall; chosen: the (recall, precision) of the model's.

    points: (recall, precision).
    """
    plot = Plot(
        _shares("Rappel", 1),
        _shares("Précision", 1),
    )
    description = (
        "Le rappel est la part des départs repérés, la précision la part des personnes signalées "
        "qui partent. Signaler au hasard donnerait une précision de "
        f"{percent(base_rate, 1)} à tout rappel (ligne tiretée)."
    )
    parts = [
        plot.axes(),
        plot.line([(0, base_rate), (1, base_rate)], "ideal"),
        plot.words((0, base_rate), f"au hasard{NARROW}: {percent(base_rate)}", "note", (6, -6)),
        plot.line(sorted(points), "curve"),
    ]
    if chosen:
        description += (
            f" Au seuil du modèle (point), le rappel est de {percent(chosen[0])} et la précision "
            f"de {percent(chosen[1])}."
        )
        parts.append(plot.dot(chosen, 6, "dot"))
        parts.append(plot.words(chosen, "seuil du modèle", "note", (10, -8)))
    return svg("precision-rappel", "Précision et rappel", description, plot.frame, parts)


def capacity(rows: Sequence[Capacity]) -> Markup:
    """The share of leavers found where so much of the workforce is looked at, beside chance."""
    plot = Plot(
        Axis("Part de l'effectif signalée", -0.5, len(rows) - 0.5, tuple(range(len(rows))),
             lambda index: percent(rows[int(index)].flagged)),
        _shares("Part des départs repérés", 1),
    )  # fmt: skip
    parts = [plot.axes()]
    for index, row in enumerate(rows):
        parts.append(plot.bar((index - 0.32, 0), (index + 0.32, row.found), "bar share"))
        parts.append(plot.line([(index - 0.4, row.flagged), (index + 0.4, row.flagged)], "ideal"))
        parts.append(plot.words((index, row.found), percent(row.found), "value", (0, -6)))
    parts.append(plot.line([(-0.42, 0.94), (-0.12, 0.94)], "ideal"))
    parts.append(plot.words((-0.12, 0.94), "au hasard", "note", (8, 4)))
    description = " ".join(
        f"En signalant {percent(row.flagged)} de l'effectif, on repère {percent(row.found)} des "
        f"départs, et {percent(row.precision)} des personnes signalées partent."
        for row in rows
    )
    description += " Les tirets disent ce que le hasard repérerait."
    return svg("capacite", "Ce qu'une capacité permet de repérer", description, plot.frame, parts)


def _shares(words: str, top: float) -> Axis:
    """An axis of shares from 0 to `top`."""
    step = ticks(0, top, 5)
    digits = 0 if all(math.isclose(100 * tick, round(100 * tick)) for tick in step) else 1
    return Axis(f"{words} (%)", 0, top, step, lambda tick: number(100 * tick, digits))
