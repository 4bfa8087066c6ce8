"""What this browser has sent, kept in its session: without a key it may read that and no more."""

from contextlib import suppress
from uuid import UUID

from flask import g, session

from futurisys.errors import AccessDenied, PredictionUnknown
from futurisys.operations import history, kept_files
from futurisys.operations.access import REFUSED, Caller
from futurisys.operations.kept_files import KeptFile
from futurisys.records.predictions import Stored

FILES, ANSWERS = "files", "answers"
REMEMBERED = 8


def remember(kind: str, identifier: str) -> None:
    """Note the id of a file or an answer, the newest first."""
    others = [one for one in names(kind) if one != identifier]
    session[kind] = [identifier, *others][:REMEMBERED]


def forget(kind: str, identifier: str) -> None:
    """Note that a file or an answer is there no more."""
    session[kind] = [one for one in names(kind) if one != identifier]


def names(kind: str) -> list[str]:
    """The ids of what was sent, the newest first; an earlier release kept a name beside each."""
    return [one if isinstance(one, str) else one[0] for one in session.get(kind, [])]


def files() -> list[KeptFile]:
    """The files that were sent and are still there, the newest first."""
    found = []
    for identifier in names(FILES):
        with suppress(PredictionUnknown):
            found.append(kept_files.one(identifier))
    return found


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
