"""A trial that the console asks for: a process of its own, which is heard of until it has ended."""

import datetime
import io
import os
import signal
import stat
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage

from futurisys.errors import (
    ExtractError,
    ScopeMissing,
    StorageUnavailable,
    TrialRefused,
    TrialUnknown,
)
from futurisys.operations import trial_files, trial_process, trials
from futurisys.operations.access import Caller
from futurisys.operations.transactions import writing
from futurisys.operations.trial_files import DEPARTURES, FIRST, Order
from futurisys.operations.trials import DONE, FAILED, RUNNING
from futurisys.records import trials as records
from futurisys.records.database import db
from futurisys.records.models import Trial
from futurisys.records.predictions import new_id
from tests import past
from tests.databases import ONE_DATABASE
from tests.past import COMPLETE_TO, ON
from tests.server import until
from tests.test_trial import measure
from tests.three_extracts import csv_of, first

WHO = Caller("abcdef012345", "Ada", frozenset({"console"}), None, "abcdef012345")
BOUNDED = Caller("abcdef012345", "Ada", frozenset({"console"}), frozenset({"Consulting"}))
# Of a trial years ago.
OLD = "01890000-0000-7000-8000-000000000000"
TRIED = {
    "measures": [measure()],
    "groups": {},
    "snapshots": [{"on": str(ON), "people": 300, "left": 200}],
    "remarks": [],
    "horizon_days": 364,
    "fictional": False,
}
pytestmark = ONE_DATABASE


@pytest.fixture
def own(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application with a disk of its own, and this python to train with."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path / "instance"))
    app.config["FUTURISYS_TRAINER"] = sys.executable
    with app.app_context():
        yield app


@pytest.fixture
def begun(own: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Begin a trial of which no process is started; its id."""
    monkeypatch.setattr(trials, "begin_process", lambda *_: None)

    def begin(keeps: bool = False) -> str:
        return trials.start(WHO, Order(ON, COMPLETE_TO, keeps=keeps), sent(6))

    return begin


def sent(people: int) -> dict[str, list[FileStorage]]:
    """What a form sends of the first people of the sample."""
    tables = first(people)
    files = {name: csv_of(rows) for name, rows in past.without_label(tables).items()}
    listed = past.departures(past.leavers(tables))
    return {
        FIRST: [FileStorage(io.BytesIO(content), name) for name, content in files.items()],
        DEPARTURES: [FileStorage(io.BytesIO(listed), "départs.csv")],
    }


def folder_of(app: Flask, identifier: str) -> Path:
    return Path(app.instance_path) / "trials" / identifier


def test_what_is_sent_is_for_the_trials_process_alone(own, begun):
    """Files keep their names, of whatever shape, in a folder that nobody else may open."""
    identifier = begun()
    folder = folder_of(own, identifier)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = [path.name for path in trial_files.files_of(folder, FIRST)]
    assert names == ["extrait_sirh.csv", "extrait_eval.csv", "extrait_sondage.csv"]
    assert [path.name for path in trial_files.files_of(folder, DEPARTURES)] == ["départs.csv"]
    assert Order.read(folder) == Order(ON, COMPLETE_TO)


@pytest.mark.parametrize("name", ["../../x.csv", "C:\\a\\x.csv", "a/../..", "", "é\n\0.csv"])
def test_a_files_name_leads_nowhere(own, monkeypatch, name):
    """Whatever a file is called, it is written into its own place."""
    monkeypatch.setattr(trials, "begin_process", lambda *_: None)
    files = {FIRST: [], DEPARTURES: [FileStorage(io.BytesIO(b"x"), name)]}
    identifier = trials.start(WHO, Order(ON), files)
    [path] = trial_files.files_of(folder_of(own, identifier), DEPARTURES)
    assert path.read_bytes() == b"x"
    assert len(list(Path(own.instance_path).parent.rglob("*.csv"))) <= 1


def test_one_trial_runs_at_a_time(begun):
    """A second one is refused until the first has its verdict."""
    begun()
    with pytest.raises(TrialRefused, match="déjà en cours"):
        begun()


def test_whoever_sees_some_departments_tries_nothing(begun):
    """A trial reads everybody, so only a key that sees everybody begins one, or sees it."""
    identifier = begun()
    for call in (
        lambda: trials.start(BOUNDED, Order(ON), {}),
        lambda: trials.every(BOUNDED),
        lambda: trials.find(identifier, BOUNDED),
        lambda: trials.forget_files(identifier, BOUNDED),
    ):
        with pytest.raises(ScopeMissing):
            call()


@pytest.mark.parametrize("keeps", [False, True])
def test_files_go_at_the_verdict_unless_they_are_kept_by_choice(own, begun, keeps):
    """A verdict needs no file any more; what is kept goes when it is asked to."""
    identifier = begun(keeps)
    folder = folder_of(own, identifier)
    trials.work(identifier, folder, lambda tell: TRIED)
    row = trials.find(identifier, WHO)
    assert (row.state, row.advance, row.verdict["word"]) == (DONE, 1.0, "people")
    trials.tidy()
    assert folder.exists() == keeps
    trials.forget_files(identifier, WHO)
    assert not folder.exists()
    assert trials.find(identifier, WHO).state == DONE


def test_progress_is_told_while_it_runs(own, begun):
    """Whoever looks in the meantime sees how far it is."""
    identifier = begun()
    seen = []

    def run(tell):
        tell(0.25)
        seen.append(trials.find(identifier, WHO))
        return TRIED

    trials.work(identifier, folder_of(own, identifier), run)
    assert [(one.state, one.advance) for one in seen] == [(RUNNING, 0.25)]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ExtractError("f.csv, ligne 3 : un nombre est attendu."), "f.csv, ligne 3"),
        (ValueError("Dupont, 1234"), "erreur imprévue (ValueError)"),
        (ModuleNotFoundError("No module", name="sklearn"), "n'a pas sklearn"),
    ],
)
def test_a_trial_that_fails_says_why_and_keeps_no_file(own, begun, error, told):
    """What is wrong with the files in its own sentence; of an accident its kind alone."""
    identifier = begun(keeps=True)

    def run(tell):
        raise error

    trials.work(identifier, folder_of(own, identifier), run)
    row = trials.find(identifier, WHO)
    assert row.state == FAILED
    assert told in row.fault
    assert "Dupont" not in row.fault
    assert not folder_of(own, identifier).exists()


def test_a_process_that_says_nothing_any_more_has_failed(own, begun):
    """Wherever it ran, it is taken for dead after a while, and its files are deleted."""
    identifier = begun(keeps=True)
    now = datetime.datetime.now(datetime.UTC)
    trials.tidy(now + datetime.timedelta(seconds=trials.DEAD_SECONDS - 10))
    assert trials.find(identifier, WHO).state == RUNNING
    trials.tidy(now + datetime.timedelta(seconds=trials.DEAD_SECONDS + 10))
    row = trials.find(identifier, WHO)
    assert (row.state, row.fault) == (FAILED, trials.STOPPED)
    assert not folder_of(own, identifier).exists()
    with writing() as connection:
        records.finish(connection, identifier, {"word": "people"})
    assert trials.find(identifier, WHO).state == FAILED


def test_a_living_process_says_so_whatever_it_is_busy_with(own, begun, monkeypatch):
    """A fold may take longer than the patience of whoever looks."""
    monkeypatch.setattr(trials, "BEAT_SECONDS", 0.01)
    identifier = begun()
    before = trials.find(identifier, WHO).alive_at

    def run(tell):
        until(lambda: trials.find(identifier, WHO).alive_at > before)
        return TRIED

    trials.work(identifier, folder_of(own, identifier), run)
    assert trials.find(identifier, WHO).state == DONE


def test_a_verdict_outlives_a_database_that_is_away_for_a_while(own, begun, monkeypatch):
    """Neither progress that nobody hears nor a verdict that is not taken at once ends a trial."""
    monkeypatch.setattr(trials, "AGAIN_SECONDS", (0, 0))
    identifier = begun()
    away: list[Any] = []

    def writing_but_thrice(*given):
        if len(away) < 3:
            away.append(given)
            raise StorageUnavailable("La base de données n'a pas confirmé.")
        return writing(*given)

    def run(tell):
        monkeypatch.setattr(trials, "writing", writing_but_thrice)
        tell(0.5)
        return TRIED

    trials.work(identifier, folder_of(own, identifier), run)
    assert trials.find(identifier, WHO).state == DONE


def test_files_of_other_services_on_the_disk_are_left_alone(own, begun):
    """What this database does not know goes when it is old, and no sooner."""
    begun()
    young = folder_of(own, new_id()[0])
    old = folder_of(own, OLD)
    stray = folder_of(own, "notes.txt")
    for folder in (young, old, stray):
        folder.mkdir()
    trials.tidy()
    assert stray.exists()
    assert (young.exists(), old.exists()) == (True, False)


def test_what_is_kept_by_choice_goes_with_peoples_numbers(own, begun):
    """The daily work deletes kept files, too, once they have been there for long enough."""
    identifier = begun(keeps=True)
    folder = folder_of(own, identifier)
    trials.work(identifier, folder, lambda tell: TRIED)
    aged = folder_of(own, OLD)
    folder.rename(aged)
    with writing() as connection:
        connection.execute(sa.update(Trial.__table__).values(id=OLD))
    assert Order.read(aged).keeps
    done = own.test_cli_runner().invoke(args=["retention"])
    assert done.exit_code == 0, done.output
    assert not aged.exists()


def test_without_a_trainer_nothing_is_begun(own):
    """A service that does not know where to train says so, and keeps no file."""
    own.config["FUTURISYS_TRAINER"] = ""
    with pytest.raises(TrialRefused, match="FUTURISYS_TRAINER"):
        trials.start(WHO, Order(ON), sent(6))
    assert not (Path(own.instance_path) / "trials").exists()


def test_a_trainer_that_is_none_fails_at_once(own):
    """A path that leads to no program is told, and the files are deleted."""
    own.config["FUTURISYS_TRAINER"] = "/nonexistent/python"
    with pytest.raises(TrialRefused, match="FileNotFoundError"):
        trials.start(WHO, Order(ON), sent(6))
    [row] = trials.every(WHO)
    assert row.state == FAILED
    assert not folder_of(own, row.id).exists()


def test_an_unknown_trial_is_nowhere(own):
    """An id of nothing is not found."""
    with pytest.raises(TrialUnknown):
        trials.find(str(uuid.uuid4()), WHO)


@pytest.mark.slow
def test_a_trial_is_tried_in_a_process_of_its_own(own, monkeypatch):
    """From files that were sent to a verdict, without this process having trained anything."""
    # As in a worker of Gunicorn's.
    monkeypatch.setenv("SERVER_SOFTWARE", "gunicorn/27.0.1")
    identifier = trials.start(WHO, Order(ON, COMPLETE_TO), sent(300))
    until(lambda: trials.find(identifier, WHO).state != RUNNING)
    row = trials.find(identifier, WHO)
    assert row.state == DONE, row.fault
    assert row.verdict["word"] in ("groups", "nothing")
    assert row.verdict["snapshots"] == [{"on": str(ON), "people": 300, "left": 48}]
    until(lambda: not folder_of(own, identifier).exists())


@pytest.fixture
def processes(monkeypatch) -> list[Any]:
    """What trials begin in this test."""
    begun: list[Any] = []
    monkeypatch.setattr(
        trials, "begin_process", lambda *given: begun.append(trial_process.begin_process(*given))
    )
    return begun


@pytest.mark.slow
def test_a_trial_has_every_processor(own, processes):
    """A worker that keeps to one processor does not keep its trial to it."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(every)})
    try:
        identifier = trials.start(WHO, Order(ON, COMPLETE_TO), sent(300))
    finally:
        os.sched_setaffinity(0, every)
    until(lambda: os.sched_getaffinity(processes[0].pid) == every)
    os.killpg(processes[0].pid, signal.SIGKILL)
    until(lambda: trials.find(identifier, WHO).state == FAILED)
    db.engine.dispose()


@pytest.mark.slow
def test_a_killed_process_is_said_to_have_failed(own, processes):
    """Whoever waits hears of it at once from the worker that began it, and no file is left."""
    identifier = trials.start(WHO, Order(ON, COMPLETE_TO, keeps=True), sent(300))
    os.killpg(processes[0].pid, signal.SIGKILL)
    until(lambda: trials.find(identifier, WHO).state == FAILED)
    assert trials.find(identifier, WHO).fault == trials.STOPPED
    until(lambda: not folder_of(own, identifier).exists())
    db.engine.dispose()
