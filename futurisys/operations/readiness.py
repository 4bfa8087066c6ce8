"""What must be done before the first file of real people, confirmed by name, once."""

from typing import Any

from futurisys.model.predictor import Predictor
from futurisys.operations.access import Caller
from futurisys.operations.transactions import reading, writing
from futurisys.records import readiness


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
