"""The model as it answers: contributions, their sum, its calibration, the threshold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from futurisys.employee.answer import Answer
from futurisys.employee.fields import Percent, Text
from futurisys.employee.schema import FACTS, TOGETHER, Known
from futurisys.employee.typography import figure
from futurisys.errors import ArtifactError
from futurisys.model.artifact import Artifact
from futurisys.model.card import Card
from futurisys.model.effects import effects_of
from futurisys.model.encoder import Columns, columns_of
from futurisys.model.scorers import Scorer, scorer_of

TOLERANCE = 1e-5
# How calculating with what does not fit together ends.
_UNFIT = (ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Scores:
    """What the model says of n employees: probability (n,) and effects (n, fields).

    log_odds: the calibrated ones (n,), before any bounds.
    """

    log_odds: NDArray[np.float64]
    probability: NDArray[np.float64]
    effects: NDArray[np.float64]


@dataclass(frozen=True)
class Moves:
    """From where n employees set out, and what moves them: effects (n, fields).

    start: the log-odds (n,) of what they were.
    """

    start: NDArray[np.float64]
    effects: NDArray[np.float64]


class Predictor:
    """One proven model. Built in the process that serves it: a booster does not survive a fork.

    fields: the employee's fields that the model reads, in the order of the effects. needed: the
    optional ones among them, which are required where this model answers. known: the levels that
    it has seen of the open ones. together: the pairs of levels of `TOGETHER` that it has seen,
    none where its training did not say them.
    base: the calibrated log-odds of the model's bias, the same for everyone.
    card: what is to be known of the model.
    """

    def __init__(self, artifact: Artifact) -> None:
        manifest = artifact.manifest
        self.version = artifact.version
        self.card = Card.of(artifact)
        self.threshold: float = manifest["threshold"]
        self.base_rate: float = manifest["training"]["base_rate"]
        self.moderate: float = self.card.moderate
        self.seen: Mapping[str, Any] = manifest["columns"]
        self.scorer = _scorer(artifact)
        self.fields = self.scorer.fields
        self.needed = self.card.needed
        together = manifest.get("together", ()) if set(TOGETHER) <= set(self.fields) else ()
        self.together = frozenset(map(tuple, together))
        self.known: Known = tuple(
            (name, tuple(self.seen[name]["levels"]))
            for name in self.fields
            if isinstance(FACTS[name], Text)
        )
        self.base = float(artifact.calibration.log_odds(self.scorer.bias))
        self.calibration = artifact.calibration
        self._range = self.card.range
        self._classes = artifact.classes
        self._golden = manifest["golden"]
        self.prove()

    def scores(self, columns: Columns) -> Scores:
        """Probabilities and effects of columns of n values each, one for every field."""
        contributions = self.scorer.of_columns(columns)
        margin = self._margin(contributions.T)
        slope = self.calibration.slope(self.scorer.bias, margin)
        log_odds = self.calibration.unbounded(margin)
        chance = self.calibration.chance(log_odds)
        return Scores(log_odds, chance, slope[:, np.newaxis] * contributions)

    def answer(self, employee: Mapping[str, Any]) -> Answer:
        """The answer for one employee, as the schema loads it."""
        contributions = self.scorer.of_employee(employee)
        margin = self._margin(contributions)
        slope = self.calibration.slope(self.scorer.bias, margin)
        log_odds = self.calibration.unbounded(margin)
        chance = self.calibration.chance(log_odds)
        warnings = tuple(self.warnings(employee))
        low, high = (None, None) if warnings else self._ends(log_odds)
        return Answer(
            label=self.label(chance),
            probability=chance,
            threshold=self.threshold,
            risk=self.risk(chance),
            range_low=low,
            range_high=high,
            base=self.base,
            effects=dict(zip(self.fields, [slope * one for one in contributions], strict=True)),
            model_version=self.version,
            warnings=warnings,
        )

    def moves(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, float]:
        """The effect of each field on the way from one employee's log-odds to another's.

        They add up to the difference; a field that is the same in both moves an additive model
        by exactly 0.
        """
        first, last = self.scorer.of_employee(before), self.scorer.of_employee(after)
        slope = self.calibration.slope(self._margin(first), self._margin(last))
        pairs = zip(self.fields, first, last, strict=True)
        return {name: slope * (end - start) for name, start, end in pairs}

    def moves_of(self, before: Columns, after: Columns) -> Moves:
        """The same of n employees, given by columns."""
        first, last = self.scorer.of_columns(before), self.scorer.of_columns(after)
        start, end = self._margin(first.T), self._margin(last.T)
        slope = self.calibration.slope(start, end)
        return Moves(self.calibration.log_odds(start), slope[:, np.newaxis] * (last - first))

    def range_of(self, log_odds: NDArray[np.float64]) -> tuple[Sequence[float | None], ...]:
        """The ends of the ranges of n estimates, as they are sent; None where none was measured."""
        if self._range is None:
            return ([None] * len(log_odds),) * 2
        return tuple(end.tolist() for end in self._ends(log_odds))

    def _ends(self, log_odds: Any) -> tuple[Any, Any]:
        """The ends of the range of one estimate or of n, as they are sent."""
        if self._range is None:
            return None, None
        low, high = self._range.around(log_odds)
        return self.calibration.chance(low), self.calibration.chance(high)

    def label(self, chance: float) -> str:
        """The word for a probability, as it will be sent."""
        return self._classes["1" if chance >= self.threshold else "0"]

    def risk(self, chance: float) -> str:
        """The band of a probability."""
        if chance >= self.threshold:
            return "Élevé"
        return "Modéré" if chance >= self.moderate else "Faible"

    def warnings(self, employee: Mapping[str, Any]) -> Iterator[str]:
        """A sentence for each fact that the model has not seen the like of."""
        for name in self.fields:
            seen, value = self.seen[name], employee[name]
            if "levels" in seen:
                if value not in seen["levels"]:
                    yield (
                        f"{FACTS[name].words} ({name}) : la valeur est inconnue du modèle, "
                        "l'estimation est moins sûre."
                    )
            elif is_fraction(name, value):
                yield (
                    f"{FACTS[name].words} ({name}) : la valeur est entre 0 et 1 ; est-ce une "
                    "fraction ? 11 % s'écrit 11, et non 0,11."
                )
            elif not seen["min"] <= value <= seen["max"]:
                yield (
                    f"{FACTS[name].words} ({name}) : la valeur sort de ce que le modèle a vu "
                    f"({figure(seen['min'])} à {figure(seen['max'])}), l'estimation est moins sûre."
                )
        if self.together and self._is_new_together(employee):
            department, post = TOGETHER
            yield (
                f"{FACTS[post].words} ({post}) : le modèle n'a vu personne à ce poste dans ce "
                f"département ({department}), l'estimation est moins sûre."
            )

    def _is_new_together(self, employee: Mapping[str, Any]) -> bool:
        """Whether levels that were each seen were never seen together."""
        levels = tuple(employee[name] for name in TOGETHER)
        return levels not in self.together and all(
            level in self.seen[name]["levels"] for name, level in zip(TOGETHER, levels, strict=True)
        )

    def prove(self) -> None:
        """Answer for the known employees; raises ArtifactError where one gets another answer."""
        known = [golden["probability"] for golden in self._golden]
        try:
            is_same = np.allclose(self._answered(), known, rtol=0, atol=TOLERANCE)
        except _UNFIT as error:
            raise ArtifactError("answers") from error
        if not known or not is_same:
            raise ArtifactError("answers")

    def _answered(self) -> NDArray[np.float64]:
        """The known employees' probabilities, and once all else that a request asks for."""
        employees = [golden["employee"] for golden in self._golden]
        # What overflows on the way is nobody's answer.
        with np.errstate(all="ignore"):
            effects_of(self.scorer, self.seen)
            for employee in employees:
                self.answer(employee)
            return self.scores(columns_of(employees, self.fields)).probability

    def _margin(self, contributions: Any) -> Any:
        """The margin of raw contributions, field by field, of one employee or of n.

        Added one after the other, for one employee as for many: the order decides the last bit.
        """
        return self.scorer.bias + reduce(add, contributions)


def is_fraction(name: str, value: Any) -> Any:
    """Whether a percentage, or each of an array, may be a fraction: 0.11 where 11 % is meant."""
    return isinstance(FACTS[name], Percent) & (value > 0) & (value < 1)


def _scorer(artifact: Artifact) -> Scorer:
    try:
        booster = xgboost.Booster(model_file=bytearray(artifact.booster))
        booster.set_param({"nthread": 1})
        if booster.num_features() != artifact.encoder.width:
            raise ArtifactError("width")
        with np.errstate(all="ignore"):
            return scorer_of(booster, artifact.encoder)
    except _UNFIT as error:
        raise ArtifactError("booster") from error
