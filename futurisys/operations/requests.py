"""What people ask for by right: recorded for a number, answered in time, and closed."""

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from futurisys.errors import RequestRefused, RequestUnknown
from futurisys.operations.access import Caller
from futurisys.operations.clock import today
from futurisys.operations.journal import REQUEST, actor_of
from futurisys.operations.privacy import subjects_tried
from futurisys.operations.rekeying import gather
from futurisys.operations.sealing import unseal
from futurisys.operations.transactions import reading, writing
from futurisys.records import journal, requests
from futurisys.records.predictions import new_id
from futurisys.records.withheld import CONTEST, LIMITATION, OPPOSITION

LISTING_SECONDS = 30
RECORDING_SECONDS = 30
# What may be asked for, by the word under which it is kept.
RECTIFICATION, ACCESS = "rectification", "accès"
KINDS: Mapping[str, str] = {
    RECTIFICATION: "Rectification",
    LIMITATION: "Limitation",
    OPPOSITION: "Opposition",
    CONTEST: "Contestation d'une décision",
    ACCESS: "Accès",
}
# How it may end; an opposition that is accepted has no end.
ACCEPTED, REFUSED, WITHDRAWN = "acceptée", "refusée", "retirée"
OUTCOMES = (ACCEPTED, REFUSED, WITHDRAWN)
# GDPR, article 12(3): so many months after it was received, and so many more where that is told.
MONTHS, MORE_MONTHS = 1, 2
REASON_MAX = 200
UNKNOWN = "Aucune demande n'est connue sous cet identifiant."
KIND = "Choisissez une des demandes de la liste."
OUTCOME = "Choisissez une des issues de la liste."
LATER = "Une demande ne peut pas être reçue après aujourd'hui : corrigez la date."
REASON = f"Donnez le motif de la prolongation, en {REASON_MAX} caractères au plus."
EXTENDED = "Cette demande a déjà été prolongée : répondez-y."
TOO_LATE = (
    "Une prolongation se dit à la personne dans le mois qui suit sa demande : ce délai est passé, "
    "répondez-lui."
)
CLOSED = "Cette demande est déjà close."
NOT_THEIRS = "Cette estimation n'est pas gardée, ou n'est pas de cette personne."
NO_KEY = (
    "Les numéros de personnes ne sont pas gardés par ce service : demandez à l'équipe technique de "
    "régler FUTURISYS_SUBJECT_KEY."
)


@dataclass(frozen=True)
class Asked:
    """What a person asks for by right.

    number: theirs; None where it is not kept. prediction_id, due_on, extension, outcome,
    closed_at, author: as `records.persons.Request` has them.
    """

    identifier: str
    subject: str
    number: int | None
    kind: str
    prediction_id: str | None
    received_on: datetime.date
    due_on: datetime.date
    extension: str | None
    outcome: str | None
    closed_at: datetime.datetime | None
    author: str


def record(
    caller: Caller,
    reference: int,
    kind: str,
    received_on: datetime.date,
    prediction_id: str | None = None,
) -> Asked:
    """Record what the person with this number asks for; raises RequestRefused.

    Where the same is recorded already, and open, it is that request: a form may be sent twice.
    """
    if kind not in KINDS:
        raise RequestRefused(KIND)
    if received_on > today():
        raise RequestRefused(LATER)
    if not subjects_tried(reference):
        raise RequestRefused(NO_KEY)
    identifier, now = new_id()
    with writing(RECORDING_SECONDS) as connection:
        subject = gather(connection, reference)
        if prediction_id and not requests.is_about(connection, prediction_id, [subject]):
            raise RequestRefused(NOT_THEIRS)
        asked = {
            "subject": subject,
            "kind": kind,
            "prediction_id": prediction_id,
            "received_on": received_on,
        }
        if known := requests.same(connection, asked):
            return _asked(known)
        row = asked | {
            "id": identifier,
            "due_on": _months_after(received_on, MONTHS),
            "holder": caller.holder,
            "author": caller.name,
            "created_at": now,
        }
        requests.add(connection, row)
        return _noted(connection, caller, identifier)


def every() -> list[Asked]:
    """All that is asked for or was, the most urgent first."""
    with reading(LISTING_SECONDS) as connection:
        return [_asked(row) for row in requests.every(connection)]


def find(identifier: str) -> Asked:
    """One of them; raises RequestUnknown."""
    with reading() as connection:
        return _found(connection, identifier)


def extend(caller: Caller, identifier: str, reason: str) -> Asked:
    """Have the answer be due later, and say why; raises RequestRefused, RequestUnknown."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_MAX:
        raise RequestRefused(REASON)
    with writing() as connection:
        found = _open(connection, identifier)
        if found.extension:
            raise RequestRefused(EXTENDED)
        if today() > found.due_on:
            raise RequestRefused(TOO_LATE)
        due = _months_after(found.received_on, MONTHS + MORE_MONTHS)
        return _changed(connection, caller, found, {"due_on": due, "extension": reason})


def close(caller: Caller, identifier: str, outcome: str) -> Asked:
    """Say what came of it; raises RequestRefused, RequestUnknown.

    With an opposition that is accepted the person is not estimated any more, under any of the keys
    that their number is hashed with; under the one of the request alone where it is not kept.
    """
    if outcome not in OUTCOMES:
        raise RequestRefused(OUTCOME)
    now = datetime.datetime.now(datetime.UTC)
    with writing() as connection:
        found = _open(connection, identifier)
        if found.kind == OPPOSITION and outcome == ACCEPTED:
            requests.oppose(connection, subjects_of(found), now)
        return _changed(connection, caller, found, {"outcome": outcome, "closed_at": now})


def subjects_of(asked: Asked) -> Sequence[str]:
    """The hashes under which whoever made a request may be kept."""
    tried = () if asked.number is None else subjects_tried(asked.number)
    return sorted({asked.subject, *tried})


def _open(connection: sa.Connection, identifier: str) -> Asked:
    found = _found(connection, identifier)
    if found.outcome:
        raise RequestRefused(CLOSED)
    return found


def _changed(
    connection: sa.Connection, caller: Caller, found: Asked, values: dict[str, Any]
) -> Asked:
    if not requests.change(connection, found.identifier, values):
        raise RequestRefused(CLOSED)
    return _noted(connection, caller, found.identifier)


def _noted(connection: sa.Connection, caller: Caller, identifier: str) -> Asked:
    """A request as it has just become, once the journal has a line about it."""
    found = _found(connection, identifier)
    journal.note(connection, REQUEST, actor_of(caller), 1, found.subject)
    return found


def _found(connection: sa.Connection, identifier: str) -> Asked:
    row = requests.find(connection, identifier)
    if row is None:
        raise RequestUnknown(UNKNOWN)
    return _asked(row)


def _asked(row: Any) -> Asked:
    number = unseal(row.subject, row.number)
    about = row.kind, row.prediction_id, row.received_on, row.due_on
    return Asked(
        row.id, row.subject, number, *about, row.extension, row.outcome, row.closed_at, row.author
    )


def _months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return datetime.date(day.year + years, month + 1, min(day.day, last))
