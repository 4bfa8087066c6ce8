"""How far estimates move when the model learns from other people: a bootstrap of whole refits."""

from collections.abc import Callable, Iterator

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from futurisys.employee.answer import LEVEL
from futurisys.model.range import Range
from futurisys.training.contenders import Model
from futurisys.training.evaluation import FOLDS
from futurisys.training.fitting import Floats, fit_calibration

# Refits move less than other people would make them: so much wider, ranges hold the truth of this
# share of the people of simulated companies. `make figures` measures it, see training.covering.
WIDENING = 1.3
COVERED = 0.93
REFITS = 100
QUICK_REFITS = 30
DEGREE = 3
# Estimates at the ends are too few to say how wide a range is there.
ENDS = (1, 99)
Labels = NDArray[np.bool_]


def measure(
    table: pd.DataFrame,
    left: Labels,
    model: Model,
    log_odds: Floats,
    refits: int = REFITS,
    progress: Callable[[int], None] = lambda total: None,
    workers: int = -1,
) -> Range:
    """The range of the n estimates `log_odds`; the result does not depend on `workers`.

    progress: called after each refit, with the number of all.
    """
    tasks = (joblib.delayed(refit)(table, left, model, seed) for seed in range(refits))
    moved = []
    for one in joblib.Parallel(n_jobs=workers, return_as="generator")(tasks):
        moved.append(one)
        progress(refits)
    return fit_range(log_odds, np.array(moved))


def fit_range(log_odds: Floats, moved: Floats) -> Range:
    """The range of n estimates of which refits, shape (refits, n), say how they move."""
    half = norm.ppf(0.5 + LEVEL / 2) * moved.std(axis=0, ddof=1)
    low, high = np.percentile(log_odds, ENDS)
    fitted = np.polynomial.polynomial.polyfit(np.clip(log_odds, low, high), half, DEGREE)
    shift = moved.mean(axis=1).std(ddof=1)
    return Range(
        tuple(fitted.tolist()), float(low), float(high), WIDENING, COVERED, float(shift), len(moved)
    )


def refit(table: pd.DataFrame, left: Labels, model: Model, seed: int) -> Floats:
    """The calibrated log-odds of n people by the whole pipeline, had others of them been there."""
    drawn = np.sort(np.random.default_rng(seed).integers(len(left), size=len(left)))
    with threadpool_limits(1):
        splits = list(by_person(drawn, left, seed))
        inner, margin = model.margins(table.iloc[drawn], left[drawn], table, splits)
    return fit_calibration(inner, left[drawn]).log_odds(margin)


def by_person(
    drawn: NDArray[np.intp], left: Labels, seed: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Inner folds of drawn rows, nobody on both sides however often they were drawn."""
    people = np.unique(drawn)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for _, outside in folds.split(people, left[people]):
        is_outside = np.isin(drawn, people[outside])
        yield np.flatnonzero(~is_outside), np.flatnonzero(is_outside)
