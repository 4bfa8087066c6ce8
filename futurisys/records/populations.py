"""Writing many predictions at once, inside a transaction that the caller holds."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa

from futurisys.employee.answer import MEMBERS
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records.copying import copy
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.predictions import new_ids
from futurisys.records.tables import Input, Prediction

Columns = Mapping[str, Sequence[Any]]


class Population(NamedTuple):
    """What there is to keep of n answers: the columns of both tables, by name.

    named: of those whom the rows of a file name, each once, `subject` and `reference`.
    """

    inputs: Columns
    predictions: Columns
    named: Columns = MappingProxyType({"subject": (), "reference": ()})

    @property
    def identifiers(self) -> Sequence[str]:
        """The predictions' ids, UUIDv7 in order."""
        return self.predictions["id"]


def population(facts: Columns, answers: Columns, effects: Columns, named: Columns) -> Population:
    """n employees and their answers, with ids of their own.

    facts: the fields of `KEPT` and `subject`, the keyed hash of each person's reference or None.
    answers: those of `MEMBERS`, `request_id`, `batch_id` and `line`. effects: by field. named: as
    `Population` has them.
    """
    count = len(answers["probability"])
    inputs, received_at = new_ids(count)
    identifiers, answered_at = new_ids(count)
    return Population(
        {
            "id": inputs,
            "subject": facts["subject"],
            **{name: facts[name] for name in KEPT},
            "created_at": received_at,
        },
        {
            "id": identifiers,
            "input_id": inputs,
            **answers,
            **{EFFECT + name: values for name, values in effects.items()},
            "created_at": answered_at,
        },
        named,
    )


def keep(connection: sa.Connection, kept: Population) -> None:
    """Write inputs and answers."""
    insert(connection, Input.__table__, kept.inputs)
    insert(connection, Prediction.__table__, kept.predictions)


ANSWERED = ("id", "line", *MEMBERS, *(EFFECT + name for name in KEPT))


def of_batch(connection: sa.Connection, batch_id: str) -> Iterator[Any]:
    """The answers that a request's name got, in their order, read as they are asked for.

    Each has the columns of `ANSWERED`.
    """
    predictions = Prediction.__table__
    statement = (
        sa.select(*(predictions.c[name] for name in ANSWERED))
        .where(predictions.c.batch_id == batch_id)
        .order_by(predictions.c.id)
        .execution_options(yield_per=1000)
    )
    return iter(connection.execute(exempt(statement, Exempt.REPLAY)))


def insert(connection: sa.Connection, table: Any, columns: Columns) -> None:
    """Write rows, given by columns, into a table."""
    if connection.dialect.name == "postgresql":
        copy(connection, table, columns)
        return
    rows = zip(*columns.values(), strict=True)
    if parameters := [dict(zip(columns, row, strict=True)) for row in rows]:
        connection.execute(sa.insert(table), parameters)


def beside(connection: sa.Connection, table: Any) -> sa.Table:
    """An empty table of the connection's own, with the columns of another; gone with its work."""
    columns = (sa.Column(column.name, column.type) for column in table.columns)
    staged = sa.Table(
        f"staged_{table.name}",
        sa.MetaData(),
        *columns,
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    staged.create(connection)
    return staged
