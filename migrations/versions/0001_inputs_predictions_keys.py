"""Inputs, predictions, and the keys of callers and of their requests."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")


def upgrade():
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_table(
        "inputs",
        sa.Column("id", ID, nullable=False),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("genre", sa.String(length=1), nullable=True),
        sa.Column("revenu_mensuel", sa.Double(), nullable=False),
        sa.Column("statut_marital", sa.String(length=11), nullable=True),
        sa.Column("departement", sa.String(length=80), nullable=False),
        sa.Column("poste", sa.String(length=80), nullable=False),
        sa.Column("nombre_experiences_precedentes", sa.Integer(), nullable=False),
        sa.Column("annee_experience_totale", sa.Integer(), nullable=False),
        sa.Column("annees_dans_l_entreprise", sa.Integer(), nullable=False),
        sa.Column("annees_dans_le_poste_actuel", sa.Integer(), nullable=False),
        sa.Column("satisfaction_employee_environnement", sa.Integer(), nullable=False),
        sa.Column("note_evaluation_precedente", sa.Integer(), nullable=False),
        sa.Column("niveau_hierarchique_poste", sa.Integer(), nullable=False),
        sa.Column("satisfaction_employee_nature_travail", sa.Integer(), nullable=False),
        sa.Column("satisfaction_employee_equipe", sa.Integer(), nullable=False),
        sa.Column("satisfaction_employee_equilibre_pro_perso", sa.Integer(), nullable=False),
        sa.Column("note_evaluation_actuelle", sa.Integer(), nullable=False),
        sa.Column("heure_supplementaires", sa.Boolean(), nullable=False),
        sa.Column("augementation_salaire_precedente", sa.Double(), nullable=False),
        sa.Column("nombre_participation_pee", sa.Integer(), nullable=False),
        sa.Column("nb_formations_suivies", sa.Integer(), nullable=False),
        sa.Column("distance_domicile_travail", sa.Double(), nullable=False),
        sa.Column("niveau_education", sa.Integer(), nullable=False),
        sa.Column("domaine_etude", sa.String(length=80), nullable=False),
        sa.Column("frequence_deplacement", sa.String(length=11), nullable=False),
        sa.Column("annees_depuis_la_derniere_promotion", sa.Integer(), nullable=False),
        sa.Column("annes_sous_responsable_actuel", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inputs")),
    )
    op.create_table(
        "predictions",
        sa.Column("id", ID, nullable=False),
        sa.Column("input_id", ID, nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.Column("risk", sa.String(length=8), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("base", sa.Double(), nullable=False),
        sa.Column("effet_age", sa.Double(), nullable=True),
        sa.Column("effet_genre", sa.Double(), nullable=True),
        sa.Column("effet_revenu_mensuel", sa.Double(), nullable=True),
        sa.Column("effet_statut_marital", sa.Double(), nullable=True),
        sa.Column("effet_departement", sa.Double(), nullable=True),
        sa.Column("effet_poste", sa.Double(), nullable=True),
        sa.Column("effet_nombre_experiences_precedentes", sa.Double(), nullable=True),
        sa.Column("effet_annee_experience_totale", sa.Double(), nullable=True),
        sa.Column("effet_annees_dans_l_entreprise", sa.Double(), nullable=True),
        sa.Column("effet_annees_dans_le_poste_actuel", sa.Double(), nullable=True),
        sa.Column("effet_satisfaction_employee_environnement", sa.Double(), nullable=True),
        sa.Column("effet_note_evaluation_precedente", sa.Double(), nullable=True),
        sa.Column("effet_niveau_hierarchique_poste", sa.Double(), nullable=True),
        sa.Column("effet_satisfaction_employee_nature_travail", sa.Double(), nullable=True),
        sa.Column("effet_satisfaction_employee_equipe", sa.Double(), nullable=True),
        sa.Column("effet_satisfaction_employee_equilibre_pro_perso", sa.Double(), nullable=True),
        sa.Column("effet_note_evaluation_actuelle", sa.Double(), nullable=True),
        sa.Column("effet_heure_supplementaires", sa.Double(), nullable=True),
        sa.Column("effet_augementation_salaire_precedente", sa.Double(), nullable=True),
        sa.Column("effet_nombre_participation_pee", sa.Double(), nullable=True),
        sa.Column("effet_nb_formations_suivies", sa.Double(), nullable=True),
        sa.Column("effet_distance_domicile_travail", sa.Double(), nullable=True),
        sa.Column("effet_niveau_education", sa.Double(), nullable=True),
        sa.Column("effet_domaine_etude", sa.Double(), nullable=True),
        sa.Column("effet_frequence_deplacement", sa.Double(), nullable=True),
        sa.Column("effet_annees_depuis_la_derniere_promotion", sa.Double(), nullable=True),
        sa.Column("effet_annes_sous_responsable_actuel", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["input_id"], ["inputs.id"], name=op.f("fk_predictions_input_id_inputs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predictions")),
    )
    with op.batch_alter_table("predictions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_predictions_input_id"), ["input_id"], unique=False)

    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("prediction_id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["predictions.id"],
            name=op.f("fk_idempotency_keys_prediction_id_predictions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_idempotency_keys_prediction_id"), ["prediction_id"], unique=False
        )


def downgrade():
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_prediction_id"))
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
    with op.batch_alter_table("predictions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_predictions_input_id"))

    op.drop_table("predictions")
    op.drop_table("inputs")
    op.drop_table("api_keys")
