"""The journal: that personal data was shown, handed out or erased, line by line."""

import datetime
import hashlib
import hmac
import json
import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from futurisys.records.database import Id, Instant, db
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.persons import Person
from futurisys.records.predictions import new_id
from futurisys.records.tables import PERSON, Record

SALT = 32
# What a key is drawn from serves nothing else, should the same secret be set for something else.
_PURPOSE = b"futurisys: the journal's chain"
_PERSON = b"futurisys: a person in the journal"
_BEGIN = "INSERT INTO journal_head (id, number, mac) VALUES (1, 0, '') ON CONFLICT DO NOTHING"
# Whoever was erased meanwhile gets no row again.
_DRAW = """
INSERT INTO people (subject, salt) SELECT CAST(:subject AS varchar), :salt
WHERE EXISTS (SELECT 1 FROM inputs WHERE subject = :subject)
OR EXISTS (SELECT 1 FROM people WHERE subject = :subject)
ON CONFLICT (subject) DO UPDATE SET salt = coalesce(people.salt, excluded.salt)
""".strip()
_people = Person.__table__
_SEALED = ("number", "id", "action", "actor", "predictions", "person")


class JournalLine(Record):
    """That personal data was shown, handed out or erased: by whom, of what kind and how much.

    predictions: how many it was. person: where it was about one, a pseudonym drawn with the salt
    of their row. number, mac: its place in the chain, and the digest that seals it together with
    the line before; empty of lines outside the chain.
    """

    __table__ = db.Table(
        "journal",
        sa.Column("id", Id, primary_key=True),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("predictions", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=True, unique=True),
        sa.Column("person", sa.String(64), nullable=True, index=True),
        sa.Column("mac", sa.String(64), nullable=True),
        info={PERSON: None},
    )


class JournalHead(Record):
    """The last line of the journal's chain: the one row that whoever adds a line holds."""

    __table__ = db.Table(
        "journal_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        info={PERSON: None},
    )


class JournalCheckpoint(Record):
    """Up to which line the journal was trimmed, and the digest that the next line builds upon.

    signature: that it was written by whoever has the journal's key.
    """

    __table__ = db.Table(
        "journal_checkpoints",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: None},
    )


_journal, _head = JournalLine.__table__, JournalHead.__table__


def note(
    connection: sa.Connection,
    action: str,
    actor: str,
    predictions: int,
    subject: str | None = None,
) -> None:
    """Leave a line in the journal, the last of its chain where there is a key for one.

    subject: the keyed hash of the person whom it was about, where it was about one.
    """
    salt = None if subject is None else _salt(connection, subject)
    person = None if salt is None else pseudonyms(salt)[0]
    line: dict[str, Any] = {"action": action, "actor": actor, "predictions": predictions}
    line |= {"person": person, "number": None, "mac": None}
    key = current_app.config["FUTURISYS_JOURNAL_KEY"]
    # Whoever holds the head writes the next line: its moment is drawn once it is their turn.
    head = held(connection) if key else None
    line["id"], line["created_at"] = new_id()
    if head is not None:
        _tell_of_day(connection, head, line["created_at"])
        line["number"] = head.number + 1
        line["mac"] = seal_of(key, line, head.mac)
        moved = sa.update(_head).values(number=line["number"], mac=line["mac"])
        connection.execute(moved)
    connection.execute(sa.insert(_journal), line)


def pseudonyms(salt: bytes) -> list[str]:
    """What the journal calls the person of a salt: the same whatever key finds them.

    Who was found by two hashes, which have become one, has a salt of two; the first is in use.
    """
    salts = (salt[place : place + SALT] for place in range(0, len(salt), SALT))
    return [hmac.new(one, _PERSON, hashlib.sha256).hexdigest() for one in salts]


def seal_of(key: str, line: Mapping[str, Any], before: str) -> str:
    """The digest that seals a line behind the one whose digest is `before`."""
    told = [line[name] for name in _SEALED] + [line["created_at"].isoformat(), before]
    return sealed(key, ["line", *told])


def sealed(key: str, told: Sequence[Any]) -> str:
    """The digest that only who has the journal's key can make of something."""
    own = hmac.digest(key.encode(), _PURPOSE, "sha256")
    return hmac.new(own, json.dumps(told).encode(), hashlib.sha256).hexdigest()


def held(connection: sa.Connection) -> Any:
    """The last line's place and digest, which nobody else gets before the transaction ends."""
    wanted = sa.select(_head).with_for_update()
    head = connection.execute(wanted).one_or_none()
    if head is None:
        connection.execute(sa.text(_BEGIN))
        head = connection.execute(wanted).one()
    return head


def _tell_of_day(connection: sa.Connection, head: Any, now: datetime.datetime) -> None:
    """Have the log say with what a day, in UTC, has ended, once another day has a line.

    Whoever can write to the database cannot write to the log, which so tells of a tail cut off.
    """
    wanted = sa.select(_journal.c.created_at).where(_journal.c.number == head.number)
    last = connection.scalar(wanted)
    if last is not None and last.date() < now.date():
        told = last.date(), head.number, head.mac
        current_app.logger.info("Head of the journal on %s: %s:%s", *told)


def _salt(connection: sa.Connection, subject: str) -> bytes | None:
    """That of a person, drawn where there was none; None where nothing is kept of anybody."""
    known = exempt(sa.select(_people.c.salt), Exempt.JOURNAL)
    known = known.where(_people.c.subject == subject)
    salt: bytes | None = connection.scalar(known)
    if salt is None:
        connection.execute(sa.text(_DRAW), {"subject": subject, "salt": os.urandom(SALT)})
        salt = connection.scalar(known)
    return salt


def counts(connection: sa.Connection, since: str) -> list[Any]:
    """Rows (action, lines, recent, people) of all kinds of lines; recent: of them, since an id.

    people: how many answers or people they were about in all.
    """
    lines, people = sa.func.count(), sa.func.sum(_journal.c.predictions)
    recent = lines.filter(_journal.c.id >= since)
    told = lines.label("lines"), recent.label("recent"), people.label("people")
    wanted = sa.select(_journal.c.action, *told).group_by(_journal.c.action)
    return list(connection.execute(wanted.order_by(sa.desc("lines"), _journal.c.action)))


def spoken_of(connection: sa.Connection, subjects: Collection[str]) -> list[Any]:
    """Rows (subject, salt) of those of a person's hashes of whom the journal may tell."""
    wanted = sa.select(_people.c.subject, _people.c.salt)
    wanted = wanted.where(_people.c.subject.in_(subjects), _people.c.salt.is_not(None))
    return list(connection.execute(exempt(wanted, Exempt.RIGHTS)))


def about(connection: sa.Connection, salts: Sequence[bytes], limit: int | None = None) -> list[Any]:
    """Rows (created_at, action, actor) of the last lines about a person, the newest first.

    salts: the person's, one for each hash that they are known by.
    """
    persons = [one for salt in salts for one in pseudonyms(salt)]
    told = sa.select(_journal.c.created_at, _journal.c.action, _journal.c.actor)
    told = told.where(_journal.c.person.in_(persons)).order_by(_journal.c.id.desc())
    return list(connection.execute(told.limit(limit)))
