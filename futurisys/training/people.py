"""Whom a model learns from: their facts, who of them left, and where that is known from."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from futurisys.employee.extracts import read_and_tell
from futurisys.sample import SAMPLE

EXTRACTS, RECORDS = "extracts", "records"


@dataclass(frozen=True)
class People:
    """Employees as the schema loads them, and whether each left.

    origin: whence they are, `EXTRACTS`, `RECORDS` or both. fictional: whether they are the
    sample's. horizon: within how many days of their facts they left; None where no date is known.
    remarks: what there is to know of how they were read.
    """

    employees: Sequence[Mapping[str, Any]]
    left: Sequence[bool]
    origin: tuple[str, ...] = (EXTRACTS,)
    fictional: bool = False
    horizon: int | None = None
    remarks: tuple[str, ...] = ()


def of_extracts(extracts: Mapping[str, Path]) -> People:
    """Those of three extracts that say themselves who left; raises ExtractError."""
    employees, left, reading = read_and_tell(extracts)
    fictional = _digests(extracts) == _digests(SAMPLE)
    return People(employees, left, fictional=fictional, remarks=tuple(reading.remarks()))


def _digests(extracts: Mapping[str, Path]) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in extracts.values()}
