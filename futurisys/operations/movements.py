"""What became of people between two sides, and what the movement of their sum is made of."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.employee.answer import FLAGGED, UNFLAGGED

# From so much on a movement of one person is told, in probability.
MOVED = 0.1


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was said of a person on one side.

    level: of the field that groups are cut by. again: what the later model says of the same facts;
    None where it cannot be asked.
    """

    identifier: str
    batch_id: str | None
    line: int | None
    probability: float
    word: str
    model_version: str
    department: str
    post: str | None
    level: Any
    again: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """What was said of a person who is on both sides."""

    before: Estimate
    after: Estimate

    @property
    def difference(self) -> float:
        """By how much their estimate moved."""
        return self.after.probability - self.before.probability

    @property
    def is_moved(self) -> bool:
        """Whether it moved by `MOVED`, or went from one of the two sure words to the other."""
        words = {self.before.word, self.after.word}
        return abs(self.difference) >= MOVED or words == {FLAGGED, UNFLAGGED}


@dataclass(frozen=True)
class Split:
    """What the movement of a sum of estimates is made of; the parts add up to the total.

    model: what another model says otherwise of the old people. population: the estimates of who
    came, less those of who went. people: what facts moved of those on both sides. Where model and
    people cannot be told apart both are None, and `together` is what they are as one; why says it.
    """

    total: float
    population: float
    together: float
    model: float | None = None
    people: float | None = None
    why: str = ""


def split(
    newcomers: Sequence[Estimate], gone: Sequence[Estimate], both: Sequence[Pair], why: str
) -> Split:
    """First the model moves, then who is there, then the facts; why: what keeps it from that.

    Where the model cannot be told apart, who went counts at the estimate that is kept.
    """
    came = _sum(one.probability for one in newcomers)
    left = _sum(one.probability for one in gone)
    earlier = _sum(one.before.probability for one in both)
    later = _sum(one.after.probability for one in both)
    total = came + later - earlier - left
    if why:
        return Split(total, came - left, later - earlier, why=why)
    left_again = _sum(one.again for one in gone)
    again = _sum(one.before.again for one in both)
    model, people = again - earlier + left_again - left, later - again
    return Split(total, came - left_again, model + people, model, people)


def _sum(chances: Iterable[Any]) -> float:
    return math.fsum(chances)
