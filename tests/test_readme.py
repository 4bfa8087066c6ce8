"""The README says what is true: its commands run, its answer and its tables are the real ones."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from futurisys import settings
from futurisys.employee.extracts import read_rows
from futurisys.employee.schema import FACTS
from futurisys.model import figures
from futurisys.sample import EVALUATION, SAMPLE
from tests.server import ROOT, Server, free_port

README = (ROOT / "README.md").read_text()
COMMANDS = [
    command
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for command in block.splitlines()
]
SERVERS = ("make run", "gunicorn")


def between(name: str) -> str:
    """What stands in the README between a pair of markers."""
    [text] = re.findall(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", README, re.DOTALL)
    return text


def test_the_table_of_settings_is_the_declaration():
    """`python -m futurisys.settings` prints what the README shows."""
    assert between("settings") == settings.table()


def test_the_figures_are_the_committed_evaluations():
    """`make figures` writes what the README shows."""
    assert between("figures") == figures.readme(json.loads(EVALUATION.read_text()))


def test_the_employee_of_the_curl_is_the_first_of_the_sample():
    """The file that the README posts is the sample's first row."""
    posted = json.loads((ROOT / "futurisys/sample/employe.json").read_text())
    first = read_rows(SAMPLE)[0]
    assert posted == {name: value for name, value in first.items() if name in FACTS}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files of the repository, and nothing that a session left beside them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    folder = tmp_path / "futurisys"
    for name in listed.stdout.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    for name in ("serve", "dev"):
        environment = ROOT / ".venv" / name
        borrow(environment if environment.exists() else Path(sys.prefix), folder / ".venv" / name)
    # The file that HR would have.
    rows = read_rows(SAMPLE)[:5]
    with (folder / "employes.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return folder


def borrow(environment: Path, target: Path) -> None:
    """Lend an installed environment; links, so that whoever clears the copy clears only links."""
    target.mkdir(parents=True)
    for part in ("bin", "lib", "pyvenv.cfg"):
        (target / part).symlink_to(environment.resolve() / part)
    (target / "installed").touch()


@pytest.fixture
def run(checkout: Path) -> Iterator:
    """Run a command of the README in the checkout; a server is left running until the next."""
    running: list[Server] = []
    port = str(free_port())
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "FLASK_APP": "wsgi.py",
        "PORT": port,
    }

    def run_one(command: str) -> str:
        if command.startswith(SERVERS):
            for server in running:
                server.stop()
            running.append(Server(environment, ["sh", "-c", f"exec {command}"], checkout))
            running[-1].wait("/health/ready")
            return running[-1].log
        if command == "make test":
            command = "make --dry-run test"
        if command.startswith("pip install"):
            command += " --no-index"
        done = subprocess.run(
            command.replace("127.0.0.1:8000", f"127.0.0.1:{port}"),
            shell=True,
            cwd=checkout,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    yield run_one
    for server in running:
        server.stop()


def can_run(command: str) -> bool:
    """Whether the machine has what the README calls handy; continuous integration has it all."""
    return not command.startswith("sqlite3") or bool(
        os.environ.get("CI") or shutil.which("sqlite3")
    )


@pytest.mark.slow
def test_every_command_of_the_readme_runs(run):
    """From a clean checkout, each command works in the README's order, and answers as shown."""
    outputs = {command: run(command) for command in COMMANDS if can_run(command)}
    [curl] = [command for command in COMMANDS if command.endswith("/predict")]
    assert curl.split(" http")[0] in outputs["make run"]
    [shown] = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    answer, expected = json.loads(outputs[curl]), json.loads(shown)
    assert list(answer) == list(expected)
    for name in ("Probabilite_depart", "Seuil"):
        assert answer[name] == pytest.approx(expected[name], abs=1e-5)
    for name in ("Prediction", "Niveau_risque", "Avertissements"):
        assert answer[name] == expected[name]
    [metrics] = [command for command in COMMANDS if command.endswith("/metrics")]
    assert 'futurisys_requests_total{route="/predict"' in outputs[metrics]
    for command, output in outputs.items():
        assert not command.startswith("sqlite3") or answer["Identifiant"] in output
