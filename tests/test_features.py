"""Derived columns: what the older service's clients computed, now computed here."""

import pytest

from futurisys.employee.features import SOURCES, derive
from futurisys.employee.schema import ASKED, DERIVED

FACTS: dict[str, list[float]] = {
    "note_evaluation_actuelle": [3, 3, 4, 3],
    "note_evaluation_precedente": [3, 4, 2, 3],
    "satisfaction_employee_environnement": [1, 2, 3, 4],
    "satisfaction_employee_nature_travail": [1, 2, 3, 4],
    "satisfaction_employee_equipe": [1, 2, 3, 4],
    "satisfaction_employee_equilibre_pro_perso": [2, 2, 4, 4],
    "revenu_mensuel": [1000, 1000.5, 2000, 3000],
    "annee_experience_totale": [0, 7, 5, 10],
    "annees_dans_l_entreprise": [0, 0, 3, 7],
    "annees_dans_le_poste_actuel": [0, 0, 0, 2],
    "annees_depuis_la_derniere_promotion": [0, 0, 3, 5],
}
EXPECTED = {
    "ecart_note_evaluation": [0, -1, 2, 0],
    "evolution_cat_evol": ["stable", "baisse", "hausse", "stable"],
    "satisfaction_globale": [1.25, 2, 3.25, 4],
    "exp_hors_entreprise": [0, 7, 2, 3],
    "revenu_par_annee_experience_interne": [-1, -1, 8000, 5142],
    "revenu_par_annee_experience_totale": [-1, 1715, 4800, 3600],
    "ratio_sans_promotion": [-1, -1, 1, 0],
    "mobilite_promotion": [-1, -1, -1, -3],
    "categorie_employe": [
        "employe_sans_experience",
        "employe_experimente_nouvel_entrant",
        "employe_nouveau_poste_interne",
        "employe_experimente",
    ],
}


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_column_is_what_the_older_service_was_sent(name):
    """Each of the nine, with the zero denominators that have a value of their own."""
    assert derive(name, FACTS).tolist() == EXPECTED[name]


def test_every_derived_column_comes_from_facts_that_are_asked_for():
    """An effect on a derived column can be given back to the facts behind it."""
    assert tuple(SOURCES) == DERIVED
    assert {source for sources in SOURCES.values() for source in sources} <= set(ASKED)
