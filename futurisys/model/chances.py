"""A probability and its range in words, with no figure that data cannot support."""

from collections.abc import Mapping
from typing import Any

from futurisys.employee.typography import percent


def in_words(chance: float, bounds: Mapping[str, Any] | None) -> str:
    """A probability, or which one it surely exceeds, or stays below, where no data tells more.

    No figure stands beyond what is told of those whom data supports, so that none is above theirs.
    """
    if bounds:
        least, most = bounds["low"]["told"], bounds["high"]["told"]
        if 0 < most < chance:
            return f"plus de {percent(most)}"
        if chance < least < 1:
            return f"moins de {percent(least)}"
    return percent(chance, 1)


def is_open(chance: float, bounds: Mapping[str, Any] | None) -> bool:
    """Whether a probability is told without a figure of its own."""
    return in_words(chance, bounds) != percent(chance, 1)


def between(low: float, high: float, bounds: Mapping[str, Any] | None) -> str:
    """A range as a page says it, in whole percents, with no figure that data cannot support.

    An end beyond the bounds is open: the other end alone is told, or only the bound where even
    that end is past it.
    """
    least, most = in_words(low, bounds), in_words(high, bounds)
    if least == most:
        return least
    is_open_below, is_open_above = is_open(low, bounds), is_open(high, bounds)
    if is_open_above:
        return f"de {least} à {most}" if is_open_below else f"au moins {percent(low)}"
    return f"au plus {percent(high)}" if is_open_below else f"de {percent(low)} à {percent(high)}"
