"""What the survey of a column counts: cells that look alike, and numbers that are out of place."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Group:
    """Cells that look alike: how many, and the first of them."""

    rows: int = 0
    first: tuple[int, str] | None = None

    def add(self, rows: int, first: tuple[int, str] | None) -> None:
        self.rows += rows
        if first and (self.first is None or first < self.first):
            self.first = first


@dataclass
class Tally:
    """The numbers of a column by one decimal mark; fits: of those outside, by another unit."""

    outside: Group = field(default_factory=Group)
    fractions: Group = field(default_factory=Group)
    larger: int = 0
    fits: Counter[str] = field(default_factory=Counter)
