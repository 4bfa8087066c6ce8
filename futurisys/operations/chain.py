"""Whether the journal is what was written, and how its oldest lines go without a gap."""

import datetime
import hmac
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app

from futurisys.errors import JournalBroken, JournalUnkeyed
from futurisys.operations.transactions import reading, writing
from futurisys.records import chain, retention
from futurisys.records.chain import Place
from futurisys.records.database import has_one_writer
from futurisys.records.history import first_id

VERIFY_SECONDS = 600
# Lines that are read, or go, at a time, and how long these may take to go, in seconds.
BLOCK = 1000
BLOCK_SECONDS = 60
NO_KEY = "Set FUTURISYS_JOURNAL_KEY: without it nobody can tell whether the journal was changed."
CUT = "The journal ends before line {}: its end was cut off."
TRIMMED = "Line {} has been trimmed: name a later one."
OTHER = "Line {} is not the one that was told: the journal was rewritten, there or before."
HEAD = "The journal's head is not its last line, {}: lines were taken off its end, or put there."
LATE = (
    "{} lines without a seal are younger than the chain's first line: they were put in, or written "
    "without FUTURISYS_JOURNAL_KEY."
)


@dataclass(frozen=True)
class Verified:
    """A journal in which nothing is amiss.

    lines: how many the chain has. outside: how many were there before it. head: the last one's
    number and digest, 0 and nothing where there is none.
    """

    lines: int
    outside: int
    head: Place


def verify(known: Place | None = None) -> Verified:
    """Follow the whole chain; known: a head that was told once, which must still be in it.

    All is read as it was at one moment, beside whoever writes. Raises JournalBroken where a line
    was changed, removed, put in or moved, or the end was cut off behind `known`; JournalUnkeyed.
    """
    key = _key()
    with reading(VERIFY_SECONDS) as connection:
        if not has_one_writer():
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        return _followed(connection, key, known)


def trim(before: datetime.datetime) -> int:
    """Forget the lines older than a moment, the chain's behind a signed checkpoint; how many.

    Raises JournalBroken where one that is to go is not what was written, and JournalUnkeyed where
    lines of the chain are due and there is no key to sign with.
    """
    trimmed = 0
    while passed := _trim_block(first_id(before)):
        trimmed += passed
    return trimmed


def head() -> Place:
    """The number of the last line and its digest, to be kept elsewhere."""
    with reading() as connection:
        return chain.head(connection)


def _trim_block(before: str) -> int:
    with writing(BLOCK_SECONDS) as connection:
        if gone := retention.take(connection, retention.journal(before), "", BLOCK):
            return len(gone)
        if not chain.is_due(connection, before):
            return 0
        return chain.cut(connection, _key(), before, BLOCK)


def _followed(connection: sa.Connection, key: str, known: Place | None) -> Verified:
    begin = place = chain.checkpoint(connection, key)
    if known and known[0] < begin[0]:
        raise JournalBroken(TRIMMED.format(known[0]))
    _compare(known, place)
    while found := chain.lines(connection, place[0], BLOCK):
        for line in found:
            place = chain.follow(key, place, [line])
            _compare(known, place)
    if known and place[0] < known[0]:
        raise JournalBroken(CUT.format(known[0]))
    if chain.head(connection) != place:
        raise JournalBroken(HEAD.format(place[0]))
    outside, late = chain.outside(connection)
    if late:
        raise JournalBroken(LATE.format(late))
    return Verified(place[0] - begin[0], outside, place)


def _compare(known: Place | None, place: Place) -> None:
    """Raise JournalBroken where a line has the number of the one that is known, and is another."""
    if known and known[0] == place[0] and not hmac.compare_digest(known[1], place[1]):
        raise JournalBroken(OTHER.format(place[0]))


def _key() -> str:
    key: str = current_app.config["FUTURISYS_JOURNAL_KEY"]
    if not key:
        raise JournalUnkeyed(NO_KEY)
    return key
