"""The file that says which model is served, and the process that is told of another address."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from futurisys import serving
from futurisys.errors import AddressError
from futurisys.model import pointer
from tests.server import ROOT

HOLDER = """
import signal, sys
from pathlib import Path
from futurisys.model import pointer
signal.signal(signal.SIGHUP, lambda *_: print("told", flush=True))
print(pointer.hold(Path(sys.argv[1])), flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "served"
    path.write_text("one\n")
    return path


@pytest.fixture
def holder(file) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the file."""
    command = [sys.executable, "-c", HOLDER, str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_a_setting_names_a_file_or_is_an_address(file, tmp_path):
    """A file that is there holds the address; a folder, or what is not there, is one."""
    assert pointer.named(str(file)) == file
    assert pointer.named(str(tmp_path)) is None
    assert pointer.named("hf://owner/name") is None
    with pytest.raises(AddressError, match="UTF-8"):
        pointer.named(5000 * "x")


def test_the_address_is_replaced_as_a_whole_by_whoever_may(file, tmp_path):
    """Nothing else is left in the folder, and whoever could read the file can."""
    file.chmod(0o640)
    linked = tmp_path / "link"
    linked.symlink_to(file)
    pointer.replace(linked, "another")
    assert (pointer.read(file), linked.is_symlink()) == ("another", True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "served"]


def test_an_address_that_cannot_be_replaced_stays(file, monkeypatch):
    """What is mounted alone cannot be replaced: a sentence says what to mount."""

    def refuse(*_: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(AddressError, match="mount the folder"):
        pointer.replace(file, "another")
    assert pointer.read(file) == "one"


def test_whoever_holds_the_file_is_told(file, holder):
    """SIGHUP reaches the process that holds it, and a second one cannot hold it too."""
    assert holder.stdout
    assert not pointer.hold(file)
    assert pointer.tell(file)
    assert holder.stdout.readline() == "told\n"


def test_nobody_is_told_in_place_of_a_holder_that_has_ended(file, holder):
    """A lock ends with its holder, so that no signal reaches whoever got its number."""
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert not pointer.tell(file)


def test_nobody_is_told_where_nothing_was_ever_held(file):
    """A file that no service has read has nobody to be told."""
    assert not pointer.tell(file)


def test_a_service_that_cannot_be_found_says_so(file, holder, make_app, caplog):
    """A second one with the same file is told by hand: its log says that, and which lock it is."""
    serving.hold(make_app(FUTURISYS_MODEL=str(file)))
    assert f"{file}.lock is held or cannot be written" in caplog.text


def test_a_service_whose_address_is_in_no_file_holds_nothing(make_app, tmp_path, caplog):
    """A setting that says an address itself cannot be changed, and nothing is left beside it."""
    serving.hold(make_app(FUTURISYS_MODEL=str(tmp_path)))
    assert list(tmp_path.iterdir()) == []
    assert "lock" not in caplog.text
