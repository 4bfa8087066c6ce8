"""What somebody thought of an estimate, or did: written down once, read by who sees the person."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from flask import current_app

from futurisys.errors import PredictionUnknown, ReviewRefused, StorageRefused
from futurisys.operations import people
from futurisys.operations.access import Caller
from futurisys.operations.clock import today
from futurisys.operations.history import UNKNOWN
from futurisys.operations.journal import NUMBERS, PERSON, REVIEW, actor_of, record
from futurisys.operations.kept_files import default_title
from futurisys.operations.repeating import RequestIdentity, earlier
from futurisys.operations.sealing import keeps_numbers, seal_note, unseal_note
from futurisys.operations.transactions import reading, writing
from futurisys.records import idempotency, journal, kept_files, predictions, reviews
from futurisys.records.predictions import moment_of, new_id
from futurisys.records.reviews import ACTED, KINDS, KNOWN_TO_THE_PERSON, MEASURES

NOTE_MAX = 200
DAYS_MAX = 60
PLANNED_MAX = 200
PLANNED_SECONDS = 30
QUESTION = "La personne sait-elle qu'une estimation existe ?"
NOTE_RULE = (
    "Faits de travail seulement : ni santé, ni famille, ni syndicat, ni opinion. La personne peut "
    "lire cette note."
)
KIND = f"Choisissez l'un des avis proposés : {', '.join(KINDS)}."
MEASURE = f"Dites quelle mesure a été prise : {', '.join(MEASURES)}."
NO_MEASURE = f"Une mesure ne va qu'avec « {ACTED} » : retirez-la."
UNTOLD = f"Répondez à la question : « {QUESTION} »"
UNINFORMED = (
    "Informez d'abord la personne qu'une estimation existe : ni entretien ni mesure ne s'appuient "
    "sur une estimation qu'elle ignore."
)
UNASKED = (
    f"Cette réponse ne va qu'avec « {' » ou « '.join(KNOWN_TO_THE_PERSON)} » : retirez-la pour un "
    "autre avis."
)
DAYS = f"Choisissez un jour à venir, dans {DAYS_MAX} jours au plus."
NO_NOTES = "Ce service ne garde pas de notes : retirez-la."
NOTE = f"Une note est un texte d'une ligne, de 1 à {NOTE_MAX} caractères."


@dataclass(frozen=True)
class Said:
    """What somebody says of an estimate.

    kind: one of `KINDS`. measure: which was taken, one of `MEASURES`. informed: whether the person
    knows of the estimate, where that is asked. back_on: when it is to be looked at again. note: in
    clear.
    """

    kind: str
    measure: str | None = None
    informed: bool | None = None
    back_on: datetime.date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Written:
    """What somebody said of an estimate, who, and when."""

    said: Said
    identifier: str
    author: str
    created_at: datetime.datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        """What a row of `records.reviews` keeps; a day that is past is not told any more."""
        back_on = row.back_on if row.back_on and row.back_on >= today() else None
        told = row.kind, row.measure, row.informed, back_on, unseal_note(row.id, row.note)
        return cls(Said(*told), row.id, row.author, row.created_at)


@dataclass(frozen=True)
class Planned:
    """An estimate to come back to: on which day, whose, and what was last said of it.

    title: of its file, where it stands in one. number: the person's, where the caller may see it.
    """

    identifier: str
    back_on: datetime.date
    kind: str
    author: str
    word: str
    department: str
    post: str | None
    title: str | None
    line: int | None
    number: str | None


def keeps_notes() -> bool:
    """Whether a review may have a note: where that is wanted, and can be encrypted."""
    return bool(current_app.config["FUTURISYS_NOTES"]) and keeps_numbers()


def add(
    prediction_id: str, said: Said, caller: Caller, request: RequestIdentity
) -> tuple[Written, bool]:
    """Write down a review; whether an earlier request of the same name had done so.

    Raises PredictionUnknown, ReviewRefused, and KeyInFlight and KeyReused as `earlier` does.
    """
    try:
        return _add(prediction_id, said, caller, request)
    except StorageRefused:
        _found(prediction_id)  # It may have been erased meanwhile.
        raise


def _add(
    prediction_id: str, said: Said, caller: Caller, request: RequestIdentity
) -> tuple[Written, bool]:
    with writing() as connection:
        kept = predictions.find(connection, prediction_id)
        if kept is None:
            raise PredictionUnknown(UNKNOWN)
        if request.name and (known := earlier(connection, request.name)):
            return Written.of(reviews.find(connection, known.review_id)), True
        if wrong := dict(faults(said)):
            raise ReviewRefused(wrong)
        review_id, now = new_id()
        note = seal_note(review_id, said.note) if said.note else None
        by = {"holder": caller.holder, "author": caller.name, "created_at": now}
        of = {"id": review_id, "prediction_id": prediction_id}
        reviews.keep(connection, vars(said) | {"note": note} | by | of)
        if request.name:
            idempotency.keep(connection, request.name.row(prediction_id, review_id=review_id))
        reviews.forget_dates(connection, today())
        journal.note(connection, REVIEW, actor_of(caller), 1, kept.subject)
    return Written(said, review_id, caller.name, now), False


def faults(said: Said) -> Iterator[tuple[str, str]]:
    """What is wrong with a review: the name of a field of it, and a sentence."""
    if said.kind not in KINDS:
        yield "kind", KIND
        return
    if said.kind == ACTED and said.measure not in MEASURES:
        yield "measure", MEASURE
    if said.kind != ACTED and said.measure is not None:
        yield "measure", NO_MEASURE
    if said.kind in KNOWN_TO_THE_PERSON and not said.informed:
        yield "informed", UNTOLD if said.informed is None else UNINFORMED
    if said.kind not in KNOWN_TO_THE_PERSON and said.informed is not None:
        yield "informed", UNASKED
    last = today() + datetime.timedelta(days=DAYS_MAX)
    if said.back_on is not None and not today() < said.back_on <= last:
        yield "back_on", DAYS
    if said.note is not None:
        if not keeps_notes():
            yield "note", NO_NOTES
        elif not said.note.isprintable() or not 1 <= len(said.note.strip()) <= NOTE_MAX:
            yield "note", NOTE


def of_prediction(prediction_id: str) -> list[Written]:
    """What was said of an estimate, the newest first; raises PredictionUnknown."""
    return _found(prediction_id)[1]


def hand_out(prediction_id: str, caller: Caller) -> list[Written]:
    """`of_prediction`, for a program, once a line in the journal says so."""
    subject, told = _found(prediction_id)
    record(caller, PERSON, subject=subject)
    return told


def _found(prediction_id: str) -> tuple[str | None, list[Written]]:
    """The hash of an estimate's person, and what was said of it."""
    with reading() as connection:
        kept = predictions.find(connection, prediction_id)
        if kept is None:
            raise PredictionUnknown(UNKNOWN)
        rows = reviews.of_prediction(connection, prediction_id)
    return kept.subject, list(map(Written.of, rows))


def planned(caller: Caller) -> list[Planned]:
    """The estimates to come back to, the nearest day first, `PLANNED_MAX` at most.

    Where numbers are shown, a line in the journal says so first.
    """
    with reading(PLANNED_SECONDS) as connection:
        rows = reviews.planned(connection, today(), PLANNED_MAX)
        lots = {row.batch_id for row in rows if row.batch_id}
        titles = kept_files.titles(connection, lots)
    lines = {lot: [row.line for row in rows if row.batch_id == lot] for lot in lots}
    numbers = {lot: people.numbers_of(lot, caller, lines[lot]) for lot in lots}
    if shown := sum(map(len, numbers.values())):
        record(caller, NUMBERS, shown)
    return [_planned(row, titles, numbers) for row in rows]


def _planned(
    row: Any, titles: Mapping[str, str | None], numbers: Mapping[str, Mapping[int, str]]
) -> Planned:
    lot = row.batch_id
    title = titles.get(lot) or default_title(moment_of(lot)) if lot and row.line else None
    number = numbers.get(lot, {}).get(row.line)
    told = row.back_on, row.kind, row.author, row.word, row.departement, row.poste
    return Planned(row.id, *told, title, row.line, number)
