"""A fact as a reader takes it in: what it is called, and its value with its unit or its scale."""

import re
from typing import Any

from futurisys.employee.fields import Number
from futurisys.employee.numbers import YEARS
from futurisys.employee.schema import FACTS, value_of
from futurisys.employee.typography import NARROW, exactly, number, spelled

NOTHING = "–"
# Levels of the extracts that are no words.
_PEOPLE = {"genre": {"F": "Femmes", "M": "Hommes"}}
# What words of a field say of its unit or its scale; beside a value, the value says it.
_MEASURE = re.compile(", (en [^,]+|de ([0-9]+) à ([0-9]+))$")


def grouped(level: str, name: str) -> str:
    """A field's level as what a group of people is called; files and programs keep the level."""
    return _PEOPLE.get(name, {}).get(level) or spelled(level)


def called(name: str) -> str:
    """What a field is called beside its value."""
    return _MEASURE.sub("", FACTS[name].words)


def told(name: str, value: Any) -> str:
    """A field's value, as the schema loads it."""
    fact = FACTS[name]
    if value is None:
        return NOTHING
    text = exactly(value_of(name, value))
    if not isinstance(fact, Number):
        return spelled(text)
    measure = _MEASURE.search(fact.words)
    if measure and measure[3]:
        return f"{text} sur {measure[3]}"
    behind = fact.unit.spellings[0] if fact.unit else ""
    many = "s" if fact.unit is YEARS and value >= 2 else ""
    shown = number(value) if float(value).is_integer() else text
    return f"{shown}{NARROW}{behind}{many}" if behind else shown
