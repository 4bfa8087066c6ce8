"""People found and encrypted by another key: hash, number and notes in one transaction."""

from dataclasses import dataclass

import sqlalchemy as sa

from futurisys.errors import FuturisysError
from futurisys.operations.privacy import subject_of, subjects_tried
from futurisys.operations.sealing import seal_note, sealer, unseal, unseal_note
from futurisys.operations.transactions import writing
from futurisys.records import rekeying, reviews
from futurisys.records.newcomers import Newcomers
from futurisys.records.perimeter import Exempt, exempted
from futurisys.records.rekeying import Moves

REKEY_SECONDS = 3600
NO_NUMBERS = (
    "Only where numbers are kept can people be found under another key: set FUTURISYS_SUBJECT_KEY "
    "and FUTURISYS_NUMBERS_KEY, the new key first, then the old one."
)

NO_HASHES = "People are found by their numbers where FUTURISYS_SUBJECT_KEY is set."


@dataclass(frozen=True)
class Rekeyed:
    """How many people are kept under the first keys now, and how many stay under another.

    notes: how many notes about people no key reads any more.
    """

    moved: int
    left: int
    notes: int


def gather(connection: sa.Connection, reference: int) -> str:
    """Have all that is kept of a person be found by the key in use; returns their hash by it.

    Who was not known has a row among the people then. Raises FuturisysError without a key.
    """
    subjects, seal = subjects_tried(reference), sealer()
    if not subjects:
        raise FuturisysError(NO_HASHES)
    with exempted(connection, Exempt.RIGHTS):
        if len(subjects) == 1:
            newcomers = Newcomers(connection, seal)
            newcomers.gather({"subject": subjects, "reference": [reference]})
            newcomers.enter()
        else:
            new = [subjects[0]] * len(subjects)
            references = [reference] * len(subjects)
            numbers = seal(new, references) if seal else [None] * len(subjects)
            moves = Moves(connection)
            moves.gather(subjects, new, numbers)
            moves.finish()
            moves.table.drop(connection)
    return subjects[0]


def rekey() -> Rekeyed:
    """Keep all people whose number can be read under the first of the keys of both settings.

    Who has no number, or one that no key reads, stays as they are, and is found as long as the key
    of their hash is listed. Raises FuturisysError where numbers are not kept.
    """
    seal = sealer()
    if seal is None:
        raise FuturisysError(NO_NUMBERS)
    with writing(REKEY_SECONDS) as connection:
        moves = Moves(connection)
        for rows in rekeying.numbered(connection):
            known = [(row.subject, unseal(row.subject, row.number)) for row in rows]
            readable = [(old, reference) for old, reference in known if reference is not None]
            references = [reference for _, reference in readable]
            new = [str(subject_of(reference)) for reference in references]
            moves.gather([old for old, _ in readable], new, seal(new, references))
        moved = moves.finish()
        return Rekeyed(moved, rekeying.others(connection, moves), _renew_notes(connection))


def _renew_notes(connection: sa.Connection) -> int:
    """Encrypt all notes by the first key; returns how many cannot be read, and stay as they are."""
    unread = 0
    for rows in reviews.notes(connection):
        told = {row.id: unseal_note(row.id, row.note) for row in rows}
        readable = {one: note for one, note in told.items() if note is not None}
        unread += len(told) - len(readable)
        reviews.renew(connection, {one: seal_note(one, note) for one, note in readable.items()})
    return unread
