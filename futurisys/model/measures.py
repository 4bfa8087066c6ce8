"""What each measure of a model is called in French, and what it means."""

from collections.abc import Mapping

MEASURES: Mapping[str, tuple[str, str]] = {
    "roc_auc": (
        "ROC-AUC",
        "Chance qu'une personne partie ait un risque estimé plus haut qu'une restée.",
    ),
    "average_precision": ("Précision moyenne", "Sous la courbe précision–rappel."),
    "brier": ("Brier", "Erreur quadratique des probabilités ; plus bas, mieux."),
    "log_loss": ("Perte logistique", "Erreur des probabilités ; plus bas, mieux."),
    "pooled_ece": ("Erreur de calibration", "Écart moyen à la diagonale ; plus bas, mieux."),
    "recall_at_precision_50": (
        "Rappel à précision 50 %",
        "Départs repérés quand un signalement sur deux est juste.",
    ),
    "f1": ("F1", "Moyenne harmonique de la précision et du rappel."),
}
