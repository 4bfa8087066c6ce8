"""The sample: three HR extracts of 1470 fictional employees."""

from pathlib import Path

from futurisys.employee.schema import EXTRACTS

SAMPLE = {name: Path(__file__).parent / name for name in EXTRACTS}
# What `flask model evaluate` measured on it: the figures of docs/model.md are made from this file.
EVALUATION = Path(__file__).parent / "evaluation.json"
