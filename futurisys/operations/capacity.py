"""How far a number of talks goes: where the line would be, and who stands above it, as groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.employee.ages import AGE_BAND
from futurisys.operations import folding
from futurisys.operations.files import RANKING_SECONDS
from futurisys.operations.glance import level_of
from futurisys.operations.transactions import reading
from futurisys.records import glance as records

# By what the make-up of those above the line is held against the population.
MADE_UP = ("genre", AGE_BAND, "statut_marital")
# Lines that are nearer to each other would tell one person's sex or age.
STEP = folding.SMALLEST
# Below this ratio of the lowest to the highest share above the line, a reader is warned.
FAIR = 0.8


@dataclass(frozen=True)
class Level:
    """One group: how many of all people, and how many of those above the line.

    is_shown: whether both its sides of the line have `folding.SMALLEST` people and more, and no
    other group's numbers follow from its own.
    """

    level: str
    people: int
    above: int
    is_shown: bool

    @property
    def share(self) -> float:
        """Which share of the group stands above the line."""
        return self.above / self.people


@dataclass(frozen=True)
class MakeUp:
    """One field's groups of `folding.SMALLEST` people and more."""

    field: str
    levels: Sequence[Level]

    @property
    def is_shown(self) -> bool:
        """Whether every share may be told, so that the ratio may be too."""
        return all(one.is_shown for one in self.levels)

    @property
    def lowest(self) -> Level:
        return min(self.levels, key=lambda one: one.share)

    @property
    def highest(self) -> Level:
        return max(self.levels, key=lambda one: one.share)

    @property
    def ratio(self) -> float | None:
        """The lowest share above the line, of the highest; None of fewer than two groups."""
        if len(self.levels) < 2 or not self.highest.share:
            return None
        return self.lowest.share / self.highest.share

    @property
    def is_uneven(self) -> bool:
        return self.ratio is not None and self.ratio < FAIR


@dataclass(frozen=True)
class Capacity:
    """A line below the first `talks` people.

    straddling: how many people's ranges hold it. first: of how many people from the top the make-up
    is, a multiple of `STEP`; 0 where they are too few to say.
    """

    talks: int
    chance: float
    straddling: int
    first: int
    made_up: Sequence[MakeUp]


def capacity(batch_id: str, people: int, talks: int) -> Capacity:
    """Where the line of so many talks is among the people of a file; it is kept nowhere."""
    first = talks - talks % STEP
    first = first if people - first >= STEP else 0
    with reading(RANKING_SECONDS) as connection:
        chance = records.edge(connection, batch_id, talks)
        straddling = records.straddling(connection, batch_id, chance)
        rows = records.make_up(connection, batch_id, MADE_UP, first) if first else []
    return Capacity(talks, chance, straddling, first, list(_made_up(rows)))


def _made_up(rows: Sequence[Any]) -> Iterator[MakeUp]:
    for field in MADE_UP if rows else ():
        counted: dict[Any, tuple[int, int]] = {}
        for row in rows:
            level = getattr(row, field)
            people, above = counted.get(level, (0, 0))
            counted[level] = people + row.people, above + row.above
        hidden = folding.folded({(level,): people for level, (people, _) in counted.items()})
        untold = folding.folded(_sides(counted))
        levels = [
            Level(level_of(field, level), people, above, (level, True) not in untold)
            for level, (people, above) in sorted(counted.items(), key=_in_order)
            if (level,) not in hidden
        ]
        if levels:
            yield MakeUp(field, levels)


def _sides(counted: Mapping[Any, tuple[int, int]]) -> dict[folding.Cell, int]:
    """How many people of each level stand above the line, and how many do not."""
    above = {(level, True): above for level, (_, above) in counted.items()}
    return above | {(level, False): people - up for level, (people, up) in counted.items()}


def _in_order(counted: tuple[Any, Any]) -> tuple[bool, Any]:
    """Levels by themselves, what was not said last."""
    return counted[0] is None, counted[0]
