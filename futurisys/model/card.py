"""What a model says of itself: the one source of its document, its page and its hub's card."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from futurisys.employee.schema import FACTS
from futurisys.model.artifact import MANIFEST, Artifact
from futurisys.model.range import Range


@dataclass(frozen=True)
class Card:
    """The facts of one artifact.

    digests: the sha256 of each file by name, the manifest's own among them. fields: the range
    or the levels that the model has seen of each field that it reads. employees, left: None
    where the artifact does not say them. moderate: where the band « Modéré » begins, the base
    rate unless it was chosen. horizon: within how many days of its facts somebody counted as a
    leaver; None where no date was known. fictional: whether it was trained on the sample.
    range: how far its estimates would have moved. plain: how many of a hundred had left, as
    futurisys.training.plain says. Both are None where that was not measured.
    converted: whether it is a model of the older service. bounds: within which its estimates are
    held, as `futurisys.training.bounds` describes them; None where they were never measured.
    figures: mean and sd over the folds of each figure, by what was measured, the model among
    them; from the evaluation where there is one, else from the training. folds: how many.
    evaluation: the whole of evaluation.json; None where the artifact has none.
    """

    version: str
    created_at: str
    employees: int | None
    left: int | None
    base_rate: float
    horizon: int | None
    fictional: bool
    converted: bool
    threshold: float
    moderate: float
    calibration: Mapping[str, Any]
    range: Range | None
    plain: Mapping[str, Any] | None
    bounds: Mapping[str, Any] | None
    fields: Mapping[str, Mapping[str, Any]]
    figures: Mapping[str, Mapping[str, Mapping[str, float]]]
    folds: int | None
    digests: Mapping[str, str]
    definition: str
    libraries: Mapping[str, str]
    evaluation: Mapping[str, Any] | None

    @classmethod
    def of(cls, artifact: Artifact) -> Self:
        manifest = artifact.manifest
        training = manifest["training"]
        figures, folds = _figures(manifest.get("metrics", {}), artifact.evaluation)
        return cls(
            version=artifact.version,
            created_at=manifest["created_at"],
            employees=training.get("employees"),
            left=training.get("left"),
            base_rate=training["base_rate"],
            horizon=manifest.get("horizon_jours"),
            fictional=training.get("fictional", False),
            converted="converted_from" in manifest,
            threshold=manifest["threshold"],
            moderate=manifest.get("moderate", training["base_rate"]),
            calibration=manifest["calibration"],
            range=Range.of(manifest),
            plain=manifest.get("plain"),
            bounds=manifest.get("bounds"),
            fields=manifest["columns"],
            figures=figures,
            folds=folds,
            digests={MANIFEST: artifact.digest} | manifest["files"],
            definition=manifest["employee_definition"],
            libraries=manifest["libraries"],
            evaluation=artifact.evaluation,
        )

    @property
    def needed(self) -> tuple[str, ...]:
        """The optional fields that the model reads, required wherever it answers."""
        return tuple(name for name in self.fields if not FACTS[name].required)


def _figures(
    metrics: Mapping[str, Any], evaluation: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any], int | None]:
    if evaluation:
        return evaluation["figures"], evaluation["protocol"]["folds"]
    own = {name: value for name, value in metrics.items() if isinstance(value, Mapping)}
    return own, metrics.get("folds")
