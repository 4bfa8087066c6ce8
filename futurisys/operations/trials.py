"""Trials of a model on a company's own past, from their files to their verdicts.

Each is the work of a process of its own, in the environment that `FUTURISYS_TRAINER` names. It
says in the database how far it is, and that it lives; whoever does not say so any more has failed.
"""

import datetime
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from futurisys.errors import (
    FuturisysError,
    ScopeMissing,
    StorageUnavailable,
    TrialRefused,
    TrialUnknown,
)
from futurisys.operations import trial_files, verdicts
from futurisys.operations.access import Caller
from futurisys.operations.journal import TRIAL, TRIAL_FILES, VERDICTS, actor, actor_of, record
from futurisys.operations.transactions import reading, writing
from futurisys.operations.trial_files import Order, Sent
from futurisys.operations.trial_process import application, begin_process
from futurisys.records import journal, trials

RUNNING, DONE, FAILED = trials.RUNNING, trials.DONE, trials.FAILED
# How often a process says that it lives, and after how long it is taken for dead, in seconds.
BEAT_SECONDS, DEAD_SECONDS = 10, 90
# After how long it is tried again to keep a verdict.
AGAIN_SECONDS = (2, 10, 30)
SHOWN = 20
NO_TRAINER = (
    "Ce service ne sait pas où un modèle peut apprendre : demandez à l'équipe technique de régler "
    "FUTURISYS_TRAINER."
)
BUSY = "Un essai est déjà en cours : attendez son verdict."
WHOLE = "Un essai lit les personnes de tous les départements : il faut une clé qui les voit toutes."
STOPPED = "Le processus de l'essai s'est arrêté avant la fin : recommencez."
UNEXPECTED = "L'essai s'est arrêté sur une erreur imprévue ({}) : parlez-en à l'équipe technique."
UNTRAINED = (
    "L'environnement que nomme FUTURISYS_TRAINER n'a pas {} : l'équipe technique y installe "
    "requirements-dev.txt."
)


def is_possible() -> bool:
    """Whether the service knows where a model can learn."""
    return bool(current_app.config["FUTURISYS_TRAINER"])


def start(caller: Caller, order: Order, sent: Mapping[str, Sequence[Sent]]) -> str:
    """Have a process try a model on what was sent; returns the trial's id.

    Raises ScopeMissing, TrialRefused.
    """
    _check(caller)
    if not is_possible():
        raise TrialRefused(NO_TRAINER)
    tidy()
    with writing() as connection:
        identifier = trials.begin(connection, caller.holder, caller.name)
        if identifier is None:
            raise TrialRefused(BUSY)
        journal.note(connection, TRIAL, actor_of(caller), 0)
    try:
        folder = trial_files.keep(identifier, order, sent)
        begin_process(identifier, folder, _when_ended)
    except OSError as error:
        trial_files.discard(identifier)
        _fail(identifier, UNEXPECTED.format(type(error).__name__))
        raise TrialRefused(UNEXPECTED.format(type(error).__name__)) from error
    return identifier


def find(identifier: str, caller: Caller) -> Any:
    """The row of a trial; raises ScopeMissing, and TrialUnknown where there is none."""
    _check(caller)
    _bury()
    with reading() as connection:
        row = trials.find(connection, identifier)
    if row is None:
        raise TrialUnknown("Il n'y a pas d'essai à cette adresse, ou il a été effacé.")
    return row


def every(caller: Caller) -> Sequence[Any]:
    """The rows of the last trials, the newest first; raises ScopeMissing."""
    _check(caller)
    tidy()
    with reading() as connection:
        return trials.every(connection, SHOWN)


def forget_files(identifier: str, caller: Caller) -> None:
    """Delete what was kept of a trial's files by choice, and say so; raises TrialUnknown."""
    row = find(identifier, caller)
    if row.state != RUNNING and trial_files.are_kept(identifier):
        record(caller, TRIAL_FILES, _people(row.verdict) if row.verdict else 0)
        trial_files.discard(identifier)


def tidy(now: datetime.datetime | None = None) -> None:
    """Say of dead processes that they failed, and delete the files that nobody keeps."""
    _bury(now)
    with reading() as connection:
        states = trials.states(connection, trial_files.present())
    trial_files.sweep(states)


def work(
    identifier: str, folder: Path, run: Callable[[Callable[[float], None]], Mapping[str, Any]]
) -> None:
    """Do a trial in this process, and say in the database how far it is and what came of it.

    folder: of its files, which are deleted unless they were to be kept and are of use. run: called
    with what is to be told the share that is done; returns what was measured.
    """
    is_done = False

    try:
        with _alive(identifier):
            _finish(identifier, verdicts.concluded(run(partial(_say, identifier))))
        is_done = True
    except FuturisysError as error:
        _fail(identifier, str(error))
    except ModuleNotFoundError as error:
        _fail(identifier, UNTRAINED.format(error.name))
    except Exception as error:
        # Its own words may repeat what a file says of somebody.
        current_app.logger.error("Trial %s ended by %s.", identifier, type(error).__name__)
        _fail(identifier, UNEXPECTED.format(type(error).__name__))
    finally:
        trial_files.settle(folder, is_done)


def _check(caller: Caller) -> None:
    if caller.departments is not None:
        raise ScopeMissing(WHOLE)


def _bury(now: datetime.datetime | None = None) -> None:
    since = (now or datetime.datetime.now(datetime.UTC)) - datetime.timedelta(seconds=DEAD_SECONDS)
    with reading() as connection:
        is_any = trials.is_running(connection, since)
    if is_any:
        with writing() as connection:
            trials.bury(connection, since, STOPPED)


def _say(identifier: str, share: float | None = None) -> None:
    """Say that a trial's process lives, and how far it is; it goes on where nobody can hear it."""
    try:
        with writing() as connection:
            trials.advance(connection, identifier, share)
    except StorageUnavailable:
        current_app.logger.warning("Trial %s could not say that it lives.", identifier)


def _finish(identifier: str, verdict: Mapping[str, Any]) -> None:
    """Keep a verdict, which took minutes, although the database may be away for some seconds."""
    pause = threading.Event()
    for seconds in AGAIN_SECONDS:
        try:
            _conclude(identifier, verdict)
            return
        except StorageUnavailable:
            pause.wait(seconds)
    _conclude(identifier, verdict)


def _conclude(identifier: str, verdict: Mapping[str, Any]) -> None:
    """Keep a verdict, and its word in the journal, in the name of whoever asked for it."""
    with writing() as connection:
        if trials.finish(connection, identifier, verdict):
            asked: Any = trials.find(connection, identifier)
            who = actor(asked.holder, asked.author)
            journal.note(connection, VERDICTS[verdict["word"]], who, _people(verdict))


def _people(verdict: Mapping[str, Any]) -> int:
    """How many people a trial was measured on: the newest of them."""
    return int(verdict["snapshots"][-1]["people"])


def _fail(identifier: str, fault: str) -> None:
    with writing() as connection:
        trials.fail(connection, identifier, fault)


def _when_ended(app: Flask, identifier: str) -> None:
    """Say of a trial whose process has ended, and that still runs, that it failed."""
    with app.app_context():
        try:
            _fail(identifier, STOPPED)
            tidy()
        except StorageUnavailable:
            app.logger.warning("Trial %s ended while the database was away.", identifier)


@contextmanager
def _alive(identifier: str) -> Iterator[None]:
    """Say every few seconds that this process lives, whatever it is busy with."""
    app, ended = application(), threading.Event()

    def beat() -> None:
        with app.app_context():
            while not ended.wait(BEAT_SECONDS):
                _say(identifier)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
