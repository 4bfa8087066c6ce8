"""What this browser has sent, kept in its session: without a key it may read that and no more."""

from uuid import UUID

from flask import g, session

from futurisys.errors import AccessDenied
from futurisys.operations import history
from futurisys.operations.access import REFUSED
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


def check_file(batch_id: str) -> None:
    """Raise AccessDenied unless this browser sent the file, or somebody is signed in."""
    if not g.caller.id and batch_id not in names(FILES):
        raise AccessDenied(REFUSED)


def prediction(identifier: UUID) -> Stored:
    """A stored prediction; raises AccessDenied as `check_file` does, PredictionUnknown."""
    kept = history.prediction(str(identifier))
    mine = kept.identifier in names(ANSWERS) or str(kept.batch_id) in names(FILES)
    if not g.caller.id and not mine:
        raise AccessDenied(REFUSED)
    return kept
