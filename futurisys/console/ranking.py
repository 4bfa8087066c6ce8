"""How a ranked table is asked for: its order, its filters, its pages, all in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from futurisys.model.plain import WORDS
from futurisys.operations.files import Summary
from futurisys.records.batches import ORDERS, RankingFilters
from futurisys.records.reviews import ANY, KINDS, NONE

SIZES = (50, 200, 2000)
# By what an address calls them.
NAMES = {word: name for name, word in WORDS.items()}
DOWN = "desc"
# The columns that are read from their largest on, unless asked otherwise.
LARGEST_FIRST = {"risque", "mot", "raisons"}
# What addresses of a table ask for, and asked for when it stood at the file's own address.
ASKED = {"tri", "sens", "departement", "mot", "niveau", "avis", "taille", "page"}


@dataclass(frozen=True)
class RankingView:
    """One view of a table; what an address says amiss is as if it said nothing."""

    by: str = "risque"
    down: bool = True
    department: str | None = None
    word: str | None = None
    size: int = SIZES[0]
    number: int = 1
    review: str | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Self:
        """What the parameters of an address ask for."""
        by = args.get("tri", "")
        by = by if by in ORDERS else cls.by
        size, number = args.get("taille", ""), args.get("page", "")
        return cls(
            by,
            args.get("sens", DOWN if by in LARGEST_FIRST else "") == DOWN,
            args.get("departement", "").replace("\0", "") or None,
            NAMES.get(args.get("mot", "")),
            next((one for one in SIZES if str(one) == size), SIZES[0]),
            int(number) if number.isdecimal() and 0 < len(number) < 7 and int(number) else 1,
            next((one for one in (ANY, NONE, *KINDS) if one == args.get("avis")), None),
        )

    @property
    def filters(self) -> RankingFilters:
        return RankingFilters(self.department, self.word, self.review)

    @property
    def order(self) -> tuple[str, bool]:
        return self.by, self.down

    @property
    def window(self) -> tuple[int, int]:
        """How many rows to pass over, and how many to show."""
        return (self.number - 1) * self.size, self.size

    def people(self, found: Summary) -> int:
        """How many rows the filters leave."""
        people = sum(count for place, count in found.people.items() if self._holds(*place))
        if self.review is None:
            return people
        said = [one for one in found.reviewed.values() if self._holds(one.department, one.word)]
        if self.review == NONE:
            return people - len(said)
        return sum(self.review in (ANY, one.kind) for one in said)

    def _holds(self, department: str, word: str) -> bool:
        return self.department in (None, department) and self.word in (None, word)

    def pages(self, found: Summary) -> int:
        """How many pages these are, at least one."""
        return max(1, -(-self.people(found) // self.size))

    def within(self, found: Summary) -> Self:
        """The same view, on the last page where it asked for one beyond."""
        return replace(self, number=min(self.number, self.pages(found)))

    def but(self, **changes: Any) -> dict[str, Any]:
        """The parameters of the address of another view; from its first page, unless told."""
        other = replace(self, **{"number": 1, **changes})
        return {
            "tri": other.by,
            "sens": DOWN if other.down else "asc",
            "departement": other.department,
            "mot": WORDS[other.word] if other.word else None,
            "avis": other.review,
            "taille": other.size,
            "page": other.number,
        }

    def sorted_by(self, by: str) -> dict[str, Any]:
        """The address that sorts by a column, or turns its order round where it is sorted so."""
        return self.but(by=by, down=not self.down if by == self.by else by in LARGEST_FIRST)
