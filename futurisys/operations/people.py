"""People's numbers: shown to the sender of a file, and to whom the sender names until a date."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from futurisys.errors import ReaderRefused, ScopeMissing
from futurisys.operations.access import Caller
from futurisys.operations.clock import today, zone
from futurisys.operations.journal import NUMBERS, record
from futurisys.operations.retention import FLOOR_DAYS
from futurisys.operations.sealing import keeps_numbers, unseal
from futurisys.operations.transactions import reading, writing
from futurisys.records import readers
from futurisys.records.predictions import Stored

NUMBERS_SECONDS = 30
# A number is kept no longer than this, so nobody is named for longer.
DAYS_MAX = FLOOR_DAYS
NOT_SENDER = "Seule la personne qui a envoyé ce fichier choisit qui en voit les numéros."
NO_KEY = "Choisissez une clé dans la liste : les autres n'ouvrent pas la console."
DAYS = f"Choisissez une date à venir, dans {DAYS_MAX} jours au plus."


@dataclass(frozen=True)
class Reader:
    """Who sees the numbers of a file, and until when; the sender has no end."""

    holder: str
    name: str
    until: datetime.datetime | None = None


@dataclass(frozen=True)
class Readers:
    """Who sees the numbers of a file, for its sender to choose.

    named: until a date. others: whom the sender may name beside.
    """

    named: list[Reader]
    others: list[Reader]
    days: int = DAYS_MAX


def numbers_of(
    batch_id: str | None, caller: Caller, lines: Collection[int] | None = None
) -> Mapping[int, str]:
    """The number of each person of a file by line, where the caller may see them; else nothing.

    lines: of these alone.
    """
    if batch_id is None or not keeps_numbers():
        return {}
    with reading(NUMBERS_SECONDS) as connection:
        if not _may_see(connection, batch_id, caller):
            return {}
        rows = readers.numbers(connection, batch_id, lines)
    found = ((row.line, unseal(row.subject, row.number)) for row in rows)
    return {line: str(number) for line, number in found if number is not None}


def numbers_shown(batch_id: str, caller: Caller, lines: Collection[int]) -> Mapping[int, str]:
    """`numbers_of` these lines, once the journal says who is shown them."""
    numbers = numbers_of(batch_id, caller, lines)
    if numbers:
        record(caller, NUMBERS, len(numbers))
    return numbers


def number_of(kept: Stored, caller: Caller) -> str | None:
    """The number of the person of an answer, where it stood in a file whose numbers one may see."""
    if kept.line is None:
        return None
    return numbers_of(kept.batch_id, caller, [kept.line]).get(kept.line)


def readers_of(batch_id: str, caller: Caller) -> Readers | None:
    """Who sees the numbers of a file; None for who did not send it, and where none is kept."""
    if not keeps_numbers():
        return None
    with reading() as connection:
        if not _is_sender(connection, batch_id, caller):
            return None
        rows = readers.of_file(connection, batch_id, _now())
        keys = _keys(connection)
    named = [Reader(row.holder, keys.get(row.holder, ""), row.until) for row in rows]
    known = {caller.holder, *(one.holder for one in named)}
    others = [Reader(holder, name) for holder, name in keys.items() if holder not in known]
    return Readers(named, sorted(others, key=lambda one: one.name.casefold()))


def name_reader(batch_id: str, caller: Caller, holder: str, until: datetime.date) -> None:
    """Have somebody see the numbers of a file until the end of a day, by local clocks.

    Raises ScopeMissing for who did not send it, ReaderRefused.
    """
    in_time = today() <= until <= today() + datetime.timedelta(days=DAYS_MAX)
    with writing() as connection:
        if not _is_sender(connection, batch_id, caller):
            raise ScopeMissing(NOT_SENDER)
        if holder not in _keys(connection):
            raise ReaderRefused(NO_KEY)
        if not in_time:
            raise ReaderRefused(DAYS)
        end = datetime.datetime.combine(until, datetime.time.max, zone())
        readers.name(connection, batch_id, holder, end)


def forget_reader(batch_id: str, caller: Caller, holder: str) -> None:
    """Have somebody see the numbers of a file no more; raises ScopeMissing as `name_reader`."""
    with writing() as connection:
        if not _is_sender(connection, batch_id, caller):
            raise ScopeMissing(NOT_SENDER)
        readers.forget(connection, batch_id, holder)


def _may_see(connection: sa.Connection, batch_id: str, caller: Caller) -> bool:
    """Whether a page may show the caller a file's numbers; a program is shown none."""
    if "console" not in caller.scopes:
        return False
    is_named = readers.is_named(connection, batch_id, caller.holder, _now())
    return is_named or _is_sender(connection, batch_id, caller)


def _is_sender(connection: sa.Connection, batch_id: str, caller: Caller) -> bool:
    return bool(caller.holder) and readers.sender(connection, batch_id) == caller.holder


def _keys(connection: sa.Connection) -> Mapping[str, str]:
    """Whoever can sign in to the console: the name that each holder's newest key has."""
    return {
        row.holder: row.name
        for row in readers.holders(connection)
        if "console" in row.scopes.split(",")
        and row.revoked_at is None
        and (row.expires_at is None or row.expires_at > _now())
    }


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
