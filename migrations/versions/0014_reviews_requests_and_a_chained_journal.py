"""Estimates are reviewed, people ask for their rights, and the journal's lines are chained."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")


def upgrade():
    op.create_table(
        "reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("prediction_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("measure", sa.String(length=24), nullable=True),
        sa.Column("informed", sa.Boolean(), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("holder", sa.String(length=12), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["predictions.id"],
            name=op.f("fk_reviews_prediction_id_predictions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_prediction_id"), "reviews", ["prediction_id"])
    op.create_index(op.f("ix_reviews_back_on"), "reviews", ["back_on"])
    op.create_table(
        "requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("prediction_id", ID, nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extension", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.String(length=12), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["predictions.id"],
            name=op.f("fk_requests_prediction_id_predictions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_subject"), "requests", ["subject"])
    op.create_index(op.f("ix_requests_prediction_id"), "requests", ["prediction_id"])
    op.create_table(
        "opposed",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_opposed")),
    )
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "journal_checkpoints",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_checkpoints")),
    )
    with op.batch_alter_table("journal") as journal:
        journal.add_column(sa.Column("number", sa.BigInteger(), nullable=True))
        journal.add_column(sa.Column("person", sa.String(length=64), nullable=True))
        journal.add_column(sa.Column("mac", sa.String(length=64), nullable=True))
        journal.create_unique_constraint(op.f("uq_journal_number"), ["number"])
        journal.create_index(op.f("ix_journal_person"), ["person"])
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("salt", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("idempotency_keys") as names:
        names.add_column(sa.Column("review_id", ID, nullable=True))
        names.create_index(op.f("ix_idempotency_keys_review_id"), ["review_id"])
        names.create_foreign_key(
            op.f("fk_idempotency_keys_review_id_reviews"),
            "reviews",
            ["review_id"],
            ["id"],
            ondelete="CASCADE",
        )


def downgrade():
    with op.batch_alter_table("idempotency_keys") as names:
        names.drop_constraint(op.f("fk_idempotency_keys_review_id_reviews"), type_="foreignkey")
        names.drop_index(op.f("ix_idempotency_keys_review_id"))
        names.drop_column("review_id")
    with op.batch_alter_table("people") as people:
        people.drop_column("salt")
    with op.batch_alter_table("journal") as journal:
        journal.drop_index(op.f("ix_journal_person"))
        journal.drop_constraint(op.f("uq_journal_number"), type_="unique")
        journal.drop_column("mac")
        journal.drop_column("person")
        journal.drop_column("number")
    op.drop_table("journal_checkpoints")
    op.drop_table("journal_head")
    op.drop_table("opposed")
    op.drop_table("requests")
    op.drop_table("reviews")
