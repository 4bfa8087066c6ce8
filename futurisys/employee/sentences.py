"""What an HR analyst can say aloud of a fact: one French clause a field, never gendered."""

from collections.abc import Callable, Mapping
from typing import Any

SATISFACTION = {1: "faible", 2: "moyenne", 3: "élevée", 4: "très élevée"}
TRAVEL = {
    "Aucun": "Ne se déplace pas pour le travail",
    "Occasionnel": "Se déplace parfois pour le travail",
    "Frequent": "Se déplace souvent pour le travail",
}


def say(name: str, value: Any) -> str:
    """The clause for one field's value, as the schema loads it."""
    return _CLAUSES[name](value)


def _number(value: float) -> str:
    """As a French reader writes it: 5 993 and 12,5."""
    return f"{value:,.12g}".replace(",", "\u202f").replace(".", ",")


def _text(clause: str) -> Callable[[Any], str]:
    return lambda value: clause.format(value)


def _amount(clause: str, none: str = "") -> Callable[[Any], str]:
    return lambda value: none if none and value == 0 else clause.format(_number(value))


def _count(none: str, clause: str, one: str, many: str) -> Callable[[Any], str]:
    """A clause on how many: in French, from 2 on it is plural."""

    def clause_of(value: float) -> str:
        if value == 0:
            return none
        return clause.format(f"{_number(value)}\u00a0{many if value >= 2 else one}")

    return clause_of


def _years(clause: str) -> Callable[[Any], str]:
    return _count(clause.format("moins d'un an"), clause, "an", "ans")


def _satisfaction(subject: str) -> Callable[[Any], str]:
    return lambda value: f"Satisfaction {SATISFACTION[value]} ({value} sur 4) quant à {subject}"


_CLAUSES: Mapping[str, Callable[[Any], str]] = {
    "age": _years("A {}"),
    "genre": _text("Genre « {} »"),
    "revenu_mensuel": _amount("Perçoit un revenu mensuel de {}"),
    "statut_marital": _text("Statut marital « {} »"),
    "departement": _text("Travaille au département « {} »"),
    "poste": _text("Occupe le poste « {} »"),
    "nombre_experiences_precedentes": _count(
        "N'a connu aucun employeur précédent",
        "A connu {}",
        "employeur précédent",
        "employeurs précédents",
    ),
    "annee_experience_totale": _years("A {} d'expérience au total"),
    "annees_dans_l_entreprise": _years("Travaille dans l'entreprise depuis {}"),
    "annees_dans_le_poste_actuel": _years("Occupe son poste actuel depuis {}"),
    "satisfaction_employee_environnement": _satisfaction("l'environnement de travail"),
    "note_evaluation_precedente": _amount("A obtenu {} sur 4 à l'évaluation précédente"),
    "niveau_hierarchique_poste": _amount("Occupe un poste de niveau hiérarchique {} sur 5"),
    "satisfaction_employee_nature_travail": _satisfaction("la nature du travail"),
    "satisfaction_employee_equipe": _satisfaction("l'équipe"),
    "satisfaction_employee_equilibre_pro_perso": _satisfaction(
        "l'équilibre entre vie professionnelle et vie personnelle"
    ),
    "note_evaluation_actuelle": _amount("A obtenu {} sur 4 à l'évaluation actuelle"),
    "heure_supplementaires": lambda value: (
        "Fait régulièrement des heures supplémentaires"
        if value
        else "Ne fait pas d'heures supplémentaires"
    ),
    "augementation_salaire_precedente": _amount(
        "A reçu {}\u00a0% à la dernière augmentation de salaire",
        none="N'a rien reçu à la dernière augmentation de salaire",
    ),
    "nombre_participation_pee": _count(
        "N'a jamais participé au plan d'épargne entreprise",
        "A participé {} au plan d'épargne entreprise",
        "fois",
        "fois",
    ),
    "nb_formations_suivies": _count(
        "N'a suivi aucune formation l'an dernier",
        "A suivi {} l'an dernier",
        "formation",
        "formations",
    ),
    "distance_domicile_travail": _amount(
        "Habite à une distance de {} du lieu de travail",
        none="Habite sur le lieu de travail",
    ),
    "niveau_education": _amount("A un niveau d'éducation de {} sur 5"),
    "domaine_etude": _text("A étudié dans le domaine « {} »"),
    "frequence_deplacement": TRAVEL.__getitem__,
    "annees_depuis_la_derniere_promotion": _years("Dernière promotion il y a {}"),
    "annes_sous_responsable_actuel": _years("A la même personne pour responsable depuis {}"),
}
