"""How far the people of a file are from those whom the model has learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from futurisys.employee.schema import PROTECTED, value_of
from futurisys.model.encoder import Columns

# From which share of people elsewhere on it is called so.
MODERATE, SEVERE = 0.10, 0.25
# Of fewer people chance alone puts more than that elsewhere.
PEOPLE_MIN = 200


@dataclass(frozen=True)
class Distance:
    """Of one field, which share of people would have to be elsewhere to be spread as in training.

    0: as in training; 1: nobody has what the training people had.
    """

    field: str
    people: int
    share: float

    @property
    def is_moderate(self) -> bool:
        return self.share >= MODERATE

    @property
    def is_severe(self) -> bool:
        return self.share >= SEVERE


def distances(population: Mapping[str, Any] | None, columns: Columns) -> Sequence[Distance]:
    """By field that the model reads, the furthest first; population: that of a manifest."""
    found = []
    for name, seen in (population or {"fields": {}})["fields"].items():
        there = [value for value in columns.get(name, ()) if value is not None]
        if name not in PROTECTED and len(there) >= PEOPLE_MIN:
            found.append(Distance(name, len(there), _apart(name, seen, there)))
    return sorted(found, key=lambda one: -one.share)


def _apart(name: str, seen: Mapping[str, Any], values: Sequence[Any]) -> float:
    """Half the sum of the differences of all shares: the total variation distance."""
    if "edges" in seen:
        expected = np.array(seen["counts"], dtype=float)
        places = np.searchsorted(seen["edges"], np.asarray(values, dtype=float), side="right")
    else:
        expected = np.array([*seen["levels"].values(), seen["others"]], dtype=float)
        known = {level: place for place, level in enumerate(seen["levels"])}
        said = {value: str(value_of(name, value)) for value in set(values)}
        places = np.array([known.get(said[value], len(known)) for value in values])
    found = np.bincount(places, minlength=len(expected))
    return float(np.abs(found / found.sum() - expected / expected.sum()).sum() / 2)
