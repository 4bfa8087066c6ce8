"""What was read of a file and what was not is kept with it, so that a repetition says it again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("batches") as batches:
        batches.add_column(sa.Column("reading", sa.JSON(), nullable=True))


def downgrade():
    with op.batch_alter_table("batches") as batches:
        batches.drop_column("reading")
