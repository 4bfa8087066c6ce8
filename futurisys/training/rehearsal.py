"""What is said of ranges, and whether it holds: what `make figures` alone takes the time for."""

from collections.abc import Callable
from typing import Any

from futurisys.training.covering import covering
from futurisys.training.plain import plain
from futurisys.training.range import REFITS, measure
from futurisys.training.run import Evaluated, decided


def rehearse(
    evaluated: Evaluated,
    companies: int,
    progress: Callable[[int], None] = lambda total: None,
    workers: int = -1,
) -> dict[str, Any]:
    """What is said of ranges: that of the model, its words, what ranges cover where that is known.

    companies: to simulate. progress: called after each of them and after each refit of the model.
    """
    table, left, model = evaluated.table, evaluated.left, evaluated.model
    total = companies + REFITS

    def advance(_: int) -> None:
        progress(total)

    calibration, threshold = decided(evaluated.found.margin, left)
    log_odds = calibration.unbounded(model.margin(table, left, table))
    moves = measure(table, left, model, log_odds, REFITS, advance, workers)
    return {
        "range": vars(moves),
        "plain": plain(calibration, evaluated.found.margin, left, moves, threshold),
        "covering": covering(table, left, model, advance, workers, companies),
    }
