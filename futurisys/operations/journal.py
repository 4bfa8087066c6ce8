"""The journal: who was shown what of people, in lines that cannot be rewritten unseen."""

from futurisys.operations.access import Caller
from futurisys.operations.retention import ACTOR_MAX
from futurisys.operations.transactions import writing
from futurisys.records import journal


def record(caller: Caller, action: str, how_many: int = 1, subject: str | None = None) -> None:
    """Have a line in the journal before what it tells of is sent.

    how_many: answers or people. subject: the keyed hash of the person whom it is about, where it is
    about one. Raises StorageUnavailable where it is not known that the line is kept.
    """
    with writing() as connection:
        journal.note(connection, action, actor_of(caller), how_many, subject)


def actor_of(caller: Caller) -> str:
    """What the journal calls a caller: the id and name of the key; nothing without one."""
    return f"{caller.id} {caller.name}".strip()[:ACTOR_MAX]
