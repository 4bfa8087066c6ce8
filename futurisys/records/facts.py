"""The facts that are kept of each person, the newest, for another model to be asked about them."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from futurisys.employee.schema import KEPT
from futurisys.records.history import first_id
from futurisys.records.predictions import by_column
from futurisys.records.tables import Input
from futurisys.records.withheld import withheld

_inputs = Input.__table__
# Ids of one statement.
BLOCK = 1000


def newest(
    connection: sa.Connection, names: Sequence[str], since: datetime.datetime | None
) -> Mapping[str, Sequence[Any]]:
    """The named facts of each person, as columns; an empty one is forgotten, or was never given.

    since: of whoever was asked about from then on. Whoever is not to be estimated is left out; of
    people without a hash those with the same facts count as one, as in `records.segments`.
    """
    unknown = _inputs.c.subject.is_(None)
    person = [_inputs.c.subject, *(sa.case((unknown, _inputs.c[name])) for name in KEPT)]
    rank = sa.func.row_number().over(partition_by=person, order_by=_inputs.c.id.desc())
    ranked = sa.select(*(_inputs.c[name] for name in names), rank.label("rank")).where(_estimable())
    if since:
        ranked = ranked.where(_inputs.c.id >= first_id(since))
    latest = ranked.subquery()
    wanted = sa.select(*(latest.c[name] for name in names)).where(latest.c.rank == 1)
    return by_column(names, connection.execute(wanted).all())


def of_inputs(
    connection: sa.Connection, names: Sequence[str], identifiers: Iterable[str]
) -> dict[str, Sequence[Any]]:
    """The named facts of inputs by their ids; of whoever is not to be estimated there are none."""
    wanted = list(identifiers)
    found: dict[str, Sequence[Any]] = {}
    for start in range(0, len(wanted), BLOCK):
        found |= _block(connection, names, wanted[start : start + BLOCK])
    return found


def _block(
    connection: sa.Connection, names: Sequence[str], identifiers: Collection[str]
) -> dict[str, Sequence[Any]]:
    facts = (_inputs.c[name] for name in names)
    wanted = sa.select(_inputs.c.id, *facts).where(_inputs.c.id.in_(identifiers), _estimable())
    return {row[0]: tuple(row[1:]) for row in connection.execute(wanted)}


def _estimable() -> sa.ColumnElement[bool]:
    """Who may be estimated: commands see whoever is withheld, and estimate them no more."""
    hidden = sa.text(withheld()).columns(_inputs.c.subject.label("subject"))
    subject = _inputs.c.subject
    return sa.or_(subject.is_(None), subject.not_in(sa.select(hidden.subquery().c.subject)))
