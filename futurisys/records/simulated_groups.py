"""A group's what-if: how many people of a file each group has, and the facts of one of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.records.batches import of_file
from futurisys.records.predictions import by_column
from futurisys.records.tables import Input

BLOCK = 10_000
_inputs = Input.__table__


def sizes(
    connection: sa.Connection, batch_id: str, by: Sequence[str]
) -> dict[tuple[Any, ...], int]:
    """How many people of a file have each combination of levels of the fields `by`."""
    levels = [_inputs.c[name] for name in by]
    statement = of_file(sa.select(*levels, sa.func.count()), batch_id).group_by(*levels)
    return {tuple(row[:-1]): row[-1] for row in connection.execute(statement) if row[-1]}


def facts(
    connection: sa.Connection, batch_id: str, group: Mapping[str, Any], names: Sequence[str]
) -> Iterator[Mapping[str, Sequence[Any]]]:
    """The named facts of those of a file who have the levels of a group, some people at a time."""
    statement = of_file(sa.select(*(_inputs.c[name] for name in names)), batch_id)
    statement = statement.where(*(_inputs.c[name] == level for name, level in group.items()))
    rows = connection.execute(statement.execution_options(yield_per=BLOCK))
    for block in rows.partitions():
        yield by_column(names, block)
