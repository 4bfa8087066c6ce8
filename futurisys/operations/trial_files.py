"""The files of a trial: on this machine's disk, for its process alone, until the verdict."""

import datetime
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from flask import current_app

from futurisys.operations.retention import periods
from futurisys.records.predictions import moment_of
from futurisys.records.trials import DONE, RUNNING

ORDER = "essai.json"
NAME_MAX = 60
# The folders of what is sent: the extracts, later ones, and the list of departures.
FIRST, LATER, DEPARTURES = "premiers", "seconds", "departs"


class Sent(Protocol):
    """A file as the web has it."""

    filename: str | None

    def save(self, destination: Path) -> None: ...


@dataclass(frozen=True)
class Order:
    """What is to be tried: the days of the extracts, until when the list has everybody.

    keeps: whether the files are to stay after the verdict.
    """

    on: datetime.date
    complete_to: datetime.date | None = None
    later_on: datetime.date | None = None
    keeps: bool = False

    @classmethod
    def read(cls, folder: Path) -> "Order":
        """That of a trial's folder."""
        told = json.loads((folder / ORDER).read_text())
        keeps = told.pop("keeps")
        days = {name: day and datetime.date.fromisoformat(day) for name, day in told.items()}
        return cls(**days, keeps=keeps)


def keep(identifier: str, order: Order, sent: Mapping[str, Sequence[Sent]]) -> Path:
    """Write what was sent into a folder of the trial's own, which nobody else may read."""
    folder = _folder(identifier)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    (folder / ORDER).write_text(json.dumps(asdict(order), default=str))
    for kind, files in sent.items():
        for place, file in enumerate(files, start=1):
            # In a folder of its own each keeps its name, by which faults call it.
            own = folder / kind / str(place)
            own.mkdir(parents=True)
            file.save(own / _named(file.filename or ""))
    return folder


def files_of(folder: Path, kind: str) -> list[Path]:
    """The files of a kind, in a trial's folder, in the order in which they were sent."""
    return sorted((folder / kind).glob("*/*"))


def are_kept(identifier: str) -> bool:
    """Whether a trial's files are on this machine."""
    return _folder(identifier).is_dir()


def present() -> list[str]:
    """The ids of the trials whose files are on this machine."""
    root = _root()
    return [one.name for one in root.iterdir()] if root.is_dir() else []


def discard(identifier: str) -> None:
    """Delete a trial's files, if they are on this machine."""
    shutil.rmtree(_folder(identifier), ignore_errors=True)


def settle(folder: Path, is_done: bool) -> None:
    """Delete the files of a trial that has ended, unless they are of use and kept by choice."""
    if not (is_done and _keeps(folder)):
        shutil.rmtree(folder, ignore_errors=True)


def sweep(states: Mapping[str, str]) -> None:
    """Delete what an ended process has left behind, and what was kept for long enough.

    states: of the trials that the database knows. What is kept by choice goes when people's numbers
    go.
    """
    oldest = datetime.datetime.now(datetime.UTC) - periods().named
    for identifier in present():
        if states.get(identifier) == RUNNING:
            continue
        if moment_of(identifier) < oldest:
            discard(identifier)
        elif identifier in states:
            settle(_folder(identifier), states[identifier] == DONE)


def _keeps(folder: Path) -> bool:
    try:
        return Order.read(folder).keeps
    except (OSError, ValueError):
        return False


def _named(name: str) -> str:
    """A file's own name as far as any disk takes it."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    told = "".join(one if one.isalnum() or one in "-_. " else "_" for one in plain)
    return told.strip(". ")[-NAME_MAX:] or "fichier"


def _folder(identifier: str) -> Path:
    return _root() / str(UUID(identifier))


def _root() -> Path:
    return Path(current_app.instance_path) / "trials"
