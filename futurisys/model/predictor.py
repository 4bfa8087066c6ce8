"""The model as it answers: encode, predict, calibrate, compare with the threshold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from futurisys.employee.schema import FACTS
from futurisys.errors import ArtifactError
from futurisys.model.artifact import BOOSTER, Artifact
from futurisys.model.calibration import probability
from futurisys.model.encoder import Columns, columns_of

TOLERANCE = 1e-5


@dataclass(frozen=True)
class Answer:
    """What the model says of one employee; probability and threshold are never rounded."""

    label: str
    probability: float
    threshold: float
    risk: str
    model_version: str
    warnings: tuple[str, ...]


class Predictor:
    """One proven model. Built in the process that serves it: a booster does not survive a fork."""

    def __init__(self, artifact: Artifact) -> None:
        manifest = artifact.manifest
        self.version = artifact.version
        self.encoder = artifact.encoder
        self._calibration = artifact.calibration
        self._classes = artifact.classes
        self._threshold: float = manifest["threshold"]
        self._base_rate: float = manifest["training"]["base_rate"]
        self._seen: Mapping[str, Any] = manifest["columns"]
        self._golden = manifest["golden"]
        self._booster = _booster(artifact)
        self.prove()

    def probabilities(self, columns: Columns) -> NDArray[np.float64]:
        """The calibrated probability of leaving, shape (n,), of columns of n values each."""
        margin = self._booster.inplace_predict(self.encoder.encode(columns), predict_type="margin")
        return probability(self._calibration.log_odds(margin))

    def answer(self, employee: Mapping[str, Any]) -> Answer:
        """The answer for one employee, as the schema loads it."""
        columns = columns_of([employee], self.encoder.fields)
        chance = float(self.probabilities(columns)[0])
        return Answer(
            label=self._classes["1" if chance >= self._threshold else "0"],
            probability=chance,
            threshold=self._threshold,
            risk=self._risk(chance),
            model_version=self.version,
            warnings=tuple(self._warnings(employee)),
        )

    def prove(self) -> None:
        """Answer for the known employees; raises ArtifactError where one gets another answer."""
        columns = columns_of([g["employee"] for g in self._golden], self.encoder.fields)
        known = np.array([golden["probability"] for golden in self._golden])
        if not len(known) or not np.allclose(
            self.probabilities(columns), known, rtol=0, atol=TOLERANCE
        ):
            raise ArtifactError("Le modèle ne donne pas les réponses que son manifeste annonce.")

    def _risk(self, chance: float) -> str:
        if chance >= self._threshold:
            return "Élevé"
        return "Modéré" if chance >= self._base_rate else "Faible"

    def _warnings(self, employee: Mapping[str, Any]):
        for name in self.encoder.fields:
            seen, value = self._seen[name], employee[name]
            if "levels" in seen:
                if value not in seen["levels"]:
                    yield (
                        f"{FACTS[name].words} ({name}) : ce niveau est inconnu du modèle, "
                        "l'estimation est moins sûre."
                    )
            elif not seen["min"] <= value <= seen["max"]:
                yield (
                    f"{FACTS[name].words} ({name}) : la valeur sort de ce que le modèle a vu "
                    f"({seen['min']:g} à {seen['max']:g}), l'estimation est moins sûre."
                )


def _booster(artifact: Artifact) -> xgboost.Booster:
    try:
        booster = xgboost.Booster(model_file=bytearray(artifact.booster))
    except xgboost.core.XGBoostError as error:
        raise ArtifactError(f"{BOOSTER} n'est pas un modèle XGBoost.") from error
    booster.set_param({"nthread": 1})
    if booster.num_features() != artifact.encoder.width:
        raise ArtifactError(f"{BOOSTER} et l'encodeur n'ont pas le même nombre de colonnes.")
    return booster
