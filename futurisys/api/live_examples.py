"""The examples of live figures that the document shows."""


def _figure(value: float, low: float, high: float) -> dict[str, float]:
    return {"Valeur": value, "Bas": low, "Haut": high, "Niveau": 0.95}


_AGREEMENT = {
    "Personnes": 1470,
    "Departs": 204,
    "Departs_estimes": 231.4,
    "Rapport": _figure(0.882, 0.741, 1.049),
    "Calibration": _figure(-0.126, -0.3, 0.048),
}
MONITORING = {
    "Suivi": {
        "Version_modele": "2026-11-23-1a2b3c4d",
        "Horizon_jours": 365,
        "Horizon_du_modele": False,
        "Complet_au": "2027-12-31",
        "Depuis": "2026-11-30",
        "Jusqu_a": None,
        "Personnes": 1470,
        "Mesures": 0,
        "Methode": "horizons entiers",
        "Ensemble": _AGREEMENT,
        "Alerte": False,
        "Classement": {
            "Personnes": 1470,
            "Departs": 204,
            "Part_interrompue": 0.0,
            "ROC_AUC": _figure(0.792, 0.758, 0.826),
            "Rappel": _figure(0.583, 0.515, 0.649),
            "Precision": _figure(0.402, 0.348, 0.458),
        },
        "Fiabilite": [_AGREEMENT | {"De": 0.011, "A": 0.034, "Estimation_moyenne": 0.024}],
        "groupes": [_AGREEMENT | {"Groupe": "Commercial"}],
        "autres": None,
        "Manque": {"Departs_estimes": 0, "Departs": 0, "Departs_horizon_entier": 0},
        "Remarques": ["Démissions et autres départs sont comptés ensemble."],
    }
}
