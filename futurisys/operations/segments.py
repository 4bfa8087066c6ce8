"""Groups of people, none so small that it speaks of somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.employee.columns import EFFECT
from futurisys.employee.fields import Choice, Text, YesNo
from futurisys.employee.schema import FACTS, KEPT
from futurisys.operations import folding, lanes
from futurisys.operations.folding import SMALLEST
from futurisys.operations.transactions import reading
from futurisys.records import segments
from futurisys.records.segments import ABOVE, PEOPLE, RISK

MAIN = 3
GROUPS_SECONDS = 30
FIELDS = tuple(name for name in KEPT if isinstance(FACTS[name], Choice | Text | YesNo))

Sums = Mapping[str, Any]


@dataclass(frozen=True)
class Segment:
    """A group: its values by field, and its means.

    risk: the mean probability. above: the share from the threshold up. effects: the mean effects
    on the log-odds of its `MAIN` heaviest fields, by field.
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


def by(fields: Sequence[str]) -> Segments:
    """The newest prediction of each person, in groups of one or two of `FIELDS`."""
    with lanes.turn(), reading(GROUPS_SECONDS) as connection:
        rows = segments.sums(connection, fields)
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
    effects = {name: (row[EFFECT + name] or 0) / people for name in KEPT}
    main = sorted(KEPT, key=lambda name: -abs(effects[name]))[:MAIN]
    return Segment(
        {name: row[name] for name in fields},
        people,
        row[RISK] / people,
        row[ABOVE] / people,
        {name: effects[name] for name in main if effects[name]},
    )
