"""Batches that can be repeated by their name."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")
NAMED = sa.text("batch_id IS NOT NULL")


def upgrade():
    op.add_column("predictions", sa.Column("batch_id", ID, nullable=True))
    op.create_index(
        "ix_predictions_batch_id_id",
        "predictions",
        ["batch_id", "id"],
        postgresql_where=NAMED,
        sqlite_where=NAMED,
    )
    with op.batch_alter_table("idempotency_keys") as table:
        table.add_column(sa.Column("batch_id", ID, nullable=True))
        table.alter_column("prediction_id", existing_type=ID, nullable=True)


def downgrade():
    op.execute("DELETE FROM idempotency_keys WHERE prediction_id IS NULL")
    with op.batch_alter_table("idempotency_keys") as table:
        table.alter_column("prediction_id", existing_type=ID, nullable=False)
        table.drop_column("batch_id")
    op.drop_index("ix_predictions_batch_id_id", "predictions")
    op.drop_column("predictions", "batch_id")
