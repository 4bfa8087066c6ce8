"""The facts that a model read of a person, as a reader takes them in: with their units."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from futurisys.console.forms import written
from futurisys.console.french import NARROW, number
from futurisys.employee.fields import Number
from futurisys.employee.numbers import YEARS
from futurisys.employee.schema import FACTS, KEPT, PROTECTED
from futurisys.employee.typography import spelled

NOTHING = "–"
# What words of a field say of its unit or its scale; beside a value, the value says it.
_MEASURE = re.compile(", (en [^,]+|de ([0-9]+) à ([0-9]+))$")


def facts_read(facts: Mapping[str, Any], read: Collection[str]) -> Iterator[tuple[str, str]]:
    """The words and the value of each fact that the model read; read: its fields.

    What the law protects is for groups and for the person's own access, and stands nowhere here.
    """
    texts = written(facts)
    for name in KEPT:
        if name in read and name not in PROTECTED:
            words = _MEASURE.sub("", FACTS[name].words)
            yield words, _value(name, facts.get(name), texts.get(name, NOTHING))


def _value(name: str, value: Any, text: str) -> str:
    fact = FACTS[name]
    if value is None or not isinstance(fact, Number):
        return spelled(text)
    measure = _MEASURE.search(fact.words)
    if measure and measure[3]:
        return f"{text} sur {measure[3]}"
    behind = fact.unit.spellings[0] if fact.unit else ""
    many = "s" if fact.unit is YEARS and value >= 2 else ""
    shown = number(value) if float(value).is_integer() else text
    return f"{shown}{NARROW}{behind}{many}" if behind else shown
