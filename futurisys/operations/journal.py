"""The journal: who was shown what of people, in lines that cannot be rewritten unseen."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.operations.access import Caller
from futurisys.operations.retention import ACTOR_MAX
from futurisys.operations.transactions import reading, writing
from futurisys.operations.verdicts import WORDS
from futurisys.records import journal
from futurisys.records.history import first_id

COUNTING_SECONDS = 30
RECENT = datetime.timedelta(days=30)
# So many of the lines about one person a page has room for.
LINES_MAX = 200

# What is shown of one person, of several by their numbers, or taken home; what was tried.
PERSON, NUMBERS, EXPORT, SIMULATION = "person", "numbers", "export", "simulation"
COMPARISON = "comparison"
# What somebody wrote down about a person's estimate.
REVIEW = "review"
# What a person asked for by right was recorded, extended or closed; the documents handed to them.
REQUEST, ACCESS, LETTER = "request", "access", "letter"
# A list of who left was kept; of somebody something else was said than before.
OUTCOMES, OUTCOME_CHANGED = "outcomes", "outcome change"
# Kept facts were learnt from.
LEARNING = "training"
# A model was begun to be tried on files of a company's past; what came of it; they were deleted.
TRIAL, TRIAL_FILES = "trial", "trial files"
VERDICTS = {word: f"{TRIAL}: {word}" for word in WORDS}
# What is shown of the journal itself, about one person.
LINES = "journal"


@dataclass(frozen=True)
class Shown:
    """A line about one person: when, of what kind, and who; the name of a key without its id."""

    created_at: datetime.datetime
    action: str
    who: str


def record(caller: Caller, action: str, how_many: int = 1, subject: str | None = None) -> None:
    """Have a line in the journal before what it tells of is sent.

    how_many: answers or people. subject: the keyed hash of the person whom it is about, where it is
    about one. Raises StorageUnavailable where it is not known that the line is kept.
    """
    with writing() as connection:
        journal.note(connection, action, actor_of(caller), how_many, subject)


def actor_of(caller: Caller) -> str:
    """What the journal calls a caller: the id and name of the key; nothing without one."""
    return actor(caller.id, caller.name)


def actor(key: str, name: str) -> str:
    """What it calls somebody of whom only that is known."""
    return f"{key} {name}".strip()[:ACTOR_MAX]


def counts() -> Sequence[Any]:
    """Rows (action, lines, recent, people) of each kind; recent: the lines of `RECENT`.

    Nothing of it is anybody's: it does not tell how somebody works.
    """
    since = first_id(datetime.datetime.now(datetime.UTC) - RECENT)
    with reading(COUNTING_SECONDS) as connection:
        return journal.counts(connection, since)


def about(subjects: Sequence[str], caller: Caller) -> Sequence[Shown]:
    """The last lines about a person, the newest first, once one says who is shown them.

    subjects: the keyed hashes under which the person may be kept.
    """
    with writing(COUNTING_SECONDS) as connection:
        known = journal.spoken_of(connection, subjects)
        rows = journal.about(connection, [row.salt for row in known], LINES_MAX)
        subject = known[0].subject if known else None
        journal.note(connection, LINES, actor_of(caller), len(rows), subject)
    return [Shown(row.created_at, row.action, _name(row.actor)) for row in rows]


def _name(actor: str) -> str:
    return re.sub("^[0-9a-f]{12} ", "", actor)
