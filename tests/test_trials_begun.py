"""Who began a trial: one at a time, whoever else does at the same moment, and the journal says."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from futurisys.errors import StorageUnavailable, TrialRefused
from futurisys.operations import trials
from futurisys.operations.trial_files import Order
from futurisys.records.database import PLACES, db
from tests.databases import ONE_DATABASE
from tests.past import COMPLETE_TO, ON
from tests.test_trial_job import TRIED, WHO, folder_of, measure

ROUNDS = 5
ORDER = Order(ON, COMPLETE_TO, keeps=True)


@pytest.fixture
def own(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that knows where to train, with a disk of its own, and starts no process."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path / "instance"))
    monkeypatch.setattr(trials, "begin_process", lambda *_: None)
    app.config["FUTURISYS_TRAINER"] = sys.executable
    return app


@pytest.fixture
def change(own: Flask) -> Callable[[str], None]:
    """Do to the database what a statement says."""

    def run(statement: str) -> None:
        with own.app_context(), db.engine.begin() as connection:
            connection.execute(sa.text(statement))

    return run


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


@pytest.fixture
def told(own: Flask, query: Callable[[str], Any]) -> Callable[[], list[tuple[Any, ...]]]:
    """What the journal's lines say, in their order, of a chain that holds."""
    own.config["FUTURISYS_JOURNAL_KEY"] = "a journal's key of the tests, of no other use"

    def lines() -> list[tuple[Any, ...]]:
        done = own.test_cli_runner().invoke(args=["journal", "verify"])
        assert done.exit_code == 0, done.output
        rows = query("SELECT * FROM journal ORDER BY number")
        assert all(row.person is None for row in rows)
        return [(row.action, row.actor, row.predictions) for row in rows]

    return lines


@ONE_DATABASE
@pytest.mark.parametrize(
    ("changes", "kind"),
    [({}, "people"), ({"left": 60}, "groups"), ({"gain": -0.1}, "nothing")],
)
def test_the_journal_says_who_began_a_trial_its_verdict_and_that_files_went(
    own, told, changes, kind
):
    """Each in the chain, with how many people were read, and of the verdict the word alone."""
    who = "abcdef012345 Ada"
    with own.app_context():
        identifier = trials.start(WHO, ORDER, {})
        assert told() == [("trial", who, 0)]
        tried = TRIED | {"measures": [measure(**changes)]}
        trials.work(identifier, folder_of(own, identifier), lambda tell: tried)
        trials.forget_files(identifier, WHO)
        # There is nothing left to be deleted.
        trials.forget_files(identifier, WHO)
    assert told() == [
        ("trial", who, 0),
        (f"trial: {kind}", who, 300),
        ("trial files", who, 300),
    ]


@ONE_DATABASE
def test_a_trial_that_does_not_run_leaves_no_line(own, told):
    """Who is refused has begun nothing, and who comes too late with a verdict has none."""
    with own.app_context():
        identifier = trials.start(WHO, ORDER, {})
        with pytest.raises(TrialRefused):
            trials.start(WHO, ORDER, {})
        trials.work(identifier, folder_of(own, identifier), _stopped)
        trials.work(identifier, folder_of(own, identifier), lambda tell: TRIED)
    assert [action for action, *_ in told()] == ["trial"]


@ONE_DATABASE
def test_files_are_deleted_once_the_journal_says_so(own, told, change):
    """Where the line cannot be kept, neither does anything go, nor does a trial begin."""
    with own.app_context():
        identifier = trials.start(WHO, ORDER, {})
        trials.work(identifier, folder_of(own, identifier), lambda tell: TRIED)
        change("ALTER TABLE journal RENAME TO away")
        with pytest.raises(StorageUnavailable):
            trials.forget_files(identifier, WHO)
        assert folder_of(own, identifier).exists()
        with pytest.raises(StorageUnavailable):
            trials.start(WHO, ORDER, {})
        change("ALTER TABLE away RENAME TO journal")
        assert [one.id for one in trials.every(WHO)] == [identifier]
    assert len(told()) == 2


def _stopped(tell: object) -> Any:
    raise TrialRefused("Trop peu de départs.")
