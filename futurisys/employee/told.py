"""A fact as a reader takes it in: what it is called, and its value with its unit or its scale."""

import re
from typing import Any

from futurisys.employee.fields import Fact, Number
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
    shown = number(value) if float(value).is_integer() else text
    return shown + _unit(fact, value)


def averaged(name: str, value: float) -> str:
    """The mean of a number, with its unit; in thousands, a decimal says nothing more."""
    fact = FACTS[name]
    return number(value, 0 if abs(value) >= 1000 else 1) + _unit(fact, value)


def _unit(fact: Fact, value: float) -> str:
    """What stands behind a number; nothing where it has no unit."""
    unit = fact.unit if isinstance(fact, Number) else None
    many = "s" if unit is YEARS and value >= 2 else ""
    return f"{NARROW}{unit.spellings[0]}{many}" if unit else ""
