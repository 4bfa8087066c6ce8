"""The columns that the older service's clients had to compute, derived from the raw facts.

The one place: training, conversion and serving call the same function.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]

_SATISFACTIONS = (
    "satisfaction_employee_environnement",
    "satisfaction_employee_nature_travail",
    "satisfaction_employee_equipe",
    "satisfaction_employee_equilibre_pro_perso",
)
_TOTAL, _COMPANY = "annee_experience_totale", "annees_dans_l_entreprise"
_POST, _PROMOTION = "annees_dans_le_poste_actuel", "annees_depuis_la_derniere_promotion"
_BEFORE, _NOW = "note_evaluation_precedente", "note_evaluation_actuelle"
_NONE = -1  # What a ratio is where its denominator is 0.


def _gap(before: Column, now: Column) -> Column:
    return now - before


def _trend(before: Column, now: Column) -> Column:
    places = np.sign(now - before).astype(int) + 1
    trends: Column = np.array(["baisse", "stable", "hausse"])[places]
    return trends


def _mean(*columns: Column) -> Column:
    mean: Column = np.mean(columns, axis=0)
    return mean


def _elsewhere(total: Column, company: Column) -> Column:
    return total - company


def _yearly_income(income: Column, years: Column) -> Column:
    return _truncated_ratio(12 * income, years)


def _truncated_ratio(numerator: Column, denominator: Column) -> Column:
    somewhere = np.where(denominator == 0, 1, denominator)
    return np.where(denominator == 0, _NONE, np.trunc(numerator / somewhere))


def _mobility(post: Column, promotion: Column) -> Column:
    return np.where(post == 0, _NONE, post - promotion)


def _category(total: Column, company: Column, post: Column) -> Column:
    return np.select(
        [total == 0, company == 0, post == 0],
        [
            "employe_sans_experience",
            "employe_experimente_nouvel_entrant",
            "employe_nouveau_poste_interne",
        ],
        "employe_experimente",
    )


_FEATURES: dict[str, tuple[tuple[str, ...], Callable[..., Column]]] = {
    "ecart_note_evaluation": ((_BEFORE, _NOW), _gap),
    "evolution_cat_evol": ((_BEFORE, _NOW), _trend),
    "satisfaction_globale": (_SATISFACTIONS, _mean),
    "exp_hors_entreprise": ((_TOTAL, _COMPANY), _elsewhere),
    "revenu_par_annee_experience_interne": (("revenu_mensuel", _COMPANY), _yearly_income),
    "revenu_par_annee_experience_totale": (("revenu_mensuel", _TOTAL), _yearly_income),
    "ratio_sans_promotion": ((_PROMOTION, _COMPANY), _truncated_ratio),
    "mobilite_promotion": ((_POST, _PROMOTION), _mobility),
    "categorie_employe": ((_TOTAL, _COMPANY, _POST), _category),
}
# The raw fields that each derived column comes from.
SOURCES: dict[str, tuple[str, ...]] = {name: sources for name, (sources, _) in _FEATURES.items()}


def derive(name: str, columns: Mapping[str, Sequence[Any]]) -> Column:
    """One derived column, shape (n,), of the raw columns of n values each that it comes from."""
    sources, compute = _FEATURES[name]
    return compute(*(np.asarray(columns[source]) for source in sources))
