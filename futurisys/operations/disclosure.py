"""What is kept of a person, as they are told it when they ask for it by right."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.errors import PredictionUnknown
from futurisys.operations import requests
from futurisys.operations.access import Caller
from futurisys.operations.clock import today
from futurisys.operations.journal import ACCESS, LETTER, actor_of
from futurisys.operations.privacy import DOSSIER_SECONDS, subjects_tried
from futurisys.operations.requests import Asked, subjects_of
from futurisys.operations.retention import ACTOR_MAX, Ends, ends
from futurisys.operations.sealing import unseal, unseal_note
from futurisys.operations.transactions import reading, writing
from futurisys.records import disclosure, journal, people
from futurisys.records.people import Rows
from futurisys.records.predictions import Stored, stored
from futurisys.records.retention import NOBODY

NOT_THEIRS = "Cette estimation n'est plus gardée, ou n'est pas de cette personne."


@dataclass(frozen=True)
class Estimate:
    """An estimate of a person, what came of it, and when it goes.

    reviews: what others thought of it or did, oldest first, each note in clear. fictional:
    whether the model had learnt from fictional people; None where that is not known.
    """

    kept: Stored
    reviews: Rows
    fictional: bool | None
    goes: Ends


@dataclass(frozen=True)
class Opening:
    """That something about a person was shown, handed out or written: when, and of what kind."""

    at: datetime.datetime
    action: str


@dataclass(frozen=True)
class Disclosure:
    """All that is kept of a person, the newest first.

    It names nobody else: who opened a page acted for the employer, and is a person too.
    number: theirs; None where it is not known. is_known: whether anything is kept of them at all;
    is_numbered: whether their number is, encrypted. names: what callers named their requests.
    opposed_since: when they were put on the list of those who are not estimated. departure: when
    they left and why, where that is known.
    """

    made_at: datetime.datetime
    number: int | None
    is_known: bool
    is_numbered: bool
    estimates: Sequence[Estimate]
    requests: Rows
    openings: Sequence[Opening]
    names: Sequence[str]
    opposed_since: datetime.datetime | None
    departure: Mapping[str, Any] | None


@dataclass(frozen=True)
class Explained:
    """One estimate of a person, to be explained; number: theirs, None where it is not known."""

    made_at: datetime.datetime
    number: int | None
    estimate: Estimate


def disclose(reference: int, actor: str) -> Disclosure:
    """All that is kept of a person, and a line in the journal."""
    with writing(DOSSIER_SECONDS) as connection:
        return _handed(connection, subjects_tried(reference), reference, actor)


def hand_over(request_id: str, caller: Caller) -> Disclosure:
    """All that is kept of whoever made a request, and a line; raises RequestUnknown."""
    asked = requests.find(request_id)
    with writing(DOSSIER_SECONDS) as connection:
        return _handed(connection, subjects_of(asked), asked.number, actor_of(caller))


def explain(request_id: str, identifier: str, caller: Caller) -> Explained:
    """An estimate of whoever made a request, and a line.

    Raises RequestUnknown, and PredictionUnknown where it is not theirs.
    """
    asked = requests.find(request_id)
    with writing(DOSSIER_SECONDS) as connection:
        return _explained(
            connection, subjects_of(asked), asked.number, identifier, actor_of(caller)
        )


def estimates_of(asked: Asked) -> list[Any]:
    """Rows (id, created_at, line, word) of whoever made a request, the newest first."""
    with reading() as connection:
        return disclosure.estimates(connection, subjects_of(asked))


def _explained(
    connection: sa.Connection,
    subjects: Sequence[str],
    number: int | None,
    identifier: str,
    actor: str,
) -> Explained:
    """One estimate of a person, and a line in the journal; raises PredictionUnknown."""
    kept = people.everything(connection, subjects)
    for one in _estimates(connection, kept):
        if one.kept.identifier == identifier:
            about = kept["inputs"][0]["subject"]
            journal.note(connection, LETTER, actor[:ACTOR_MAX], 1, about)
            return Explained(datetime.datetime.now(datetime.UTC), number, one)
    raise PredictionUnknown(NOT_THEIRS)


def _handed(
    connection: sa.Connection, subjects: Sequence[str], number: int | None, actor: str
) -> Disclosure:
    """All that is kept of a person, as it was before the line that says that it was handed out."""
    kept = people.everything(connection, subjects)
    found = _disclosed(connection, subjects, number, kept)
    known = [row["subject"] for row in (*kept["people"], *kept["inputs"])]
    about = known[0] if known else None
    journal.note(connection, ACCESS, actor[:ACTOR_MAX], len(found.estimates), about)
    return found


def _disclosed(
    connection: sa.Connection,
    subjects: Sequence[str],
    number: int | None,
    kept: Mapping[str, Rows],
) -> Disclosure:
    salts = [row["salt"] for row in kept["people"] if row["salt"]]
    return Disclosure(
        made_at=datetime.datetime.now(datetime.UTC),
        number=number,
        is_known=any(kept.values()),
        is_numbered=any(unseal(row["subject"], row["number"]) for row in kept["people"]),
        estimates=list(_estimates(connection, kept))[::-1],
        requests=kept["requests"][::-1],
        openings=[Opening(row.created_at, row.action) for row in journal.about(connection, salts)],
        names=[row["key"] for row in kept["idempotency_keys"]],
        opposed_since=disclosure.opposed_since(connection, subjects),
        departure=max(kept["outcomes"], key=lambda row: row["created_at"], default=None),
    )


def _estimates(connection: sa.Connection, kept: Mapping[str, Rows]) -> Iterator[Estimate]:
    inputs = {row["id"]: row for row in kept["inputs"]}
    answers = [stored(inputs[row["input_id"]] | row) for row in kept["predictions"]]
    lots = {one.batch_id for one in answers if one.batch_id}
    fictional = disclosure.fictional(connection, lots)
    for one in answers:
        reviews = [
            _review(row) for row in kept["reviews"] if row["prediction_id"] == one.identifier
        ]
        yield Estimate(
            one,
            reviews,
            fictional.get(one.batch_id or ""),
            ends(one.created_at, one.sender == NOBODY),
        )


def _review(row: Mapping[str, Any]) -> dict[str, Any]:
    """A review with its note in clear; a day to come back to that is past is none."""
    is_past = row["back_on"] and row["back_on"] < today()
    told = {"note": unseal_note(row["id"], row["note"])}
    return dict(row) | told | ({"back_on": None} if is_past else {})
