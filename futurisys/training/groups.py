"""For whom the model is good: groups of people, each figure with its bootstrap interval.

    [{"field", "levels": [{"level", "n", "leavers", "too_small", "flagged", "recall",
                           "false_positive_rate", "bias", "roc_auc"}],
      "ratios": {"selection", "equal_opportunity"}, "ratios_with_protected": the same,
      "ratios_without": {contender: the same}}]

Each figure is {"value", "low", "high"}, or null where nobody could be counted. flagged is the
share above the threshold, bias the mean chance minus the share that left. The ratios are those of
the lowest to the highest level: of the shares flagged, and of the recalls; a level that is too
small to tell is left out, and a ratio of fewer than two levels is null. ratios_with_protected:
those of the same model that also reads age, gender and marital status, null if not measured.
ratios_without: those of the model without fields that are near to what is protected.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from futurisys.employee.ages import AGE_BAND, AGE_BANDS, OLD, YOUNG
from futurisys.training.evaluation import OutOfFold
from futurisys.training.fitting import Floats

RESAMPLES = 1000
TAILS = (2.5, 97.5)
# With fewer leavers the interval of a recall is more than 0.45 wide.
LEAVERS_MIN = 20
Labels = NDArray[np.bool_]
Figure = dict[str, float] | None


def groups_of(
    table: pd.DataFrame,
    left: Labels,
    found: OutOfFold,
    protected: OutOfFold | None,
    without: Mapping[str, OutOfFold],
) -> list[dict[str, Any]]:
    """Every grouping that the table allows.

    protected: the model that reads those fields too. without: the models that leave some out.
    """
    result = []
    for field, people in _groupings(table):
        measured = _levels(people, left, found)
        with_protected = protected and _ratios(_levels(people, left, protected))
        result.append(
            {
                "field": field,
                "levels": [{"level": level} | one.document() for level, one in measured.items()],
                "ratios": _ratios(measured),
                "ratios_with_protected": with_protected,
                "ratios_without": {
                    name: _ratios(_levels(people, left, other)) for name, other in without.items()
                },
            }
        )
    return result


def proxies(table: pd.DataFrame) -> dict[str, Any]:
    """How far participations in the savings plan give marital status away: people with none."""
    if "statut_marital" not in table:
        return {}
    none = table["nombre_participation_pee"] == 0
    return {
        "nombre_participation_pee": [
            {"level": level, "n": len(own), "without": int(own.sum())}
            for level, own in none.groupby(table["statut_marital"])
        ]
    }


def _groupings(table: pd.DataFrame) -> Iterator[tuple[str, dict[str, NDArray[np.intp]]]]:
    """Each field to group by, and the rows of each of its levels."""
    for field in ("genre", AGE_BAND, "statut_marital", "departement"):
        if field == AGE_BAND and "age" in table:
            age = table["age"]
            cut = (age < YOUNG, age.between(YOUNG, OLD), age > OLD)
            bands = dict(zip(AGE_BANDS, cut, strict=True))
            yield field, {band: np.flatnonzero(rows) for band, rows in bands.items() if rows.any()}
        elif field in table:
            values = table[field].to_numpy()
            yield field, {level: np.flatnonzero(values == level) for level in sorted(set(values))}


def _levels(
    people: dict[str, NDArray[np.intp]], left: Labels, found: OutOfFold
) -> dict[str, "_Level"]:
    return {
        level: _Level(seed, rows, left, found) for seed, (level, rows) in enumerate(people.items())
    }


class _Level:
    """One group, and its figures in each resample of its people.

    People are drawn, not rows: a person keeps their label and their chances of every repeat.
    """

    def __init__(self, seed: int, rows: NDArray[np.intp], left: Labels, found: OutOfFold) -> None:
        self.left = left[rows]
        self.flagged = found.flagged[:, rows].mean(axis=0)
        self.gap = (found.chance[:, rows] - self.left).mean(axis=0)
        self.wins = _wins(found.chance[:, rows], self.left)
        self.too_small = min(self.left.sum(), (~self.left).sum()) < LEAVERS_MIN
        # The first row is the group as it is, the others are its resamples.
        drawn = np.random.default_rng(seed).multinomial(
            len(rows), np.full(len(rows), 1 / len(rows)), RESAMPLES
        )
        self.weights = np.vstack([np.ones(len(rows)), drawn])

    def document(self) -> dict[str, Any]:
        return {
            "n": len(self.left),
            "leavers": int(self.left.sum()),
            "too_small": bool(self.too_small),
            "flagged": _figure(self.selection()),
            "recall": _figure(self.recall()),
            "false_positive_rate": _figure(self._mean(self.flagged, ~self.left)),
            "bias": _figure(self._mean(self.gap)),
            "roc_auc": _figure(self._area()),
        }

    def selection(self) -> Floats:
        return self._mean(self.flagged)

    def recall(self) -> Floats:
        return self._mean(self.flagged, self.left)

    def _mean(self, values: Floats, among: Labels | None = None) -> Floats:
        weights = self.weights if among is None else self.weights * among
        return _ratio(weights @ values, weights.sum(axis=1))

    def _area(self) -> Floats:
        leavers, stayers = self.weights[:, self.left], self.weights[:, ~self.left]
        won = ((leavers @ self.wins) * stayers).sum(axis=1)
        return _ratio(won, leavers.sum(axis=1) * stayers.sum(axis=1))


def _wins(chance: Floats, left: Labels) -> Floats:
    """How often each leaver stands above each stayer, shape (leavers, stayers); a tie is half."""
    above = [
        np.sign(row[left][:, np.newaxis] - row[~left][np.newaxis, :]) / 2 + 0.5 for row in chance
    ]
    return np.mean(above, axis=0)


def _ratios(levels: dict[str, _Level]) -> dict[str, Figure]:
    large = [level for level in levels.values() if not level.too_small]
    return {
        "selection": _lowest_to_highest(large, _Level.selection),
        "equal_opportunity": _lowest_to_highest(large, _Level.recall),
    }


def _lowest_to_highest(levels: list[_Level], figure: Callable[[_Level], Floats]) -> Figure:
    measured = sorted((figure(level) for level in levels), key=lambda values: values[0])
    if len(measured) < 2:
        return None
    return _figure(_ratio(measured[0], measured[-1]))


def _figure(values: Floats) -> Figure:
    """The first value, and the interval of the others; resamples without anybody are left out."""
    if np.isnan(values[0]):
        return None
    low, high = np.nanpercentile(values[1:], TAILS)
    return {"value": float(values[0]), "low": float(low), "high": float(high)}


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    empty = np.full(len(numerator), np.nan)
    return np.divide(numerator, denominator, out=empty, where=denominator > 0)
