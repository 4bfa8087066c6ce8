"""The employee, defined once: everything else that knows a field's name reads it here."""

import hashlib
import json
from collections.abc import Collection, Mapping
from functools import cache
from math import inf
from typing import Any, Self

from marshmallow import RAISE as REFUSE
from marshmallow import Schema, ValidationError, validates_schema

from futurisys.employee.fields import (
    CHANGE,
    RAISE,
    RESET,
    Choice,
    Decimal,
    Derived,
    Fact,
    Ignored,
    Number,
    Percent,
    Text,
    Whole,
    YesNo,
)

SIRH = "extrait_sirh.csv"
EVAL = "extrait_eval.csv"
SONDAGE = "extrait_sondage.csv"
EXTRACTS = (SIRH, EVAL, SONDAGE)
KEYS = {SIRH: "id_employee", EVAL: "eval_number", SONDAGE: "code_sondage"}
LABEL = "a_quitte_l_entreprise"
MAJORITY = 18


class EmployeeSchema(Schema):
    """The facts of one employee, under the column names of the HR extracts."""

    class Meta:
        unknown = REFUSE

    error_messages = {
        "unknown": "Champ inconnu : retirez-le ou corrigez son nom.",
        "type": "Un employé est un objet JSON, avec un champ par colonne.",
    }

    # fmt: off
    id_employee = Whole("Numéro de l'employé", 1, 2_147_483_647, extract=SIRH, example=1, optional=True)
    age = Whole("Âge, en années", 16, 80, extract=SIRH, example=41, optional=True)
    genre = Choice("Genre", "F", "M", extract=SIRH, example="F", optional=True)
    revenu_mensuel = Decimal("Revenu mensuel", 1, 1_000_000, extract=SIRH, example=5993, lever=RAISE)
    statut_marital = Choice("Statut marital", "Célibataire", "Divorcé(e)", "Marié(e)", extract=SIRH, example="Célibataire", optional=True)
    departement = Text("Département", extract=SIRH, example="Commercial", lever=CHANGE)
    poste = Text("Poste", extract=SIRH, example="Cadre Commercial", lever=CHANGE)
    nombre_experiences_precedentes = Whole("Nombre d'employeurs précédents", 0, 60, extract=SIRH, example=8)
    nombre_heures_travailless = Ignored("Heures travaillées (constante)", extract=SIRH, example=80)
    annee_experience_totale = Whole("Années d'expérience au total", 0, 60, extract=SIRH, example=8)
    annees_dans_l_entreprise = Whole("Années dans l'entreprise", 0, 60, extract=SIRH, example=6)
    annees_dans_le_poste_actuel = Whole("Années dans le poste actuel", 0, 60, extract=SIRH, example=4, lever=RESET)

    satisfaction_employee_environnement = Whole("Satisfaction : environnement de travail, de 1 à 4", 1, 4, extract=EVAL, example=2, lever=RAISE)
    note_evaluation_precedente = Whole("Note de l'évaluation précédente, de 1 à 4", 1, 4, extract=EVAL, example=3)
    niveau_hierarchique_poste = Whole("Niveau hiérarchique du poste, de 1 à 5", 1, 5, extract=EVAL, example=2, lever=RAISE)
    satisfaction_employee_nature_travail = Whole("Satisfaction : nature du travail, de 1 à 4", 1, 4, extract=EVAL, example=4, lever=RAISE)
    satisfaction_employee_equipe = Whole("Satisfaction : équipe, de 1 à 4", 1, 4, extract=EVAL, example=1, lever=RAISE)
    satisfaction_employee_equilibre_pro_perso = Whole("Satisfaction : équilibre entre vie professionnelle et personnelle, de 1 à 4", 1, 4, extract=EVAL, example=1, lever=RAISE)
    eval_number = Ignored("Numéro de l'évaluation (clé de jointure)", extract=EVAL, example="E_1")
    note_evaluation_actuelle = Whole("Note de l'évaluation actuelle, de 1 à 4", 1, 4, extract=EVAL, example=3)
    heure_supplementaires = YesNo("Heures supplémentaires", extract=EVAL, example="Oui", lever=CHANGE)
    augementation_salaire_precedente = Percent("Dernière augmentation de salaire, en %", 0, 100, extract=EVAL, example="11 %", lever=RAISE)

    a_quitte_l_entreprise = Ignored("A quitté l'entreprise (ce que le modèle estime)", extract=SONDAGE, example="Oui")
    nombre_participation_pee = Whole("Nombre de participations au plan d'épargne entreprise", 0, 10, extract=SONDAGE, example=0)
    nb_formations_suivies = Whole("Nombre de formations suivies l'an dernier", 0, 100, extract=SONDAGE, example=0, lever=RAISE)
    nombre_employee_sous_responsabilite = Ignored("Employés sous responsabilité (constante)", extract=SONDAGE, example=1)
    code_sondage = Ignored("Code du sondage (clé de jointure)", extract=SONDAGE, example="000001")
    distance_domicile_travail = Decimal("Distance entre le domicile et le travail", 0, 1000, extract=SONDAGE, example=1)
    niveau_education = Whole("Niveau d'éducation, de 1 à 5", 1, 5, extract=SONDAGE, example=2)
    domaine_etude = Text("Domaine d'étude", extract=SONDAGE, example="Infra & Cloud")
    ayant_enfants = Ignored("A des enfants (constante)", extract=SONDAGE, example="Y")
    frequence_deplacement = Choice("Fréquence des déplacements", "Aucun", "Occasionnel", "Frequent", extract=SONDAGE, example="Occasionnel", lever=CHANGE)
    annees_depuis_la_derniere_promotion = Whole("Années depuis la dernière promotion", 0, 60, extract=SONDAGE, example=0, lever=RESET)
    annes_sous_responsable_actuel = Whole("Années sous le responsable actuel", 0, 60, extract=SONDAGE, example=5, lever=RESET)

    ecart_note_evaluation = Derived()
    evolution_cat_evol = Derived()
    satisfaction_globale = Derived()
    exp_hors_entreprise = Derived()
    revenu_par_annee_experience_interne = Derived()
    revenu_par_annee_experience_totale = Derived()
    ratio_sans_promotion = Derived()
    mobilite_promotion = Derived()
    categorie_employe = Derived()
    # fmt: on

    def need(self, names: Collection[str]) -> Self:
        """Ask for optional fields too, in this instance alone: a model may read them."""
        for name in names:
            self.fields[name].required, self.fields[name].allow_none = True, False
        return self

    @validates_schema
    def _facts_agree(self, facts: Mapping[str, Any], **_: Any) -> None:
        """Refuse what cannot be true together."""
        errors = disagreements(facts)
        if errors:
            raise ValidationError(errors)


NEVER_MORE_THAN = (
    ("annees_dans_l_entreprise", "annee_experience_totale"),
    ("annees_dans_le_poste_actuel", "annees_dans_l_entreprise"),
    ("annees_depuis_la_derniere_promotion", "annees_dans_l_entreprise"),
    ("annes_sous_responsable_actuel", "annees_dans_l_entreprise"),
)


def disagreements(facts: Mapping[str, Any]) -> dict[str, list[str]]:
    """What cannot be true together, a sentence a field; a rule on facts that are not there holds."""
    errors = {
        lesser: [f"{FACTS[lesser].words} : ne peut pas dépasser « {FACTS[greater].words} »."]
        for lesser, greater in NEVER_MORE_THAN
        if facts.get(lesser, 0) > facts.get(greater, inf)
    }
    age = facts.get("age")
    if age is not None and age - facts.get("annee_experience_totale", 0) < MAJORITY:
        errors["age"] = [
            f"Âge : avec ces années d'expérience, il faudrait avoir commencé avant {MAJORITY} ans."
        ]
    return errors


_DECLARED: dict[str, Any] = EmployeeSchema._declared_fields
FACTS: dict[str, Fact] = {
    name: field
    for name, field in _DECLARED.items()
    if isinstance(field, Fact) and not isinstance(field, Ignored)
}
IGNORED: dict[str, Ignored] = {n: f for n, f in _DECLARED.items() if isinstance(f, Ignored)}
DERIVED = tuple(name for name, field in _DECLARED.items() if isinstance(field, Derived))
ASKED = tuple(name for name, field in FACTS.items() if field.required)
REFERENCE = "id_employee"
KEPT = tuple(name for name in FACTS if name != REFERENCE)
# Not nombre_participation_pee, which gives marital status away, nor the notes: a note that is
# given to lower an estimate says nothing of the work.
ACTIONABLE = tuple(name for name, field in FACTS.items() if field.lever)


def value_of(name: str, value: Any) -> Any:
    """A field's value as HR writes it."""
    return FACTS[name].serialize(name, {name: value})


@cache
def employee_schema(needed: tuple[str, ...] = ()) -> EmployeeSchema:
    """The one schema of a deployment whose model needs these optional fields."""
    return EmployeeSchema().need(needed)


class ChangesSchema(EmployeeSchema):
    """New values of some facts, of those that an employer can act on; load it partially."""

    class Meta(EmployeeSchema.Meta):
        fields = ACTIONABLE

    error_messages = {
        "unknown": "Un employeur ne peut pas agir sur ce champ : retirez-le des changements.",
        "type": "Les changements sont un objet JSON, avec un champ par colonne.",
    }


def definition_digest() -> str:
    """The sha256 of what a model relies on: each field's name, kind, bounds and levels."""
    definition = {
        name: {
            "kind": type(field).__name__,
            "asked": field.required,
            "bounds": [field.low, field.high] if isinstance(field, Number) else None,
            "levels": list(field.levels) if isinstance(field, Choice | YesNo) else None,
        }
        for name, field in FACTS.items()
    }
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
