"""Writing many predictions at once, inside a transaction that the caller holds."""

import datetime
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import psycopg2
import sqlalchemy as sa

from futurisys.employee.answer import MEMBERS
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.predictions import new_ids
from futurisys.records.tables import Input, Prediction

Columns = Mapping[str, Sequence[Any]]
NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


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
        copy(connection, table.name, tuple(columns), copy_text(columns))
        return
    rows = zip(*columns.values(), strict=True)
    if parameters := [dict(zip(columns, row, strict=True)) for row in rows]:
        connection.execute(sa.insert(table), parameters)


def copy(connection: sa.Connection, table: str, names: Iterable[str], text: str) -> None:
    """PostgreSQL's COPY of rows that `copy_text` wrote; raises SQLAlchemy's OperationalError."""
    statement = f"COPY {table} ({', '.join(names)}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor:
            cursor.copy_expert(statement, io.StringIO(text))
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise sa.exc.OperationalError(statement, None, error) from error


def copy_text(columns: Columns) -> str:
    """Columns as the lines that COPY reads."""
    texts = [_texts(values) for values in columns.values()]
    lines = ["\t".join(row) for row in zip(*texts, strict=True)]
    return "\n".join([*lines, ""]) if lines else ""


def _texts(values: Sequence[Any]) -> Iterable[str]:
    """Each value as COPY reads it; a value that comes often is written once."""
    kinds = set(map(type, values))
    if kinds <= {float}:
        return map(repr, values)
    if kinds <= {bytes}:
        return ["\\\\x" + value.hex() for value in values]
    texts = {value: _text(value) for value in set(values)}
    return map(texts.__getitem__, values)


def _text(value: Any) -> str:
    match value:
        case None:
            return NULL
        case bool():
            return "t" if value else "f"
        case str():
            plain = value.isprintable() and "\\" not in value
            return value if plain else value.translate(_ESCAPES)
        case tuple():
            return json.dumps(value).translate(_ESCAPES)
        case datetime.datetime():
            return value.isoformat()
    return repr(value)
