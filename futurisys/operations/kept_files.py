"""Files that are kept: what each is called, whose it is, until when, and that one is deleted."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from futurisys.employee.typography import NARROW
from futurisys.errors import PredictionUnknown, ScopeMissing
from futurisys.operations.access import Caller
from futurisys.operations.clock import zone
from futurisys.operations.files import UNKNOWN
from futurisys.operations.journal import actor_of
from futurisys.operations.retention import FLOOR_DAYS, Ends, ends
from futurisys.operations.transactions import reading, writing
from futurisys.records import journal, kept_files
from futurisys.records.kept_files import FileFilters
from futurisys.records.people import Gone
from futurisys.records.predictions import moment_of

TITLE_MAX = 80
# For so long a sender may take a file back without asking anybody.
TAKE_BACK = datetime.timedelta(hours=24)
LISTING_SECONDS = 30
DELETION_SECONDS = 600
NOT_YOURS = "Seule la personne qui a envoyé ce fichier, ou une clé « admin », peut le renommer."
TOO_LATE = (
    "La personne qui a envoyé un fichier peut le supprimer pendant 24 heures ; ensuite, il y faut "
    "une clé « admin » : demandez-en une à l'équipe technique."
)


@dataclass(frozen=True)
class KeptFile:
    """A file as a list shows it.

    given: the title that somebody gave it, if any. sender: the holder of a key, None where there
    was none; name: what that key is called. people: how many have an answer. fictional: whether
    the model had learnt from fictional people; None where that is not known. keyless: whether it
    was sent without a key.
    """

    batch_id: str
    given: str | None
    created_at: datetime.datetime
    sender: str | None
    name: str | None
    people: int
    refused: int
    model_version: str | None
    fictional: bool | None
    keyless: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The file that a row of `records.kept_files` describes."""
        rest = ("sender", "name", "people", "refused", "model_version", "fictional", "keyless")
        told = {name: row[name] for name in rest}
        return cls(row["id"], row["title"], moment_of(row["id"]), **told)

    @property
    def title(self) -> str:
        """What it is called: never by the file's own name, which may be a person's."""
        return self.given or default_title(self.created_at)

    @property
    def goes(self) -> Ends:
        """When what is shown of it goes."""
        return ends(self.created_at, self.keyless)

    @property
    def days(self) -> int:
        """How many whole days ago it was sent."""
        return (_now() - self.created_at).days

    @property
    def is_young(self) -> bool:
        """Whether what was said by it must stay explicable."""
        return self.days < FLOOR_DAYS

    def is_of(self, caller: Caller, sent_here: bool) -> bool:
        """Whether the caller sent it; sent_here: by this browser, which shows for nobody's key."""
        return self.sender == caller.holder if caller.holder else sent_here and self.sender is None

    def may_rename(self, caller: Caller, sent_here: bool = False) -> bool:
        """Whether the caller may give it a title."""
        return self.is_of(caller, sent_here) or "admin" in caller.scopes

    def may_delete(self, caller: Caller, sent_here: bool = False) -> bool:
        """Whether the caller may delete it now."""
        is_fresh = _now() - self.created_at < TAKE_BACK
        return "admin" in caller.scopes or (is_fresh and self.is_of(caller, sent_here))


@dataclass(frozen=True)
class Files:
    """A page of files, newest first; the id after which the next page goes on."""

    files: list[KeptFile]
    next: str | None


def default_title(moment: datetime.datetime) -> str:
    """What a file is called that was given no title: by its second, by local clocks."""
    local = moment.astimezone(zone())
    clock = f"{local:%H} h {local:%M} min {local:%S} s".replace(" ", NARROW)
    return f"Fichier du {local:%d/%m/%Y}, {clock}"


def page(filters: FileFilters, before: str | None, limit: int) -> Files:
    """Files, newest first, of those older than the id `before`."""
    with reading(LISTING_SECONDS) as connection:
        rows = kept_files.page(connection, filters, before, limit + 1)
    more = len(rows) > limit
    found = [KeptFile.of(row) for row in rows[:limit]]
    return Files(found, found[-1].batch_id if more else None)


def one(batch_id: str) -> KeptFile:
    """The file of an id; raises PredictionUnknown."""
    found = page(FileFilters(batch_id=batch_id), None, 1).files
    if not found:
        raise PredictionUnknown(UNKNOWN)
    return found[0]


def ends_of(batch_id: str) -> Ends:
    """When a file goes, of whose people the caller need see nobody."""
    with reading() as connection:
        keyless = kept_files.is_keyless(connection, batch_id)
    return ends(moment_of(batch_id), keyless)


def senders() -> dict[str, str]:
    """Whoever may have sent something: the names of keys by their holders."""
    with reading(LISTING_SECONDS) as connection:
        return kept_files.senders(connection)


def rename(file: KeptFile, title: str, caller: Caller, sent_here: bool = False) -> None:
    """Give a file a title; an empty one takes it away. Raises ScopeMissing."""
    if not file.may_rename(caller, sent_here):
        raise ScopeMissing(NOT_YOURS)
    shown = "".join(sign for sign in title if sign.isprintable())
    with writing() as connection:
        kept_files.entitle(connection, file.batch_id, " ".join(shown.split())[:TITLE_MAX] or None)


def delete(file: KeptFile, caller: Caller, sent_here: bool = False) -> Gone:
    """Delete a file with all that is kept of it, but what a request is about, and leave a line.

    Raises ScopeMissing.
    """
    if not file.may_delete(caller, sent_here):
        raise ScopeMissing(TOO_LATE)
    with writing(DELETION_SECONDS) as connection:
        gone = kept_files.delete(connection, file.batch_id)
        journal.note(connection, "delete", actor_of(caller), gone.removed)
    return gone


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
