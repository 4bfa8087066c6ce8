"""The image is built by whatever engine is there, from what its two stages need."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest

from tests import base_image
from tests.base_image import said
from tests.server import ROOT, Server, free_port

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


class Image:
    """The image as an engine runs it, in this machine's own network."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        # Buildah runs no image, but a container that it would change.
        self.container = said("buildah", "from", "futurisys") if engine == "buildah" else ""

    def command(self, *program: str, **settings: str) -> list[str]:
        """What runs a program of the image, or what the image runs by itself."""
        variables = [f"--env={name}={value}" for name, value in settings.items()]
        if not self.container:
            return [self.engine, "run", "--rm", "--network=host", *variables, "futurisys", *program]
        own = json.loads(said("buildah", "inspect", self.container))["OCIv1"]["config"]["Cmd"]
        return ["buildah", "run", *variables, self.container, "--", *(program or own)]

    def remove(self) -> None:
        if self.container:
            said("buildah", "rm", self.container)


def answers(engine: str) -> bool:
    """Whether an engine is there, and is more than installed."""
    return (
        bool(shutil.which(engine))
        and not subprocess.run([engine, "info"], capture_output=True).returncode
    )


@pytest.fixture
def image() -> Iterator[Image]:
    """The image, once it is built by the engine that `make image` takes."""
    if not os.environ.get("PROVE"):
        pytest.skip("It is fetched and trained for minutes: make prove.")
    engine = next(filter(answers, ("docker", "podman", "buildah")), None)
    if engine is None:
        pytest.skip("No engine that builds images: apt-get install buildah.")
    stands_in = engine == "buildah" and base_image.can_be_made()
    with base_image.stand_in() if stands_in else nullcontext():
        began = time.monotonic()
        subprocess.run(["make", "image"], cwd=ROOT, check=True)
        size = said(engine, "images", "--format={{.Size}}", "futurisys")
        base = ", on a stand-in for its base" if stands_in else ""
        print(f"\nImage: {size}, built by {engine} in {time.monotonic() - began:.0f} s{base}.")
        image = Image(engine)
        yield image
        image.remove()


@pytest.mark.slow
@pytest.mark.prove
def test_the_image_answers_as_a_user_without_rights(image, employee):
    """It is built, runs as UID 1000, is ready, and keeps what it answers where it may write."""
    assert said(*image.command("id", "-u")) == "1000"
    settings = {"PORT": str(free_port()), "HOST": "127.0.0.1", "FUTURISYS_OPEN": "predict"}
    server = Server(settings, image.command(**settings))
    try:
        began = time.monotonic()
        server.wait("/health/ready")
        print(f"It was ready in {time.monotonic() - began:.1f} s.")
        answer = httpx.post(f"{server.url}/predict", json=employee)
        assert (answer.status_code, answer.json()["Prediction"]) == (200, "Part")
    finally:
        server.stop()
