"""The chain of the journal's lines: followed from its checkpoint on, and cut off behind one."""

import datetime
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.errors import JournalBroken
from futurisys.records.journal import (
    JournalCheckpoint,
    JournalHead,
    JournalLine,
    held,
    seal_of,
    sealed,
)

_journal, _head = JournalLine.__table__, JournalHead.__table__
_checkpoints = JournalCheckpoint.__table__
Place = tuple[int, str]
START: Place = 0, ""


def head(connection: sa.Connection) -> Place:
    """The number of the last line and its digest; `START` where no line was ever chained."""
    row = connection.execute(sa.select(_head.c.number, _head.c.mac)).one_or_none()
    return START if row is None else (row.number, row.mac)


def checkpoint(connection: sa.Connection, key: str) -> Place:
    """Behind which line the chain goes on; raises JournalBroken where the key did not sign it."""
    newest = sa.select(_checkpoints).order_by(_checkpoints.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        return START
    if not hmac.compare_digest(row.signature, _signature(key, dict(row._mapping))):
        raise JournalBroken(f"The checkpoint behind line {row.number} is not signed by this key.")
    return row.number, row.mac


def lines(connection: sa.Connection, after: int, limit: int) -> Sequence[Any]:
    """Lines of the chain behind a number, in order."""
    wanted = sa.select(_journal).where(_journal.c.number > after)
    return connection.execute(wanted.order_by(_journal.c.number).limit(limit)).all()


def follow(key: str, place: Place, found: Sequence[Any]) -> Place:
    """The place of the last of some lines behind another; raises JournalBroken where one is amiss.

    A line that was moved, or put in, is one whose seal does not fit its place.
    """
    number, mac = place
    for line in found:
        number += 1
        if line.number != number:
            raise JournalBroken(f"Line {number} is missing.")
        if not hmac.compare_digest(line.mac or "", seal_of(key, line._mapping, mac)):
            raise JournalBroken(
                f"Line {number} is not the one that was written there: it was changed, put in or "
                "moved, or FUTURISYS_JOURNAL_KEY is another."
            )
        mac = line.mac
    return number, mac


def outside(connection: sa.Connection) -> tuple[int, int]:
    """How many lines are outside the chain, and how many of them younger than its beginning."""
    begin = sa.select(_journal.c.id).where(_journal.c.number.is_not(None))
    begin = begin.order_by(_journal.c.number).limit(1)
    younger = sa.func.count().filter(_journal.c.id > begin.scalar_subquery())
    wanted = sa.select(sa.func.count(), younger).where(_journal.c.number.is_(None))
    everything, late = connection.execute(wanted).one()
    return everything, late


def is_due(connection: sa.Connection, before: str) -> bool:
    """Whether the chain has a line that is older than an id."""
    older = sa.exists().where(_journal.c.number.is_not(None), _journal.c.id < before)
    return bool(connection.scalar(sa.select(older)))


def cut(connection: sa.Connection, key: str, before: str, limit: int) -> int:
    """Remove the first lines of the chain that are older than an id, behind a signed checkpoint.

    They are followed first, so that what was changed is not forgotten unseen. Returns how many.
    """
    held(connection)
    place = checkpoint(connection, key)
    found = lines(connection, place[0], limit)
    young = (position for position, line in enumerate(found) if line.id >= before)
    old = found[: next(young, len(found))]
    if not old:
        return 0
    number, mac = follow(key, place, old)
    connection.execute(sa.delete(_journal).where(_journal.c.number <= number))
    connection.execute(sa.delete(_checkpoints))
    left: dict[str, Any] = {"number": number, "mac": mac}
    left["created_at"] = datetime.datetime.now(datetime.UTC)
    left["signature"] = _signature(key, left)
    connection.execute(sa.insert(_checkpoints), left)
    return len(old)


def _signature(key: str, left: Mapping[str, Any]) -> str:
    moment = left["created_at"].isoformat()
    return sealed(key, ["checkpoint", left["number"], left["mac"], moment])
