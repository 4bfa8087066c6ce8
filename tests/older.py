"""The model of the service of old: made with plain scikit-learn and saved with joblib."""

import json
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from xgboost import XGBClassifier

CLASSES = {"0": "Reste", "1": "Part"}
SATISFACTIONS = [
    "satisfaction_employee_environnement",
    "satisfaction_employee_nature_travail",
    "satisfaction_employee_equipe",
    "satisfaction_employee_equilibre_pro_perso",
]
SCALED = [
    "age",
    "revenu_mensuel",
    "nombre_experiences_precedentes",
    "annees_dans_le_poste_actuel",
    "annees_depuis_la_derniere_promotion",
    "distance_domicile_travail",
    "augementation_salaire_precedente",
    "satisfaction_globale",
    "exp_hors_entreprise",
    "revenu_par_annee_experience_interne",
    "revenu_par_annee_experience_totale",
    "ratio_sans_promotion",
    "mobilite_promotion",
    "nb_formations_suivies",
]
ONE_HOT = [
    "genre",
    "statut_marital",
    "departement",
    "poste",
    "domaine_etude",
    "heure_supplementaires",
    "evolution_cat_evol",
    "categorie_employe",
]
RANKED = [
    *SATISFACTIONS,
    "ecart_note_evaluation",
    "niveau_hierarchique_poste",
    "nombre_participation_pee",
    "niveau_education",
]


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The joined extracts with the nine columns that the older service's clients computed.

    Written with pandas alone, as they did, so that it shares nothing with what it proves.
    """
    frame = pd.DataFrame(rows)
    frame["heure_supplementaires"] = frame["heure_supplementaires"] == "Oui"
    rise = frame["augementation_salaire_precedente"].astype(str).str.rstrip(" %")
    frame["augementation_salaire_precedente"] = rise.astype(float)
    total, company = frame["annee_experience_totale"], frame["annees_dans_l_entreprise"]
    post, promotion = (
        frame["annees_dans_le_poste_actuel"],
        frame["annees_depuis_la_derniere_promotion"],
    )
    gap = frame["note_evaluation_actuelle"] - frame["note_evaluation_precedente"]
    frame["ecart_note_evaluation"] = gap
    frame["evolution_cat_evol"] = gap.map(
        lambda g: "hausse" if g > 0 else "baisse" if g < 0 else "stable"
    )
    frame["satisfaction_globale"] = frame[SATISFACTIONS].mean(axis=1)
    frame["exp_hors_entreprise"] = total - company
    income = frame["revenu_mensuel"] * 12
    frame["revenu_par_annee_experience_interne"] = _ratio(income, company)
    frame["revenu_par_annee_experience_totale"] = _ratio(income, total)
    frame["ratio_sans_promotion"] = _ratio(promotion, company)
    frame["mobilite_promotion"] = (post - promotion).where(post != 0, -1)
    frame["categorie_employe"] = [
        _category(*years) for years in zip(total, company, post, strict=True)
    ]
    return frame


def labels(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["a_quitte_l_entreprise"] == "Oui") for row in rows]


def preprocessor(scaled=SCALED, one_hot=ONE_HOT, ranked=RANKED) -> ColumnTransformer:
    return ColumnTransformer(
        [
            ("num", StandardScaler(), scaled),
            ("cat", OneHotEncoder(handle_unknown="ignore", max_categories=15), one_hot),
            (
                "ord",
                OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
                ranked,
            ),
        ]
    )


def classifier(**options: Any) -> XGBClassifier:
    options = {"n_estimators": 400, "max_depth": 3, "learning_rate": 0.05} | options
    return XGBClassifier(random_state=0, n_jobs=1, **options)


def pipeline(rows: list[dict[str, Any]], **options: Any) -> Pipeline:
    """The whole of it, trained on the sample."""
    whole = Pipeline([("preprocesseur", preprocessor()), ("modele", classifier(**options))])
    return whole.fit(table(rows), labels(rows))


def save(folder: Path, model: Any, preprocessor: Any = None, classes: Any = CLASSES) -> Path:
    """The files of the older service, as it kept them."""
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "modele_final_xgb.joblib")
    if preprocessor is not None:
        joblib.dump(preprocessor, folder / "preprocesseur_fitted.joblib")
    if classes is not None:
        (folder / "mapping_classes.json").write_text(json.dumps(classes))
    return folder


class Payload:
    """What, unpickled, leaves a file behind."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.witness,)


def _ratio(numerator: pd.Series, denominator: pd.Series) -> list[int]:
    return [
        int(top / bottom) if bottom else -1
        for top, bottom in zip(numerator, denominator, strict=True)
    ]


def _category(total: int, company: int, post: int) -> str:
    if total == 0:
        return "employe_sans_experience"
    if company == 0:
        return "employe_experimente_nouvel_entrant"
    return "employe_nouveau_poste_interne" if post == 0 else "employe_experimente"
