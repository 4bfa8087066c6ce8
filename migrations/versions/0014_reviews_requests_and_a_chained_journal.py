"""Estimates are reviewed, people ask for their rights, and the journal's lines are chained."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")

# What keeps an answer in PostgreSQL, from its place in the arrays to its column.
KEEP = """
CREATE FUNCTION keep_prediction_81de2bd4(
    numbers double precision[], words text[], name_lock bigint, tried text[]
)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(numbers) IS DISTINCT FROM 52
        OR cardinality(words) IS DISTINCT FROM 21
    THEN
        RAISE EXCEPTION 'These arrays are not what this function was made for.'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF EXISTS (SELECT FROM opposed WHERE subject = ANY(tried)) OR EXISTS (
        SELECT FROM requests WHERE subject = ANY(tried)
        AND outcome IS NULL AND kind IN ('limitation', 'opposition', 'contestation')
    ) THEN
        RETURN NULL;
    END IF;
    IF name_lock IS NOT NULL AND (
        NOT pg_try_advisory_xact_lock(name_lock)
        OR EXISTS (
            SELECT FROM idempotency_keys AS known
            WHERE known.caller = words[19]
            AND known.key = words[20]
        )
    ) THEN
        RETURN false;
    END IF;
    INSERT INTO inputs (
        id, age, genre, revenu_mensuel, statut_marital, departement, poste,
        nombre_experiences_precedentes, annee_experience_totale, annees_dans_l_entreprise,
        annees_dans_le_poste_actuel, satisfaction_employee_environnement,
        note_evaluation_precedente, niveau_hierarchique_poste,
        satisfaction_employee_nature_travail, satisfaction_employee_equipe,
        satisfaction_employee_equilibre_pro_perso, note_evaluation_actuelle,
        heure_supplementaires, augementation_salaire_precedente, nombre_participation_pee,
        nb_formations_suivies, distance_domicile_travail, niveau_education, domaine_etude,
        frequence_deplacement, annees_depuis_la_derniere_promotion,
        annes_sous_responsable_actuel, created_at, subject
    ) VALUES (
        words[8]::uuid, numbers[1], words[1], numbers[2], words[2], words[3], words[4],
        numbers[3], numbers[4], numbers[5], numbers[6], numbers[7], numbers[8], numbers[9],
        numbers[10], numbers[11], numbers[12], numbers[13], words[5]::boolean, numbers[14],
        numbers[15], numbers[16], numbers[17], numbers[18], words[6], words[7], numbers[19],
        numbers[20], words[9]::timestamp with time zone, words[10]
    );
    INSERT INTO predictions (
        id, input_id, probability, label, threshold, model_version, risk, warnings, request_id,
        base, range_low, range_high, effet_age, effet_genre, effet_revenu_mensuel,
        effet_statut_marital, effet_departement, effet_poste,
        effet_nombre_experiences_precedentes, effet_annee_experience_totale,
        effet_annees_dans_l_entreprise, effet_annees_dans_le_poste_actuel,
        effet_satisfaction_employee_environnement, effet_note_evaluation_precedente,
        effet_niveau_hierarchique_poste, effet_satisfaction_employee_nature_travail,
        effet_satisfaction_employee_equipe, effet_satisfaction_employee_equilibre_pro_perso,
        effet_note_evaluation_actuelle, effet_heure_supplementaires,
        effet_augementation_salaire_precedente, effet_nombre_participation_pee,
        effet_nb_formations_suivies, effet_distance_domicile_travail, effet_niveau_education,
        effet_domaine_etude, effet_frequence_deplacement,
        effet_annees_depuis_la_derniere_promotion, effet_annes_sous_responsable_actuel,
        created_at, sender
    ) VALUES (
        words[11]::uuid, words[8]::uuid, numbers[21], words[15], numbers[22], words[17],
        words[16], words[18]::json, words[13], numbers[23], numbers[24], numbers[25],
        numbers[26], numbers[27], numbers[28], numbers[29], numbers[30], numbers[31],
        numbers[32], numbers[33], numbers[34], numbers[35], numbers[36], numbers[37],
        numbers[38], numbers[39], numbers[40], numbers[41], numbers[42], numbers[43],
        numbers[44], numbers[45], numbers[46], numbers[47], numbers[48], numbers[49],
        numbers[50], numbers[51], numbers[52], words[12]::timestamp with time zone, words[14]
    );
    IF name_lock IS NOT NULL THEN
        INSERT INTO idempotency_keys (
            caller, key, digest, prediction_id, created_at
        ) VALUES (
            words[19], words[20], words[21], words[11]::uuid, words[12]::timestamp with time zone
        );
    END IF;
    RETURN true;
END
$$
"""
# What did so for the version before the last, whose workers are gone.
GONE = """
CREATE FUNCTION keep_prediction_06772ff7(numbers double precision[], words text[], name_lock bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(numbers) IS DISTINCT FROM 52
        OR cardinality(words) IS DISTINCT FROM 20
    THEN
        RAISE EXCEPTION 'These arrays are not what this function was made for.'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF name_lock IS NOT NULL AND (
        NOT pg_try_advisory_xact_lock(name_lock)
        OR EXISTS (
            SELECT FROM idempotency_keys AS known
            WHERE known.caller = words[18]
            AND known.key = words[19]
        )
    ) THEN
        RETURN false;
    END IF;
    INSERT INTO inputs (
        id, age, genre, revenu_mensuel, statut_marital, departement, poste,
        nombre_experiences_precedentes, annee_experience_totale, annees_dans_l_entreprise,
        annees_dans_le_poste_actuel, satisfaction_employee_environnement,
        note_evaluation_precedente, niveau_hierarchique_poste,
        satisfaction_employee_nature_travail, satisfaction_employee_equipe,
        satisfaction_employee_equilibre_pro_perso, note_evaluation_actuelle,
        heure_supplementaires, augementation_salaire_precedente, nombre_participation_pee,
        nb_formations_suivies, distance_domicile_travail, niveau_education, domaine_etude,
        frequence_deplacement, annees_depuis_la_derniere_promotion,
        annes_sous_responsable_actuel, created_at, subject
    ) VALUES (
        words[8]::uuid, numbers[1], words[1], numbers[2], words[2], words[3], words[4],
        numbers[3], numbers[4], numbers[5], numbers[6], numbers[7], numbers[8], numbers[9],
        numbers[10], numbers[11], numbers[12], numbers[13], words[5]::boolean, numbers[14],
        numbers[15], numbers[16], numbers[17], numbers[18], words[6], words[7], numbers[19],
        numbers[20], words[9]::timestamp with time zone, words[10]
    );
    INSERT INTO predictions (
        id, input_id, probability, label, threshold, model_version, risk, warnings, request_id,
        base, range_low, range_high, effet_age, effet_genre, effet_revenu_mensuel,
        effet_statut_marital, effet_departement, effet_poste,
        effet_nombre_experiences_precedentes, effet_annee_experience_totale,
        effet_annees_dans_l_entreprise, effet_annees_dans_le_poste_actuel,
        effet_satisfaction_employee_environnement, effet_note_evaluation_precedente,
        effet_niveau_hierarchique_poste, effet_satisfaction_employee_nature_travail,
        effet_satisfaction_employee_equipe, effet_satisfaction_employee_equilibre_pro_perso,
        effet_note_evaluation_actuelle, effet_heure_supplementaires,
        effet_augementation_salaire_precedente, effet_nombre_participation_pee,
        effet_nb_formations_suivies, effet_distance_domicile_travail, effet_niveau_education,
        effet_domaine_etude, effet_frequence_deplacement,
        effet_annees_depuis_la_derniere_promotion, effet_annes_sous_responsable_actuel,
        created_at
    ) VALUES (
        words[11]::uuid, words[8]::uuid, numbers[21], words[14], numbers[22], words[16],
        words[15], words[17]::json, words[13], numbers[23], numbers[24], numbers[25],
        numbers[26], numbers[27], numbers[28], numbers[29], numbers[30], numbers[31],
        numbers[32], numbers[33], numbers[34], numbers[35], numbers[36], numbers[37],
        numbers[38], numbers[39], numbers[40], numbers[41], numbers[42], numbers[43],
        numbers[44], numbers[45], numbers[46], numbers[47], numbers[48], numbers[49],
        numbers[50], numbers[51], numbers[52], words[12]::timestamp with time zone
    );
    IF name_lock IS NOT NULL THEN
        INSERT INTO idempotency_keys (
            caller, key, digest, prediction_id, created_at
        ) VALUES (
            words[18], words[19], words[20], words[11]::uuid, words[12]::timestamp with time zone
        );
    END IF;
    RETURN true;
END
$$
"""


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
    in_postgresql("DROP FUNCTION keep_prediction_06772ff7", KEEP)


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
    in_postgresql("DROP FUNCTION keep_prediction_81de2bd4", GONE)


def in_postgresql(*statements):
    if op.get_bind().dialect.name == "postgresql":
        for statement in statements:
            op.execute(statement)
