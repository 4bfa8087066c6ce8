"""What says something of each of a company's people never leaves the machine that trained."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from futurisys.app import create_app
from futurisys.errors import ThresholdRefused
from futurisys.model import artifact
from futurisys.sample import SAMPLE
from futurisys.training import private
from futurisys.training.contenders import Model
from futurisys.training.deciding import Means, decide
from futurisys.training.estimator import frame
from futurisys.training.evaluation import OutOfFold
from futurisys.training.people import People, of_extracts
from futurisys.training.run import Evaluated, train
from tests.evaluated import ADDED, EVALUATION
from tests.hub import Hub

REPO = "futurisys/model"
PRIVATE = {"out_of_fold.json", "modele_final_xgb.joblib", "preprocesseur_fitted.joblib"}


@pytest.fixture
def own(artifact_folder: Path, tmp_path: Path) -> Path:
    """The artifact that the default model would be, were its people a company's own."""
    manifest = json.loads((artifact_folder / artifact.MANIFEST).read_text())
    files = {name: (artifact_folder / name).read_bytes() for name in manifest["files"]}
    said = {name: value for name, value in manifest.items() if name not in ADDED}
    said["training"] |= {"fictional": False}
    kept = {name: files.pop(name) for name in PRIVATE}
    artifact.write(tmp_path / "own", said, files)
    private.write(tmp_path / "own", kept)
    return tmp_path / "own"


def measured(**stated: Any) -> Evaluated:
    """A few of the sample's people as a company's own, and margins that nobody measured."""
    sample = of_extracts(SAMPLE)
    people = People(sample.employees[:300], sample.left[:300], **stated)
    left = np.array(people.left)
    margin = np.random.default_rng(0).normal(2.0 * left - 2, 1, (1, 300))
    found = OutOfFold(np.zeros((1, 300), int), margin, margin, margin > 0)
    document = EVALUATION | {"protocol": {"folds": 5, "repeats": 1}}
    model = Model(changes={"n_estimators": 5})
    return Evaluated(people, frame(people.employees), left, model, found, document)


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub on loopback that keeps what it is sent."""
    with Hub() as hub:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield hub


@pytest.mark.slow
def test_own_people_are_kept_beside_the_artifact_for_its_owner(tmp_path):
    """Margins and originals stand in DIR.private, for one user, and nowhere in DIR."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name in PRIVATE:
        (folder / name).write_text("of an earlier training")
    train(measured(horizon=365), folder, refits=2, workers=1)
    manifest = artifact.read(folder).manifest
    assert not PRIVATE & manifest["files"].keys()
    assert not PRIVATE & {path.name for path in folder.iterdir()}
    kept = private.folder_of(folder)
    assert {path.name for path in kept.iterdir()} == PRIVATE | {private.OF}
    assert kept.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in kept.iterdir()} == {0o600}
    assert manifest["horizon_jours"] == 365
    assert manifest["training"]["people_from"] == ["extracts"]
    assert manifest["training"]["fictional"] is False


def test_the_samples_model_has_no_horizon_and_nothing_private(artifact_folder):
    """Its people are nobody's: all of its files may travel, and none says within what time."""
    manifest = artifact.read(artifact_folder).manifest
    assert manifest["horizon_jours"] is None
    assert manifest["files"].keys() >= PRIVATE
    assert not private.folder_of(artifact_folder).exists()


def test_another_threshold_is_chosen_on_what_is_private(own, tmp_path):
    """`flask model threshold` reads DIR.private and leaves the new artifact its own."""
    decide(own, tmp_path / "new", Means(capacity=0.1), Means())
    assert not PRIVATE & artifact.read(tmp_path / "new").manifest["files"].keys()
    assert private.read(tmp_path / "new").keys() == PRIVATE
    decide(tmp_path / "new", tmp_path / "third", Means(precision=0.55), Means())
    with pytest.raises(ThresholdRefused, match="never changed"):
        decide(own, tmp_path / "new", Means(capacity=0.1), Means())


def test_what_is_private_of_another_model_is_not_read(own, tmp_path):
    """Margins are those of the manifest that they name; elsewhere there are none."""
    other = tmp_path / "other"
    decide(own, other, Means(capacity=0.1), Means())
    (private.folder_of(own) / private.OF).write_bytes(
        (private.folder_of(other) / private.OF).read_bytes()
    )
    with pytest.raises(ThresholdRefused, match="the machine that trained it"):
        decide(own, tmp_path / "new", Means(capacity=0.1), Means())
    for path in private.folder_of(other).iterdir():
        path.unlink()
    private.folder_of(other).rmdir()
    with pytest.raises(ThresholdRefused, match="the machine that trained it"):
        decide(other, tmp_path / "new", Means(capacity=0.1), Means())


@pytest.mark.parametrize("option", ["--public", "--private"])
def test_own_people_are_not_published(own, hub, option):
    """Neither a new public repository nor one that was public before gets any of it."""
    said, code = published(own, option)
    assert code == 1
    assert "a private repository alone" in said
    assert hub.main == {}


def test_a_private_repository_gets_what_may_travel(own, hub):
    """What the manifest lists goes there, and nothing that is private."""
    hub.private = True
    said, code = published(own, "--private")
    assert code == 0, said
    assert hub.main.keys() >= {"README.md", artifact.MANIFEST, artifact.BOOSTER}
    assert not PRIVATE & hub.main.keys()


def published(folder: Path, option: str) -> tuple[str, int]:
    """What `flask model publish` says, and its code."""
    runner = create_app(DATABASE_URL="sqlite://").test_cli_runner()
    done = runner.invoke(args=["model", "publish", REPO, "--model", str(folder), option])
    return done.output, done.exit_code
