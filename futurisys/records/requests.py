"""What people ask for by right: recorded, listed, extended and closed."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.persons import Opposed, Person, Request
from futurisys.records.tables import Input, Prediction
from futurisys.records.withheld import withheld as withheld_sql

_requests, _people, _opposed = Request.__table__, Person.__table__, Opposed.__table__
_inputs, _predictions = Input.__table__, Prediction.__table__
_OPPOSE = """
INSERT INTO opposed (subject, created_at) VALUES (:subject, :created_at)
ON CONFLICT (subject) DO NOTHING
""".strip()


def add(connection: sa.Connection, row: dict[str, Any]) -> None:
    """Record what somebody asks for."""
    connection.execute(sa.insert(_requests), row)


def every(connection: sa.Connection) -> list[Any]:
    """All of them with the sealed number of whose they are, those first that are due first."""
    return list(connection.execute(_numbered().order_by(_requests.c.due_on, _requests.c.id)))


def find(connection: sa.Connection, identifier: str) -> Any | None:
    """One of them as `every` has it, where there is such a one."""
    return connection.execute(_numbered().where(_requests.c.id == identifier)).one_or_none()


def same(connection: sa.Connection, asked: Mapping[str, Any]) -> Any | None:
    """An open one that has these values, where there is such a one."""
    alike = (_requests.c[name].is_not_distinct_from(value) for name, value in asked.items())
    wanted = _numbered().where(*alike, _requests.c.outcome.is_(None))
    return connection.execute(wanted.order_by(_requests.c.id).limit(1)).one_or_none()


def change(connection: sa.Connection, identifier: str, values: dict[str, Any]) -> bool:
    """Have one that is open get other values; False where none is open under this id."""
    wanted = _requests.c.id == identifier, _requests.c.outcome.is_(None)
    changed = connection.execute(sa.update(_requests).where(*wanted).values(values))
    return bool(changed.rowcount)


def is_about(connection: sa.Connection, prediction_id: str, subjects: Collection[str]) -> bool:
    """Whether an estimate is a person's."""
    wanted = sa.select(_predictions.c.id).join_from(_predictions, _inputs)
    wanted = wanted.where(_predictions.c.id == prediction_id, _inputs.c.subject.in_(subjects))
    return connection.scalar(exempt(wanted, Exempt.RIGHTS)) is not None


def withheld(connection: sa.Connection, subjects: Collection[str] | None = None) -> frozenset[str]:
    """The hashes of those who are neither shown nor estimated; subjects: of these alone."""
    found = sa.text(withheld_sql()).columns(sa.column("subject", sa.String)).subquery("withheld")
    wanted = sa.select(found.c.subject)
    if subjects is not None:
        wanted = wanted.where(found.c.subject.in_(subjects))
    return frozenset(connection.scalars(exempt(wanted, Exempt.BEFORE_WRITING)))


def hides(connection: sa.Connection, batch_id: str) -> bool:
    """Whether somebody of a file is not shown, among those whom the caller would see."""
    hidden = sa.text(withheld_sql()).columns(sa.column("subject", sa.String)).subquery("withheld")
    wanted = sa.select(_predictions.c.id).join_from(_predictions, _inputs)
    wanted = wanted.where(
        _predictions.c.batch_id == batch_id, _inputs.c.subject.in_(sa.select(hidden.c.subject))
    )
    return connection.scalar(exempt(wanted.limit(1), Exempt.UNNAMED)) is not None


def asking(connection: sa.Connection) -> frozenset[str]:
    """The hashes of those who have asked for something and are not answered yet."""
    wanted = sa.select(_requests.c.subject).where(_requests.c.outcome.is_(None)).distinct()
    return frozenset(connection.scalars(exempt(wanted, Exempt.BEFORE_WRITING)))


def open_of(connection: sa.Connection, subjects: Collection[str]) -> int:
    """How many requests of a person are not answered yet."""
    wanted = sa.select(sa.func.count()).select_from(_requests)
    wanted = wanted.where(_requests.c.subject.in_(subjects), _requests.c.outcome.is_(None))
    return connection.scalar(exempt(wanted, Exempt.BEFORE_WRITING)) or 0


def opposed(connection: sa.Connection, subjects: Collection[str]) -> frozenset[str]:
    """Those of some hashes that are on the list of who is not estimated any more."""
    wanted = sa.select(_opposed.c.subject).where(_opposed.c.subject.in_(subjects))
    return frozenset(connection.scalars(wanted))


def oppose(connection: sa.Connection, subjects: Iterable[str], now: datetime.datetime) -> None:
    """Have somebody be on the list of those who are not estimated, under each of their hashes."""
    for subject in subjects:
        connection.execute(sa.text(_OPPOSE), {"subject": subject, "created_at": now})


def _numbered() -> sa.Select[Any]:
    whose = _people.c.subject == _requests.c.subject
    wanted = sa.select(_requests, _people.c.number).outerjoin_from(_requests, _people, whose)
    return exempt(wanted, Exempt.RIGHTS)
