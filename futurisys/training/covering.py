"""Whether a range covers what it says, on simulated companies, where the truth is known.

    {"level", "companies", "refits", "widening", "covered", "plain", "above", "lowest"}

covered: the share of people whose true chance lies in their range, mean of the companies; plain:
were ranges not widened; above: of those estimated above the threshold; lowest: of the company
that does worst.
"""

from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from futurisys.employee.answer import LEVEL
from futurisys.model.calibration import probability
from futurisys.training.contenders import Model
from futurisys.training.evaluation import PRECISION, inner_folds
from futurisys.training.fitting import Floats, fit_calibration
from futurisys.training.range import WIDENING, fit_range, refit
from futurisys.training.thresholds import Ladder

COMPANIES = 20
REFITS = 12
Labels = NDArray[np.bool_]


def covering(
    table: pd.DataFrame,
    left: Labels,
    model: Model,
    progress: Callable[[int], None] = lambda total: None,
    workers: int = -1,
    companies: int = COMPANIES,
    refits: int = REFITS,
) -> dict[str, Any]:
    """What ranges cover in companies of the same people, of whom others leave.

    What the model says of the people is the truth there. The result does not depend on `workers`.
    """
    truth, _ = _estimated(table, left, model)
    tasks = (
        joblib.delayed(_company)(table, truth, model, seed, refits) for seed in range(companies)
    )
    shares = []
    for one in joblib.Parallel(n_jobs=workers, return_as="generator")(tasks):
        shares.append(one)
        progress(companies)
    covered, plain, above = np.mean(shares, axis=0).tolist()
    lowest = float(np.min(shares, axis=0)[0])
    return {
        "level": LEVEL,
        "companies": companies,
        "refits": refits,
        "widening": WIDENING,
        "covered": covered,
        "plain": plain,
        "above": above,
        "lowest": lowest,
    }


def _company(
    table: pd.DataFrame, truth: Floats, model: Model, seed: int, refits: int
) -> tuple[float, float, float]:
    """Shares covered in one company: with ranges widened, as measured, and above the threshold."""
    left = np.random.default_rng(seed).random(len(truth)) < probability(truth)
    said, threshold = _estimated(table, left, model)
    moved = np.array([refit(table, left, model, number) for number in range(refits)])
    low, high = fit_range(said, moved).around(said)
    is_covered = (low <= truth) & (truth <= high)
    is_plain = np.abs(truth - said) <= (high - said) / WIDENING
    is_above = probability(said) >= threshold
    return float(is_covered.mean()), float(is_plain.mean()), float(is_covered[is_above].mean())


def _estimated(table: pd.DataFrame, left: Labels, model: Model) -> tuple[Floats, float]:
    """The calibrated log-odds of n people who were all learnt from, and the threshold."""
    with threadpool_limits(1):
        inner, margin = model.margins(table, left, table, inner_folds(left))
    calibration = fit_calibration(inner, left)
    ladder = Ladder.of(probability(calibration.log_odds(inner)), left)
    return calibration.log_odds(margin), ladder.at_precision(PRECISION)
