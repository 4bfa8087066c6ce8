"""How the estimates of a population lie: people by estimate and word, beside the threshold."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup

from futurisys.console.drawing import Axis, Frame, Plot, svg, ticks
from futurisys.console.french import number, percent
from futurisys.model.plain import WORDS

FRAME = Frame(width=720, height=300, left=56, right=28, top=30, bottom=50)
TICKS = tuple(number / 5 for number in range(6))


def histogram(
    edges: Sequence[float],
    bins: Mapping[tuple[int, str], int],
    threshold: float,
    line: float | None = None,
) -> Markup:
    """The people between each two of the `edges`, by word; line: of a capacity, where one is asked.

    bins: how many, by the place of the bin and the word.
    """
    heights = [sum(bins.get((place, word), 0) for word in WORDS) for place in range(len(edges) - 1)]
    top = max(heights)
    plot = Plot(
        Axis("Probabilité de départ estimée", 0, 1, TICKS, percent),
        Axis("Personnes", 0, top, ticks(0, top, 5, whole=True), number),
        FRAME,
    )
    parts = [plot.axes()]
    for place, (start, end) in enumerate(pairwise(edges)):
        foot = 0
        for word in reversed(WORDS):
            people = bins.get((place, word), 0)
            if people:
                corners = (start + 0.003, foot), (end - 0.003, foot + people)
                parts.append(plot.bar(*corners, f"heap-{word}"))
            foot += people
    parts += _mark(plot, threshold, top, f"seuil {percent(threshold, 1)}", "edge")
    if line is not None:
        parts += _mark(plot, line, top, "vos entretiens", "capacity")
    return svg(
        "repartition", "La répartition des estimations", _told(bins, threshold), FRAME, parts
    )


def _mark(plot: Plot, chance: float, top: float, words: str, kind: str) -> list[Markup]:
    """A line across the plot, its words above it; those of a capacity stand a little lower."""
    side, shift = ("at-start", 5) if chance < 0.7 else ("at-end", -5)
    down = -8 if kind == "edge" else 14
    return [
        plot.line([(chance, 0), (chance, top)], kind),
        plot.words((chance, top), words, f"note {side}", (shift, down)),
    ]


def _told(bins: Mapping[tuple[int, str], int], threshold: float) -> str:
    """The drawing for whoever cannot see it."""
    counts = [
        f"{words} : {number(sum(people for (_, one), people in bins.items() if one == word))}"
        for word, words in WORDS.items()
    ]
    return f"Le seuil est à {percent(threshold, 1)}. {', '.join(counts)}."
