"""A stand-in for the base of the image, of Debian's packages, where no registry is asked."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server import ROOT

PACKAGES = "ca-certificates,python-is-python3,python3-pip"
# What this machine trusts, so that pip reaches in there what it reaches out here.
TRUSTED = Path("/etc/ssl/certs/ca-certificates.crt")
STORAGE = '[storage]\ndriver = "vfs"\ngraphroot = "{0}/images"\nrunroot = "{0}/containers"\n'


def can_be_made() -> bool:
    return os.geteuid() == 0 and bool(shutil.which("debootstrap"))


@contextmanager
def stand_in() -> Iterator[None]:
    """The name that the Dockerfile asks for, in a storage of buildah's that goes with it."""
    [name] = set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        storage = Path(folder, "storage.conf")
        storage.write_text(STORAGE.format(folder))
        patch.setenv("CONTAINERS_STORAGE_CONF", str(storage))
        patch.setenv("STORAGE_DRIVER", "vfs")
        patch.setenv("BUILDAH_ISOLATION", "chroot")
        container = said("buildah", "from", "scratch")
        _install(Path(said("buildah", "mount", container)), name.rpartition("-")[2])
        said("buildah", "config", "--env=PIP_BREAK_SYSTEM_PACKAGES=1", container)
        # Where a name of this machine's own is known, no registry is asked for a newer one.
        said("buildah", "commit", "--quiet", "--rm", container, f"localhost/{name}")
        yield


def _install(root: Path, suite: str) -> None:
    """Debian and its Python, in a folder."""
    said("debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(root))
    shutil.copyfile(TRUSTED, root / TRUSTED.relative_to("/"))
    for leftover in (root / "var/cache/apt/archives").glob("*.deb"):
        leftover.unlink()


def said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()
