"""The employee's fields and the answer's members as SQLAlchemy columns, from their declarations."""

from typing import Any

import sqlalchemy as sa

from futurisys.employee import fields
from futurisys.employee.answer import KINDS, MEMBERS
from futurisys.employee.schema import FACTS, KEPT


def column_type(fact: fields.Fact) -> sa.types.TypeEngine[Any]:
    """The database type that holds every value of a field, neither rounded nor cut."""
    match fact:
        case fields.Whole():
            return sa.Integer()
        case fields.Real() | fields.Percent():
            return sa.Double()
        case fields.YesNo():
            return sa.Boolean()
        case fields.Choice():
            return sa.String(max(map(len, fact.levels)))
        case fields.Text():
            return sa.String(fields.TEXT_MAX)
    raise TypeError(f"{type(fact).__name__} has no column type.")


EFFECT = "effet_"


def employee_columns() -> dict[str, sa.Column[Any]]:
    """A new column for each field that is kept, by name, in the schema's order.

    Each may be empty: that a field is asked for is a rule of a request, not of what was kept.
    """
    return {name: sa.Column(name, column_type(FACTS[name]), nullable=True) for name in KEPT}


def answer_columns() -> dict[str, sa.Column[Any]]:
    """A new column for each member of an answer, by name, in the order of their declaration."""
    return {
        name: sa.Column(name, _member_type(KINDS[name], member.size), nullable=member.nullable)
        for name, member in MEMBERS.items()
    }


def _member_type(kind: Any, size: int) -> sa.types.TypeEngine[Any]:
    """The database type of a member: what is neither a number nor a text is a document."""
    if kind is str:
        return sa.String(size)
    return sa.Double() if kind is float else sa.JSON()


def effect_columns() -> dict[str, sa.Column[Any]]:
    """A new column for each field's effect on the log-odds, by field; empty where a model has none.

    Typed columns rather than a document: a reason outlives its model, and can be averaged in SQL.
    """
    return {name: sa.Column(EFFECT + name, sa.Double, nullable=True) for name in KEPT}
