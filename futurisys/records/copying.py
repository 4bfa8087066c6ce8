"""Rows as PostgreSQL's binary COPY takes them, which neither side has to write or read as text."""

import datetime
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from struct import pack
from types import NoneType
from typing import Any

import numpy as np
import psycopg2
import sqlalchemy as sa
from numpy.typing import NDArray

from futurisys.records.database import Instant

Columns = Mapping[str, Sequence[Any]]
_BEGIN, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), pack(">h", -1)
# The size that says of a value that there is none.
_NULL = pack(">i", -1)
_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
# Of the values whose size is their type's, as numpy writes them.
_FIXED = {sa.Integer: ">i4", sa.Double: ">f8", sa.Boolean: "?"}


def copy(connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Write rows, given by columns; raises SQLAlchemy's OperationalError."""
    if not any(columns.values()):
        return
    names, rows = _rows(table, columns)
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN WITH (FORMAT binary)"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor:
            # In one piece: between pieces the driver waits for its turn among the threads.
            cursor.copy_expert(statement, io.BytesIO(rows), len(rows))
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise sa.exc.OperationalError(statement, None, error) from error


def _rows(table: sa.Table, columns: Columns) -> tuple[list[str], bytes]:
    """The columns in the order in which they are written, and the rows: what is fixed is first."""
    fixed, others = dict[str, NDArray[Any]](), dict[str, Iterable[bytes]]()
    for name, values in columns.items():
        kind, kinds = table.c[name].type, set(map(type, values))
        if isinstance(kind, sa.Uuid) and kinds == {str}:
            fixed[name] = np.frombuffer(_uuids("".join(values)), "V16")
        elif type(kind) in _FIXED and NoneType not in kinds:
            fixed[name] = np.asarray(values, _FIXED[type(kind)])
        else:
            packed = {value: _sized(_packed(kind, value)) for value in set(values)}
            others[name] = map(packed.__getitem__, values)
    beginnings = _beginnings(fixed, len(columns), len(next(iter(columns.values()))))
    rows = b"".join(chain.from_iterable(zip(beginnings, *others.values(), strict=True)))
    return [*fixed, *others], _BEGIN + rows + _END


def _beginnings(columns: Mapping[str, NDArray[Any]], width: int, count: int) -> list[bytes]:
    """How each of `count` rows begins: its width, and the values of a fixed size behind theirs."""
    members = [("width", ">i2")]
    for name, values in columns.items():
        members += [(f"size of {name}", ">i4"), (name, values.dtype.str)]
    rows = np.empty(count, members)
    rows["width"] = width
    for name, values in columns.items():
        rows[f"size of {name}"], rows[name] = values.dtype.itemsize, values
    beginnings: list[bytes] = rows.view(f"V{rows.itemsize}").tolist()
    return beginnings


def _packed(kind: sa.types.TypeEngine[Any], value: Any) -> bytes | None:
    """A value as PostgreSQL's type of this kind sends it."""
    match kind:
        case _ if value is None:
            return None
        case sa.Uuid():
            return _uuids(value)
        case Instant():
            return pack(">q", (value - _EPOCH) // _MICROSECOND)
        case sa.JSON():
            return json.dumps(value).encode()
        case sa.String():
            return bytes(value, "utf-8")
        case sa.LargeBinary():
            return bytes(value)
    return np.asarray(value, _FIXED[type(kind)]).tobytes()


def _uuids(text: str) -> bytes:
    """The bytes of ids, one after the other."""
    return bytes.fromhex(text.replace("-", ""))


def _sized(packed: bytes | None) -> bytes:
    """A value behind its size."""
    return _NULL if packed is None else pack(">i", len(packed)) + packed
