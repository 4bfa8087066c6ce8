"""The image is built by whatever engine is there, from what its two stages need."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server import ROOT

# Answers, and says how it was called.
ENGINE = '#!/bin/sh\n[ "$1" = info ] || echo "$(basename "$0") $*"\n'
# Is installed, and nothing runs that it could speak to.
IDLE = "#!/bin/sh\nexit 1\n"


def pinned(name: str) -> dict[str, str]:
    """Each package of a list of requirements, with its version."""
    lines = re.findall(r"^([a-z0-9-]+)\S*?==(\S+)", (ROOT / name).read_text(), re.MULTILINE)
    return dict(lines)


@pytest.fixture(scope="module")
def recipe() -> str:
    """What `make image` would run."""
    command = ["make", "--dry-run", "image"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("engines", "said"),
    [
        ({"docker": ENGINE, "podman": ENGINE, "buildah": ENGINE}, "docker"),
        ({"docker": IDLE, "podman": ENGINE}, "podman"),
        ({"docker": IDLE, "buildah": ENGINE}, "buildah"),
    ],
)
def test_the_engine_that_is_there_builds(recipe, tmp_path, engines, said):
    """The first that answers, or buildah; the others are not asked to."""
    done = run(recipe, tmp_path, engines)
    assert (done.returncode, done.stdout) == (0, f"{said} build --tag futurisys .\n")


def test_without_an_engine_it_says_what_to_install(recipe, tmp_path):
    """One sentence, and the command fails."""
    done = run(recipe, tmp_path, {"docker": IDLE})
    assert done.returncode == 1
    assert "apt-get install" in done.stderr


def run(recipe: str, folder: Path, engines: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a recipe where these programs, and no other engine, are there."""
    for name in ("sh", "basename"):
        (folder / name).symlink_to(shutil.which(name) or "")
    for name, text in engines.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return subprocess.run(
        [folder / "sh", "-c", recipe], env={"PATH": str(folder)}, capture_output=True, text=True
    )


def test_the_model_is_trained_with_what_the_tests_train_with():
    """What the build fetches to train is pinned as in development, and holds what is served."""
    train, develop, serve = (pinned(f"requirements{part}.txt") for part in ("-train", "-dev", ""))
    assert train.items() <= develop.items()
    assert serve.items() <= train.items()


def test_the_build_fetches_no_test_tool():
    """The stage that trains installs the list for training, whose packages are fewer by half."""
    assert "requirements-dev.txt" not in (ROOT / "Dockerfile").read_text()
    train, develop = pinned("requirements-train.txt"), pinned("requirements-dev.txt")
    assert {"scikit-learn", "pandas"} <= train.keys()
    assert not {"pytest", "mypy", "playwright"} & train.keys()
    assert len(train) < len(develop) / 2
