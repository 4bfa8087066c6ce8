"""What is kept: the facts that were sent, and each answer that they got."""

import sqlalchemy as sa

from futurisys.employee.columns import effect_columns, employee_columns
from futurisys.records.database import Id, Instant, db


class Input(db.Model):  # type: ignore[name-defined]
    """The facts of one request, under the field names of the employee."""

    __table__ = db.Table(
        "inputs",
        sa.Column("id", Id, primary_key=True),
        *employee_columns().values(),
        sa.Column("created_at", Instant, nullable=False),
    )


class Prediction(db.Model):  # type: ignore[name-defined]
    """One answer; the same input may be answered again by another model version."""

    __table__ = db.Table(
        "predictions",
        sa.Column("id", Id, primary_key=True),
        sa.Column("input_id", Id, sa.ForeignKey("inputs.id"), nullable=False, index=True),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("threshold", sa.Double, nullable=False),
        sa.Column("model_version", sa.String(64), nullable=False),
        sa.Column("base", sa.Double, nullable=False),
        *effect_columns().values(),
        sa.Column("created_at", Instant, nullable=False),
    )
