"""History: subjects, the order of pages, the journal"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")


def upgrade():
    op.create_table(
        "journal",
        sa.Column("id", ID, nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("predictions", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    # Plain statements, for a table that SQLite would have to copy is one that others refer to.
    op.add_column("inputs", sa.Column("subject", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_inputs_subject"), "inputs", ["subject"], unique=False)
    op.create_index("ix_predictions_label_id", "predictions", ["label", "id"], unique=False)
    op.create_index(
        "ix_predictions_model_version_id", "predictions", ["model_version", "id"], unique=False
    )


def downgrade():
    op.drop_index("ix_predictions_model_version_id", "predictions")
    op.drop_index("ix_predictions_label_id", "predictions")
    op.drop_index(op.f("ix_inputs_subject"), "inputs")
    op.drop_column("inputs", "subject")
    op.drop_table("journal")
