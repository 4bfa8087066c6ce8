"""Drift: how the people of a file differ from those before, kept with the file as figures alone."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import sqlalchemy as sa
from flask import current_app

from futurisys.errors import ScopeMissing
from futurisys.model.drift import NOBODY, Columns, Finding, drift
from futurisys.model.predictor import Predictor
from futurisys.model.severity import Distance, distances
from futurisys.operations.access import Caller
from futurisys.operations.folding import SMALLEST
from futurisys.operations.kept_files import KeptFile
from futurisys.operations.transactions import reading, writing
from futurisys.records import drift as records
from futurisys.records import kept_files
from futurisys.records.predictions import moment_of

SOURCE_MAX = 80
# For so long newcomers are remembered to compare others with.
YEAR = datetime.timedelta(days=365)
# Of a file with more people, so many are looked at: the same ones in each file.
PEOPLE_MAX = 20_000
_DIGITS = 8
SECONDS = 60
# Why a file is not compared with another.
FIRST, FEW = "premier", "peu"
NOT_YOURS = "Seule la personne qui a envoyé ce fichier peut le mettre de côté."


@dataclass(frozen=True)
class FileDrift:
    """What was found of a file.

    against: the file that it was compared with, None where there was none. both, newcomers,
    earlier: as `Drift` has them. why: `FIRST` or `FEW`, where it was not judged. findings: the
    surest first. distances: from the people whom the model `version` has learnt from; is_own:
    whether these were the company's own.
    """

    against: str | None
    both: int
    newcomers: int
    earlier: int
    why: str
    findings: Sequence[Finding]
    distances: Sequence[Distance]
    version: str
    is_own: bool

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """What `document` made."""
        findings = [Finding(**one) for one in document["findings"]]
        far = [Distance(**one) for one in document["distances"]]
        return cls(**{**document, "findings": findings, "distances": far})

    def document(self) -> dict[str, Any]:
        """As it is kept: figures, none of which is that of fewer than ten people."""
        return asdict(self)

    @property
    def against_at(self) -> datetime.datetime | None:
        """When the file came that it was compared with."""
        return moment_of(self.against) if self.against else None

    @property
    def alarms(self) -> Sequence[Finding]:
        return [one for one in self.findings if one.is_alarmed]

    @property
    def severe(self) -> Sequence[Distance]:
        """The fields that alarm because the company's own people are others than in training."""
        return [one for one in self.distances if self.is_own and one.is_severe]

    @property
    def is_alarmed(self) -> bool:
        return bool(self.alarms or self.severe)


@dataclass(frozen=True)
class SourceDrift:
    """A file of a source; source: its name, or that of whoever sent it.

    found: None where the file was not looked at. set_aside_at: when it was set aside.
    """

    batch_id: str
    title: str | None
    source: str | None
    found: FileDrift | None
    set_aside_at: datetime.datetime | None

    @property
    def created_at(self) -> datetime.datetime:
        return moment_of(self.batch_id)


def source_of(text: str) -> str | None:
    """What a sender calls the origin of a file, as it is kept; None where it says nothing."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:SOURCE_MAX].strip() or None


def may_see(caller: Caller) -> bool:
    """Whether what is said of whole files is for a caller: it may see all departments."""
    return bool(caller.id) and caller.departments is None


def name(batch_id: str, source: str, predictor: Predictor) -> None:
    """Say where a file comes from that is kept already, and look at it."""
    with writing() as connection:
        records.name(connection, batch_id, source)
    look(batch_id, predictor)


def look(batch_id: str, predictor: Predictor | None) -> None:
    """Compare a file with the last one of its source, and keep what is found.

    Nothing that goes wrong here is the file's: it is kept already, and the log hears of it.
    """
    try:
        with reading(SECONDS) as connection:
            found = _found(connection, batch_id, predictor)
        with writing() as connection:
            records.keep(connection, batch_id, found.document())
    except Exception as error:  # Whatever it is, its words may repeat a row.
        kind = type(error).__name__
        current_app.logger.warning("File %s was not compared with another: %s.", batch_id, kind)


def of_file(batch_id: str) -> SourceDrift | None:
    """What is known of one file; for who may see it."""
    with reading() as connection:
        row = records.one(connection, batch_id)
        return _of(row, kept_files.senders(connection)) if row else None


def latest() -> list[SourceDrift]:
    """The last file of each source that was looked at, newest first; for who may see it."""
    with reading(SECONDS) as connection:
        senders = kept_files.senders(connection)
        return [_of(row, senders) for row in records.newest(connection)]


def _of(row: Any, senders: Mapping[str, str]) -> SourceDrift:
    source = row.source or senders.get(row.sender)
    found = FileDrift.of(row.drift) if row.drift else None
    return SourceDrift(row.id, row.title, source, found, row.set_aside_at)


def set_aside(
    file: KeptFile, is_aside: bool, caller: Caller, sent_here: bool, predictor: Predictor | None
) -> None:
    """Have no later file be compared with this one, or take that back; the next is looked at again.

    Raises ScopeMissing for who has not sent it.
    """
    if not file.is_of(caller, sent_here):
        raise ScopeMissing(NOT_YOURS)
    moment = datetime.datetime.now(datetime.UTC) if is_aside else None
    with writing() as connection:
        records.set_aside(connection, file.batch_id, moment)
        later = records.after(connection, file.batch_id)
    if later:
        look(later, predictor)


def _found(connection: sa.Connection, batch_id: str, predictor: Predictor | None) -> FileDrift:
    files = records.earlier(connection, batch_id)
    against = files[0] if files else None
    below = _below(connection, [batch_id, *files[:1]])
    after = records.facts(connection, batch_id, below)
    own: tuple[str, bool] = ("", False)
    far: Sequence[Distance] = ()
    if predictor:
        own = predictor.version, not predictor.card.fictional
        far = distances(predictor.card.population, after)
    if not against:
        return FileDrift(None, 0, 0, 0, FIRST, (), far, *own)
    before = records.facts(connection, against, below)
    found = drift(before, after, *_newcomers(connection, batch_id, files, below))
    counts = found.both, found.newcomers, found.earlier
    findings = sorted(map(_told, found.findings), key=lambda one: one.chance)
    return FileDrift(against, *counts, "" if found.is_judged else FEW, findings, far, *own)


def _below(connection: sa.Connection, files: Sequence[str]) -> str:
    """Before which hash the people are who are looked at; "" where all are.

    A keyed hash falls anywhere with the same chance, and that of a person is the same each time.
    """
    most = max(records.people(connection, one) for one in files)
    if most <= PEOPLE_MAX:
        return ""
    return f"{PEOPLE_MAX * 16**_DIGITS // most:0{_DIGITS}x}"


def _newcomers(
    connection: sa.Connection, batch_id: str, files: Sequence[str], below: str
) -> tuple[Columns, Columns]:
    """Who is in a file and in none of its source before, and such people of the year before.

    Whoever is in the first file of all is no newcomer: it may have been anybody.
    """
    since = moment_of(batch_id) - YEAR
    recent = [one for one in files[:-1] if moment_of(one) >= since]
    columns = records.newcomers(connection, [batch_id, *files], [batch_id, *recent], below)
    is_here = [one == batch_id for one in columns["batch_id"]]
    return _where(columns, is_here), _where(columns, [not one for one in is_here])


def _told(one: Finding) -> Finding:
    """A finding without what would tell of fewer than ten people."""
    moved = one.moved or 0
    if 0 < moved < SMALLEST:
        return replace(one, moved=None, rose=None, fell=None, before=None, after=None)
    if any(0 < (some or 0) < SMALLEST for some in (one.rose, one.fell)):
        return replace(one, rose=None, fell=None)
    return one


def _where(columns: records.Facts, chosen: Sequence[bool]) -> Columns:
    if not any(chosen):
        return NOBODY
    return {
        name: [value for value, is_one in zip(values, chosen, strict=True) if is_one]
        for name, values in columns.items()
    }
