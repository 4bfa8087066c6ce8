"""The facts that a model read of a person, as a reader takes them in: with their units."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from futurisys.employee.schema import KEPT, PROTECTED
from futurisys.employee.told import called, told


def facts_read(facts: Mapping[str, Any], read: Collection[str]) -> Iterator[tuple[str, str]]:
    """The words and the value of each fact that the model read; read: its fields.

    What the law protects is for groups and for the person's own access, and stands nowhere here.
    """
    for name in KEPT:
        if name in read and name not in PROTECTED:
            yield called(name), told(name, facts.get(name))
