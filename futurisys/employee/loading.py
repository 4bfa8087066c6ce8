"""An employee as the schema loads it, at the price of the values that it has not judged yet.

HR's values repeat: a satisfaction is one of four, a department one of a few. Each is judged once,
by the schema's own field; whoever has one that is not plainly right is the schema's to refuse.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError

from futurisys.employee.fields import TEXT_MAX
from futurisys.employee.schema import IGNORED, REFERENCE, Known, disagreements, employee_schema

# Of each field; of the longest that all fields take, it is 12 MB.
REMEMBERED = 5_000


class _Judged(dict[tuple[type, Any], Any]):
    """What a field makes of each value that it takes, by type and value; refusals are not kept."""

    def __init__(self, field: Any) -> None:
        self._field = field

    def __missing__(self, key: tuple[type, Any]) -> Any:
        value = self._field.deserialize(key[1])
        if self._is_worth_a_place(*key):
            if len(self) >= REMEMBERED:
                self.clear()
            self[key] = value
        return value

    def _is_worth_a_place(self, kind: type, sent: Any) -> bool:
        """Whether a good value may be remembered: not who a person is, nor long white space."""
        if self._field.name == REFERENCE:
            return False
        # -0.0 would come back as 0.0.
        return len(sent) <= TEXT_MAX if kind is str else (kind, sent) != (float, 0.0)


class Loader:
    """Loads employees exactly as a schema does, with the same errors."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._judged = {
            name: _Judged(field) for name, field in schema.fields.items() if name not in IGNORED
        }
        self._required = {name for name, field in schema.fields.items() if field.required}

    def load(self, document: Any) -> dict[str, Any]:
        """The facts of an employee; raises ValidationError as the schema does."""
        facts = self._plain(document) if type(document) is dict else None
        return self._schema.load(document) if facts is None else facts

    def judge(self, document: Mapping[str, Any]) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
        """The facts of an employee, or none and the fields that are refused."""
        try:
            return self.load(dict(document)), ()
        except ValidationError as error:
            return None, tuple(sorted(error.messages_dict))

    def _plain(self, document: Mapping[str, Any]) -> dict[str, Any] | None:
        """The facts, where nothing at all is to be said against them."""
        facts, judged = {}, self._judged
        try:
            for name, value in document.items():
                if name not in IGNORED:
                    facts[name] = judged[name][type(value), value]
        except (KeyError, TypeError, ValidationError):
            return None
        if not self._required <= facts.keys() or disagreements(facts):
            return None
        return facts


@cache
def employee_loader(needed: tuple[str, ...] = (), known: Known = ()) -> Loader:
    """The loader of a deployment whose model needs these optional fields, knows these levels."""
    return Loader(employee_schema(needed, known))
