"""The one statement by which PostgreSQL keeps an answer, and the function that it calls.

The function takes its values in two arrays, by position: sending names would cost more than the
values do. Its text is rendered from the tuples of names that also order the arrays, and its name
ends in a digest of its text. So when the positions change the function gets another name, and no
worker calls one that reads them otherwise. SQLite has no such function.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from textwrap import fill, indent
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from futurisys.employee.answer import MEMBERS
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records.database import db
from futurisys.records.predictions import Entry, encode
from futurisys.records.tables import IdempotencyKey, Input, Prediction
from futurisys.records.withheld import OPEN

_inputs, _predictions = Input.__table__, Prediction.__table__
_requests = IdempotencyKey.__table__


def _of(kinds: Sequence[type], table: sa.Table, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names whose columns in the table hold values of these types."""
    return tuple(name for name in names if table.c[name].type.python_type in kinds)


# The names of an entry's values, in the order in which the two arrays hold them.
_FACT_NUMBERS = _of((int, float), _inputs, KEPT)
_FACT_WORDS = tuple(name for name in KEPT if name not in _FACT_NUMBERS)
_ANSWER_NUMBERS = _of((int, float), _predictions, MEMBERS)
_ANSWER_WORDS = _of((str,), _predictions, MEMBERS)
_DOCUMENTS = tuple(name for name in MEMBERS if name not in _ANSWER_NUMBERS + _ANSWER_WORDS)
_OWN = ("input_id", "received_at", "subject", "identifier", "answered_at", "request_id", "sender")
_NAME = ("caller", "key", "digest")
_NUMBERS = (*_FACT_NUMBERS, *_ANSWER_NUMBERS, *(EFFECT + name for name in KEPT))
_WORDS = (*_FACT_WORDS, *_OWN, *_ANSWER_WORDS, *_DOCUMENTS, *_NAME)
# Of each table, the columns whose value has another name in an entry.
_INPUT = {"id": "input_id", "created_at": "received_at"}
_PREDICTION = {"id": "identifier", "created_at": "answered_at"}
_REQUEST = {"prediction_id": "identifier", "created_at": "answered_at"}

_own, _named = attrgetter(*_OWN), attrgetter(*_NAME)
_answer_numbers, _answer_words = attrgetter(*_ANSWER_NUMBERS), attrgetter(*_ANSWER_WORDS)
_NAMELESS = (None,) * len(_NAME)


def at_once(entry: Entry) -> tuple[str, tuple[Any, ...]]:
    """The one statement of PostgreSQL that writes an entry, and its parameters.

    It returns false, with nothing written, where the request's name is taken or in flight, and
    null where the person is not to be estimated.
    """
    fact, answer, name = entry.employee.get, entry.answer, entry.name
    numbers = [
        *map(fact, _FACT_NUMBERS),
        *_answer_numbers(answer),
        *map(answer.effects.get, KEPT),
    ]
    words = [
        *map(fact, _FACT_WORDS),
        *_own(entry),
        *_answer_words(answer),
        *(encode(getattr(answer, document)) for document in _DOCUMENTS),
        *(_named(name) if name else _NAMELESS),
    ]
    lock = name.lock if name else None
    return _CALL, (_array(numbers), _array(words), lock, list(entry.tried))


def _array(values: Sequence[Any]) -> str:
    """Values as PostgreSQL writes an array: a JSON array in braces.

    Control characters, which JSON escapes otherwise than PostgreSQL, are let in by no field.
    """
    return "{" + encode(values)[1:-1] + "}"


def _place(name: str, column: sa.Column[Any]) -> str:
    """The SQL of a column's value: its place in an array, cast to the column's type."""
    if name in _NUMBERS:
        return f"numbers[{_NUMBERS.index(name) + 1}]"
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives its dialects no types.
    kind = column.type.compile(dialect).lower()
    cast = "" if isinstance(column.type, sa.String) else f"::{kind}"
    return f"words[{_WORDS.index(name) + 1}]{cast}"


def _insert(table: sa.Table, others: Mapping[str, str]) -> str:
    """The INSERT of those columns of a table that an entry has a value for.

    others: the names of values that differ from their column's, by column.
    """
    given = {column: others.get(column.name, column.name) for column in table.c}
    places = {
        column.name: _place(name, column)
        for column, name in given.items()
        if name in _NUMBERS + _WORDS
    }
    columns, values = _lines(places), _lines(places.values())
    return f"    INSERT INTO {table.name} (\n{columns}\n    ) VALUES (\n{values}\n    );"  # noqa: S608


def _lines(items: Iterable[str]) -> str:
    """Items joined by commas and wrapped into lines, none broken inside an item."""
    text = ", ".join(item.replace(" ", "\xa0") for item in items)
    return indent(fill(text, 88, break_long_words=False), " " * 8).replace("\xa0", " ")


# False, with nothing kept, where the request's name is taken, or locked by a request under way; a
# request without a name has no lock. Null where one of the hashes is of who is not to be estimated.
_BODY = f"""
BEGIN
    IF cardinality(numbers) IS DISTINCT FROM {len(_NUMBERS)}
        OR cardinality(words) IS DISTINCT FROM {len(_WORDS)}
    THEN
        RAISE EXCEPTION 'These arrays are not what this function was made for.'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF EXISTS (SELECT FROM opposed WHERE subject = ANY(tried)) OR EXISTS (
        SELECT FROM requests WHERE subject = ANY(tried)
        AND {OPEN}
    ) THEN
        RETURN NULL;
    END IF;
    IF name_lock IS NOT NULL AND (
        NOT pg_try_advisory_xact_lock(name_lock)
        OR EXISTS (
            SELECT FROM idempotency_keys AS known
            WHERE known.caller = {_place("caller", _requests.c.caller)}
            AND known.key = {_place("key", _requests.c.key)}
        )
    ) THEN
        RETURN false;
    END IF;
{_insert(_inputs, _INPUT)}
{_insert(_predictions, _PREDICTION)}
    IF name_lock IS NOT NULL THEN
{indent(_insert(_requests, _REQUEST), "    ")}
    END IF;
    RETURN true;
END
"""  # noqa: S608 (names of ours)
NAME = f"keep_prediction_{hashlib.sha256(_BODY.encode()).hexdigest()[:8]}"
FUNCTION = f"""
CREATE FUNCTION {NAME}(
    numbers double precision[], words text[], name_lock bigint, tried text[]
)
RETURNS boolean LANGUAGE plpgsql AS $${_BODY}$$
"""
_CALL = f"SELECT {NAME}(%s, %s, %s, %s::text[])"
# For `flask db migrate`, which writes it into the migration that creates it.
db.metadata.info["function"] = FUNCTION
