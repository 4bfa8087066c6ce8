"""Whose rows a caller may see: a condition that every statement gets, whoever wrote it.

A statement that names a table about people is sent with that name redefined, in a WITH clause, as
the rows inside the caller's perimeter. So no query can forget the condition, and none can get past
it by a join: what is outside does not exist for it. What is written is not touched, for it tells
nobody anything; a statement that writes and reads back is refused.

In the same way nobody sees whoever is not to be shown (`records.withheld`), but commands and what
is exempted from that.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, g, has_app_context, has_request_context

from futurisys.records.database import db
from futurisys.records.visible import (
    FORMS,
    apart,
    bounded,
    is_passed,
    mention,
    needed,
    not_withheld,
    shown,
)

Statement = TypeVar("Statement", bound=sa.sql.base.Executable)
# The option of a statement, and the one of a connection, which would win over the other's.
_EXEMPT, _EXEMPTED = "exempt", "exempted"
_WRITES = ("INSERT", "UPDATE", "DELETE")


class Exempt(Enum):
    """The statements that no perimeter bounds, each with its reason."""

    BEFORE_WRITING = "What is known of a hash or a name is looked up before something is written."
    REPLAY = "A caller gets again the answer that it got, or hears that it is gone."
    FOLDED = "Who may see groups alone is shown groups of ten people and more."
    UNNAMED = "That somebody of a file is not shown is said, and nothing else."
    RIGHTS = "Who answers what people ask for by right sees whatever it is asked about."
    JOURNAL = "A line about a person is written with a salt of theirs, which no answer tells."
    REQUESTED = "Of a person who asks, whoever answers their requests is told who was shown them."
    LEFT = "Of a person who has moved, it is said that they have left, and nothing else."
    WHOLE = "How the people of a file differ as a whole is kept, for who sees all departments."
    COUNTED = "Who sees no person is told how many were looked at, and how many ask for what."


@dataclass(frozen=True)
class Perimeter:
    """Whose rows a caller sees.

    departments: those whose people it sees; None: everybody. sent: the ids of files and answers
    that it sees because it has just sent them. groups: whether it sees groups of everybody.
    holder: whose files it sees as a whole, with what was refused of them. withheld: whether it sees
    whoever is not to be shown.
    """

    departments: frozenset[str] | None = frozenset()
    sent: frozenset[str] = frozenset()
    groups: bool = False
    holder: str = ""
    withheld: bool = False


NOBODY, EVERYBODY = Perimeter(), Perimeter(None, withheld=True)
# What is exempted from departments, and yet not about whoever is not to be shown.
_SHOWING = (Exempt.REPLAY, Exempt.FOLDED, Exempt.LEFT, Exempt.WHOLE)


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


@contextmanager
def exempted(connection: sa.Connection, reason: Exempt) -> Iterator[None]:
    """Whatever is asked through a connection in here is not bounded, for a reason."""
    connection.execution_options(**{_EXEMPTED: reason})
    try:
        yield
    finally:
        connection.execution_options(**{_EXEMPTED: None})


def _bound(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
) -> tuple[str, Any]:
    """The statement inside the perimeter, with its parameters."""
    perimeter, reason = current(), _reason(context.execution_options)
    verb, _, rest = statement.lstrip().partition(" ")
    if perimeter.withheld or (verb in _WRITES and "RETURNING" not in rest):
        return statement, parameters
    of_all = perimeter.departments is None or _is_exempt(reason, perimeter)
    shows_all = reason is not None and reason not in _SHOWING
    named = frozenset(name.lower() for name in mention().findall(statement))
    if not named or (of_all and shows_all):
        return statement, parameters
    if verb not in ("SELECT", "WITH") or rest.startswith("RECURSIVE") or is_passed(statement):
        raise LookupError("This statement cannot be kept inside a perimeter.")
    form = FORMS[context.dialect.name]
    if of_all:
        visible = [shown(form, table) for table in apart(named)]
    else:
        seen = f"({form.of_departments} OR {form.of_sent})"
        seen = seen if perimeter.sent else form.of_departments
        seen = seen if shows_all else f"{seen} AND {not_withheld(form)}"
        visible = [bounded(form, table, seen) for table in needed(named)]
        own = sorted(perimeter.departments or ()), sorted(perimeter.sent)
        parameters = form.with_own(parameters, *own)
    query = rest if verb == "WITH" else statement
    return f"WITH {', '.join(visible)}{', ' if verb == 'WITH' else ' '}{query}", parameters


def _reason(options: Mapping[str, Any]) -> Exempt | None:
    found: Exempt | None = options.get(_EXEMPT) or options.get(_EXEMPTED)
    return found


def _is_exempt(reason: Exempt | None, perimeter: Perimeter) -> bool:
    """Whether a reason holds for the people of all departments."""
    if reason is Exempt.FOLDED:
        return perimeter.groups
    return reason not in (None, Exempt.UNNAMED)
