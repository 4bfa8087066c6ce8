"""Groups of people, none so small that it speaks of somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.employee.columns import EFFECT
from futurisys.employee.fields import Choice, Text, YesNo
from futurisys.employee.schema import FACTS, KEPT, PROTECTED
from futurisys.errors import GroupsTooNarrow
from futurisys.operations import folding, lanes
from futurisys.operations.access import current_caller
from futurisys.operations.folding import SMALLEST
from futurisys.operations.transactions import reading
from futurisys.records import segments
from futurisys.records.segments import ABOVE, PEOPLE, RISK

MAIN = 3
GROUPS_SECONDS = 30
ONE_FIELD = (
    "Ces groupes se demandent par un seul champ, dans un seul fichier : croisés, ils "
    "désigneraient des personnes."
)
NO_FILE = "00000000-0000-0000-0000-000000000000"
FIELDS = tuple(name for name in KEPT if isinstance(FACTS[name], Choice | Text | YesNo))

Sums = Mapping[str, Any]


@dataclass(frozen=True)
class Segment:
    """A group: its values by field, and its means.

    risk: the mean probability. above: the share from the threshold up. effects: the mean effects
    on the log-odds of its `MAIN` heaviest fields, by field; what all of it share is no reason.
    """

    group: Mapping[str, Any]
    people: int
    risk: float
    above: float
    effects: Mapping[str, float]


@dataclass(frozen=True)
class Segments:
    """The groups that are shown, the highest risk first, and all others as one, if they may be."""

    shown: list[Segment]
    others: Segment | None


def is_narrow(fields: Sequence[str]) -> bool:
    """Whether groups are to be cut by one of these fields alone, within one file.

    So are those by what the law protects, and all that are shown to a key that sees no people:
    groups that cross would single somebody out.
    """
    return bool(set(fields) & set(PROTECTED)) or not current_caller().sees_people


def latest_file() -> str:
    """The id of the newest file of which the caller may see groups, or one that no file has."""
    with reading() as connection:
        return segments.latest_batch(connection) or NO_FILE


def by(fields: Sequence[str], batch_id: str | None = None) -> Segments:
    """The newest prediction of each person, in groups of one or two of `FIELDS`.

    batch_id: of the people of this file alone, one of whom may stand there twice. Raises
    GroupsTooNarrow where that must be said, or one field be left out.
    """
    if is_narrow(fields) and (len(fields) > 1 or batch_id is None):
        raise GroupsTooNarrow(ONE_FIELD)
    with lanes.turn(), reading(GROUPS_SECONDS) as connection:
        rows = segments.sums(connection, fields, batch_id)
    cells = {tuple(row[name] for name in fields): row for row in rows}
    hidden = folding.folded({cell: row[PEOPLE] for cell, row in cells.items()})
    rest = _added([cells[cell] for cell in hidden])
    shown = [_segment(row, fields) for cell, row in cells.items() if cell not in hidden]
    return Segments(
        sorted(shown, key=lambda one: -one.risk),
        _segment(rest, ()) if rest[PEOPLE] >= SMALLEST else None,
    )


def _added(rows: Sequence[Sums]) -> Sums:
    """Several groups as one."""
    names = (PEOPLE, RISK, ABOVE, *(EFFECT + name for name in KEPT))
    return {name: sum(row[name] or 0 for row in rows) for name in names}


def _segment(row: Sums, fields: Sequence[str]) -> Segment:
    people = row[PEOPLE]
    effects = {name: (row[EFFECT + name] or 0) / people for name in KEPT if name not in fields}
    main = sorted(effects, key=lambda name: -abs(effects[name]))[:MAIN]
    return Segment(
        {name: row[name] for name in fields},
        people,
        row[RISK] / people,
        row[ABOVE] / people,
        {name: effects[name] for name in main if effects[name]},
    )
