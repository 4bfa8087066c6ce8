"""What is kept: the facts that were sent, and each answer that they got.

Each table says of itself whose its rows are; export, erasure and purge follow from that.
"""

import sqlalchemy as sa

from futurisys.employee.columns import answer_columns, effect_columns, employee_columns
from futurisys.records.database import Id, Instant, db

# In a table's info, the column by which a row is a person's: their keyed hash, or the key of a row
# that is theirs; None where no row is about anybody.
PERSON = "person"
# In a table's info, that its rows go when they are old: their id is a UUIDv7.
AGES = "ages"
_answer = answer_columns()
# The members of an answer that the table began with, in its order.
_FIRST = ("probability", "label", "threshold", "model_version", "risk", "warnings")


class Record(db.Model):  # type: ignore[name-defined, misc]  # Flask-SQLAlchemy gives it no type.
    """What is kept in one table."""

    __abstract__ = True


class Input(Record):
    """The facts of one request, under the field names of the employee.

    subject: the keyed hash of the person's reference; empty where it was not given, or not kept.
    """

    __table__ = db.Table(
        "inputs",
        sa.Column("id", Id, primary_key=True),
        *employee_columns().values(),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("subject", sa.String(64), nullable=True, index=True),
        info={PERSON: "subject", AGES: True},
    )


class Prediction(Record):
    """One answer; the same input may be answered again by another model version.

    batch_id: what the answers of one file or of one named batch share, so that it can be repeated
    whole. line: where the employee stood in a file. sender: the holder of the key that asked, ""
    where there was no key; empty where it is not known.
    """

    __table__ = db.Table(
        "predictions",
        sa.Column("id", Id, primary_key=True),
        sa.Column("input_id", Id, sa.ForeignKey("inputs.id"), nullable=False, index=True),
        *map(_answer.pop, _FIRST),
        sa.Column("request_id", sa.String(64), nullable=True),
        *_answer.values(),
        *effect_columns().values(),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("batch_id", Id, nullable=True),
        sa.Column("line", sa.Integer, nullable=True),
        sa.Column("sender", sa.String(12), nullable=True),
        # Those that stand in no file, newest first.
        sa.Index(
            "ix_predictions_alone",
            "id",
            postgresql_where=sa.text("line IS NULL OR batch_id IS NULL"),
            sqlite_where=sa.text("line IS NULL OR batch_id IS NULL"),
        ),
        sa.Index(
            "ix_predictions_batch_id_id",
            "batch_id",
            "id",
            postgresql_where=sa.text("batch_id IS NOT NULL"),
            sqlite_where=sa.text("batch_id IS NOT NULL"),
        ),
        # Newest first along the id, for each filter that may be rare.
        sa.Index("ix_predictions_label_id", "label", "id"),
        sa.Index("ix_predictions_model_version_id", "model_version", "id"),
        info={PERSON: "input_id", AGES: True},
    )


class Batch(Record):
    """A file that was scored: how many of its rows were refused, and why.

    faults: line, column, sentence (and file, where there were several) of each fault, the first
    ones where there are very many.
    reading: what was read of it and what was not, as `employee.reading` says it.
    sender: whose file it is, the `holder` of a key; empty where it was sent without a key.
    title: what it was given; empty: it is called after its moment. model_version: of its answers.
    fictional: whether that model had learnt from fictional people. Both are empty of older files.
    source: the name under which files of one origin are compared; empty: its sender's.
    set_aside_at: when its sender said that no later file is to be compared with it.
    drift: how its people differ from those of the source's last file; empty until it was looked at.
    """

    __table__ = db.Table(
        "batches",
        sa.Column("id", Id, primary_key=True),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("faults", sa.JSON, nullable=False),
        sa.Column("reading", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sender", sa.String(12), nullable=True, index=True),
        sa.Column("title", sa.String(80), nullable=True),
        sa.Column("model_version", sa.String(64), nullable=True),
        sa.Column("fictional", sa.Boolean, nullable=True),
        sa.Column("source", sa.String(80), nullable=True),
        sa.Column("set_aside_at", Instant, nullable=True),
        sa.Column("drift", sa.JSON(none_as_null=True), nullable=True),
        info={PERSON: None, AGES: True},
    )


class FileReader(Record):
    """Who sees the numbers of a file's people beside its sender, and until when.

    holder: of the key that the sender named.
    """

    __table__ = db.Table(
        "file_readers",
        sa.Column(
            "batch_id", Id, sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("holder", sa.String(12), primary_key=True),
        sa.Column("until", Instant, nullable=False),
        info={PERSON: None},
    )


class ApiKey(Record):
    """A caller's key: its digest, what it opens, for how long, and whose people it concerns.

    holder: the first of the keys that have replaced one another, whose files are those of all of
    them; empty: this one. departments: those whose people it may see; empty: all.
    """

    __table__ = db.Table(
        "api_keys",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scopes", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=True),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.Column("holder", sa.String(12), nullable=True),
        sa.Column("departments", sa.JSON(none_as_null=True), nullable=True),
        info={PERSON: None},
    )


class IdempotencyKey(Record):
    """What a caller named its request by, and the answer that it got; anonymous is caller ""."""

    __table__ = db.Table(
        "idempotency_keys",
        sa.Column("caller", sa.String(12), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column(
            "prediction_id",
            Id,
            sa.ForeignKey("predictions.id", ondelete="CASCADE"),
            nullable=True,
            index=True,
        ),
        sa.Column("batch_id", Id, nullable=True),
        sa.Column(
            "review_id",
            Id,
            sa.ForeignKey("reviews.id", ondelete="CASCADE"),
            nullable=True,
            index=True,
        ),
        sa.Column("created_at", Instant, nullable=False, index=True),
        info={PERSON: "prediction_id"},
    )


class Readiness(Record):
    """That somebody has confirmed, by name, what must be done before real people are estimated.

    holder: of the key that they signed in with.
    """

    __table__ = db.Table(
        "readiness",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("holder", sa.String(12), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: None},
    )


class ScoringJob(Record):
    """How far a file is scored: its rows that are done, and the bytes of the output they take.

    id: a digest of the input and of where the output goes. batch_id: of the file that it makes;
    empty of a job that was begun before files had one.
    """

    __table__ = db.Table(
        "scoring_jobs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("model_version", sa.String(64), nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("written", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("batch_id", Id, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: None},
    )
