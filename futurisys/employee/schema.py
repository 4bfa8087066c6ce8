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
    FALLING,
    RISING,
    Choice,
    Fact,
    Number,
    Percent,
    Real,
    Text,
    Whole,
    YesNo,
)
from futurisys.employee.levels import Levels
from futurisys.employee.levers import ASKED_ABOUT, OPINION, OVERTIME, TRAININGS, TRAVEL
from futurisys.employee.numbers import EUROS, KILOMETRES, PERCENTS, YEARS
from futurisys.employee.sentences import (
    EDUCATION,
    PAST_RATING,
    RANK,
    RATING,
    SATISFACTION,
    amount,
    by_level,
    count,
    either,
    satisfaction,
    text,
    years,
)
from futurisys.employee.unkept import Derived, Ignored

SIRH = "extrait_sirh.csv"
EVAL = "extrait_eval.csv"
SONDAGE = "extrait_sondage.csv"
EXTRACTS = (SIRH, EVAL, SONDAGE)
KEYS = {SIRH: "id_employee", EVAL: "eval_number", SONDAGE: "code_sondage"}
LABEL = "a_quitte_l_entreprise"
MAJORITY = 18
# The levels that a model has seen of each open field.
Known = tuple[tuple[str, tuple[str, ...]], ...]


class EmployeeSchema(Schema):
    """The facts of one employee, under the column names of the HR extracts."""

    class Meta:
        unknown = REFUSE

    error_messages = {
        "unknown": "Champ inconnu : retirez-le ou corrigez son nom.",
        "type": "Un employé est un objet JSON, avec un champ par colonne.",
    }

    # fmt: off
    id_employee = Whole("Numéro de l'employé", 1, 2_147_483_647, extract=SIRH, reason="retrouver les données d'une personne quand elle demande à les voir, à les corriger ou à les effacer", spellings=("id_employe", "numero_employe"), example=1, optional=True)
    age = Whole("Âge, en années", 16, 80, unit=YEARS, extract=SIRH, reason="vérifier que le modèle ne se trompe pas plus souvent à certains âges", example=41, optional=True, protected=True, clause=years("A {}"))
    genre = Choice("Genre", "F", "M", extract=SIRH, reason="vérifier que le modèle ne se trompe pas plus souvent pour les femmes ou pour les hommes", example="F", optional=True, protected=True, clause=text("Genre « {} »"))
    revenu_mensuel = Real("Revenu mensuel", 1, 1_000_000, unit=EUROS, extract=SIRH, reason="situer la rémunération, qui pèse dans le choix de rester et dépend de l'employeur", spellings=("salaire_mensuel",), example=5993, lever=ASKED_ABOUT, monotone=FALLING, clause=amount("Perçoit un revenu mensuel de {}\u00a0€"))
    statut_marital = Choice("Statut marital", "Célibataire", "Divorcé(e)", "Marié(e)", extract=SIRH, reason="vérifier que le modèle ne se trompe pas plus souvent selon la situation de famille", example="Célibataire", optional=True, protected=True, clause=text("Statut marital « {} »"))
    departement = Text("Département", extract=SIRH, reason="tenir compte des conditions de travail d'un service, et comparer des services entiers", example="Commercial", lever=ASKED_ABOUT, clause=text("Travaille au département « {} »"))
    poste = Text("Poste", extract=SIRH, reason="tenir compte du métier, dont dépendent les possibilités d'emploi ailleurs", example="Cadre Commercial", lever=ASKED_ABOUT, clause=text("Occupe le poste « {} »"))
    nombre_experiences_precedentes = Whole("Nombre d'employeurs précédents", 0, 60, extract=SIRH, reason="savoir si la personne a souvent changé d'employeur", spellings=("nb_experiences_precedentes",), example=8, monotone=RISING, clause=count("N'a connu aucun employeur précédent", "A connu {}", "employeur précédent", "employeurs précédents"))
    nombre_heures_travailless = Ignored("Heures travaillées (constante)", extract=SIRH, spellings=("nombre_heures_travaillees", "nb_heures_travaillees"), example=80)
    annee_experience_totale = Whole("Années d'expérience au total", 0, 60, unit=YEARS, extract=SIRH, reason="situer la personne dans sa vie professionnelle", spellings=("annees_experience_totale", "annees_d_experience_totale"), example=8, clause=years("A {} d'expérience au total"))
    annees_dans_l_entreprise = Whole("Années dans l'entreprise", 0, 60, unit=YEARS, extract=SIRH, reason="tenir compte de l'ancienneté, à laquelle la fréquence des départs est liée", spellings=("annees_entreprise",), example=6, clause=years("Travaille dans l'entreprise depuis {}"))
    annees_dans_le_poste_actuel = Whole("Années dans le poste actuel", 0, 60, unit=YEARS, extract=SIRH, reason="voir depuis combien de temps le poste n'a pas changé", spellings=("annees_poste_actuel",), example=4, lever=ASKED_ABOUT, clause=years("Occupe son poste actuel depuis {}"))

    satisfaction_employee_environnement = Whole("Satisfaction : environnement de travail, de 1 à 4", 1, 4, grades=SATISFACTION, extract=EVAL, reason="tenir compte de ce que la personne dit de son environnement de travail", spellings=("satisfaction_employe_environnement", "satisfaction_environnement"), example=2, lever=OPINION, monotone=FALLING, clause=satisfaction("l'environnement de travail"))
    note_evaluation_precedente = Whole("Note de l'évaluation précédente, de 1 à 4", 1, 4, grades=PAST_RATING, extract=EVAL, reason="tenir compte de la manière dont le travail avait été reconnu auparavant", example=3, monotone=FALLING, clause=amount("A obtenu {} sur 4 à l'évaluation précédente"))
    niveau_hierarchique_poste = Whole("Niveau hiérarchique du poste, de 1 à 5", 1, 5, grades=RANK, extract=EVAL, reason="tenir compte du niveau de responsabilité et des évolutions qui restent possibles", example=2, lever=ASKED_ABOUT, monotone=FALLING, clause=amount("Occupe un poste de niveau hiérarchique {} sur 5"))
    satisfaction_employee_nature_travail = Whole("Satisfaction : nature du travail, de 1 à 4", 1, 4, grades=SATISFACTION, extract=EVAL, reason="tenir compte de ce que la personne dit de la nature de son travail", spellings=("satisfaction_employe_nature_travail", "satisfaction_nature_travail"), example=4, lever=OPINION, monotone=FALLING, scale=True, clause=satisfaction("la nature du travail"))
    satisfaction_employee_equipe = Whole("Satisfaction : équipe, de 1 à 4", 1, 4, grades=SATISFACTION, extract=EVAL, reason="tenir compte de ce que la personne dit de son équipe", spellings=("satisfaction_employe_equipe", "satisfaction_equipe"), example=1, lever=OPINION, monotone=FALLING, clause=satisfaction("l'équipe"))
    satisfaction_employee_equilibre_pro_perso = Whole("Satisfaction : équilibre entre vie professionnelle et personnelle, de 1 à 4", 1, 4, grades=SATISFACTION, extract=EVAL, reason="tenir compte de ce que la personne dit de l'équilibre entre son travail et sa vie personnelle", spellings=("satisfaction_employe_equilibre_pro_perso", "satisfaction_equilibre_pro_perso"), example=1, lever=OPINION, monotone=FALLING, clause=satisfaction("l'équilibre entre vie professionnelle et vie personnelle"))
    eval_number = Ignored("Numéro de l'évaluation (clé de jointure)", extract=EVAL, spellings=("numero_evaluation",), example="E_1")
    note_evaluation_actuelle = Whole("Note de l'évaluation actuelle, de 1 à 4", 1, 4, grades=RATING, extract=EVAL, reason="tenir compte de la manière dont le travail est reconnu aujourd'hui", example=3, monotone=FALLING, clause=amount("A obtenu {} sur 4 à l'évaluation actuelle"))
    heure_supplementaires = YesNo("Heures supplémentaires", extract=EVAL, reason="repérer une charge de travail trop forte, que l'employeur peut réduire", spellings=("heures_supplementaires",), example="Oui", lever=OVERTIME, monotone=RISING, clause=either("Fait régulièrement des heures supplémentaires", "Ne fait pas d'heures supplémentaires"))
    augementation_salaire_precedente = Percent("Dernière augmentation de salaire, en %", 0, 100, unit=PERCENTS, extract=EVAL, reason="savoir comment la rémunération a évolué", spellings=("augmentation_salaire_precedente",), example="11 %", lever=ASKED_ABOUT, monotone=FALLING, clause=amount("A reçu {}\u00a0% à la dernière augmentation de salaire", none="N'a rien reçu à la dernière augmentation de salaire"))

    a_quitte_l_entreprise = Ignored("A quitté l'entreprise (ce que le modèle estime)", extract=SONDAGE, example="Oui")
    nombre_participation_pee = Whole("Nombre de participations au plan d'épargne entreprise", 0, 10, extract=SONDAGE, reason="savoir si la personne s'associe à l'épargne de l'entreprise", spellings=("nombre_participations_pee", "nb_participations_pee"), example=0, clause=count("N'a jamais participé au plan d'épargne entreprise", "A participé {} au plan d'épargne entreprise", "fois", "fois"))
    nb_formations_suivies = Whole("Nombre de formations suivies l'an dernier", 0, 100, extract=SONDAGE, reason="savoir si la personne a été formée, ce que l'employeur peut proposer", spellings=("nombre_formations_suivies",), example=0, lever=TRAININGS, monotone=FALLING, clause=count("N'a suivi aucune formation l'an dernier", "A suivi {} l'an dernier", "formation", "formations"))
    nombre_employee_sous_responsabilite = Ignored("Employés sous responsabilité (constante)", extract=SONDAGE, spellings=("nombre_employes_sous_responsabilite", "nombre_employe_sous_responsabilite"), example=1)
    code_sondage = Ignored("Code du sondage (clé de jointure)", extract=SONDAGE, example="000001")
    distance_domicile_travail = Real("Distance entre le domicile et le travail", 0, 1000, unit=KILOMETRES, extract=SONDAGE, reason="tenir compte du trajet quotidien", example=1, monotone=RISING, clause=amount("Habite à {}\u00a0km du lieu de travail", none="Habite sur le lieu de travail"))
    niveau_education = Whole("Niveau d'éducation, de 1 à 5", 1, 5, grades=EDUCATION, extract=SONDAGE, reason="tenir compte de la qualification, dont dépendent les possibilités d'emploi ailleurs", example=2, clause=amount("A un niveau d'éducation de {} sur 5"))
    domaine_etude = Text("Domaine d'étude", extract=SONDAGE, reason="tenir compte de la spécialité, dont dépendent les possibilités d'emploi ailleurs", spellings=("domaine_etudes",), example="Infra & Cloud", clause=text("A étudié dans le domaine « {} »"))
    ayant_enfants = Ignored("A des enfants (constante)", extract=SONDAGE, example="Y")
    frequence_deplacement = Choice("Fréquence des déplacements", "Aucun", "Occasionnel", "Frequent", extract=SONDAGE, reason="repérer des déplacements trop fréquents, que l'employeur peut réduire", spellings=("frequence_deplacements",), example="Occasionnel", lever=TRAVEL, monotone=RISING, ranked=True, clause=by_level(Aucun="Ne se déplace pas pour le travail", Occasionnel="Se déplace parfois pour le travail", Frequent="Se déplace souvent pour le travail"))
    annees_depuis_la_derniere_promotion = Whole("Années depuis la dernière promotion", 0, 60, unit=YEARS, extract=SONDAGE, reason="voir si une évolution tarde", spellings=("annees_depuis_derniere_promotion",), example=0, lever=ASKED_ABOUT, monotone=RISING, clause=years("Dernière promotion il y a {}"))
    annes_sous_responsable_actuel = Whole("Années sous le responsable actuel", 0, 60, unit=YEARS, extract=SONDAGE, reason="tenir compte de la durée du travail avec la même personne responsable", spellings=("annees_sous_responsable_actuel",), example=5, lever=ASKED_ABOUT, clause=years("A la même personne pour responsable depuis {}"))

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

    def know(self, levels: Known) -> Self:
        """Take a text for one of a model's levels where it is that, but for its spelling."""
        for name, known in levels:
            if isinstance(field := self.fields.get(name), Text):
                field.known = Levels(dict(zip(known, known, strict=True)))
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
EXTRACTED: dict[str, Fact] = {n: f for n, f in _DECLARED.items() if isinstance(f, Fact)}
FACTS = {name: fact for name, fact in EXTRACTED.items() if not isinstance(fact, Ignored)}
IGNORED: dict[str, Ignored] = {n: f for n, f in _DECLARED.items() if isinstance(f, Ignored)}
DERIVED = tuple(name for name, field in _DECLARED.items() if isinstance(field, Derived))
ASKED = tuple(name for name, field in FACTS.items() if field.required)
REFERENCE = "id_employee"
KEPT = tuple(name for name in FACTS if name != REFERENCE)
PROTECTED = tuple(name for name, field in FACTS.items() if field.protected)
# Not nombre_participation_pee, which gives marital status away, nor the notes: a note that is
# given to lower an estimate says nothing of the work.
ACTIONABLE = tuple(name for name, field in FACTS.items() if field.lever)


# Of which each level may be usual, and a pair of them unheard of.
TOGETHER = ("departement", "poste")


def value_of(name: str, value: Any) -> Any:
    """A field's value as HR writes it."""
    return FACTS[name].serialize(name, {name: value})


def say(name: str, value: Any) -> str:
    """The clause on one field's value, as the schema loads it."""
    clause = FACTS[name].clause
    if clause is None:
        raise ValueError(f"{name} has no clause.")
    return clause(value)


@cache
def employee_schema(needed: tuple[str, ...] = (), known: Known = ()) -> EmployeeSchema:
    """The one schema of a deployment whose model needs these optional fields, knows these levels."""
    return EmployeeSchema().need(needed).know(known)


class ChangesSchema(EmployeeSchema):
    """New values of some facts, of those that an employer can act on; load it partially."""

    class Meta(EmployeeSchema.Meta):
        fields = ACTIONABLE

    error_messages = {
        "unknown": "Un employeur ne peut pas agir sur ce champ : retirez-le des changements.",
        "type": "Les changements sont un objet JSON, avec un champ par colonne.",
    }


def definition_digest() -> str:
    """The sha256 of what a model may rely on: each field's name, kind, bounds and levels."""
    return _sha256({name: _definition(field) for name, field in FACTS.items()})


def field_digest(name: str) -> str:
    """The sha256 of what a model relies on that reads this field."""
    return _sha256({name: _definition(FACTS[name])})


def _definition(field: Fact) -> dict[str, Any]:
    return {
        "kind": field.kind,
        "asked": field.required,
        "bounds": [field.low, field.high] if isinstance(field, Number) else None,
        "levels": list(field.levels) if isinstance(field, Choice | YesNo) else None,
    }


def _sha256(definition: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
