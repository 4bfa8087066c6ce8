"""The model as it answers: contributions, their sum, its calibration, the threshold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from futurisys.employee.answer import Answer
from futurisys.employee.fields import Percent, Text
from futurisys.employee.schema import FACTS, Known
from futurisys.employee.typography import figure
from futurisys.errors import ArtifactError
from futurisys.model.artifact import Artifact
from futurisys.model.calibration import probability
from futurisys.model.card import Card
from futurisys.model.effects import effects_of
from futurisys.model.encoder import Columns, columns_of
from futurisys.model.scorers import Scorer, scorer_of

TOLERANCE = 1e-5
# How calculating with what does not fit together ends.
_UNFIT = (ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Scores:
    """What the model says of n employees: probability (n,) and effects (n, fields)."""

    probability: NDArray[np.float64]
    effects: NDArray[np.float64]


class Predictor:
    """One proven model. Built in the process that serves it: a booster does not survive a fork.

    fields: the employee's fields that the model reads, in the order of the effects. needed: the
    optional ones among them, which are required where this model answers. known: the levels that
    it has seen of the open ones.
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
        self.known: Known = tuple(
            (name, tuple(self.seen[name]["levels"]))
            for name in self.fields
            if isinstance(FACTS[name], Text)
        )
        self.base = float(artifact.calibration.log_odds(self.scorer.bias))
        self._calibration = artifact.calibration
        self._classes = artifact.classes
        self._golden = manifest["golden"]
        self.prove()

    def scores(self, columns: Columns) -> Scores:
        """Probabilities and effects of columns of n values each, one for every field."""
        contributions = self.scorer.of_columns(columns)
        margin = self._margin(contributions.T)
        slope = self._calibration.slope(self.scorer.bias, margin)
        return Scores(
            probability(self._calibration.log_odds(margin)), slope[:, np.newaxis] * contributions
        )

    def answer(self, employee: Mapping[str, Any]) -> Answer:
        """The answer for one employee, as the schema loads it."""
        contributions = self.scorer.of_employee(employee)
        margin = self._margin(contributions)
        slope = self._calibration.slope(self.scorer.bias, margin)
        chance = probability(self._calibration.log_odds(margin))
        return Answer(
            label=self.label(chance),
            probability=chance,
            threshold=self.threshold,
            risk=self.risk(chance),
            base=self.base,
            effects=dict(zip(self.fields, [slope * one for one in contributions], strict=True)),
            model_version=self.version,
            warnings=tuple(self.warnings(employee)),
        )

    def moves(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, float]:
        """The effect of each field on the way from one employee's log-odds to another's.

        They add up to the difference; a field that is the same in both moves an additive model
        by exactly 0.
        """
        first, last = self.scorer.of_employee(before), self.scorer.of_employee(after)
        slope = self._calibration.slope(self._margin(first), self._margin(last))
        pairs = zip(self.fields, first, last, strict=True)
        return {name: slope * (end - start) for name, start, end in pairs}

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
                        f"{FACTS[name].words} ({name}) : ce niveau est inconnu du modèle, "
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
