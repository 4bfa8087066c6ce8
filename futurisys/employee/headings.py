"""What the service itself writes into a table: the names for machines, the headings for people.

Whoever reads a table back knows by them what is none of the employee's facts.
"""

from collections.abc import Mapping

from futurisys.employee.answer import COLUMNS, MEMBERS, NEAR, SENT
from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.employee.typography import typeset

LINE, ERRORS = "Ligne", "Erreurs"
# One of three words, by how the range lies to the threshold; by whom a table was taken, and when.
SIGNAL, TAKEN = "Signalement", "Telechargement"
# What somebody said of the estimate last, or did.
REVIEW = "Avis"
# Where each of the errors stands, of a table that several files make.
FILE = "Fichier"
REASONS_MAX = 3
RAISING = tuple(f"Augmente le risque estimé ({place + 1})" for place in range(REASONS_MAX))
LOWERING = tuple(f"Réduit le risque estimé ({place + 1})" for place in range(REASONS_MAX))

# What a person reads of each employee, in this order: the column of the data and its heading.
HEADINGS: Mapping[str, str] = {
    LINE: LINE,
    REFERENCE: typeset(FACTS[REFERENCE].words),
    MEMBERS["probability"].column: "Probabilité",
    MEMBERS["range_low"].column: "Intervalle, de",
    MEMBERS["range_high"].column: "Intervalle, à",
    MEMBERS["threshold"].column: "Seuil",
    SENT[NEAR].column: "Proche du seuil",
    MEMBERS["risk"].column: "Niveau",
    MEMBERS["label"].column: "Réponse",
    SIGNAL: SIGNAL,
    REVIEW: REVIEW,
    "departement": typeset(FACTS["departement"].words),
    "poste": typeset(FACTS["poste"].words),
    **{reason: reason for reason in (*RAISING, *LOWERING)},
    MEMBERS["warnings"].column: "Avertissements",
    ERRORS: "Ce qui ne va pas",
    FILE: FILE,
}
# The names and headings that say nothing of an employee: a table that holds them was ours.
OUTPUTS: frozenset[str] = frozenset(
    {LINE, *COLUMNS, ERRORS, TAKEN}
    | {heading for name, heading in HEADINGS.items() if name not in FACTS}
)
