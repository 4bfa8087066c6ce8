"""Who begins a trial: one at a time, whoever else does at the same moment, and the journal says."""

import sys
import threading
from pathlib import Path

import pytest
from flask import Flask

from futurisys.errors import TrialRefused
from futurisys.operations import trials
from futurisys.operations.trial_files import Order
from futurisys.records.database import PLACES
from tests.past import COMPLETE_TO, ON
from tests.test_trial_job import TRIED, WHO, folder_of

ROUNDS = 5
ORDER = Order(ON, COMPLETE_TO, keeps=True)


@pytest.fixture
def own(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that knows where to train, with a disk of its own, and starts no process."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path / "instance"))
    monkeypatch.setattr(trials, "begin_process", lambda *_: None)
    app.config["FUTURISYS_TRAINER"] = sys.executable
    return app


def begun_at_once(app: Flask) -> list[str]:
    """The ids of the trials that begin where as many ask at one moment as the database hears."""
    moment, begun, refused = threading.Barrier(PLACES), [], []

    def begin() -> None:
        with app.app_context():
            moment.wait()
            try:
                begun.append(trials.start(WHO, ORDER, {}))
            except TrialRefused as error:
                refused.append(str(error))

    threads = [threading.Thread(target=begin) for _ in range(PLACES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(refused) <= {trials.BUSY}
    assert len(begun) + len(refused) == PLACES
    return begun


def test_of_those_who_begin_at_one_moment_one_does(own):
    """Between the look whether a trial runs and the next one's beginning nobody else gets in."""
    for _ in range(ROUNDS):
        begun = begun_at_once(own)
        assert len(begun) == 1
        with own.app_context():
            trials.work(begun[0], folder_of(own, begun[0]), lambda tell: TRIED)
