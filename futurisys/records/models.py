"""Models: who decided that one is served, and what was tried on a company's own past."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from futurisys.records.database import Id, Instant, db
from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.predictions import new_id
from futurisys.records.tables import AGES, PERSON, Prediction, Record

_predictions = Prediction.__table__


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


_promotions = Promotion.__table__


def keep(connection: sa.Connection, told: Mapping[str, Any]) -> None:
    """Write down a decision, as the columns of `Promotion` have it; it is the newest one."""
    identifier, now = new_id()
    row = {"id": identifier, "created_at": now, **told}
    connection.execute(sa.insert(_promotions), row)


def decisions(connection: sa.Connection) -> list[Any]:
    """Every row of `Promotion`, the newest first."""
    return list(connection.execute(sa.select(_promotions).order_by(_promotions.c.id.desc())))


def decision(connection: sa.Connection, identifier: str | None = None) -> Any:
    """The row of `Promotion` with an id, or the newest; None where there is none."""
    wanted = sa.select(_promotions).order_by(_promotions.c.id.desc()).limit(1)
    if identifier is not None:
        wanted = wanted.where(_promotions.c.id == identifier)
    return connection.execute(wanted).one_or_none()


def answers(connection: sa.Connection) -> list[Any]:
    """Rows (version, first, last) of the moments at which each model first and last answered."""
    of = sa.select(_predictions.c.model_version.label("version")).distinct().subquery()
    ends = {"first": _predictions.c.id, "last": _predictions.c.id.desc()}
    moments = [
        sa.select(_predictions.c.created_at)
        .where(_predictions.c.model_version == of.c.version)
        .order_by(order)
        .limit(1)
        .correlate(of)
        .scalar_subquery()
        .label(name)
        for name, order in ends.items()
    ]
    return list(connection.execute(exempt(sa.select(of.c.version, *moments), Exempt.MODELS)))
