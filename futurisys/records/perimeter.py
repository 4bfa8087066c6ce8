"""Whose rows a caller may see: a condition that every statement gets, whoever wrote it.

A statement that names a table about people is sent with that name redefined, in a WITH clause, as
the rows inside the caller's perimeter. So no query can forget the condition, and none can get past
it by a join: what is outside does not exist for it. What is written is not touched, for it tells
nobody anything; a statement that writes and reads back is refused.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, g, has_app_context, has_request_context

from futurisys.records.database import db
from futurisys.records.tables import PERSON, Input

Statement = TypeVar("Statement", bound=sa.sql.base.Executable)
_EXEMPT = "exempt"
_WRITES = ("INSERT", "UPDATE", "DELETE")
_inputs = Input.__table__


class Exempt(Enum):
    """The statements that no perimeter bounds, each with its reason."""

    BEFORE_WRITING = "Whether a hash is known is looked up before something is written under it."
    REPLAY = "A caller gets again the answer that it got, or hears that it is gone."
    FOLDED = "Who may see groups alone is shown groups of ten people and more."
    JOURNAL = "A line about a person is written with a salt of theirs, which no answer tells."
    REQUESTED = "Of a person who asks, whoever answers their requests is told who was shown them."
    LEFT = "Of a person who has moved, it is said that they have left, and nothing else."


@dataclass(frozen=True)
class Perimeter:
    """Whose rows a caller sees.

    departments: those whose people it sees; None: everybody. sent: the ids of files and answers
    that it sees because it has just sent them. groups: whether it sees groups of everybody.
    holder: whose files it sees as a whole, with what was refused of them.
    """

    departments: frozenset[str] | None = frozenset()
    sent: frozenset[str] = frozenset()
    groups: bool = False
    holder: str = ""


NOBODY, EVERYBODY = Perimeter(), Perimeter(None)


def init_app(app: Flask) -> None:
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", _bound, retval=True)


def enter(perimeter: Perimeter) -> None:
    """Bound whatever the request under way asks the database from now on."""
    g.perimeter = perimeter


def current() -> Perimeter:
    """That of the request under way, nobody's unless its caller is known; commands see everybody.

    Work that has outlived its request sees nobody.
    """
    if has_request_context():
        found: Perimeter = g.get("perimeter", NOBODY)
        return found
    return EVERYBODY if has_app_context() else NOBODY


def exempt(statement: Statement, reason: Exempt) -> Statement:
    """A statement that is not bounded, for a reason that holds for its caller."""
    found: Statement = statement.execution_options(**{_EXEMPT: reason})
    return found


def _bound(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
) -> tuple[str, Any]:
    """The statement inside the perimeter, with its parameters."""
    perimeter = current()
    verb, _, rest = statement.lstrip().partition(" ")
    if perimeter.departments is None or (verb in _WRITES and "RETURNING" not in rest):
        return statement, parameters
    named = frozenset(name.lower() for name in _mention().findall(statement))
    if not named or _is_exempt(context.execution_options.get(_EXEMPT), perimeter):
        return statement, parameters
    if verb not in ("SELECT", "WITH") or rest.startswith("RECURSIVE"):
        raise LookupError("This statement cannot be kept inside a perimeter.")
    form = _FORMS[context.dialect.name]
    seen = f"{form.of_departments} OR {form.of_sent}" if perimeter.sent else form.of_departments
    visible = ", ".join(_visible(form, table, seen) for table in _needed(named))
    query = rest if verb == "WITH" else statement
    return f"WITH {visible}{', ' if verb == 'WITH' else ' '}{query}", form.with_own(
        parameters, sorted(perimeter.departments), sorted(perimeter.sent)
    )


def _is_exempt(reason: Exempt | None, perimeter: Perimeter) -> bool:
    return perimeter.groups if reason is Exempt.FOLDED else reason is not None


@dataclass(frozen=True)
class _Form:
    """How a database spells the rows that are seen.

    real: what precedes a table's name where that has another meaning. inline: what keeps a name
    from being worked out by itself. of_departments, of_sent: which facts are seen. with_own: these
    two lists, as parameters, before the statement's own.
    """

    real: str
    inline: str
    of_departments: str
    of_sent: str
    with_own: Callable[[Any, list[str], list[str]], Any]


_FORMS = {
    "postgresql": _Form(
        "",
        "NOT MATERIALIZED ",
        "departement = ANY(%(perimeter_departments)s::text[])",
        "id IN (SELECT input_id FROM predictions WHERE id = ANY(%(perimeter_sent)s::uuid[]) "
        "OR batch_id = ANY(%(perimeter_sent)s::uuid[]))",
        lambda own, departments, sent: {
            **(own or {}),
            "perimeter_departments": departments,
            "perimeter_sent": sent,
        },
    ),
    "sqlite": _Form(
        "main.",
        "",
        "departement IN (SELECT value FROM json_each(?))",
        "id IN (SELECT input_id FROM main.predictions WHERE id IN "
        "(SELECT value FROM json_each(?)) OR batch_id IN (SELECT value FROM json_each(?)))",
        lambda own, departments, sent: (
            json.dumps(departments),
            *[json.dumps(sent)] * (2 if sent else 0),
            *own,
        ),
    ),
}


def _visible(form: _Form, table: sa.Table, facts: str) -> str:
    """The rows of a table that are seen, under its own name; facts: which of these are."""
    if table is _inputs:
        which = facts
    else:
        column, parent, key = _parent(table)
        which = f"{column} IN (SELECT {key} FROM {parent.name})"  # noqa: S608
    return f"{table.name} AS {form.inline}(SELECT * FROM {form.real}{table.name} WHERE {which})"  # noqa: S608


def _parent(table: sa.Table) -> tuple[str, sa.Table, str]:
    """By which column a row is seen with a row of another table, and by which column of that."""
    column = table.columns[table.info[PERSON]]
    for key in column.foreign_keys:
        return column.name, key.column.table, key.column.name
    return column.name, _inputs, _inputs.info[PERSON]


@cache
def _people() -> dict[str, sa.Table]:
    """The tables about people, by name, each after those that it refers to."""
    return {table.name: table for table in db.metadata.sorted_tables if table.info[PERSON]}


@cache
def _mention() -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(_people())})\b", re.IGNORECASE)


@cache
def _needed(named: frozenset[str]) -> list[sa.Table]:
    """The tables that are named, and those by which their rows are seen, these first."""
    wanted = {_inputs.name, *named}
    for table in reversed(_people().values()):
        if table.name in wanted and table is not _inputs:
            wanted.add(_parent(table)[1].name)
    return [table for table in _people().values() if table.name in wanted]
