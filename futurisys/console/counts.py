"""How good the model is, in people of a hundred: what a card says to whoever is no specialist."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from futurisys.console.drawing import Frame, circle, svg
from futurisys.console.measured import words_of
from futurisys.employee.ages import AGE_BAND
from futurisys.employee.schema import PROTECTED
from futurisys.employee.told import grouped
from futurisys.model.plain import of_a_hundred

ROW, STEP, RADIUS = 20, 22, 8


def counted(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Of a hundred flagged and of a hundred who had left, who was which, and each as a picture."""
    words = plain["words"]
    left = words["flagged"]["left"]
    of_left = {name: part["of_left"] for name, part in words.items()}
    found: dict[str, Any] = {"flagged": None, "left": None}
    if left is not None:
        found["flagged"] = of_a_hundred({"left": left, "stayed": 1 - left})
        found["flagged_drawn"] = _hundred(
            "cent-signales",
            "Sur 100 personnes signalées",
            [("étaient parties", found["flagged"]["left"]), ("non", found["flagged"]["stayed"])],
        )
    if None not in of_left.values():
        found["left"] = of_a_hundred(of_left)
        found["left_drawn"] = _hundred(
            "cent-partis",
            "Sur 100 personnes parties",
            [
                ("étaient signalées", found["left"]["flagged"]),
                ("incertaines", found["left"]["uncertain"]),
                ("non signalées", found["left"]["unflagged"]),
            ],
        )
    return found


def by_protected(evaluation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each protected way of grouping: of a hundred who left, and who stayed, how many flagged."""
    for grouping in evaluation["groups"]:
        if grouping["field"] in (*PROTECTED, AGE_BAND):
            yield {"words": words_of(grouping["field"]), "rows": list(_rows(grouping))}


def _rows(grouping: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for group in grouping["levels"]:
        figures = group["recall"], group["false_positive_rate"]
        yield {
            "level": grouped(group["level"], grouping["field"]),
            "people": group["n"],
            "too_small": group["too_small"],
            "of_left": figures[0] and round(100 * figures[0]["value"]),
            "of_stayed": figures[1] and round(100 * figures[1]["value"]),
        }


def _hundred(name: str, title: str, parts: Sequence[tuple[str, int]]) -> Markup:
    """A hundred people as dots, in rows of twenty, those of each part alike."""
    kinds = [kind for kind, (_, people) in enumerate(parts, 1) for _ in range(people)]
    dots = [
        circle(STEP * (place % ROW + 0.5), STEP * (place // ROW + 0.5), RADIUS, f"part part-{kind}")
        for place, kind in enumerate(kinds)
    ]
    frame = Frame(width=STEP * ROW, height=STEP * 5)
    said = ", ".join(f"{people} {words}" for words, people in parts)
    return svg(name, title, f"{title}, {said}.", frame, dots)
