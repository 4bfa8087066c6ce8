"""Which models answered, and who decided that they should."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.operations.transactions import reading
from futurisys.records import models as records

LISTING_SECONDS = 30


@dataclass(frozen=True)
class Decided:
    """A model that was decided on, or one that answered although nobody had.

    first, last: when it first and last answered of what is kept, whoever decided meanwhile; None
    where it did not. is_served: whether it is the one that answers now. Of a model that nobody
    decided on only these and the version are known.
    """

    version: str
    first: datetime.datetime | None
    last: datetime.datetime | None
    is_served: bool
    identifier: str | None = None
    digest: str = ""
    address: str = ""
    author: str = ""
    reason: str = ""
    forced: bool = False
    decided_at: datetime.datetime | None = None
    comparison: Mapping[str, Any] | None = None


def listing(served: str | None) -> Sequence[Decided]:
    """The decisions, the newest first, then the models that answered without one.

    served: the version of the model that answers now.
    """
    with reading(LISTING_SECONDS) as connection:
        decisions = records.decisions(connection)
        answered = {row.version: (row.first, row.last) for row in records.answers(connection)}
    return list(_listed(decisions, answered, served))


def decided(identifier: str) -> Decided | None:
    """One decision, with the comparison that it was made on; None where there is none."""
    with reading(LISTING_SECONDS) as connection:
        row = records.decision(connection, identifier)
    return None if row is None else _of(row, (None, None), False)


def _listed(
    decisions: Sequence[Any], answered: Mapping[str, tuple[Any, Any]], served: str | None
) -> Iterator[Decided]:
    newest = True
    for row in decisions:
        is_served = newest and row.version == served
        newest = newest and not is_served
        yield _of(row, answered.get(row.version, (None, None)), is_served)
    known = {row.version for row in decisions}
    others = {**answered, **({served: answered.get(served, (None, None))} if served else {})}
    for version in sorted(others.keys() - known, reverse=True):
        yield Decided(version, *others[version], is_served=version == served)


def _of(row: Any, ends: tuple[Any, Any], is_served: bool) -> Decided:
    told = (row.digest, row.address, row.author, row.reason, row.forced, row.created_at)
    return Decided(row.version, *ends, is_served, row.id, *told, row.comparison)
