"""What was answered before: page by page, and one prediction with its reasons, to print."""

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import g, render_template, request

from futurisys import serving
from futurisys.console import forms, remembered
from futurisys.console.answers import answer_parts
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.employee import typed_page
from futurisys.console.facts import facts_read
from futurisys.console.review_form import NOTHING, review_parts
from futurisys.console.what_if import what_would_change
from futurisys.employee.schema import REFERENCE
from futurisys.errors import PredictionUnknown
from futurisys.model.plain import WORDS, word_of
from futurisys.operations import history as operation
from futurisys.operations import kept_files, people
from futurisys.operations.clock import zone
from futurisys.operations.files import UNKNOWN
from futurisys.operations.history import Entries
from futurisys.operations.kept_files import KeptFile
from futurisys.operations.retention import ends
from futurisys.operations.sealing import keeps_hashes
from futurisys.records.history import Filters
from futurisys.records.kept_files import FileFilters
from futurisys.records.retention import NOBODY

PAGE = 50
FILES_SHOWN = 50
FILTERS = ("depuis", "jusqu_a", REFERENCE, "fichier", "niveau", "expediteur", "curseur")
DAYS = "Une date est attendue, comme 25/11/2026."
IN_ADDRESS = "Un numéro d'employé ne s'écrit dans aucune adresse : cherchez-le par ce formulaire."
REVERSED = "Le dernier jour vient avant le premier : échangez-les, ou corrigez l'un des deux."
EITHER = f"L'un de ces mots est attendu : {', '.join(WORDS.values())}."
CURSOR = "Cette page n'est plus là : recommencez à la première."


@blueprint.get("/console/historique")
def history() -> Any:
    return _page(request.args)


@blueprint.post("/console/historique")
def search() -> Any:
    """The same by the person's reference, which stands in no address."""
    return _page(request.form)


@blueprint.get("/console/predictions/<uuid:identifiant>")
@door(PREDICTING)
def prediction(identifiant: UUID) -> str:
    return person_page(identifiant)


def person_page(
    identifiant: UUID, typed: Mapping[str, str] = NOTHING, faults: Mapping[str, str] = NOTHING
) -> str:
    """The page of a person; typed, faults: of the review that was sent from it, as it was sent."""
    kept, predictor = remembered.prediction(identifiant), serving.served()
    return render_template(
        "console/prediction.html",
        kept=kept,
        number=people.number_of(kept, g.caller),
        facts=facts_read(kept.facts, kept.answer.effects),
        goes=ends(kept.created_at, kept.sender == NOBODY),
        fictional=_is_fictional(kept.batch_id),
        **answer_parts(kept.answer, kept.facts, predictor),
        **what_would_change(predictor, kept.facts),
        **review_parts(kept.identifier, typed, faults),
    )


def _is_fictional(batch_id: str | None) -> bool | None:
    """Whether the model that answered for a person's file had learnt from fictional people."""
    try:
        return kept_files.one(batch_id).fictional if batch_id else None
    except PredictionUnknown:
        return None


@blueprint.get("/console/predictions/<uuid:identifiant>/reprendre")
@door(PREDICTING)
def again(identifiant: UUID) -> str:
    """The form with what had been said of the person, to be corrected."""
    return typed_page(forms.written(remembered.prediction(identifiant).facts))


@blueprint.get("/console/predictions/<uuid:identifiant>/raisons")
@door(PREDICTING)
def reasons(identifiant: UUID) -> str:
    """What a row of a table opens."""
    kept = remembered.prediction(identifiant)
    shown = answer_parts(kept.answer, kept.facts, serving.served(), f"jauge-{identifiant}")
    return render_template("console/reasons.html", **shown)


def _page(given: Mapping[str, str]) -> Any:
    values = {name: given.get(name, "").replace("\0", "").strip() for name in FILTERS}
    faults: dict[str, str] = {}
    filters = Filters(
        *_period(values, faults),
        batch_id=_id(values, "fichier", UNKNOWN, faults),
        sender=values["expediteur"] or None,
        word=_word(values, faults),
    )
    reference, before = _reference(values, faults), _id(values, "curseur", CURSOR, faults)
    page = None if faults else operation.entries(filters, reference, before, PAGE)
    files = kept_files.page(FileFilters(), None, FILES_SHOWN).files
    return render_template(
        "console/history.html",
        page=page,
        shown=[_shown(one, page) for one in page.entries] if page else [],
        values=values,
        faults=faults,
        words=WORDS,
        files=[(one.batch_id, one.title) for one in files],
        senders=sorted(kept_files.senders().items(), key=lambda one: one[1].casefold()),
        keeps=keeps_hashes(),
    ), (422 if faults else 200)


def _shown(entry: KeptFile | Mapping[str, Any], page: Entries) -> dict[str, Any]:
    """A file, or an answer, as a line of the table."""
    if isinstance(entry, KeptFile):
        return {
            "id": entry.batch_id,
            "at": entry.created_at,
            "file": entry,
            "sender": entry.name,
            "version": entry.model_version,
            "goes": entry.goes,
        }
    ends_of_range = entry["range_low"], entry["range_high"]
    of_range = entry["probability"], entry["threshold"], *ends_of_range
    return {
        "id": entry["id"],
        "at": entry["created_at"],
        "within": page.titles.get(entry["batch_id"]),
        "probability": entry["probability"],
        "word": word_of(*of_range, bool(entry["warnings"])),
        "sender": page.senders.get(entry["sender"]),
        "version": entry["model_version"],
        "goes": ends(entry["created_at"], entry["sender"] == NOBODY),
    }


def _period(
    values: Mapping[str, str], faults: dict[str, str]
) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """From the first moment of one day to the last of another, which may not come before it."""
    since = _day(values, "depuis", faults, datetime.time.min)
    until = _day(values, "jusqu_a", faults, datetime.time.max)
    if since and until and until < since:
        faults["jusqu_a"] = REVERSED
    return since, until


def _day(
    values: Mapping[str, str], name: str, faults: dict[str, str], time: datetime.time
) -> datetime.datetime | None:
    """The moment of a day at that time, by local clocks."""
    if not values[name]:
        return None
    try:
        day = datetime.date.fromisoformat(values[name])
    except ValueError:
        faults[name] = DAYS
        return None
    return datetime.datetime.combine(day, time, zone())


def _word(values: Mapping[str, str], faults: dict[str, str]) -> str | None:
    if values["niveau"] and values["niveau"] not in WORDS:
        faults["niveau"] = EITHER
    return values["niveau"] or None


def _reference(values: Mapping[str, str], faults: dict[str, str]) -> int | None:
    if REFERENCE in request.args:
        faults[REFERENCE] = IN_ADDRESS
        return None
    if not values[REFERENCE]:
        return None
    return forms.typed_reference(values[REFERENCE], faults)


def _id(values: Mapping[str, str], name: str, sentence: str, faults: dict[str, str]) -> str | None:
    try:
        return str(UUID(values[name])) if values[name] else None
    except ValueError:
        faults[name] = sentence
        return None
