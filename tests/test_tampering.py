"""Artifacts that were corrupted, edited, forged or planted are refused."""

import hashlib
import json
import pickle
from pathlib import Path

import pytest

from futurisys.errors import ArtifactError
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from tests.hub import NAMES


class Planted:
    """What a malicious pickle does when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def broken(files: dict[str, bytes], name: str, fault: str) -> dict[str, bytes]:
    """The files with one fault; None where the file is missing."""
    content = files[name]
    match fault:
        case "flipped":
            middle = len(content) // 2
            changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        case "truncated":
            changed = content[: len(content) // 2]
        case "swapped":
            changed = content[::-1]
        case "empty":
            changed = b""
        case _:
            return {n: body for n, body in files.items() if n != name}
    return files | {name: changed}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", ["flipped", "truncated", "missing", "swapped", "empty"])
def test_a_corrupted_artifact_is_refused(artifact_folder, tmp_path, name, fault):
    """Any file, broken in any way, under a pinned digest: refused before it is read."""
    files = {n: (artifact_folder / n).read_bytes() for n in NAMES}
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
    write(tmp_path, broken(files, name, fault))
    with pytest.raises(ArtifactError):
        artifact.read(tmp_path, digest)


@pytest.mark.parametrize(
    "edit",
    [
        {"threshold": 0.9},
        {"format": 2},
        {"employee_definition": "0" * 64},
        {"files": {}},
        {"version": "2026-01-01-00000000"},
        {"golden": []},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_an_edited_manifest_is_refused(artifact_folder, tmp_path, edit):
    """The manifest's version is a digest of all its other words, in a folder without a pin too."""
    files = {n: (artifact_folder / n).read_bytes() for n in NAMES}
    manifest = json.loads(files["manifest.json"]) | edit
    write(tmp_path, files | {"manifest.json": artifact.dump(manifest)})
    with pytest.raises(ArtifactError):
        artifact.read(tmp_path)


def test_a_forged_but_coherent_artifact_is_refused_under_a_pin(artifact_folder, tmp_path):
    """Manifest, files and golden answers that agree with each other are not the pinned ones."""
    files = {n: (artifact_folder / n).read_bytes() for n in NAMES}
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
    manifest = json.loads(files.pop("manifest.json")) | {"threshold": 0.99}
    artifact.write(tmp_path, manifest, files)
    assert artifact.read(tmp_path)
    with pytest.raises(ArtifactError, match="digest"):
        artifact.read(tmp_path, digest)


def test_a_pickle_under_another_name_is_not_opened(artifact_folder, tmp_path):
    """A pickle in the place of the booster, described by a coherent manifest, does nothing."""
    mark = tmp_path / "opened"
    planted = pickle.dumps(Planted(mark))
    files = {n: (artifact_folder / n).read_bytes() for n in NAMES}
    manifest = json.loads(files.pop("manifest.json"))
    for name in ("model.ubj", "modele_final_xgb.joblib", "preprocesseur_fitted.joblib"):
        folder = tmp_path / name.replace(".", "_")
        artifact.write(folder, manifest, files | {name: planted})
        if name == "model.ubj":
            with pytest.raises(ArtifactError):
                Predictor(artifact.read(folder))
        else:
            assert Predictor(artifact.read(folder)).version
    assert not mark.exists()


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
