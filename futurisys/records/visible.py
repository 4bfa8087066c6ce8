"""The rows that are seen, as SQL: each table about people under its own name, as a WITH clause."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from futurisys.records.database import db
from futurisys.records.tables import PERSON, Input
from futurisys.records.withheld import REQUESTS, withheld

_inputs = Input.__table__
# Of so many it is remembered whether they are refused.
STATEMENTS = 512
# At the end of what stands before a name: whether a row source begins, and what qualifies the name.
_QUALIFIER = re.compile(r'(\b(?:FROM|JOIN)\s+)?"?\b(\w+)"?\s*\.\s*"?\Z', re.IGNORECASE)


@dataclass(frozen=True)
class Form:
    """How a database spells the rows that are seen.

    real: what precedes a table's name where that has another meaning. inline: what keeps a name
    from being worked out by itself. among: whether a hash is one of some few, which are asked for
    once. of_departments, of_sent: which facts are seen. with_own: these
    two lists, as parameters, before the statement's own.
    """

    real: str
    inline: str
    among: str
    of_departments: str
    of_sent: str
    with_own: Callable[[Any, list[str], list[str]], Any]


FORMS = {
    "postgresql": Form(
        "",
        "NOT MATERIALIZED ",
        "= ANY(ARRAY({}))",
        "departement = ANY(%(perimeter_departments)s::text[])",
        "id IN (SELECT input_id FROM predictions WHERE id = ANY(%(perimeter_sent)s::uuid[]) "
        "OR batch_id = ANY(%(perimeter_sent)s::uuid[]))",
        lambda own, departments, sent: {
            **(own or {}),
            "perimeter_departments": departments,
            "perimeter_sent": sent,
        },
    ),
    "sqlite": Form(
        "main.",
        "",
        "IN ({})",
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


def bounded(form: Form, table: sa.Table, facts: str) -> str:
    """The rows of a table that are seen, under its own name; facts: which of these are."""
    if table is _inputs:
        which = facts
    else:
        column, parent, key = _parent(table)
        which = f"{column} IN (SELECT {key} FROM {parent.name})"  # noqa: S608
    return _named(form, table, which)


def shown(form: Form, table: sa.Table) -> str:
    """The rows of a table that are about nobody who is not to be shown, under its own name."""
    if table.info[PERSON] == _inputs.info[PERSON]:
        which = not_withheld(form)
    else:
        column, parent, key = _parent(table)
        which = f"{column} IS NULL OR {column} NOT IN (SELECT {key} {_hidden(form, parent)})"
    return _named(form, table, which)


def not_withheld(form: Form) -> str:
    return f"(subject IS NULL OR subject NOT IN ({withheld(form.real)}))"


def _hidden(form: Form, table: sa.Table) -> str:
    """What of a table is about somebody who is not to be shown."""
    if table is _inputs:
        which = f"subject {form.among.format(withheld(form.real))}"
    else:
        column, parent, key = _parent(table)
        which = f"{column} IN (SELECT {key} {_hidden(form, parent)})"
    return f"FROM {form.real}{table.name} WHERE {which}"


def _named(form: Form, table: sa.Table, which: str) -> str:
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
def mention() -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(_people())})\b", re.IGNORECASE)


@lru_cache(STATEMENTS)
def is_passed(statement: str) -> bool:
    """Whether a statement names a table about people with its schema: not the rows that are seen.

    What stands before a column's point is named elsewhere too, as a table or as its alias.
    """
    for found in mention().finditer(statement):
        before = _QUALIFIER.search(statement, 0, found.start())
        if before:
            introduced = rf"\b{re.escape(before[2])}\b(?!\"?\s*\.)"
            if before[1] or not re.search(introduced, statement):
                return True
    return False


@cache
def needed(named: frozenset[str]) -> list[sa.Table]:
    """The tables that are named, and those by which their rows are seen, these first."""
    wanted = {_inputs.name, *named}
    for table in reversed(_people().values()):
        if table.name in wanted and table is not _inputs:
            wanted.add(_parent(table)[1].name)
    return [table for table in _people().values() if table.name in wanted]


def apart(named: frozenset[str]) -> list[sa.Table]:
    """The tables that are named, each before those that its condition asks, as these really are."""
    tables = [table for table in reversed(_people().values()) if table.name in named]
    return sorted(tables, key=lambda table: table.name == REQUESTS)
