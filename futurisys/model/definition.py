"""Whether a model was trained with today's definition of the fields that it reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from futurisys.employee.schema import FACTS, definition_digest, field_digest
from futurisys.errors import ArtifactError

NAMES = WHOLE, FIELDS = "employee_definition", "employee_fields"
DIGITS = 16
# A manifest from before each field had a digest of its own has this one of the whole definition,
# which then was made of these.
WHOLE_THEN = "ba33f42febea0bbac95840d4560d5b14f8b8097d5731903a75393b509e2108fc"
FIELDS_THEN = {
    "id_employee": "8063196542bc0786",
    "age": "4ce510c61749aaa3",
    "genre": "dcee522af32fd3cf",
    "revenu_mensuel": "2f6d283f8a7b98f5",
    "statut_marital": "faac5a66edc42213",
    "departement": "b324ce8d2b786b09",
    "poste": "9365c4b5dd80799d",
    "nombre_experiences_precedentes": "c3a4714c27537830",
    "annee_experience_totale": "f54d157bd0071086",
    "annees_dans_l_entreprise": "7aa8a95159c8ee16",
    "annees_dans_le_poste_actuel": "deaca1a22800d089",
    "satisfaction_employee_environnement": "7ec13259ecc940f9",
    "note_evaluation_precedente": "e8ee24dc1e812e60",
    "niveau_hierarchique_poste": "cbd172de69598347",
    "satisfaction_employee_nature_travail": "d90988ac85d136f2",
    "satisfaction_employee_equipe": "1604a43d38fd07c4",
    "satisfaction_employee_equilibre_pro_perso": "3355d6da7ad51433",
    "note_evaluation_actuelle": "b6682023302e877b",
    "heure_supplementaires": "f66a936197fe0a8a",
    "augementation_salaire_precedente": "ba5d8e7ab48196cb",
    "nombre_participation_pee": "94f26a0580a7fa2a",
    "nb_formations_suivies": "d565b57785c59c0b",
    "distance_domicile_travail": "bd1261f85f607092",
    "niveau_education": "86c8064d7e11df3c",
    "domaine_etude": "c1b5977f7d6f5967",
    "frequence_deplacement": "2634eff8352b3536",
    "annees_depuis_la_derniere_promotion": "694e5272f2c97c98",
    "annes_sous_responsable_actuel": "09a02f9455be14f8",
}


def of(fields: Iterable[str]) -> dict[str, Any]:
    """What a manifest says of the definition; fields: those that the model reads."""
    return {WHOLE: definition_digest(), FIELDS: {name: _digest(name) for name in fields}}


def check(manifest: Mapping[str, Any], fields: Iterable[str]) -> None:
    """Refuse a model that reads a field which has changed since; raises ArtifactError.

    A field that it does not read may come, change and go.
    """
    then = manifest.get(FIELDS)
    if then is None and manifest.get(WHOLE) == WHOLE_THEN:
        then = FIELDS_THEN
    # The card tells the digest of the whole, too.
    if not isinstance(then, Mapping) or not isinstance(manifest.get(WHOLE), str):
        raise ArtifactError("definition")
    for name in fields:
        if name not in FACTS or then.get(name) != _digest(name):
            raise ArtifactError("field", field=name[:64])


def _digest(name: str) -> str:
    return field_digest(name)[:DIGITS]
