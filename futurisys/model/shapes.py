"""What a JSON document must be like: a shape is declared as data, and one function holds to it.

A dict has at least these members; `Each` may have any names; [shape] is a list of such; a tuple
lists what will do; a function answers for everything else.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from futurisys.errors import ArtifactError

Shape = Any
# Beyond it sums are no longer finite.
NUMBER_MAX = 1e100


@dataclass(frozen=True)
class Each:
    """An object of which every member has one shape, whatever it is called."""

    inner: Shape
    names: tuple[str, ...] = ()  # Members that must be among them.


@dataclass(frozen=True)
class Maybe:
    """A member that may be left out."""

    inner: Shape


def number(value: Any) -> bool:
    """A number that can be calculated with: neither true nor NaN, nor one beyond all measure."""
    return isinstance(value, int | float) and not flag(value) and abs(value) < NUMBER_MAX


def positive(value: Any) -> bool:
    return number(value) and value > 0


def amount(value: Any) -> bool:
    return number(value) and value >= 0


def share(value: Any) -> bool:
    return number(value) and 0 <= value <= 1


def count(value: Any) -> bool:
    return number(value) and value >= 0 and value == int(value)


def days(value: Any) -> bool:
    """A whole number of days, one at least."""
    return count(value) and value > 0


def text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def pair(value: Any) -> bool:
    """A list of two texts."""
    return isinstance(value, list) and len(value) == 2 and all(map(text, value))


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def null(value: Any) -> bool:
    return value is None


def moment(value: Any) -> bool:
    """An ISO 8601 moment."""
    try:
        return text(value) and bool(datetime.datetime.fromisoformat(value))
    except ValueError:
        return False


def check(name: str, document: Any, shape: Shape) -> None:
    """Raise ArtifactError, which names the first member of a document that is not of its shape."""
    for path in _faults(document, shape, ""):
        if not path:
            raise ArtifactError("shape", name=name)
        raise ArtifactError("member", name=name, member=path[1:])


def _faults(value: Any, shape: Shape, path: str) -> Iterator[str]:
    match shape, value:
        case Maybe(inner), _:
            yield from _faults(value, inner, path)
        case tuple(), _:
            if not any(fits(value, one) for one in shape):
                yield path
        case dict(), dict():
            for name, inner in shape.items():
                if name in value:
                    yield from _faults(value[name], inner, f"{path}.{name}")
                elif not isinstance(inner, Maybe):
                    yield f"{path}.{name}"
        case Each(inner, names), dict():
            yield from (f"{path}.{name}" for name in names if name not in value)
            for name, own in value.items():
                yield from _faults(own, inner, f"{path}.{name}")
        case [inner], list():
            for index, own in enumerate(value):
                yield from _faults(own, inner, f"{path}.{index}")
        case _:
            if not callable(shape) or not shape(value):
                yield path


def fits(value: Any, shape: Shape) -> bool:
    """Whether a value is of a shape."""
    return next(_faults(value, shape, ""), None) is None
