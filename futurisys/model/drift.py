"""How the people of a file differ from those of the last file of its source.

Who is in both is compared with themselves, a newcomer with earlier newcomers. Who has gone is
compared with nobody: those are the ones whom the risk itself selects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.fields import Number, YesNo
from futurisys.employee.numbers import YEARS
from futurisys.employee.schema import ASKED, FACTS
from futurisys.statistics.families import holm
from futurisys.statistics.groups import in_fifths, in_levels, permuted
from futurisys.statistics.pairs import mcnemar, signed_ranks, stuart_maxwell

# Of one file at least one field is alarmed by chance alone so often at most.
FALSE_ALARMS = 1 / 60
# So many people must be in both files, and so many newcomers on each side.
BOTH_MIN, NEWCOMERS_MIN = 200, 50
SUBJECT = "subject"
PEOPLE, NEWCOMERS = "personnes", "nouveaux"
# By field, and under `SUBJECT`, n values, as the schema loads them; None where one is not known.
Columns = Mapping[str, Sequence[Any] | NDArray[Any]]
NOBODY: Columns = MappingProxyType({})
Values = NDArray[Any]


@dataclass(frozen=True)
class Finding:
    """What is found of one field, of whoever is in both files or of newcomers.

    people: how many were asked; against: with how many earlier newcomers they were compared.
    rose, fell: of those in both, how many have more or less of it (yes is more than no); of levels
    without an order, `moved` alone is known. before, after: the mean, or the share of yes.
    chance: the p-value, adjusted for all that was asked of this file.
    """

    field: str
    of: str
    people: int
    against: int
    chance: float
    moved: int | None = 0
    rose: int | None = None
    fell: int | None = None
    before: float | None = None
    after: float | None = None

    @property
    def is_alarmed(self) -> bool:
        return self.chance <= FALSE_ALARMS


@dataclass(frozen=True)
class Drift:
    """What all tests of a file say; findings: none where too few people are in both files."""

    both: int
    newcomers: int
    earlier: int
    findings: Sequence[Finding]

    @property
    def is_judged(self) -> bool:
        return bool(self.findings)

    @property
    def alarms(self) -> Sequence[Finding]:
        """What would be so by chance in one file of sixty at most, the surest first."""
        found = [one for one in self.findings if one.is_alarmed]
        return sorted(found, key=lambda one: one.chance)


def drift(
    before: Columns, after: Columns, newcomers: Columns = NOBODY, earlier: Columns = NOBODY
) -> Drift:
    """Compare the people of a file, `after`, with those of the last one of its source, `before`.

    newcomers: those of `after` who are in no file of the source before; earlier: the newcomers of
    the twelve months before. A person who is there twice counts with their last row.
    """
    old, new = _in_both(before, after)
    counts = len(old), _count(newcomers), _count(earlier)
    if counts[0] < BOTH_MIN:
        return Drift(*counts, ())
    tests = [found for name in ASKED if (found := _of_pairs(name, before, after, old, new))]
    if min(counts[1:]) >= NEWCOMERS_MIN:
        tests += [found for name in ASKED if (found := _of_newcomers(name, newcomers, earlier))]
    chances = holm([chance for chance, _ in tests]).tolist()
    findings = [Finding(**told, chance=one) for one, (_, told) in zip(chances, tests, strict=True)]
    return Drift(*counts, findings)


def _count(columns: Columns) -> int:
    return len(columns.get(SUBJECT, ()))


def _in_both(before: Columns, after: Columns) -> tuple[Values, Values]:
    """Where whoever is in both files stands in each."""
    old, new = (
        {subject: place for place, subject in enumerate(columns[SUBJECT]) if subject is not None}
        for columns in (before, after)
    )
    both = [subject for subject in old if subject in new]
    return (
        np.array([old[subject] for subject in both], dtype=int),
        np.array([new[subject] for subject in both], dtype=int),
    )


_Test = tuple[float, dict[str, Any]]


def _of_pairs(name: str, before: Columns, after: Columns, old: Values, new: Values) -> _Test | None:
    """The p-value and what is found of a field of those in both; None where nothing is asked."""
    fact = FACTS[name]
    if isinstance(fact, Number) and fact.unit is YEARS:
        # Who stays has a year more each year.
        return None
    is_ordered = isinstance(fact, Number | YesNo)
    kind = float if is_ordered else object
    first, second = (
        np.asarray(columns[name], dtype=kind)[places]
        for columns, places in ((before, old), (after, new))
    )
    there = _is_there(first) & _is_there(second)
    first, second = first[there], second[there]
    told = {"field": name, "of": PEOPLE, "people": len(first), "against": 0}
    if not len(first):
        return None
    if not is_ordered:
        told |= {"moved": int((first != second).sum())}
        return stuart_maxwell(_crossed(first, second)), told
    rose, fell = int((second > first).sum()), int((second < first).sum())
    told |= {"moved": rose + fell, "rose": rose, "fell": fell}
    told |= {"before": float(first.mean()), "after": float(second.mean())}
    chance = mcnemar(rose, fell) if isinstance(fact, YesNo) else signed_ranks(second - first)
    return chance, told


def _of_newcomers(name: str, newcomers: Columns, earlier: Columns) -> _Test | None:
    """The p-value and what is found of a field of newcomers; None where too many are forgotten."""
    is_ordered = isinstance(FACTS[name], Number | YesNo)
    kind = float if is_ordered else object
    new, old = (np.asarray(columns[name], dtype=kind) for columns in (newcomers, earlier))
    new, old = new[_is_there(new)], old[_is_there(old)]
    if min(len(new), len(old)) < NEWCOMERS_MIN:
        return None
    told = {"field": name, "of": NEWCOMERS, "people": len(new), "against": len(old)}
    if is_ordered:
        told |= {"before": float(old.mean()), "after": float(new.mean())}
    is_number = isinstance(FACTS[name], Number)
    return permuted(*(in_fifths(new, old) if is_number else in_levels(new, old))), told


def _is_there(values: Values) -> NDArray[np.bool_]:
    """Which values are known; those of numbers are, but for NaN."""
    if values.dtype == object:
        return np.fromiter((value is not None for value in values), bool, len(values))
    return ~np.isnan(values)


def _crossed(first: Values, second: Values) -> NDArray[np.int_]:
    """How many people went from each level to each."""
    levels, places = np.unique([*first, *second], return_inverse=True)
    table = np.zeros((len(levels),) * 2, dtype=int)
    np.add.at(table, (places[: len(first)], places[len(first) :]), 1)
    return table
