"""Who left is kept, who decided on a model, what was tried, and how files of one source differ."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")


def upgrade():
    op.create_table(
        "outcomes",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("holder", sa.String(length=12), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_left_on"), "outcomes", ["left_on"])
    op.create_table(
        "outcome_lists",
        sa.Column("id", ID, nullable=False),
        sa.Column("complete_to", sa.Date(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=12), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_lists")),
    )
    op.create_table(
        "models",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=True),
        sa.Column("horizon_days", sa.Integer(), nullable=True),
        sa.Column("mean_error", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
    )
    op.create_index(op.f("ix_models_version"), "models", ["version"])
    op.create_table(
        "trials",
        sa.Column("id", ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("advance", sa.Double(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=True),
        sa.Column("fault", sa.String(length=1000), nullable=True),
        sa.Column("holder", sa.String(length=12), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
    )
    with op.batch_alter_table("batches") as batches:
        batches.add_column(sa.Column("source", sa.String(length=80), nullable=True))
        batches.add_column(sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
        batches.add_column(sa.Column("drift", sa.JSON(), nullable=True))


def downgrade():
    with op.batch_alter_table("batches") as batches:
        batches.drop_column("drift")
        batches.drop_column("set_aside_at")
        batches.drop_column("source")
    op.drop_table("trials")
    op.drop_table("models")
    op.drop_table("outcome_lists")
    op.drop_table("outcomes")
