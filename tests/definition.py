"""The definition of an employee as the contract has it, and an employee to be changed."""

from typing import Any

from futurisys.employee.schema import EmployeeSchema

SIRH, EVAL, SONDAGE = "extrait_sirh.csv", "extrait_eval.csv", "extrait_sondage.csv"
COLUMNS_OF = {
    SIRH: (
        "revenu_mensuel",
        "departement",
        "poste",
        "nombre_experiences_precedentes",
        "annee_experience_totale",
        "annees_dans_l_entreprise",
        "annees_dans_le_poste_actuel",
    ),
    EVAL: (
        "satisfaction_employee_environnement",
        "note_evaluation_precedente",
        "niveau_hierarchique_poste",
        "satisfaction_employee_nature_travail",
        "satisfaction_employee_equipe",
        "satisfaction_employee_equilibre_pro_perso",
        "note_evaluation_actuelle",
        "heure_supplementaires",
        "augementation_salaire_precedente",
    ),
    SONDAGE: (
        "nombre_participation_pee",
        "nb_formations_suivies",
        "distance_domicile_travail",
        "niveau_education",
        "domaine_etude",
        "frequence_deplacement",
        "annees_depuis_la_derniere_promotion",
        "annes_sous_responsable_actuel",
    ),
}
ASKED_NAMES = {name for names in COLUMNS_OF.values() for name in names}
PROTECTED_NAMES = {"genre", "statut_marital", "age"}
OPTIONAL_NAMES = {"id_employee", *PROTECTED_NAMES}
WHOLE_BOUNDS = {
    "id_employee": (1, 2_147_483_647),
    "age": (16, 80),
    "nombre_experiences_precedentes": (0, 60),
    "annee_experience_totale": (0, 60),
    "annees_dans_l_entreprise": (0, 60),
    "annees_dans_le_poste_actuel": (0, 60),
    "satisfaction_employee_environnement": (1, 4),
    "satisfaction_employee_nature_travail": (1, 4),
    "satisfaction_employee_equipe": (1, 4),
    "satisfaction_employee_equilibre_pro_perso": (1, 4),
    "note_evaluation_precedente": (1, 4),
    "niveau_hierarchique_poste": (1, 5),
    "note_evaluation_actuelle": (1, 4),
    "nombre_participation_pee": (0, 10),
    "nb_formations_suivies": (0, 100),
    "niveau_education": (1, 5),
    "annees_depuis_la_derniere_promotion": (0, 60),
    "annes_sous_responsable_actuel": (0, 60),
}
DECIMAL_BOUNDS = {
    "revenu_mensuel": (1, 1_000_000),
    "augementation_salaire_precedente": (0, 100),
    "distance_domicile_travail": (0, 1000),
}
BOUNDS = WHOLE_BOUNDS | DECIMAL_BOUNDS
RAISE = "augementation_salaire_precedente"
EMPLOYEE: dict[str, Any] = {
    "revenu_mensuel": 5993,
    "departement": "Commercial",
    "poste": "Cadre Commercial",
    "nombre_experiences_precedentes": 8,
    "annee_experience_totale": 8,
    "annees_dans_l_entreprise": 6,
    "annees_dans_le_poste_actuel": 4,
    "satisfaction_employee_environnement": 2,
    "satisfaction_employee_nature_travail": 4,
    "satisfaction_employee_equipe": 1,
    "satisfaction_employee_equilibre_pro_perso": 1,
    "note_evaluation_precedente": 3,
    "niveau_hierarchique_poste": 2,
    "note_evaluation_actuelle": 3,
    "heure_supplementaires": "Oui",
    "augementation_salaire_precedente": "11 %",
    "nombre_participation_pee": 0,
    "nb_formations_suivies": 0,
    "distance_domicile_travail": 1,
    "niveau_education": 2,
    "domaine_etude": "Infra & Cloud",
    "frequence_deplacement": "Occasionnel",
    "annees_depuis_la_derniere_promotion": 0,
    "annes_sous_responsable_actuel": 5,
}
SCHEMA = EmployeeSchema()


def load(**changes: Any) -> dict[str, Any]:
    return SCHEMA.load(EMPLOYEE | changes)


def faults(**changes: Any) -> dict[str, list[str]]:
    """What is refused of a good employee that is changed so, by field."""
    return SCHEMA.validate(EMPLOYEE | changes)
