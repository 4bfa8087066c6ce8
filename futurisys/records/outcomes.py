"""What became of people: when they left and why, by the hashes that they are estimated under."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.persons import Opposed, Outcome, OutcomeList
from futurisys.records.tables import Input

# Hashes that one statement names.
BLOCK = 2000
_outcomes, _inputs, _lists = Outcome.__table__, Input.__table__, OutcomeList.__table__
_opposed = Opposed.__table__
_KEEP = sa.text(
    """
INSERT INTO outcomes (subject, left_on, reason, holder, author, created_at)
VALUES (:subject, :left_on, :reason, :holder, :author, :created_at)
ON CONFLICT (subject) DO UPDATE SET left_on = excluded.left_on, reason = excluded.reason,
holder = excluded.holder, author = excluded.author, created_at = excluded.created_at
""".strip()
).bindparams(
    sa.bindparam("left_on", type_=_outcomes.c.left_on.type),
    sa.bindparam("created_at", type_=_outcomes.c.created_at.type),
)


def estimated(connection: sa.Connection, subjects: Sequence[str]) -> dict[str, datetime.datetime]:
    """Of some hashes those under which somebody is estimated, and since when."""
    first = sa.func.min(_inputs.c.created_at).label("first")
    wanted = sa.select(_inputs.c.subject, first).group_by(_inputs.c.subject)
    return {row.subject: row.first for row in _of(connection, wanted, _inputs.c.subject, subjects)}


def opposed(connection: sa.Connection, subjects: Sequence[str]) -> set[str]:
    """Those of some hashes whose person is not to be estimated any more."""
    wanted = sa.select(_opposed.c.subject)
    return {row.subject for row in _of(connection, wanted, _opposed.c.subject, subjects)}


def kept(connection: sa.Connection, subjects: Sequence[str]) -> dict[str, Any]:
    """Rows (subject, left_on, reason) of those of some hashes who are said to have left, by hash.

    For who is about to say it anew.
    """
    wanted = sa.select(_outcomes.c.subject, _outcomes.c.left_on, _outcomes.c.reason)
    return {row.subject: row for row in _of(connection, wanted, _outcomes.c.subject, subjects)}


def keep(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Say when some people left, in place of what was said before."""
    if rows:
        connection.execute(_KEEP, rows)


def forget(connection: sa.Connection, subjects: Sequence[str]) -> bool:
    """Take back that somebody left; False where it was not said."""
    gone = sa.delete(_outcomes).where(_outcomes.c.subject.in_(subjects))
    return bool(connection.execute(gone).rowcount)


def add_list(connection: sa.Connection, row: dict[str, Any]) -> None:
    """Say that a list was kept."""
    connection.execute(sa.insert(_lists), row)


def lists(connection: sa.Connection, limit: int) -> list[Any]:
    """Rows (created_at, author, kept, complete_to) of the last lists, the newest first."""
    told = (_lists.c[name] for name in ("created_at", "author", "kept", "complete_to"))
    wanted = sa.select(*told).order_by(_lists.c.id.desc()).limit(limit)
    return list(connection.execute(wanted))


def _of(
    connection: sa.Connection,
    wanted: sa.Select[Any],
    column: sa.Column[Any],
    subjects: Sequence[str],
) -> Iterator[Any]:
    """What is asked for of some hashes, however many they are."""
    for place in range(0, len(subjects), BLOCK):
        few = wanted.where(column.in_(subjects[place : place + BLOCK]))
        yield from connection.execute(exempt(few, Exempt.SAID))
