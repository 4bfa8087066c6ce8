"""A fact may be empty where it is kept: that it is asked for is a rule of requests alone."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FACTS = {
    "revenu_mensuel": sa.Double(),
    "departement": sa.String(80),
    "poste": sa.String(80),
    "nombre_experiences_precedentes": sa.Integer(),
    "annee_experience_totale": sa.Integer(),
    "annees_dans_l_entreprise": sa.Integer(),
    "annees_dans_le_poste_actuel": sa.Integer(),
    "satisfaction_employee_environnement": sa.Integer(),
    "note_evaluation_precedente": sa.Integer(),
    "niveau_hierarchique_poste": sa.Integer(),
    "satisfaction_employee_nature_travail": sa.Integer(),
    "satisfaction_employee_equipe": sa.Integer(),
    "satisfaction_employee_equilibre_pro_perso": sa.Integer(),
    "note_evaluation_actuelle": sa.Integer(),
    "heure_supplementaires": sa.Boolean(),
    "augementation_salaire_precedente": sa.Double(),
    "nombre_participation_pee": sa.Integer(),
    "nb_formations_suivies": sa.Integer(),
    "distance_domicile_travail": sa.Double(),
    "niveau_education": sa.Integer(),
    "domaine_etude": sa.String(80),
    "frequence_deplacement": sa.String(11),
    "annees_depuis_la_derniere_promotion": sa.Integer(),
    "annes_sous_responsable_actuel": sa.Integer(),
}


def upgrade():
    let_be_empty(True)


def downgrade():
    let_be_empty(False)


def let_be_empty(empty: bool) -> None:
    with op.batch_alter_table("inputs") as inputs:
        for name, kind in FACTS.items():
            inputs.alter_column(name, existing_type=kind, nullable=empty)
