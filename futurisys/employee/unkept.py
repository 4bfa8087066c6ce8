"""Columns that are known and never kept: those that say nothing, and those that are computed."""

from typing import Any

from marshmallow import fields
from marshmallow.utils import missing as MISSING

from futurisys.employee.fields import Fact


class Ignored(Fact):
    """A column of the extracts that says nothing of the employee: accepted, never kept."""

    expected = "cette colonne est ignorée"

    def __init__(self, words: str, **options: Any) -> None:
        super().__init__(words, optional=True, **options)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return MISSING


class Derived(fields.Field[Any]):
    """A column that clients of the older service had to compute, and that this one refuses."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if value is not MISSING:
            raise self.make_error("computed")
        return MISSING

    default_error_messages = {"computed": "Calculé par le service, retirez-le."}
