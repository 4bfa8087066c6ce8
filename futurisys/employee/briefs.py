"""A fact in very few words, as the row of a table has room for them."""

from collections.abc import Callable
from typing import Any

from futurisys.employee.schema import FACTS
from futurisys.employee.sentences import amount, by_level, count, either, text

LONGEST = 40
_OF_FOUR, _OF_FIVE = " {}/4", " {}/5"

# A field that is not here is called by its own words.
BRIEFS: dict[str, Callable[[Any], str]] = {
    "revenu_mensuel": amount("revenu {}\u00a0€"),
    "departement": text("département"),
    "poste": text("poste"),
    "nombre_experiences_precedentes": count(
        "premier employeur", "{}", "employeur avant", "employeurs avant"
    ),
    "annee_experience_totale": count("débute", "{} d'expérience", "an", "ans"),
    "annees_dans_l_entreprise": count("vient d'arriver", "{} d'ancienneté", "an", "ans"),
    "annees_dans_le_poste_actuel": count("nouveau poste", "{} au poste", "an", "ans"),
    "satisfaction_employee_environnement": amount("environnement" + _OF_FOUR),
    "note_evaluation_precedente": amount("note préc." + _OF_FOUR),
    "niveau_hierarchique_poste": amount("niveau du poste" + _OF_FIVE),
    "satisfaction_employee_nature_travail": amount("travail" + _OF_FOUR),
    "satisfaction_employee_equipe": amount("équipe" + _OF_FOUR),
    "satisfaction_employee_equilibre_pro_perso": amount("équilibre de vie" + _OF_FOUR),
    "note_evaluation_actuelle": amount("note" + _OF_FOUR),
    "heure_supplementaires": either("heures sup.", "pas d'heures sup."),
    "augementation_salaire_precedente": amount("augmentation {}\u00a0%", none="sans augmentation"),
    "nombre_participation_pee": count("pas de PEE", "PEE {}", "fois", "fois"),
    "nb_formations_suivies": count("aucune formation", "{}", "formation", "formations"),
    "distance_domicile_travail": amount("à {}\u00a0km", none="habite sur place"),
    "niveau_education": amount("éducation" + _OF_FIVE),
    "domaine_etude": text("études {}"),
    "frequence_deplacement": by_level(
        Aucun="aucun déplacement", Occasionnel="quelques déplacements", Frequent="déplacements"
    ),
    "annees_depuis_la_derniere_promotion": count(
        "promotion récente", "promotion il y a {}", "an", "ans"
    ),
    "annes_sous_responsable_actuel": count(
        "nouveau responsable", "{} sous ce responsable", "an", "ans"
    ),
}


def brief(name: str, value: Any) -> str:
    """What a row has room for of one field's value, as the schema loads it."""
    words = BRIEFS[name](value) if name in BRIEFS else FACTS[name].words
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
