"""The journal: that personal data was shown, handed out or erased, line by line."""

import sqlalchemy as sa

from futurisys.records.database import Id, Instant, db
from futurisys.records.predictions import new_id
from futurisys.records.tables import PERSON, Record


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


def note(connection: sa.Connection, action: str, actor: str, predictions: int) -> None:
    """Leave a line in the journal."""
    identifier, now = new_id()
    line = {"id": identifier, "action": action, "actor": actor, "created_at": now}
    connection.execute(sa.insert(JournalLine.__table__), line | {"predictions": predictions})
