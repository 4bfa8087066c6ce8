"""What must be done before the first file of real people, confirmed by name, once."""

from collections.abc import Sequence
from typing import Any

from flask import current_app

from futurisys.model.duties import FRENCH_LAW, FRENCH_LEARNING, Duty
from futurisys.model.predictor import Predictor
from futurisys.operations.access import Caller
from futurisys.operations.transactions import reading, writing
from futurisys.records import readiness


def duties() -> Sequence[Duty]:
    """What is to be confirmed; the last of it, of learning from records, where that is done."""
    return (*FRENCH_LAW, FRENCH_LEARNING) if learns() else FRENCH_LAW


def learns() -> bool:
    """Whether what is kept may be learnt from."""
    return bool(current_app.config["FUTURISYS_TRAIN_FROM_RECORDS"])


def confirmed() -> Any | None:
    """Who has confirmed it (name, created_at); None where nobody has yet."""
    with reading() as connection:
        return readiness.first(connection)


def confirm(caller: Caller) -> None:
    """Note that the caller confirms it; only the first confirmation is kept."""
    with writing() as connection:
        if readiness.first(connection) is None:
            readiness.keep(connection, caller.name, caller.holder)


def is_ready(predictor: Predictor) -> bool:
    """Whether files may come: the sample's model is for nobody's real people."""
    return predictor.card.fictional or confirmed() is not None
