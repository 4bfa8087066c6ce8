"""What a file that was scored under a name has to say of its rows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")


def upgrade():
    op.add_column("predictions", sa.Column("line", sa.Integer(), nullable=True))
    op.create_table(
        "batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )


def downgrade():
    op.drop_table("batches")
    op.drop_column("predictions", "line")
