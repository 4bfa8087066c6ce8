"""The sample: three HR extracts of 1470 fictional employees."""

from pathlib import Path

from futurisys.employee.schema import EXTRACTS

SAMPLE = {name: Path(__file__).parent / name for name in EXTRACTS}
