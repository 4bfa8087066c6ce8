"""The employee as a form: each field with its wording, its bounds, an example, its faults."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from futurisys.console.french import number
from futurisys.employee.fields import TEXT_MAX, Choice, Fact, Number, Percent, Real, Text, YesNo
from futurisys.employee.schema import (
    EVAL,
    FACTS,
    REFERENCE,
    SIRH,
    SONDAGE,
    employee_schema,
    value_of,
)

GROUPS = {SIRH: "Dossier du personnel", EVAL: "Évaluation annuelle", SONDAGE: "Sondage"}
HINTS = {
    REFERENCE: "Jamais gardé tel quel : au plus une empreinte, pour retrouver la personne.",
    "age": "Gardé pour mesurer l'équité.",
    "genre": "Gardé pour mesurer l'équité.",
    "statut_marital": "Gardé pour mesurer l'équité.",
}
UNREAD = "Le modèle ne le lit pas."
NAME_MAX = 64
_NAMING = re.compile("[A-Za-z0-9-]")


@dataclass(frozen=True)
class Field:
    """One field as it is shown. kind: choice, or the keyboard that a phone shows for it.

    levels: what can be chosen, or what the model knows of a free text. value: as it was typed.
    """

    name: str
    words: str
    hint: str
    kind: str
    levels: Sequence[str]
    value: str
    faults: Sequence[str]
    optional: bool


@dataclass(frozen=True)
class Group:
    """The fields of one extract."""

    title: str
    extract: str
    fields: list[Field]


def groups(
    values: Mapping[str, str],
    faults: Mapping[str, Sequence[str]],
    seen: Mapping[str, Any],
    names: Collection[str] = tuple(FACTS),
) -> list[Group]:
    """The fields `names`, grouped as the extracts are. seen: what the model has seen of each."""
    needed = employee_schema(tuple(seen_optional(seen))).fields
    found = []
    for extract, title in GROUPS.items():
        fields = [
            _field(name, FACTS[name], values.get(name, ""), faults.get(name, ()), seen, needed)
            for name in names
            if FACTS[name].extract == extract
        ]
        if fields:
            found.append(Group(title, extract, fields))
    return found


def seen_optional(seen: Mapping[str, Any]) -> Iterator[str]:
    """The optional fields that a model reads."""
    return (name for name, fact in FACTS.items() if name in seen and not fact.required)


def typed(form: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """What was typed into the fields of a form, as it was."""
    return {name: form[prefix + name] for name in FACTS if prefix + name in form}


def name_of(form: Mapping[str, str]) -> str:
    """What a page named its form, a UUID; of anything else that is sent, what can be kept."""
    return "".join(_NAMING.findall(form.get("cle", "")[:NAME_MAX]))


def parsed(values: Mapping[str, str]) -> dict[str, Any]:
    """What was typed as the schema takes it: a form's text is a spreadsheet's cell."""
    return {name: FACTS[name].parse(value.strip()) for name, value in values.items()}


def written(facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts as the schema loads them, as HR would type them."""
    values = {name: value_of(name, facts[name]) for name in FACTS if facts.get(name) is not None}
    return {name: _text(value) for name, value in values.items()}


def _field(
    name: str,
    fact: Fact,
    value: str,
    faults: Sequence[str],
    seen: Mapping[str, Any],
    needed: Mapping[str, Any],
) -> Field:
    levels: Sequence[str] = ()
    if isinstance(fact, Choice | YesNo):
        levels = list(fact.levels)
    elif isinstance(fact, Text):
        levels = seen.get(name, {}).get("levels", ())
    bounds = "" if name == REFERENCE else _bounds(fact)
    hints = [bounds, f"Exemple : {_text(fact.example)}.", HINTS.get(name, "")]
    if not fact.required and name not in seen:
        hints.append(UNREAD)
    hint = " ".join(filter(None, hints))
    optional = not needed[name].required
    return Field(name, fact.words, hint, _kind(fact), levels, value, faults, optional)


def _kind(fact: Fact) -> str:
    match fact:
        case Choice() | YesNo():
            return "choice"
        case Real() | Percent():
            return "decimal"
        case Number():
            return "numeric"
    return "text"


def _bounds(fact: Fact) -> str:
    if isinstance(fact, Text):
        return f"{TEXT_MAX} caractères au plus."
    if isinstance(fact, Number) and f"de {fact.low} à" not in fact.words:
        return f"De {number(fact.low)} à {number(fact.high)}."
    return ""


def _text(value: Any) -> str:
    """12.5 as 12,5, 11.0 as 11, and 0.00001 with all its digits, so that it can be sent again."""
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-").replace(".", ",")
    return str(value)
