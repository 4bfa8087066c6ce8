"""Persons: their numbers, what was done about their estimates, what they asked, who left."""

import sqlalchemy as sa

from futurisys.records.database import Id, Instant, db
from futurisys.records.tables import PERSON, Record


class Person(Record):
    """One row for each person that a file named, found by the keyed hash of their reference.

    number: the reference itself, encrypted for this subject alone; empty where numbers are not
    kept, or no longer. salt: what the pseudonym of the person in the journal is drawn with, so
    that it is nobody's once this row is gone; empty until the journal speaks of them.
    """

    __table__ = db.Table(
        "people",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("number", sa.LargeBinary, nullable=True),
        sa.Column("salt", sa.LargeBinary, nullable=True),
        info={PERSON: "subject"},
    )


class Review(Record):
    """What somebody thought of an estimate, or did; a correction is another one.

    measure: which one was taken, where one was. informed: whether the person knows that they were
    estimated, where that is asked. back_on: the day on which it is to be looked at again. note:
    encrypted for this row alone. holder, author: the key that it was written with, and its name.
    """

    __table__ = db.Table(
        "reviews",
        sa.Column("id", Id, primary_key=True),
        sa.Column(
            "prediction_id",
            Id,
            sa.ForeignKey("predictions.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("measure", sa.String(24), nullable=True),
        sa.Column("informed", sa.Boolean, nullable=True),
        sa.Column("back_on", sa.Date, nullable=True, index=True),
        sa.Column("note", sa.LargeBinary, nullable=True),
        sa.Column("holder", sa.String(12), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: "prediction_id"},
    )


class Request(Record):
    """What a person has asked for by right, and what came of it.

    prediction_id: the estimate that it is about, where it is about one. due_on: the day until
    which it is answered. extension: why that is later than the law says. outcome, closed_at: how
    and when it ended; empty while it is open. holder, author: the key that recorded it, and its
    name.
    """

    __table__ = db.Table(
        "requests",
        sa.Column("id", Id, primary_key=True),
        sa.Column("subject", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column(
            "prediction_id",
            Id,
            sa.ForeignKey("predictions.id", ondelete="SET NULL"),
            nullable=True,
            index=True,
        ),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("extension", sa.String(200), nullable=True),
        sa.Column("outcome", sa.String(24), nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("holder", sa.String(12), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: "subject"},
    )


class Opposed(Record):
    """The keyed hash of a person who is not to be estimated any more.

    It is nobody's row, for it outlives whatever else is kept of them: without it the next file
    would estimate them again.
    """

    __table__ = db.Table(
        "opposed",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: None},
    )


class Outcome(Record):
    """When a person left, and why; what is said last replaces what was said before.

    holder, author: the key that said it, and its name; a command has no key.
    """

    __table__ = db.Table(
        "outcomes",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("left_on", sa.Date, nullable=False, index=True),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("holder", sa.String(12), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: "subject"},
    )


class OutcomeList(Record):
    """A list of departures that was kept: how many it named, and until which day it is complete.

    complete_to: whoever was estimated and is not said to have left by this day had stayed; empty
    where the list says nothing of the others. kept: how many departures were kept of it.
    """

    __table__ = db.Table(
        "outcome_lists",
        sa.Column("id", Id, primary_key=True),
        sa.Column("complete_to", sa.Date, nullable=True),
        # By no name of a table about people: a statement that has one is bounded.
        sa.Column("kept", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(12), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: None},
    )
