"""How a ranked table is asked for: its order, its filters, its pages, all in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from futurisys.operations.files import Summary
from futurisys.records.batches import ORDERS, RankingFilters

SIZES = (50, 200, 2000)
RISKS = ("Élevé", "Modéré", "Faible")
DOWN = "desc"


@dataclass(frozen=True)
class RankingView:
    """One view of a table; what an address says amiss is as if it said nothing."""

    by: str = "risque"
    down: bool = True
    department: str | None = None
    risk: str | None = None
    size: int = SIZES[0]
    number: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Self:
        """What the parameters of an address ask for."""
        by = args.get("tri", "")
        by = by if by in ORDERS else cls.by
        size, number = args.get("taille", ""), args.get("page", "")
        risk = args.get("niveau")
        return cls(
            by,
            args.get("sens", DOWN if by == cls.by else "") == DOWN,
            args.get("departement", "").replace("\0", "") or None,
            risk if risk in RISKS else None,
            next((one for one in SIZES if str(one) == size), SIZES[0]),
            int(number) if number.isdecimal() and 0 < len(number) < 7 and int(number) else 1,
        )

    @property
    def filters(self) -> RankingFilters:
        return RankingFilters(self.department, self.risk)

    @property
    def order(self) -> tuple[str, bool]:
        return self.by, self.down

    @property
    def window(self) -> tuple[int, int]:
        """How many rows to pass over, and how many to show."""
        return (self.number - 1) * self.size, self.size

    def people(self, found: Summary) -> int:
        """How many rows the filters leave."""
        return sum(
            count
            for (department, risk), count in found.people.items()
            if self.department in (None, department) and self.risk in (None, risk)
        )

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
            "niveau": other.risk,
            "taille": other.size,
            "page": other.number,
        }

    def sorted_by(self, by: str) -> dict[str, Any]:
        """The address that sorts by a column, or turns its order round where it is sorted so."""
        return self.but(by=by, down=not self.down if by == self.by else by == type(self).by)
