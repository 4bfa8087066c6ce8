"""What keeps one answer takes arrays: by place, PostgreSQL need not read names in every row."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What the two arrays hold, by place; a field more or less is another function.
NUMBERS = [
    "age",
    "revenu_mensuel",
    "nombre_experiences_precedentes",
    "annee_experience_totale",
    "annees_dans_l_entreprise",
    "annees_dans_le_poste_actuel",
    "satisfaction_employee_environnement",
    "note_evaluation_precedente",
    "niveau_hierarchique_poste",
    "satisfaction_employee_nature_travail",
    "satisfaction_employee_equipe",
    "satisfaction_employee_equilibre_pro_perso",
    "note_evaluation_actuelle",
    "augementation_salaire_precedente",
    "nombre_participation_pee",
    "nb_formations_suivies",
    "distance_domicile_travail",
    "niveau_education",
    "annees_depuis_la_derniere_promotion",
    "annes_sous_responsable_actuel",
    "probability",
    "threshold",
    "base",
    "effet_age",
    "effet_genre",
    "effet_revenu_mensuel",
    "effet_statut_marital",
    "effet_departement",
    "effet_poste",
    "effet_nombre_experiences_precedentes",
    "effet_annee_experience_totale",
    "effet_annees_dans_l_entreprise",
    "effet_annees_dans_le_poste_actuel",
    "effet_satisfaction_employee_environnement",
    "effet_note_evaluation_precedente",
    "effet_niveau_hierarchique_poste",
    "effet_satisfaction_employee_nature_travail",
    "effet_satisfaction_employee_equipe",
    "effet_satisfaction_employee_equilibre_pro_perso",
    "effet_note_evaluation_actuelle",
    "effet_heure_supplementaires",
    "effet_augementation_salaire_precedente",
    "effet_nombre_participation_pee",
    "effet_nb_formations_suivies",
    "effet_distance_domicile_travail",
    "effet_niveau_education",
    "effet_domaine_etude",
    "effet_frequence_deplacement",
    "effet_annees_depuis_la_derniere_promotion",
    "effet_annes_sous_responsable_actuel",
]
WORDS = [
    "genre",
    "statut_marital",
    "departement",
    "poste",
    "heure_supplementaires",
    "domaine_etude",
    "frequence_deplacement",
    "input_id",
    "received_at",
    "subject",
    "id",
    "created_at",
    "request_id",
    "label",
    "risk",
    "model_version",
    "warnings",
    "caller",
    "key",
    "digest",
]
CASTS = {
    "heure_supplementaires": "::boolean",
    "input_id": "::uuid",
    "received_at": "::timestamptz",
    "id": "::uuid",
    "created_at": "::timestamptz",
    "warnings": "::json",
}


def place(name: str) -> str:
    """Where a value stands."""
    if name in NUMBERS:
        return f"numbers[{NUMBERS.index(name) + 1}]"
    return f"words[{WORDS.index(name) + 1}]{CASTS.get(name, '')}"


def insert(table: str, names: list[str], **others: str) -> str:
    """The statement that writes a table's columns: those named so, and others named otherwise."""
    columns = dict(zip(names, names, strict=True)) | others
    values = ", ".join(map(place, columns.values()))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"  # noqa: S608 (our names)


FACTS = [*NUMBERS[:20], *WORDS[:7]]
INPUT = insert("inputs", [*FACTS, "subject"], id="input_id", created_at="received_at")
ANSWER = insert("predictions", [*NUMBERS[20:], "input_id", *WORDS[10:17]])
NAME = insert("idempotency_keys", ["caller", "key", "digest", "created_at"], prediction_id="id")

# False, with nothing kept, where the request's name is taken or another request in flight holds
# it; a request without a name has no lock.
KEEP = f"""
CREATE FUNCTION keep_prediction(numbers double precision[], words text[], name_lock bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF name_lock IS NOT NULL AND (
        NOT pg_try_advisory_xact_lock(name_lock)
        OR EXISTS (
            SELECT FROM idempotency_keys AS known
            WHERE known.caller = {place("caller")} AND known.key = {place("key")}
        )
    ) THEN
        RETURN false;
    END IF;
    {INPUT};
    {ANSWER};
    IF name_lock IS NOT NULL THEN
        {NAME};
    END IF;
    RETURN true;
END
$$
"""

BY_NAMES = """
CREATE FUNCTION keep_prediction(sent json, given json, named json, name_lock bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF named IS NOT NULL AND (
        NOT pg_try_advisory_xact_lock(name_lock)
        OR EXISTS (
            SELECT FROM idempotency_keys AS known
            WHERE known.caller = named ->> 'caller' AND known.key = named ->> 'key'
        )
    ) THEN
        RETURN false;
    END IF;
    INSERT INTO inputs SELECT * FROM json_populate_record(NULL::inputs, sent);
    INSERT INTO predictions SELECT * FROM json_populate_record(NULL::predictions, given);
    IF named IS NOT NULL THEN
        INSERT INTO idempotency_keys
        SELECT * FROM json_populate_record(NULL::idempotency_keys, named);
    END IF;
    RETURN true;
END
$$
"""


def upgrade():
    replace(KEEP)


def downgrade():
    replace(BY_NAMES)


def replace(function: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_prediction")
        op.execute(function)
