"""A model tried on a company's own past: what it would have been worth, and beside what.

Two things are measured with it that need no model: the departure rate by tenure and department,
and the company's mean, the same for everyone. What `tried` returns is one document:

    {"horizon_days", "fictional", "snapshots": [{"on", "people", "left"}], "remarks": [sentence],
     "measures": [{"kind": "folds" | "later", "people", "left", "folds",
                   "areas": {contender: ROC-AUC}, "gains": {contender: INTERVAL},
                   "found": {contender: share of the leavers among the `TENTH` highest},
                   "expected", "calibration": [...], "calibration_error": {...}}],
     "groups": {field: [{"level", "people", "left", "expected"}]}}

calibration, calibration_error: as futurisys.training.report says. gains: the model's ROC-AUC minus
the contender's. groups are of any size: they are folded before anybody is shown them. folds: of
people whom no fit had seen; later: of the second snapshot, by a fit on the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from futurisys.errors import TrialRefused
from futurisys.statistics.areas import area, difference
from futurisys.statistics.intervals import around
from futurisys.training.contenders import Contender, Dummy, Labels, Model, Splits
from futurisys.training.evaluation import (
    FOLDS,
    Fold,
    OutOfFold,
    cross_validate,
    pooled,
    run_fold,
    summary,
)
from futurisys.training.fitting import Floats
from futurisys.training.past import Past, Snapshot
from futurisys.training.report import (
    CONFIDENCE,
    calibration_error_of,
    calibration_of,
    capacity,
    differences,
)

REPEATS = 3
TENTH = 0.1
# Fewer leavers do not fill the folds, and those inside them.
LEAVERS_MIN = 20
# Whole years in the company from which a band of tenure begins, and what each is called.
TENURES = (1, 3, 6, 11)
TENURE = "anciennete"
BANDS = ("moins d'un an", "1 à 2 ans", "3 à 5 ans", "6 à 10 ans", "11 ans et plus")
GROUPS = ("departement", TENURE, "poste")
# So many people of the company's mean steady the rate of a small cell.
STEADYING = 10
MODEL, RATES, MEAN = "model", "rates", "mean"
IN_FOLDS, LATER = "folds", "later"


class Rates:
    """The departure rate of a tenure in a department: what a spreadsheet says of a person."""

    calibrated = False

    def margins(
        self, table: pd.DataFrame, left: Labels, test: pd.DataFrame, splits: Splits
    ) -> tuple[Floats, Floats]:
        # A rate is read off people as they are: there is nothing to be chosen inside.
        return self._margin(table, left, table), self._margin(table, left, test)

    def _margin(self, table: pd.DataFrame, left: Labels, test: pd.DataFrame) -> Floats:
        mean = left.mean()
        cells = pd.Series(left, dtype=float).groupby(_cells(table)).agg(["sum", "size"])
        rate = (cells["sum"] + STEADYING * mean) / (cells["size"] + STEADYING)
        chance = rate.reindex(_cells(test)).fillna(mean).to_numpy()
        return np.log(chance / (1 - chance))


CONTENDERS: Mapping[str, Contender] = {MODEL: Model(), RATES: Rates(), MEAN: Dummy()}


def tried(
    past: Past,
    progress: Callable[[int], None] = lambda total: None,
    workers: int = -1,
    repeats: int = REPEATS,
    contenders: Mapping[str, Contender] = CONTENDERS,
) -> dict[str, Any]:
    """Measure the model on the newest people, and from the first on the later ones.

    progress: called after each fold, with the number of all. Raises TrialRefused, LeakSuspected.
    """
    snapshots = [one for one in (past.first, past.later) if one is not None]
    for one in snapshots:
        _refuse_too_few(one)
    newest = snapshots[-1]
    total = len(contenders) * (FOLDS * repeats + len(snapshots) - 1)

    def advance(_: int = 0) -> None:
        progress(total)

    folds = cross_validate(newest.table, newest.left, contenders, repeats, advance, workers)
    measures = [_in_folds(folds, newest.left)]
    if past.later:
        measures.append(_later(past.first, past.later, contenders, advance))
    return {
        "horizon_days": past.horizon_days,
        "fictional": past.fictional,
        "snapshots": [_told(one) for one in snapshots],
        "remarks": list(past.remarks),
        "measures": measures,
        "groups": _groups(newest, pooled(folds, MODEL).chance.mean(axis=0)),
    }


def _refuse_too_few(snapshot: Snapshot) -> None:
    if min(snapshot.left.sum(), (~snapshot.left).sum()) < LEAVERS_MIN:
        raise TrialRefused(
            f"Un essai demande au moins {LEAVERS_MIN} personnes parties dans l'horizon, et autant "
            f"qui sont restées : parmi celles du {snapshot.on:%d/%m/%Y}, il n'y en a pas assez. "
            "Prenez des extraits plus anciens."
        )


def _told(snapshot: Snapshot) -> dict[str, Any]:
    people, left = len(snapshot.left), int(snapshot.left.sum())
    return {"on": snapshot.on.isoformat(), "people": people, "left": left}


def _in_folds(folds: list[Fold], left: Labels) -> dict[str, Any]:
    """What the folds of all contenders showed."""
    found = {name: pooled(folds, name) for name in dict.fromkeys(one.contender for one in folds)}
    return {
        "kind": IN_FOLDS,
        "people": len(left),
        "left": int(left.sum()),
        "folds": len(folds) // len(found),
        "areas": {name: told["roc_auc"]["mean"] for name, told in summary(folds, left).items()},
        "gains": {name: gap["roc_auc"] for name, gap in differences(folds).items()},
        **_told_of(found, left),
    }


def _later(
    first: Snapshot,
    later: Snapshot,
    contenders: Mapping[str, Contender],
    advance: Callable[[], None],
) -> dict[str, Any]:
    """What a fit on the first people showed of the later ones, each contender's."""
    table = pd.concat([first.table, later.table], ignore_index=True)
    left = np.concatenate([first.left, later.left])
    train, test = np.split(np.arange(len(left)), [len(first.left)])
    found = {}
    for name, contender in contenders.items():
        fold = run_fold(table, left, name, contender, 0, 0, train, test)
        # On rows of their own, those of the test are all there are.
        found[name] = pooled([replace(fold, test=np.arange(len(test)))], name)
        advance()
    return {
        "kind": LATER,
        "people": len(test),
        "left": int(later.left.sum()),
        "folds": 1,
        "areas": {name: area(one.chance[0], later.left).value for name, one in found.items()},
        "gains": {
            name: _gain(found[MODEL], one, later.left)
            for name, one in found.items()
            if name != MODEL
        },
        **_told_of(found, later.left),
    }


def _gain(model: OutOfFold, other: OutOfFold, left: Labels) -> dict[str, float]:
    """By how much the model's area is above another's, with the paired interval."""
    gap = difference(other.chance[0], model.chance[0], left)
    low, high = around(gap.value, gap.variance, CONFIDENCE)
    return {"value": gap.value, "low": low, "high": high}


def _told_of(found: Mapping[str, OutOfFold], left: Labels) -> dict[str, Any]:
    """What is told of either measure: what the highest would have found, and calibration."""
    model = found[MODEL]
    return {
        "found": {name: capacity(one.chance, left, TENTH)["found"] for name, one in found.items()},
        "expected": float(model.chance.sum(axis=1).mean()),
        "calibration": calibration_of(model, left),
        "calibration_error": calibration_error_of(model, left),
    }


def _groups(snapshot: Snapshot, chance: Floats) -> dict[str, list[dict[str, Any]]]:
    """Who left and how many were to be expected, by the levels of each field."""
    table = snapshot.table.assign(**{TENURE: _tenure(snapshot.table)})
    people = pd.DataFrame({"people": 1, "left": snapshot.left.astype(int), "expected": chance})
    return {
        field: [
            {"level": str(level), "people": int(n), "left": int(left), "expected": float(expected)}
            for level, n, left, expected in people.groupby(table[field].to_numpy())
            .sum()
            .itertuples()
        ]
        for field in GROUPS
    }


def _tenure(table: pd.DataFrame) -> NDArray[Any]:
    """The band of each person's years in the company."""
    years = table["annees_dans_l_entreprise"].to_numpy(float)
    return np.array(BANDS)[np.digitize(years, TENURES)]


def _cells(table: pd.DataFrame) -> NDArray[Any]:
    return (
        pd.Series(_tenure(table)) + "\n" + table["departement"].reset_index(drop=True)
    ).to_numpy()
