"""The model card, in the hub's own format."""

from collections.abc import Mapping
from typing import Any

from futurisys.model.figures import markdown

_CARD = """---
library_name: xgboost
tags:
- tabular-classification
- xgboost
language: fr
---
# Futurisys, model {version}

Estimates whether an employee will leave: a statistical signal for a person to weigh, never a
decision. Trained on {created_at} on {employees} employees, {left} of whom had left.

{figures}

Label "Part" from the calibrated probability {threshold} up. Reads: {columns}.

`encoder.json` and `model.ubj` are all that the service reads; it opens no pickle. The `.joblib`
files are the scikit-learn originals, uncalibrated: open them only if you trust this repository.
"""


def card(manifest: Mapping[str, Any]) -> str:
    """The README.md of the model's repository."""
    return _CARD.format(
        version=manifest["version"],
        created_at=manifest["created_at"],
        employees=manifest["training"]["employees"],
        left=manifest["training"]["left"],
        figures=markdown(manifest["metrics"]),
        threshold=manifest["threshold"],
        columns=", ".join(manifest["columns"]),
    )
