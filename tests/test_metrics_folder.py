"""The folder in which the workers count: an operator's own is left alone, ours is cleared away."""

import os
import signal
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a server of the test makes its temporary files, and no other does."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    return folder


def test_an_operators_folder_is_used_and_left(server, sqlite_url, temporary, tmp_path):
    """Nothing of it is removed at the end, and no folder of ours is made beside it."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "theirs").write_text("kept")
    running = server(DATABASE_URL=sqlite_url, PROMETHEUS_MULTIPROC_DIR=str(own)).wait()
    assert list(own.glob("*.db"))
    assert list(temporary.iterdir()) == []
    running.stop_process()
    assert (own / "theirs").read_text() == "kept"
    assert list(own.glob("*.db"))


def test_our_folder_outlives_workers_and_goes_with_the_server(server, sqlite_url, temporary):
    """A worker that ends, or a reload, leaves it for the others; SIGTERM to the master takes it."""
    running = server(DATABASE_URL=sqlite_url, PROMETHEUS_MULTIPROC_DIR="").wait()
    [folder] = temporary.iterdir()
    [first, *_] = before = running.workers()
    for process, sent, ended in (
        (first, signal.SIGTERM, {first}),
        (running.process.pid, signal.SIGHUP, set(before)),
    ):
        os.kill(process, sent)
        while ended & set(running.workers()):
            running.wait()
        running.wait()
        assert list(temporary.iterdir()) == [folder]
        assert list(folder.glob("*.db"))
    running.stop_process()
    assert list(temporary.iterdir()) == []


def test_a_boot_that_fails_leaves_no_folder(server, temporary):
    """A setting that stops the start stops it without a trace."""
    running = server(DATABASE_URL="sqlite://", FUTURISYS_SUBJECT_KEY="a")
    assert running.process.wait(180) != 0
    assert "FUTURISYS_SUBJECT_KEY" in running.log
    assert list(temporary.iterdir()) == []
