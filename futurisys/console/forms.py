"""The employee as a form: each field with its wording, its bounds, an example, its faults."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from futurisys.console.french import number
from futurisys.employee.fields import TEXT_MAX, Choice, Fact, Number, Percent, Real, Text, YesNo
from futurisys.employee.levels import Levels
from futurisys.employee.schema import (
    EVAL,
    FACTS,
    REFERENCE,
    SIRH,
    SONDAGE,
    employee_schema,
    value_of,
)
from futurisys.employee.typography import exactly, spelled

GROUPS = {SIRH: "Dossier du personnel", EVAL: "Évaluation annuelle", SONDAGE: "Sondage"}
HINTS = {
    REFERENCE: "Gardé au plus sous forme d'empreinte non lisible, pour retrouver la personne.",
    "revenu_mensuel": "Brut ou net, les extraits ne le disent pas : le même que dans vos fichiers.",
    "age": "Gardé pour mesurer l'équité.",
    "genre": "Gardé pour mesurer l'équité.",
    "statut_marital": "Gardé pour mesurer l'équité.",
}
UNREAD = "Le modèle ne le lit pas."
MISSING = "Champ obligatoire."
UNKNOWN = (
    "Inconnu du modèle : l'estimation sera moins sûre. Vérifiez l'orthographe, ou choisissez dans "
    "la liste."
)
NAME_MAX = 64
_NAMING = re.compile("[A-Za-z0-9-]")


@dataclass(frozen=True)
class Field:
    """One field as it is shown. kind: choice, or the keyboard that a phone shows for it.

    options: what can be chosen, or what the model knows of a free text, each as it is sent and as
    it is read. value: as it was typed. unknown: what is said of a text that the model does not
    know; is_unknown: whether this is one.
    """

    name: str
    words: str
    hint: str
    kind: str
    options: Sequence[tuple[str, str]]
    value: str
    faults: Sequence[str]
    optional: bool
    unknown: str
    is_unknown: bool

    @property
    def beside(self) -> Sequence[str]:
        """The faults as they stand beside the field, whose wording need not be said again."""
        missing = FACTS[self.name].error_messages["required"]
        return [MISSING if fault == missing else fault for fault in self.faults]


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


def parsed(values: Mapping[str, str], seen: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as the schema takes it: a form's text is a spreadsheet's cell.

    seen: what the model has seen of each field; its levels may be typed as they are shown.
    """
    return {
        name: _sent(name, seen).get(value.strip(), FACTS[name].parse(value.strip()))
        for name, value in values.items()
    }


def written(facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts as the schema loads them, as HR would type them."""
    values = {name: value_of(name, facts[name]) for name in FACTS if facts.get(name) is not None}
    return {name: exactly(value) for name, value in values.items()}


def _field(
    name: str,
    fact: Fact,
    value: str,
    faults: Sequence[str],
    seen: Mapping[str, Any],
    needed: Mapping[str, Any],
) -> Field:
    kind = _kind(fact)
    hints = [HINTS.get(name, "")]
    if kind != "choice":
        hints = ["" if name == REFERENCE else _bounds(fact), _example(fact), *hints]
    if not fact.required and name not in seen:
        hints.append(UNREAD)
    is_open = isinstance(fact, Text) and name in seen
    return Field(
        name,
        _label(fact),
        " ".join(filter(None, hints)),
        kind,
        _options(name, fact, seen),
        spelled(value) if is_open else value,
        faults,
        optional=not needed[name].required,
        unknown=UNKNOWN if is_open else "",
        is_unknown=is_open and not _is_known(value, seen[name]["levels"]),
    )


def _label(fact: Fact) -> str:
    """A field's wording; a scale whose values are listed need not say them."""
    if isinstance(fact, Number) and fact.grades:
        return fact.words.removesuffix(_range(fact))
    return fact.words


def _options(name: str, fact: Fact, seen: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    if isinstance(fact, Number) and fact.grades:
        return [
            (str(value), f"{value} – {grade}" if grade else str(value))
            for value, grade in enumerate(fact.grades, fact.low)
        ]
    if isinstance(fact, Choice | YesNo):
        return [(level, spelled(level)) for level in fact.levels]
    return [(level, spelled(level)) for level in _levels(name, seen)]


def _levels(name: str, seen: Mapping[str, Any]) -> Sequence[str]:
    """The texts that the model knows of an open field."""
    return seen.get(name, {}).get("levels", ()) if isinstance(FACTS[name], Text) else ()


def _sent(name: str, seen: Mapping[str, Any]) -> Mapping[str, str]:
    """The levels of an open field by the way in which they are shown."""
    return {spelled(level): level for level in _levels(name, seen)}


def _is_known(value: str, levels: Sequence[str]) -> bool:
    """Whether a text is one of these levels but for its spelling; nothing is asked of no text."""
    if not value.strip():
        return True
    if len(value) > TEXT_MAX:
        return False
    known = Levels({spelling: one for one in levels for spelling in (one, spelled(one))})
    return known.find(value) is not None


def _kind(fact: Fact) -> str:
    match fact:
        case Choice() | YesNo():
            return "choice"
        case Number(grades=grades) if grades:
            return "choice"
        case Real() | Percent():
            return "decimal"
        case Number():
            return "numeric"
    return "text"


def _bounds(fact: Fact) -> str:
    """The unit, where the wording does not say it, and the bounds."""
    if not isinstance(fact, Number):
        return ""
    bounds = f"de {number(fact.low)} à {number(fact.high)}."
    if fact.unit and not any(one in fact.words.lower() for one in fact.unit.spellings):
        bounds = f"{fact.unit.words}, {bounds}"
    return bounds[0].upper() + bounds[1:]


def _range(fact: Number) -> str:
    return f", de {fact.low} à {fact.high}"


def _example(fact: Fact) -> str:
    example = number(fact.example) if isinstance(fact.example, int) else exactly(fact.example)
    return f"Exemple : {example}."


def typed_reference(typed: str, faults: dict[str, str]) -> int | None:
    """The number of a person that was typed; what is wrong with it among the faults."""
    fact = FACTS[REFERENCE]
    try:
        reference: int = fact.deserialize(fact.parse(typed))
    except ValidationError as error:
        faults[REFERENCE] = " ".join(map(str, error.messages))
        return None
    return reference
