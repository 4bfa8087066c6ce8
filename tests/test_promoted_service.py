"""A running service goes over to a promoted model, and back, without a failed request."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from futurisys.model import artifact
from tests.population import sample_rows, table
from tests.rivals import another
from tests.server import PATIENCE_SECONDS, ROOT, SERVING_PYTHON, Server, until
from tests.test_renewal import Asker, said

pytestmark = pytest.mark.slow
SIGNED = ("--by", "Ada", "--why", "Trained on this year's people")


@pytest.fixture
def second(artifact_folder, tmp_path) -> Path:
    """Another model: the same with another threshold, hence another version."""
    return another(artifact_folder, tmp_path / "second", threshold=0.5)


@pytest.fixture
def file(artifact_folder, tmp_path) -> Path:
    path = tmp_path / "served"
    path.write_text(f"{artifact_folder}\n")
    return path


@pytest.fixture
def flask(database_url, file) -> Callable[..., str]:
    """A command of somebody at another terminal, with the service's settings: what it says."""
    settings = {"DATABASE_URL": database_url, "FUTURISYS_MODEL": str(file)}

    def run(*arguments: str) -> str:
        python = str(SERVING_PYTHON if SERVING_PYTHON.exists() else sys.executable)
        command = [python, "-m", "flask", "--app", "wsgi", "model", *arguments]
        environ = os.environ | settings
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_a_service_under_load_is_promoted_and_rolled_back(
    server, database_url, flask, artifact_folder, second, employee, file
):
    """Under 4 connections nothing fails but a connection closed before its answer began.

    Each stored row names the model that answered, and each command takes one signal.
    """
    one = server(DATABASE_URL=database_url, FUTURISYS_MODEL=str(file)).wait("/health/ready")
    headers = {"Content-Type": "text/csv"}
    sent = httpx.post(f"{one.url}/predict/batch", content=table(sample_rows()), headers=headers)
    assert sent.status_code == 200
    before, after = (artifact.read(folder).version for folder in (artifact_folder, second))
    ended = threading.Event()
    askers = [Asker(int(one.port), employee, ended) for _ in range(4)]
    for asker in askers:
        asker.start()
    try:
        heard(askers, before)
        for version, command in ((after, ("promote", str(second))), (before, ("rollback",))):
            old = set(one.workers())
            told = flask(*command, *SIGNED)
            assert f"Model {version} is the one to be served." in told
            assert "it is served once GET /health/ready answers with this version" in told
            has_gone_over(one, old)
            heard(askers, version)
            assert httpx.get(f"{one.url}/health/ready").json()["version_modele"] == version
    finally:
        ended.set()
        for asker in askers:
            asker.join()
    assert [failure for asker in askers for failure in asker.failures] == []
    rows, decided = kept(database_url)
    assert decided == [(after, "Ada"), (before, "Ada")]
    answers = said(askers)
    assert {content["Version_modele"] for content in answers} == {before, after}
    for content in answers:
        assert rows[content["Identifiant"]] == content["Version_modele"]


def kept(url: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The version of each answer, by its id, and who decided on which, in that order."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, model_version FROM predictions"))
        versions = {str(identifier): version for identifier, version in rows}
        made = connection.execute(sa.text("SELECT version, author FROM models ORDER BY id"))
        decided = [(version, author) for version, author in made]
    engine.dispose()
    return versions, decided


def has_gone_over(one: Server, old: set[int]) -> None:
    """Return once the old workers went."""
    until(lambda: not old & set(one.workers()), lambda: one.log)


def heard(askers: list[Asker], version: str) -> None:
    """Return once every connection has had an answer of a model."""
    seen = [len(asker.answers) for asker in askers]
    deadline = time.monotonic() + PATIENCE_SECONDS
    for asker, since in zip(askers, seen, strict=True):
        while not any(one["Version_modele"] == version for one in asker.answers[since:]):
            assert asker.is_alive(), asker.failures
            assert time.monotonic() < deadline
            time.sleep(0.1)
