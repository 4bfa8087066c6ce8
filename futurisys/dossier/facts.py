"""What the service knows of itself, gathered once for all documents."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from futurisys import __version__
from futurisys.dossier import figures
from futurisys.dossier.figures import Asked, Model
from futurisys.dossier.proofs import Proofs, proofs
from futurisys.employee.typography import day
from futurisys.model.duties import Duty
from futurisys.model.predictor import Predictor
from futurisys.operations import readiness, reviewing
from futurisys.operations.clock import today, zone
from futurisys.operations.folding import SMALLEST
from futurisys.operations.horizons import horizon_days
from futurisys.operations.repeating import KEY_HOURS
from futurisys.operations.requests import MONTHS, MORE_MONTHS, REASON_MAX
from futurisys.operations.retention import periods
from futurisys.operations.reviewing import NOTE_MAX
from futurisys.operations.sealing import keeps_hashes, keeps_numbers

_MONTHS = ("aucun délai", "un mois", "deux mois", "trois mois")


@dataclass(frozen=True)
class Kept:
    """For how long each thing is kept, in days, as `flask retention` has it.

    keyless_hours: of answers that were given without a key; None where none are.
    """

    named: int
    facts: int
    rows: int
    journal: int
    keyless_hours: int | None

    @property
    def is_one(self) -> bool:
        """Whether reasons, facts and answers go on the same day."""
        return self.named == self.facts == self.rows


@dataclass(frozen=True)
class Settings:
    """What the settings make true of the service that runs.

    is_open: whether anybody may ask for an estimate. keeps_hash, keeps_numbers: whether people are
    known again, and by their number. keeps_notes: whether free text about a person is let in.
    is_chained: whether the journal is. learns: whether kept facts may be learnt from. is_pinned:
    whether the model's address holds a digest. rate: how often one caller may ask; empty: there is
    no limit.
    """

    is_open: bool
    keeps_hash: bool
    keeps_numbers: bool
    keeps_notes: bool
    is_chained: bool
    learns: bool
    is_pinned: bool
    rate: str
    timezone: str


@dataclass(frozen=True)
class Facts:
    """All that documents are filled with, but for what a company says of itself."""

    release: str
    made_on: str
    model: Model
    fields: Sequence[Asked]
    settings: Settings
    kept: Kept
    horizon: int | None
    duties: Sequence[Duty]
    confirmed_on: str
    proofs: Proofs
    smallest: int = SMALLEST
    note_max: int = NOTE_MAX
    reason_max: int = REASON_MAX
    delay: str = _MONTHS[MONTHS]
    more: str = _MONTHS[MORE_MONTHS]
    key_hours: int = KEY_HOURS

    @property
    def answered(self) -> str:
        """When whoever asks by right is to be answered (GDPR, article 12(3)), within a sentence."""
        return (
            f"au plus tard {self.delay} après la demande ; ce délai peut être prolongé de "
            f"{self.more} si la complexité ou le nombre des demandes l'exige, par un avis motivé "
            "envoyé avant son terme"
        )

    @property
    def read(self) -> list[Asked]:
        """The fields that the model reads."""
        return [one for one in self.fields if one.is_read]

    @property
    def protected(self) -> list[Asked]:
        return [one for one in self.fields if one.is_protected]


def gather(predictor: Predictor, on: datetime.date | None = None, is_pinned: bool = False) -> Facts:
    """What is true today, or is said to be so on a day, of the model and of the settings.

    is_pinned: whether the model's address holds the digest of its manifest.
    """
    confirmed = readiness.confirmed()
    return Facts(
        release=__version__,
        made_on=day(on or today(), zone()),
        model=figures.model(predictor.card),
        fields=tuple(figures.fields(predictor.card)),
        settings=_settings(is_pinned),
        kept=_kept(),
        horizon=horizon_days(predictor),
        duties=tuple(readiness.duties()),
        confirmed_on=day(confirmed.created_at, zone()) if confirmed else "",
        proofs=proofs(),
    )


def _settings(is_pinned: bool) -> Settings:
    config = current_app.config
    return Settings(
        is_open=bool(config["FUTURISYS_OPEN"]),
        keeps_hash=keeps_hashes(),
        keeps_numbers=keeps_numbers(),
        keeps_notes=reviewing.keeps_notes(),
        is_chained=bool(config["FUTURISYS_JOURNAL_KEY"]),
        learns=readiness.learns(),
        is_pinned=is_pinned,
        rate=config["FUTURISYS_RATE_LIMIT"],
        timezone=str(zone()),
    )


def _kept() -> Kept:
    found = periods()
    keyless = found.keyless
    return Kept(
        found.named.days,
        found.facts.days,
        found.rows.days,
        found.journal.days,
        None if keyless is None else int(keyless.total_seconds() // 3600),
    )
