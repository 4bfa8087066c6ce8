"""What never leaves the machine that trained: a folder beside the artifact of a company's people.

DIR.private/ holds what each of its people was estimated at by models that had not seen them, and
the scikit-learn originals. The manifest in DIR does not name it; a file in it names the manifest.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from futurisys.errors import ThresholdRefused
from futurisys.model.artifact import MANIFEST

# Holds the sha256 of the manifest that the other files belong to.
OF = "manifest.sha256"


def folder_of(artifact: Path) -> Path:
    """The private folder of an artifact's."""
    artifact = artifact.resolve()
    return artifact.with_name(artifact.name + ".private")


def write(artifact: Path, files: Mapping[str, bytes]) -> None:
    """Write what is private of the artifact in a folder, and leave none of it in that folder.

    They are its owner's alone to read; those of an earlier training go.
    """
    folder = folder_of(artifact)
    folder.mkdir(mode=0o700, exist_ok=True)
    # Between two trainings it belongs to neither.
    (folder / OF).unlink(missing_ok=True)
    for name, content in {**files, OF: _digest(artifact)}.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).touch(0o600)
        (folder / name).write_bytes(content)
    for name in files:
        (artifact / name).unlink(missing_ok=True)


def read(artifact: Path) -> dict[str, bytes]:
    """What is private of the artifact in a folder; raises ThresholdRefused where it is not here."""
    folder = folder_of(artifact)
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    except OSError:
        files = {}
    if files.pop(OF, b"") != _digest(artifact):
        raise ThresholdRefused(
            f"{folder} does not hold what this model said of people whom it had not seen: run this "
            "on the machine that trained it, or train it again with `flask model train`."
        )
    return files


def _digest(artifact: Path) -> bytes:
    return hashlib.sha256((artifact / MANIFEST).read_bytes()).hexdigest().encode()
