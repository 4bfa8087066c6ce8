"""Groups of people before and after, none so small on either side that it speaks of somebody."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from futurisys.operations import folding
from futurisys.operations.folding import SMALLEST, Cell
from futurisys.operations.glance import level_of

# Of each level, the estimates of its people.
Levels = Mapping[Hashable, Sequence[float]]


@dataclass(frozen=True)
class Part:
    """How many people there are, and the sum of their estimates."""

    people: int
    expected: float

    @classmethod
    def of(cls, chances: Sequence[float]) -> Self:
        return cls(len(chances), sum(chances))

    @property
    def mean(self) -> float | None:
        """The mean estimate; None of nobody."""
        return self.expected / self.people if self.people else None

    @property
    def may_be_shown(self) -> bool:
        """Whether it is of nobody, or of so many that it speaks of none of them."""
        return self.people == 0 or self.people >= SMALLEST


@dataclass(frozen=True)
class Group:
    """The people of one level before and after."""

    level: str
    before: Part
    after: Part

    @property
    def difference(self) -> float | None:
        """By how much the mean estimate moved; None where there is none to compare."""
        before, after = self.before.mean, self.after.mean
        return None if before is None or after is None else after - before


@dataclass(frozen=True)
class Groups:
    """The groups that may be shown, the largest first, and all others as one, if it may be."""

    shown: Sequence[Group]
    others: Group | None


def by_level(told: Iterable[tuple[Hashable, float]]) -> Levels:
    """The estimates of each level."""
    found: dict[Hashable, list[float]] = defaultdict(list)
    for level, chance in told:
        found[level].append(chance)
    return found


def groups_of(field: str, before: Levels, after: Levels) -> Groups:
    """The levels of a field on both sides; what one side hides is hidden on the other."""
    hidden: set[Any] = set()
    for side in (before, after):
        cells: dict[Cell, int] = {(level,): len(chances) for level, chances in side.items()}
        hidden |= {level for (level,) in (folding.folded(cells) if cells else ())}
    levels = dict.fromkeys([*after, *before])
    shown = [
        Group(
            level_of(field, level),
            Part.of(before.get(level, ())),
            Part.of(after.get(level, ())),
        )
        for level in levels
        if level not in hidden
    ]
    rest = [
        Part.of([chance for level in levels if level in hidden for chance in side.get(level, ())])
        for side in (before, after)
    ]
    may_be = hidden and all(part.may_be_shown for part in rest)
    return Groups(
        sorted(shown, key=lambda one: (-one.after.people, -one.before.people, one.level)),
        Group("", *rest) if may_be else None,
    )
