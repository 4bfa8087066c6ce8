"""The pages say what is true: commands run, answers, tables, links and the picture are real."""

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
from futurisys.employee.schema import FACTS, EmployeeSchema
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.sample import EVALUATION, SAMPLE
from futurisys.training import figures
from tests.server import ROOT, Server, free_port
from tests.test_architecture import FILES, FLOORS, imports

README = (ROOT / "README.md").read_text()
FRONT_PAGE_MAX = 12_288
# In the order in which the front page lists them.
NAMES = re.findall(r"\((docs/[\w-]+\.md)\)", README.partition("## Where to read on")[2])
PAGES = {name: (ROOT / name).read_text() for name in ["README.md", *NAMES]}
LINKING = [*PAGES, "benchmarks/README.md", "CONTRIBUTING.md"]
# A command that two pages show runs once, where a reader meets it first.
COMMANDS = list(
    dict.fromkeys(
        command
        for page in PAGES.values()
        for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
        for command in block.splitlines()
    )
)
[CURL] = [command for command in COMMANDS if command.endswith("/predict")]
SHOWN = json.loads(re.findall(r"```json\n(.*?)```", README, re.DOTALL)[0])
SERVERS = ("make run", "gunicorn")
# What makes a training short, and changes nothing of what a command does.
FEWER = (
    ("estimator.py", '"n_estimators": 600,', '"n_estimators": 20,'),
    ("range.py", "QUICK_REFITS = 30\n", "QUICK_REFITS = 2\n"),
)
ENTER = "source .venv/dev/bin/activate"


def between(name: str) -> str:
    """What stands between a pair of markers, on whichever page."""
    pattern = rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->"
    [text] = re.findall(pattern, "\n".join(PAGES.values()), re.DOTALL)
    return text


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_front_page_is_short():
    """The README fits into 12 kB."""
    assert len(README.encode()) <= FRONT_PAGE_MAX


def test_the_front_page_leads_to_every_page():
    """Each page of docs/ is listed once, in the README."""
    assert sorted(NAMES) == sorted(
        path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_page_begins_with_its_purpose(name):
    """The first line of a page is its title and what it is for."""
    assert re.match(r"# [^:\n]+: \S", PAGES[name])


@pytest.mark.parametrize(
    "name",
    ["README.md", "docs/using.md", "docs/model.md", "docs/operating.md", "docs/privacy.md"],
)
def test_a_page_says_where_flask_is_before_it_shows_a_command(name):
    """Whoever begins on this page can enter the environment of its first `flask`."""
    assert ENTER in PAGES[name].partition("```sh\nflask ")[0]


@pytest.mark.parametrize("name", LINKING)
def test_every_link_leads_somewhere(name):
    """A relative link leads to a file of the repository, and its anchor to a heading there."""
    path = ROOT / name
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), link
        assert not anchor or anchor in anchors(found.read_text()), link


def test_the_table_of_settings_is_the_declaration():
    """`python -m futurisys.settings` prints what the page shows."""
    assert between("settings") == settings.table()


def test_the_figures_are_the_committed_evaluations():
    """`make figures` writes what the page shows."""
    assert between("figures") == figures.tables(json.loads(EVALUATION.read_text()))


def test_the_employee_of_the_curl_is_the_first_of_the_sample():
    """The file that the README posts is the sample's first row."""
    posted = json.loads((ROOT / "futurisys/sample/employe.json").read_text())
    first = read_rows(SAMPLE)[0]
    assert posted == {name: value for name, value in first.items() if name in FACTS}


@pytest.fixture(scope="module")
def picture() -> str:
    """The lines of the picture of the floors."""
    [text] = re.findall(r"```mermaid\n(.*?)```", PAGES["docs/architecture.md"], re.DOTALL)
    return text


def test_the_picture_has_every_room_on_its_floor(picture):
    """The picture shows the rooms of futurisys/, each on the floor that the tests hold it to."""
    drawn = {
        room: int(number)
        for number, rooms in re.findall(r"subgraph floor(\d).*?\n(.*?)\n  end", picture, re.DOTALL)
        for room in rooms.split()
    }
    rooms = {name.split("/")[0].removesuffix(".py") for name in FILES if name != "__init__.py"}
    assert drawn.keys() == rooms
    assert drawn == FLOORS


@pytest.mark.slow
def test_the_arrows_of_the_picture_are_the_imports(picture):
    """An arrow for each room that a room imports, and no other arrow."""
    arrows = [
        (room, other)
        for room, others in re.findall(
            r'^ +(\w+) (?:-->|== "[^"]+" ==>) ([\w &]+)$', picture, re.MULTILINE
        )
        for other in others.split(" & ")
    ]
    imported = {
        (name.split("/")[0].removesuffix(".py"), module.split(".")[1])
        for name, path in FILES.items()
        for module, _ in imports(path)
        if module.startswith("futurisys.")
    }
    assert sorted(arrows) == sorted(
        (room, other) for room, other in imported if other in FLOORS and other != room
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files of the repository, and nothing that a session left beside them; its trainings
    are short."""
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
    for name, many, few in FEWER:
        module = folder / "futurisys" / "training" / name
        assert module.read_text().count(many) == 1
        module.write_text(module.read_text().replace(many, few))
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


def exported(command: str, folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """What an `export` of the pages puts into the environment of a reader's shell."""
    done = subprocess.run(
        ["sh", "-ec", f"{command}\nenv -0"],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = dict(one.split("=", 1) for one in done.stdout.split("\0") if one)
    return {name: told[name] for name in re.findall(r" (\w+)=", command)}


def borrow(environment: Path, target: Path) -> None:
    """Lend an installed environment; links, so that whoever clears the copy clears only links."""
    target.mkdir(parents=True)
    for part in ("bin", "lib", "pyvenv.cfg"):
        (target / part).symlink_to(environment.resolve() / part)
    (target / "installed").touch()


@pytest.fixture
def run(checkout: Path) -> Iterator:
    """Run a command of the pages in the checkout; a server is left running until the next."""
    running: list[Server] = []
    port = str(free_port())
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "FLASK_APP": "wsgi.py",
        # To start processes would take longer than they work.
        "LOKY_MAX_CPU_COUNT": "1",
        "PORT": port,
    }

    def run_one(command: str) -> str:
        if command.startswith(SERVERS):
            for server in running:
                server.stop()
            running.append(Server(environment, ["sh", "-c", f"exec {command}"], checkout))
            running[-1].wait("/health/ready")
            return running[-1].log
        if command.startswith("export "):
            environment.update(exported(command, checkout, environment))
            return ""
        if command == "make test":
            command = "make --dry-run test"
        if command.startswith("pip install"):
            command += " --no-index"
        if command.startswith("curl"):
            # A refusal is no answer.
            command = command.replace("curl", "curl --fail", 1)
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
    """Whether the machine has what a page calls handy; continuous integration has it all."""
    return not command.startswith("sqlite3") or bool(
        os.environ.get("CI") or shutil.which("sqlite3")
    )


@pytest.mark.slow
def test_the_answer_shown_is_that_of_the_model_that_is_trained(measured_folder, employee):
    """The model of all folds, as `make run` trains it, gives the README's answer."""
    predictor = Predictor(artifact.read(measured_folder))
    answer = predictor.answer(EmployeeSchema().load(employee))
    assert answer.probability == pytest.approx(SHOWN["Probabilite_depart"], abs=1e-5)
    assert answer.threshold == pytest.approx(SHOWN["Seuil"], abs=1e-5)
    assert (answer.label, answer.risk) == (SHOWN["Prediction"], SHOWN["Niveau_risque"])
    assert list(answer.warnings) == SHOWN["Avertissements"]


@pytest.mark.slow
@pytest.mark.minutes
def test_every_command_of_the_pages_runs(run):
    """From a clean checkout, each command works in reading order, and answers as shown."""
    outputs = {command: run(command) for command in COMMANDS if can_run(command)}
    assert CURL.split(" http")[0] in outputs["make run"]
    answer = json.loads(outputs[CURL])
    assert list(answer) == list(SHOWN)
    assert answer["Avertissements"] == SHOWN["Avertissements"]
    [metrics] = [command for command in COMMANDS if command.endswith("/metrics")]
    assert 'futurisys_requests_total{route="/predict"' in outputs[metrics]
    for command, output in outputs.items():
        assert not command.startswith("sqlite3") or answer["Identifiant"] in output
