"""A person's rows belong to those who know the reference: found, handed out, erased."""

import datetime
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app

from futurisys.errors import PurgeRefused
from futurisys.operations.journal import EXPORT
from futurisys.operations.retention import ACTOR_MAX, FLOOR_DAYS
from futurisys.operations.sealing import unseal, unseal_note
from futurisys.operations.transactions import writing
from futurisys.records import journal, people, requests
from futurisys.records.history import first_id
from futurisys.records.people import Gone, Rows
from futurisys.records.predictions import Stored, stored

DOSSIER_SECONDS = 600
_WARNED = "futurisys.reference_dropped"


def subject_of(reference: int | None) -> str | None:
    """The keyed hash under which a person's reference is kept; None where it is not kept.

    HMAC rather than a plain hash: references are few, and without the key all could be tried.
    """
    if reference is None:
        return None
    subjects = subjects_tried(reference)
    if not subjects:
        _warn_once()
        return None
    return subjects[0]


def subjects_tried(reference: int) -> tuple[str, ...]:
    """The hashes under which a person may be kept, one for each key, the one in use first."""
    keys = current_app.config["FUTURISYS_SUBJECT_KEY"]
    told = str(reference).encode()
    return tuple(hmac.new(key.encode(), told, hashlib.sha256).hexdigest() for key in keys)


def subjects_of(references: Sequence[int | None]) -> list[str | None]:
    """`subject_of` each."""
    if current_app.config["FUTURISYS_SUBJECT_KEY"]:
        return [subject_of(reference) for reference in references]
    subject_of(next((reference for reference in references if reference is not None), None))
    return [None] * len(references)


@dataclass(frozen=True)
class Dossier:
    """All that is kept of a person: predictions, and the rows of other tables by their names."""

    predictions: list[Stored]
    others: Mapping[str, Rows]


def export(reference: int, actor: str) -> Dossier:
    """All that is kept of a person, oldest first, and a line in the journal."""
    subjects = subjects_tried(reference)
    with writing(DOSSIER_SECONDS) as connection:
        kept = dict(people.everything(connection, subjects)) if subjects else {}
        for row in kept.get("people", []):
            row["number"] = unseal(row["subject"], row["number"])
            del row["salt"]
        for row in kept.get("reviews", []):
            row["note"] = unseal_note(row["id"], row["note"])
        about = [row["subject"] for name in ("people", "inputs") for row in kept.get(name, [])]
        inputs = {row["id"]: row for row in kept.pop("inputs", [])}
        found = [stored(inputs[row["input_id"]] | row) for row in kept.pop("predictions", [])]
        journal.note(connection, EXPORT, actor[:ACTOR_MAX], len(found), next(iter(about), None))
    return Dossier(found, kept)


@dataclass(frozen=True)
class Erased:
    """How much of a person was removed, and whether they oppose to being estimated.

    requests: how many, open ones too; waiting: of these, how many were not answered yet. Their
    hash stays on the list of those who do, for without it the next file would name them anew.
    """

    predictions: int
    requests: int
    waiting: int
    opposed: bool


def erase(reference: int, actor: str) -> Erased:
    """Remove all that is kept of a person but that they oppose, and leave a line."""
    subjects = subjects_tried(reference)
    with writing(DOSSIER_SECONDS) as connection:
        erased = people.erase(connection, subjects)
        opposed = bool(requests.opposed(connection, subjects))
        journal.note(connection, "erase", actor[:ACTOR_MAX], erased.predictions)
    return Erased(*erased, opposed)


def purge(days: int, actor: str, floor: int = FLOOR_DAYS) -> Gone:
    """Remove what is older than so many days, but what a request is about, and leave a line.

    Raises PurgeRefused below the floor: what HR has just been told must stay explicable.
    """
    if days < floor:
        raise PurgeRefused(floor)
    oldest = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
    with writing(DOSSIER_SECONDS) as connection:
        gone = people.purge(connection, first_id(oldest))
        journal.note(connection, "purge", actor[:ACTOR_MAX], gone.removed)
    return gone


def _warn_once() -> None:
    if not current_app.extensions.get(_WARNED):
        current_app.extensions[_WARNED] = True
        current_app.logger.warning(
            "FUTURISYS_SUBJECT_KEY is not set: references are checked and dropped."
        )
