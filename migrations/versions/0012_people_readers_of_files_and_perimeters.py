"""People have a row each, files a sender and readers, keys whose people they concern."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")


def upgrade():
    op.create_table(
        "people",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_people")),
    )
    op.create_table(
        "file_readers",
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("holder", sa.String(length=12), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.id"],
            name=op.f("fk_file_readers_batch_id_batches"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "holder", name=op.f("pk_file_readers")),
    )
    with op.batch_alter_table("batches") as batches:
        batches.add_column(sa.Column("sender", sa.String(length=12), nullable=True))
        batches.create_index(op.f("ix_batches_sender"), ["sender"])
    with op.batch_alter_table("api_keys") as keys:
        keys.add_column(sa.Column("holder", sa.String(length=12), nullable=True))
        keys.add_column(sa.Column("departments", sa.JSON(), nullable=True))


def downgrade():
    with op.batch_alter_table("api_keys") as keys:
        keys.drop_column("departments")
        keys.drop_column("holder")
    with op.batch_alter_table("batches") as batches:
        batches.drop_index(op.f("ix_batches_sender"))
        batches.drop_column("sender")
    op.drop_table("file_readers")
    op.drop_table("people")
