"""Rows of a file that are good, and of which no estimate is to be made."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import cast

from futurisys.employee.columnar import Checked, Table
from futurisys.employee.held import JoinedRow
from futurisys.employee.joined import JoinedTable
from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.employee.sheets import Row

UNESTIMATED = "personne non estimée"


def set_aside(
    table: Table, rows: Sequence[Row], checked: Checked, those: Collection[int]
) -> Checked:
    """The rows as they were judged, without some of the good ones, which have a fault then.

    rows: as they were given to be judged. those: the places of these among the good ones.
    """
    if not those:
        return checked
    column = table.spelled(REFERENCE)
    sentence = f"{FACTS[REFERENCE].words} : {UNESTIMATED}, retirez cette ligne."
    faults, places = dict(checked.faults), dict(checked.places)
    for index in those:
        position = checked.good[index]
        faults[position] = {column: [sentence]}
        if isinstance(table, JoinedTable):
            row = cast(JoinedRow, rows[position][1])
            if place := table.place_of(row, column):
                places[position, column] = place
    left = [index for index in range(len(checked.good)) if index not in those]
    return replace(
        checked,
        columns={name: [some[index] for index in left] for name, some in checked.columns.items()},
        good=[checked.good[index] for index in left],
        faults=faults,
        places=places,
    )
