"""Rows that are found by one keyed hash, to be found by another."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.records.people import by_hash
from futurisys.records.persons import Opposed, Outcome, Person
from futurisys.records.populations import insert

_people, _opposed, _outcomes = Person.__table__, Opposed.__table__, Outcome.__table__
BLOCK = 2000


def numbered(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    """Rows (subject, number) of all people whose number is kept, some at a time."""
    last = ""
    while True:
        wanted = sa.select(_people.c.subject, _people.c.number)
        wanted = wanted.where(_people.c.subject > last, _people.c.number.is_not(None))
        rows = connection.execute(wanted.order_by(_people.c.subject).limit(BLOCK)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].subject


class Moves:
    """From which hash to which, gathered beside the tables, then made in all of them at once."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.table = sa.Table(
            "moves",
            sa.MetaData(),
            sa.Column("old", sa.String(64), primary_key=True),
            sa.Column("new", sa.String(64), index=True),
            sa.Column("number", sa.LargeBinary),
            prefixes=["TEMPORARY"],
        )
        self.table.create(connection)

    def gather(
        self, old: Sequence[str], new: Sequence[str], numbers: Sequence[bytes | None]
    ) -> None:
        """Have people be found by another hash, with their number encrypted for it."""
        insert(self._connection, self.table, {"old": old, "new": new, "number": numbers})

    def finish(self) -> int:
        """Make the moves, and forget them; returns how many people are under their new hash.

        Two rows of people that come to one hash become one; of what was said, the last stays.
        """
        self._resolve()
        moved = sa.select(self.table.c.old)
        elsewhere = moved.where(self.table.c.old != self.table.c.new)
        for column in by_hash():
            if column.table is _people:
                continue
            to = sa.select(self.table.c.new).where(self.table.c.old == column)
            move = sa.update(column.table).where(column.in_(elsewhere))
            self._connection.execute(move.values({column.name: to.scalar_subquery()}))
        self._oppose()
        salts = self._salts()
        target = sa.select(self.table.c.new)
        both = sa.or_(_people.c.subject.in_(moved), _people.c.subject.in_(target))
        self._connection.execute(sa.delete(_people).where(both))
        rank = sa.func.row_number().over(partition_by=self.table.c.new, order_by=self.table.c.old)
        ranked = sa.select(self.table, rank.label("rank")).subquery()
        rows = sa.select(ranked.c.new, ranked.c.number).where(ranked.c.rank == 1)
        made = sa.insert(_people).from_select(["subject", "number"], rows)
        done = self._connection.execute(made).rowcount
        if salts:
            salted = sa.update(_people).where(_people.c.subject == sa.bindparam("new"))
            told = [{"new": new, "own": salt} for new, salt in salts.items()]
            self._connection.execute(salted.values(salt=sa.bindparam("own")), told)
        return done

    def _resolve(self) -> None:
        """Have of each person, under whatever hashes, the last that was said of their departure."""
        whose = sa.or_(
            self.table.c.old == _outcomes.c.subject, self.table.c.new == _outcomes.c.subject
        )
        said = sa.select(self.table.c.new, _outcomes.c.subject, _outcomes.c.created_at).distinct()
        said_of = said.join_from(_outcomes, self.table, whose).subquery()
        rank = sa.func.row_number().over(
            partition_by=said_of.c.new,
            order_by=[said_of.c.created_at.desc(), said_of.c.subject],
        )
        ranked = sa.select(said_of.c.subject, rank.label("rank")).subquery()
        earlier = sa.select(ranked.c.subject).where(ranked.c.rank > 1)
        connection, gone = self._connection, sa.delete(_outcomes)
        connection.execute(gone.where(_outcomes.c.subject.in_(earlier)))

    def _oppose(self) -> None:
        """Have whoever opposes be on the list of those who do by their new hash, and no other."""
        new = sa.select(self.table.c.new, sa.func.min(_opposed.c.created_at))
        new = new.join_from(self.table, _opposed, self.table.c.old == _opposed.c.subject)
        known = sa.select(_opposed.c.subject)
        missing = new.where(self.table.c.new.not_in(known)).group_by(self.table.c.new)
        columns = ["subject", "created_at"]
        self._connection.execute(sa.insert(_opposed).from_select(columns, missing))
        gone = sa.select(self.table.c.old).where(self.table.c.old != self.table.c.new)
        self._connection.execute(sa.delete(_opposed).where(_opposed.c.subject.in_(gone)))

    def _salts(self) -> dict[str, bytes]:
        """By new hash, what the journal's lines about a person were drawn with, by any hash."""
        whose = sa.or_(self.table.c.old == _people.c.subject, self.table.c.new == _people.c.subject)
        wanted = sa.select(self.table.c.new, _people.c.subject, _people.c.salt).distinct()
        wanted = wanted.join_from(_people, self.table, whose).where(_people.c.salt.is_not(None))
        salts: dict[str, bytes] = {}
        for row in self._connection.execute(wanted.order_by(_people.c.subject)):
            salts[row.new] = salts.get(row.new, b"") + row.salt
        return salts


def others(connection: sa.Connection, moves: Moves) -> int:
    """How many hashes there are that are none of the new ones."""
    columns = *by_hash(), _opposed.c.subject
    known = sa.union(*(sa.select(column.label("subject")) for column in columns)).subquery()
    new = sa.select(moves.table.c.new)
    wanted = sa.select(sa.func.count()).where(known.c.subject.is_not(None))
    found = connection.scalar(wanted.where(known.c.subject.not_in(new))) or 0
    moves.table.drop(connection)
    return found
