"""What the model has seen, as counts that a later population can be held against; nobody's row.

    {"mean": the mean estimate of the training population, by models that had not seen them,
     "fields": {name: {"edges": [...], "counts": [...]} or {"levels": {level: n}, "others": n}}}

`counts[i]` people have a value from `edges[i - 1]` on and below `edges[i]`.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from futurisys.employee.fields import Number
from futurisys.employee.schema import FACTS
from futurisys.training.fitting import Floats

GROUPS_MAX = 10
PEOPLE_MIN = 10


def distribution(table: pd.DataFrame, fields: Iterable[str], chance: Floats) -> dict[str, Any]:
    """At most ten groups of each field of n people, none of fewer than ten; chance: estimates."""
    return {
        "mean": float(chance.mean()),
        "fields": {
            name: _bins(table[name]) if isinstance(FACTS[name], Number) else _levels(table[name])
            for name in fields
        },
    }


def _bins(values: pd.Series) -> dict[str, Any]:
    """A bin for each value where they are few, else tenths; what is too small joins the bin below.

    The first begins at the smallest value, whatever that is: no edge says it.
    """
    found, counts = np.unique(values.to_numpy(), return_counts=True)
    least = PEOPLE_MIN if len(found) <= GROUPS_MAX else max(PEOPLE_MIN, len(values) / GROUPS_MAX)
    edges: list[float] = []
    people = [0]
    for value, count in zip(found.tolist(), counts.tolist(), strict=True):
        if people[-1] >= least:
            edges.append(value)
            people.append(0)
        people[-1] += count
    if len(people) > 1 and people[-1] < PEOPLE_MIN:
        edges.pop()
        last = people.pop()
        people[-1] += last
    return {"edges": edges, "counts": people}


def _levels(values: pd.Series) -> dict[str, Any]:
    """The levels that many have; those that few have are counted together, with a larger one."""
    said = values.map({True: "Oui", False: "Non"}) if values.dtype == bool else values
    counts = said.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    large = counts[counts >= PEOPLE_MIN]
    if len(large) < len(counts) or len(large) > GROUPS_MAX:
        large = large.head(GROUPS_MAX - 1)
    while len(large) and 0 < counts.sum() - large.sum() < PEOPLE_MIN:
        large = large.head(-1)
    return {
        "levels": {str(level): int(count) for level, count in large.items()},
        "others": int(counts.sum() - large.sum()),
    }


def seen(values: pd.Series) -> dict[str, Any]:
    """What the model has seen of one field: its range, or its levels."""
    if isinstance(FACTS[values.name], Number):
        return {"min": values.min().item(), "max": values.max().item()}
    return {"levels": sorted(values.unique().tolist())}
