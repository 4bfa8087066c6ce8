"""What this browser has sent, kept in its session: without a key it may read that and no more."""

from uuid import UUID

from flask import g, session

from futurisys.errors import AccessDenied, PredictionUnknown
from futurisys.operations import history
from futurisys.operations.access import REFUSED, Caller
from futurisys.records.predictions import Stored

FILES, ANSWERS = "files", "answers"
REMEMBERED = 8


def remember(kind: str, identifier: str, name: str = "") -> None:
    """Note the id of a file or an answer, the newest first; name: what its sender calls it."""
    others = {one: called for one, called in session.get(kind, []) if one != identifier}
    session[kind] = [[identifier, name], *map(list, others.items())][:REMEMBERED]


def names(kind: str) -> dict[str, str]:
    """The names of what was sent, by id."""
    return dict(session.get(kind, []))


def sent(caller: Caller) -> list[str]:
    """The ids of what this browser sees because it was told so: its answers, without a key files.

    The people of a file are those of a key, whoever sent it.
    """
    return [*names(ANSWERS), *(() if caller.id else names(FILES))]


def check_file(batch_id: str) -> None:
    """Raise AccessDenied unless this browser sent the file, or somebody is signed in."""
    if not g.caller.id and batch_id not in names(FILES):
        raise AccessDenied(REFUSED)


def prediction(identifier: UUID) -> Stored:
    """A stored prediction; raises PredictionUnknown, or AccessDenied where nobody is signed in."""
    try:
        return history.prediction(str(identifier))
    except PredictionUnknown:
        if g.caller.id:
            raise
        raise AccessDenied(REFUSED) from None
