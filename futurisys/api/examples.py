"""The examples that the document shows: each can be sent as it stands."""

from futurisys.employee.answer import COLUMNS, LEVEL, MEMBERS, NEAR, SENT, documents
from futurisys.employee.levers import OVERTIME
from futurisys.employee.schema import ASKED, FACTS, KEPT
from futurisys.model.statements import ASSOCIATION_OF_GROUP, FRENCH, OTHERS
from futurisys.operations.scored_tables import said
from futurisys.records.reviews import MET

EMPLOYEE = {name: fact.example for name, fact in FACTS.items()}
FACTS_KEPT = {name: EMPLOYEE[name] for name in KEPT} | {"augementation_salaire_precedente": 11.0}
IDENTIFIER = "019aafa2-0c3e-7b52-9d41-6a1f0c2b7e90"
VERSION = MEMBERS["model_version"].example
_SENT = {name: [member.example] for name, member in SENT.items()} | {
    "identifier": [IDENTIFIER],
    "warnings": [[]],
}
[ANSWER] = documents(_SENT)
FACTOR = {
    "Variable": "heure_supplementaires",
    "Valeur": "Oui",
    "Effet": 1.1273,
    "Effet_probabilite": 0.2264,
    "Sens": "augmente",
    "Phrase": "Fait régulièrement des heures supplémentaires : augmente le risque estimé.",
}
REASONS = {"Base": -2.1043, "Facteurs": [FACTOR]}

POPULATION = {"employes": [EMPLOYEE]}
POPULATION_ANSWER = {"predictions": [ANSWER]}
_TOLD = [str(one or "") for [one] in (_SENT | {NEAR: [said(False)]}).values()]
_NAMES, _CELLS = ",".join(EMPLOYEE), ",".join(map(str, EMPLOYEE.values()))
TABLE = f"{_NAMES}\n{_CELLS}\n"
TABLE_ANSWER = f"{_NAMES},{','.join(COLUMNS)},Erreurs\n{_CELLS},{','.join(_TOLD)},\n"

CURSOR = "_____________________w"
DATE = "2026-11-23T09:30:00.123000+00:00"
KEPT_ANSWER = ANSWER | {"Date": DATE}
PAGE = {"predictions": [KEPT_ANSWER], "suivant": None, "total": 1}
SEARCH = {"id_employee": 1, "depuis": "2026-01-01T00:00:00Z", "limite": 20, "total": True}
DETAIL = ANSWER | {"Date": DATE, "Employe": FACTS_KEPT} | REASONS
SAID = {"avis": MET, "personne_informee": True}
REVIEW = {
    "Identifiant": "019aafa2-5d10-7c31-8a02-3b1f4e5d6c70",
    "Date": DATE,
    "Par": "Ada Martin",
    "Avis": MET,
    "Mesure": None,
    "Personne_informee": True,
    "Revenir_le": None,
    "Note": None,
}
REVIEWS = {"avis": [REVIEW]}
SIMULATION = {"employe": EMPLOYEE, "changements": {"heure_supplementaires": "Non"}}
_ESTIMATE = {name: value for name, value in ANSWER.items() if name != "Identifiant"}
SIMULATED = {
    "Avant": _ESTIMATE,
    "Apres": _ESTIMATE | {"Probabilite_depart": 0.5163},
    "Difference": -0.3266,
    "Facteurs": [
        {
            "Variable": "heure_supplementaires",
            "Valeur": "Non",
            "Effet": -1.6149,
            "Effet_probabilite": -0.3266,
            "Sens": "réduit",
            "Phrase": "Ne fait pas d'heures supplémentaires : réduit le risque estimé.",
        }
    ],
    "Suggestions": [
        {
            "Changements": [
                {"Variable": "heure_supplementaires", "Valeur_actuelle": "Oui", "Valeur": "Non"}
            ],
            "Probabilite_depart": 0.5163,
            "Difference": -0.3266,
            "Phrase": "Ne plus faire d'heures supplémentaires : associé à une estimation plus "
            "basse, sans que ce soit un effet prouvé.",
            "Demande": OVERTIME.takes,
            "Echeance": OVERTIME.seen,
        }
    ],
}
GROUP_CHANGE = {
    "fichier": IDENTIFIER,
    "filtre": {"departement": "Consulting"},
    "changements": {"heure_supplementaires": "Non"},
}
GROUP_MOVED = {
    "Personnes": 961,
    "Changees": 271,
    "Moyenne_avant": 0.1384,
    "Moyenne_apres": 0.0951,
    "Difference": -0.0433,
    "Version_modele": VERSION,
    "Note": ASSOCIATION_OF_GROUP,
}
_MEAN = {"Variable": "heure_supplementaires", "Effet_moyen": -0.0712, "Sens": "réduit"}
SEGMENTS = {
    "segments": [
        {
            "Groupe": {"departement": "Commercial"},
            "Nombre": 446,
            "Risque_moyen": 0.2061,
            "Part_au_dessus_du_seuil": 0.2713,
            "Facteurs": [_MEAN],
        }
    ],
    "autres": None,
}
_ESTIMATED = {
    "Identifiant": IDENTIFIER,
    "Probabilite_depart": 0.3587,
    "Mot": "Signalé",
    "Version_modele": "2026-11-23-1a2b3c4d",
    "departement": "Commercial",
    "poste": "Cadre Commercial",
}
_PART = {"Personnes": 446, "Somme": 91.92}
_SIDE = {
    "Personnes": 1465,
    "Somme": 236.81,
    "Non_comparees": 0,
    "Versions_modele": ["2026-11-23-1a2b3c4d"],
}
COMPARISON = {
    "Avant": _SIDE,
    "Apres": _SIDE | {"Somme": 236.47},
    "Mouvement": {
        "Total": -0.34,
        "Modele": 0.0,
        "Population": 0.0,
        "Personnes": -0.34,
        "Modele_et_personnes": -0.34,
        "Remarque": "",
    },
    "Nombres": {"nouvelles": 0, "parties": 0, "bougees": 1, "communes": 1465},
    "nouvelles": [],
    "parties": [],
    "bougees": [
        {
            "Avant": _ESTIMATED | {"Probabilite_depart": 0.6969},
            "Apres": _ESTIMATED,
            "Difference": -0.3382,
            "Effet_modele": 0.0,
            "Facteurs": [
                {
                    "Variable": "revenu_mensuel",
                    "Valeur_avant": 2070,
                    "Valeur_apres": 4570,
                    "Effet": -1.4139,
                    "Effet_probabilite": -0.3382,
                }
            ],
        }
    ],
    "groupes": [{"Groupe": "Commercial", "Avant": _PART, "Apres": _PART}],
    "autres": None,
}
CALIBRATION = {"Methode": "beta", "a": 1.0123, "b": 0.9871, "c": -0.0214}
BOUNDS = {
    "Bas": {"Personnes": 108, "Departs": 1, "Logit": -4.2739, "Dit": 0.05},
    "Haut": {"Personnes": 55, "Departs": 51, "Logit": 2.4375, "Dit": 0.8},
    "Amplitude": 0.5,
}
CARD = {
    "Version_modele": VERSION,
    "Avis": "Signal statistique à peser par une personne.",
    "Finalite": FRENCH.purpose,
    "Usages_exclus": list(FRENCH.excluded),
    "Entrainement": {
        "Date": "2026-11-23T09:30:00+00:00",
        "Employes": 1470,
        "Departs": 237,
        "Taux_de_depart": 0.1612244898,
        "Horizon_jours": None,
        "Fictives": True,
        "Origine": FRENCH.fictional,
    },
    "Champs": [
        {
            "Variable": "revenu_mensuel",
            "Libelle": "Revenu mensuel",
            "Minimum": 1009,
            "Maximum": 19999,
        }
    ],
    "Champs_non_lus": [name for name in FACTS if name not in ASKED],
    "Seuil": 0.2039107,
    "Seuil_modere": 0.1612244898,
    "Calibration": CALIBRATION,
    "Bornes": BOUNDS,
    "Intervalles": {
        "Niveau": LEVEL,
        "Reentrainements": 100,
        "Elargissement": 1.3,
        "Couverture": 0.93,
        "Ecart_commun": 0.1341,
        "Avis": OTHERS,
    },
    "En_clair": None,
    "Plis": 25,
    "Mesures": [{"Mesure": "roc_auc", "Modele": "model", "Moyenne": 0.851, "Ecart_type": 0.024}],
    "Evaluation": None,
    "Limites": list(FRENCH.limits_of(True, None)),
    "Droit": [{"Texte": duty.source, "Question": duty.question} for duty in FRENCH.law],
    "Empreintes": {"manifest.json": "0" * 64},
    "Definition_employe": "0" * 64,
    "Bibliotheques": {"xgboost-cpu": "3.2.0"},
}
EFFECTS = {
    "Version_modele": VERSION,
    "Additif": True,
    "Base_brute": -2.2106,
    "Calibration": CALIBRATION,
    "Bornes": BOUNDS,
    "Effets": [
        {
            "Variable": "revenu_mensuel",
            "Libelle": "Revenu mensuel",
            "Seuils": [2476.5, 5204.0],
            "Contributions": [0.8121, 0.1034, -0.2417],
            "Minimum": 1009,
            "Maximum": 19999,
        },
        {
            "Variable": "heure_supplementaires",
            "Libelle": "Heures supplémentaires",
            "Niveaux": [
                {"Niveau": "Oui", "Contribution": 1.1273},
                {"Niveau": "Non", "Contribution": -0.4876},
            ],
            "Niveau_inconnu": None,
        },
    ],
}
