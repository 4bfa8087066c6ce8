"""The twelve questions of docs/privacy.md: each command and page answers as the page says."""

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server import ROOT, Server, free_port
from tests.test_docs import COMMANDS, PAGES, exported

pytestmark = pytest.mark.slow

SECTION = PAGES["docs/privacy.md"].partition("## The twelve questions\n")[2].partition("\n## ")[0]
# A heading, what is said below it, and how it is asked: a command, or a page of the console.
QUESTIONS = dict(part.split("\n", 1) for part in SECTION.split("\n### ")[1:])
COMMAND = re.compile(r"```sh\n(.*)\n```")
PAGE = re.compile(r"^Page: `(/[\w/]*)`$", re.MULTILINE)
SECRETS = ("secret", "subject", "numbers", "journal")
EMPLOYEE = json.loads((ROOT / "futurisys/sample/employe.json").read_text())
OTHER = EMPLOYEE | {"id_employee": 2}


class Asked:
    """A folder as `make run` leaves it, its server, and what each question was answered."""

    def __init__(self, folder: Path, database: Path, model: Path) -> None:
        self.folder, instance = folder, folder / "instance"
        instance.mkdir()
        shutil.copy(database, instance / "futurisys.db")
        for name in SECRETS:
            (instance / f"{name}.key").write_text(f"{name}, of the tests and of no other use\n")
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "FLASK_APP": str(ROOT / "wsgi.py"),
            "DATABASE_URL": f"sqlite:///{instance / 'futurisys.db'}",
            "FUTURISYS_MODEL": str(model),
            "PORT": str(free_port()),
        }
        issue = "flask keys issue --name Ada --scope predict,read,admin,console --tous-departements"
        self.key = self.run(issue).split()[-1]
        (instance / "development.key").write_text(self.key)
        [export] = COMMAND.findall(SECTION.partition("\n### ")[0])
        self.environment |= exported(export, folder, self.environment)
        self.answers: dict[str, str] = {}

    def run(self, command: str) -> str:
        done = subprocess.run(
            command.replace("127.0.0.1:8000", f"127.0.0.1:{self.environment['PORT']}"),
            shell=True,
            cwd=self.folder,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def ask(self, browser: httpx.Client) -> None:
        """Each question in the order of the page, as it is asked there."""
        for heading, text in QUESTIONS.items():
            [asked] = COMMAND.findall(text) + PAGE.findall(text)
            if asked.startswith("/"):
                accept = {"Accept": "text/html"}
                self.answers[heading] = browser.get(asked, headers=accept).text
            else:
                self.answers[heading] = self.run(asked.replace("curl", "curl --fail --silent", 1))

    def written(self, name: str) -> str:
        return (self.folder / "instance" / name).read_text()


@pytest.fixture(scope="module")
def asked(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, artifact_folder: Path
) -> Iterator[Asked]:
    """Two people were estimated, and somebody disagreed about the second; then all is asked."""
    one = Asked(tmp_path_factory.mktemp("questions"), sqlite_template, artifact_folder)
    server = Server(one.environment).wait("/health/ready")
    bearer = {"Authorization": f"Bearer {one.key}"}
    try:
        with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
            for employee in (EMPLOYEE, OTHER):
                answer = browser.post("/predict", json=employee, headers=bearer)
                assert answer.status_code == 200
            reviews = f"/predictions/{answer.json()['Identifiant']}/reviews"
            said = browser.post(reviews, json={"avis": "désaccord"}, headers=bearer)
            assert said.status_code == 200, said.text
            page = browser.get("/console/connexion").text
            [token] = re.findall('name="csrf_token"[^>]*value="([^"]+)"', page)
            signed_in = browser.post(
                "/console/connexion", data={"secret": one.key, "csrf_token": token}
            )
            assert signed_in.status_code == 200
            one.ask(browser)
        yield one
    finally:
        server.stop()


def answer(asked: Asked, start: str) -> str:
    """What the question that begins so was answered."""
    [found] = [told for heading, told in asked.answers.items() if heading.startswith(start)]
    return found


def document(asked: Asked, start: str) -> Any:
    return json.loads(answer(asked, start))


def test_there_are_twelve_and_the_pages_test_runs_their_commands():
    """Each question has one command or one page, and from a clean checkout the commands work."""
    assert len(QUESTIONS) == 12
    for text in QUESTIONS.values():
        commands, pages = COMMAND.findall(text), PAGE.findall(text)
        assert len(commands) + len(pages) == 1
        assert set(commands) <= set(COMMANDS)


def test_which_data_and_why(asked):
    """Twenty-four fields, each with the curve of what its values do."""
    effects = document(asked, "Which data")["Effets"]
    assert len(effects) == 24
    for one in effects:
        assert one.get("Contributions") or one.get("Niveaux"), one["Variable"]


def test_what_is_never_used(asked):
    """The card names what the model does not read, and what an estimate is not for."""
    card = document(asked, "What is never used")
    assert set(card["Champs_non_lus"]) == {"id_employee", "age", "genre", "statut_marital"}
    assert card["Usages_exclus"]


def test_how_good_and_for_whom(asked):
    """The page says it in people of a hundred, and by the groups that the text names."""
    page = answer(asked, "How good")
    assert "Sur 100 personnes" in page.replace("\u202f", " ").replace("\xa0", " ")
    for group in ("moins de 30 ans", "Célibataire", "Consulting", "trop peu"):
        assert group in page, group


def test_an_answer_outlives_its_model(asked):
    """Without a model, base and effects are there, and add up to what was said."""
    [told] = json.loads(asked.written("dossier.json"))["predictions"]
    said = math.log(told["probability"] / (1 - told["probability"]))
    assert told["base"] + sum(told["effects"].values()) == pytest.approx(said, abs=1e-9)
    assert told["Employe"]["poste"] == EMPLOYEE["poste"]
    assert not (asked.folder / "instance" / "gone").exists()


def test_a_persons_data_is_shown(asked):
    """Facts with their units, the estimate, its reasons, that it was opened, and when it goes."""
    page = asked.written("vos-donnees.html").replace("\u202f", " ").replace("\xa0", " ")
    for told in (
        "Revenu mensuel",
        "5 993 €",
        "Ce qui a augmenté l’estimation",
        "remises sous forme de fichier",
        "Tout cela sera effacé le",
    ):
        assert told in page, told
    assert "Ada" not in page


def test_a_person_is_erased(asked):
    """One prediction goes, and afterwards no table has anything about the person."""
    assert "1 predictions are erased." in answer(asked, "Erase")
    nothing = json.loads(asked.written("nothing.json"))
    assert set(map(len, nothing.values())) == {0}
    journal = asked.run("flask journal verify")
    assert "0 are from before them" in journal


def test_how_long(asked):
    """The settings of retention, with their defaults."""
    told = answer(asked, "How long")
    for name in ("RETENTION_DAYS` | `184`", "HORIZON_DAYS", "JOURNAL_DAYS", "KEYLESS_HOURS"):
        assert f"FUTURISYS_{name}" in told


def test_who_may_ask(asked):
    """A key's holder, what it opens, and whose people."""
    assert "Ada  admin,console,predict,read  valid  all departments" in answer(asked, "Who may ask")


def test_who_decided_against_the_score(asked):
    """How many were looked at, and how often somebody disagreed."""
    page = re.sub("<[^>]+>|\\s+", " ", answer(asked, "Who decided"))
    assert re.search(r"Désaccord avec l’estimation\s*:\s*1\s+fois sur 1", page)
    assert re.search(r"Signalées\s+1", page)
    assert "Ada" not in page.partition("Les personnes signalées")[2]


def test_which_model_answered(asked):
    """The version that is served has a star, and the time in which it answered."""
    [told] = [one for one in answer(asked, "Which model").splitlines() if one.startswith("* ")]
    manifest = Path(asked.environment["FUTURISYS_MODEL"]) / "manifest.json"
    assert json.loads(manifest.read_text())["version"] in told
    assert "answers from" in told


def test_whether_the_world_moved(asked):
    """Without a horizon it says so, and no file means no drift."""
    told = document(asked, "Has the world")
    assert "FUTURISYS_HORIZON_DAYS" in " ".join(told["Suivi"]["Remarques"])
    assert told["Derive"] == []


def test_what_if_it_is_down(asked):
    """While all is well it says so, with the model that answers."""
    told = document(asked, "What if")
    assert told["statut"] == "ok"
    assert told["version_modele"]
