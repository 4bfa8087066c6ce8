"""How much reasons weigh, as SQL."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT, PROTECTED
from futurisys.records.tables import Prediction

_kept = Prediction.__table__.c
# What the law protects is never a reason that is told.
TOLD = tuple(name for name in KEPT if name not in PROTECTED)


class _Largest(FunctionElement[float]):
    """The largest of several values, none of them empty."""

    type = sa.Double()
    inherit_cache = True


@compiles(_Largest)
def _greatest(element: _Largest, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


@compiles(_Largest, "sqlite")
def _max(element: _Largest, compiler: Any, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


def heaviest() -> sa.ColumnElement[float]:
    """The weight of the heaviest reason of an answer, on the log-odds, whichever way."""
    return _Largest(*(sa.func.coalesce(sa.func.abs(_kept[EFFECT + name]), 0) for name in TOLD))
