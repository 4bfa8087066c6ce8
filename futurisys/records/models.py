"""Models: who decided that one is served, and what was tried on a company's own past."""

import sqlalchemy as sa

from futurisys.records.database import Id, Instant, db
from futurisys.records.tables import AGES, PERSON, Record


class Promotion(Record):
    """That somebody decided which model answers; the newest one is the served model's.

    version, digest: the model's, and its manifest's sha256. address: as FUTURISYS_MODEL says it.
    author, reason: who decided it, and why, in their words. forced: although the comparison spoke
    against it. comparison: its summary, with the model that was served before; no row of it is
    about anybody. horizon_days: within how many days a departure counts, as the model was trained.
    mean_error: the standard error of the mean estimate, a probability. Both are empty of a model
    that has none.
    """

    __table__ = db.Table(
        "models",
        sa.Column("id", Id, primary_key=True),
        sa.Column("version", sa.String(64), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("forced", sa.Boolean, nullable=False),
        sa.Column("comparison", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("horizon_days", sa.Integer, nullable=True),
        sa.Column("mean_error", sa.Double, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: None},
    )


class Trial(Record):
    """A model tried on a company's own past: how far it is, and its verdict.

    state: running, done or failed. advance: the share that is done. verdict: what is shown of it,
    figures of groups of ten and more; empty until it is done. fault: why it failed, one sentence.
    holder, author: the key that asked for it, and its name. alive_at: when its process last said
    that it lives.
    """

    __table__ = db.Table(
        "trials",
        sa.Column("id", Id, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("advance", sa.Double, nullable=False),
        sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fault", sa.String(1000), nullable=True),
        sa.Column("holder", sa.String(12), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("alive_at", Instant, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        info={PERSON: None, AGES: True},
    )
