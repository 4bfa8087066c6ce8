"""What the page of a person shows of reviews, and the form for another."""

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from flask import g

from futurisys.operations import reviewing
from futurisys.operations.clock import today
from futurisys.operations.reviewing import Said
from futurisys.records.reviews import (
    ACTED,
    AGREED,
    DISAGREED,
    DROPPED,
    KNOWN_TO_THE_PERSON,
    MEASURES,
    MET,
    WRONG,
)

# What the form calls each part of a review.
NAMES = {
    "kind": "avis",
    "measure": "mesure",
    "informed": "informee",
    "back_on": "revenir_le",
    "note": "note",
}
# What each kind means to whoever chooses one.
MEANINGS = {
    AGREED: "l’estimation paraît juste",
    DISAGREED: "l’estimation paraît fausse",
    WRONG: "ce que le modèle a lu n’est pas vrai",
    DROPPED: "rien ne sera fait",
    MET: "la situation a été discutée avec la personne",
    ACTED: "quelque chose a changé pour la personne",
}
YES, NO = "oui", "non"
NOTHING: Mapping[str, str] = MappingProxyType({})


def may_review() -> bool:
    """Whether who asks may read and write reviews: a key of the console, and nobody else."""
    return "console" in g.caller.scopes


def review_parts(
    identifier: str, typed: Mapping[str, str] = NOTHING, faults: Mapping[str, str] = NOTHING
) -> dict[str, Any]:
    """The parts of a person's page; typed: what was sent, faults: what is wrong with it, by field.

    There are none for who may not review.
    """
    if not may_review():
        return {"reviews": None}
    first = today() + datetime.timedelta(days=1)
    return {
        "reviews": reviewing.of_prediction(identifier),
        "typed": {name: typed.get(name, "") for name in NAMES.values()},
        "wrong": {NAMES[name]: sentence for name, sentence in faults.items()},
        "meanings": MEANINGS,
        "measures": MEASURES,
        "question": reviewing.QUESTION,
        "answers": (YES, NO),
        "days": (first, today() + datetime.timedelta(days=reviewing.DAYS_MAX)),
        "days_max": reviewing.DAYS_MAX,
        "note_rule": reviewing.NOTE_RULE if reviewing.keeps_notes() else "",
        "note_max": reviewing.NOTE_MAX,
        "cle": uuid4(),
    }


def said_in(form: Mapping[str, str]) -> Said:
    """What a form says; what it asks of another kind of review than the chosen one is left out."""
    kind = form.get("avis", "")
    informed = {YES: True, NO: False}.get(form.get("informee", ""))
    note = " ".join(form.get("note", "").split())
    return Said(
        kind,
        form.get("mesure") or None if kind == ACTED else None,
        informed if kind in KNOWN_TO_THE_PERSON else None,
        _day(form.get("revenir_le", "")),
        note or None,
    )


def _day(text: str) -> datetime.date | None:
    """A day as a browser sends it; one long past where it is none, which is refused as such."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return datetime.date.min
