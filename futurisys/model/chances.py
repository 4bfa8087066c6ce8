"""A probability and its range in words, with no figure that data cannot support."""

from collections.abc import Mapping
from typing import Any

from futurisys.employee.typography import percent
from futurisys.model.calibration import probability


def in_words(chance: float, bounds: Mapping[str, Any] | None) -> str:
    """A probability, or which one it surely exceeds, or stays below, where no data tells more."""
    if bounds:
        low, high = bounds["low"], bounds["high"]
        if chance > probability(float(high["log_odds"])) and high["told"] > 0:
            return f"plus de {percent(high['told'])}"
        if chance < probability(float(low["log_odds"])) and low["told"] < 1:
            return f"moins de {percent(low['told'])}"
    return percent(chance, 1)


def between(low: float, high: float, bounds: Mapping[str, Any] | None) -> str:
    """A range as a page says it, in whole percents, with no figure that data cannot support.

    An end beyond the bounds is open: the other end alone is told, or only the bound where even
    that end is past it.
    """
    least, most = in_words(low, bounds), in_words(high, bounds)
    if least == most:
        return least
    is_open_below, is_open_above = least != percent(low, 1), most != percent(high, 1)
    if bounds and is_open_above and low >= bounds["high"]["told"]:
        return most
    if bounds and is_open_below and high <= bounds["low"]["told"]:
        return least
    if is_open_above:
        return f"de {least} à {most}" if is_open_below else f"au moins {percent(low)}"
    return f"au plus {percent(high)}" if is_open_below else f"de {percent(low)} à {percent(high)}"
