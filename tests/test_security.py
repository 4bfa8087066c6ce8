"""docs/security.md: every requirement of ASVS 5.0.0 at levels 1 and 2 once, and what shows it."""

import ast
import json
import re
from collections import Counter

from futurisys.api.contracts import Contract
from futurisys.employee.schema import NEVER_MORE_THAN
from futurisys.operations import access
from tests.asvs import LEVELS
from tests.databases import ONE_DATABASE
from tests.server import ROOT
from tests.test_docs import PAGES, between

PAGE = PAGES["docs/security.md"]
STATES = ("met", "n/a", "not met")
ROW = re.compile(
    r"^\| (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) \| (.+?) \| (.+?) \| (.+?) \| (.*?) ?\|$"
)
ROWS = [found.groups() for found in map(ROW.match, PAGE.splitlines()) if found]
ASKED = {
    f"{section}.{place}": level
    for section, levels in LEVELS.items()
    for place, level in enumerate(levels, 1)
    if level in "12"
}
STATE_OF = {number: row[2] for row in ROWS for number in row[0].split(", ")}


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_every_requirement_stands_once():
    """Those of levels 1 and 2 are in the tables, each once, and no other number is."""
    assert Counter(n for row in ROWS for n in row[0].split(", ")) == Counter(ASKED.keys())


def test_each_has_a_state_and_its_ground():
    """What is met says by what it is shown; what is not, or does not apply, says why."""
    assert {row[2] for row in ROWS} == set(STATES)
    for numbers, _, state, how, shown in ROWS:
        assert how.endswith("."), numbers
        assert bool(shown) == (state == "met"), numbers


def test_each_test_that_is_named_exists():
    """A test that the tables name is there, under that name in that file."""
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE))
    assert len(named) == len(set(re.findall(r"`(tests/[^`]+::[^`]+)`", PAGE))) > 0
    for path in {path for path, _ in named}:
        tree = ast.parse((ROOT / path).read_text())
        there = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
        assert {name for file, name in named if file == path} <= there, path


def test_the_summary_counts_the_tables():
    """The counts at the top are those of the tables, by level, and what is not met is listed."""
    table = ["| | met | n/a | not met | all |", "|---|---|---|---|---|"]
    for level in "12":
        counts = Counter(STATE_OF[number] for number, of in ASKED.items() if of == level)
        cells = [counts[state] for state in STATES]
        table.append(f"| level {level} | {' | '.join(map(str, [*cells, sum(cells)]))} |")
    counts = Counter(STATE_OF[number] for number in ASKED)
    cells = [counts[state] for state in STATES]
    table.append(f"| both | {' | '.join(map(str, [*cells, sum(cells)]))} |")
    missed = ", ".join(number for number in ASKED if STATE_OF[number] == "not met")
    assert between("asvs") == "\n".join([*table, "", f"Not met: {missed}."])


def test_rules_between_facts_are_written_down():
    """Whoever sends an employee reads which facts have to agree."""
    for lesser, greater in NEVER_MORE_THAN:
        assert f"`{lesser}` ≤ `{greater}`" in PAGES["docs/using.md"]


@ONE_DATABASE
def test_nothing_is_listed_or_echoed(client):
    """No folder is listed, nothing beside the service is served, and TRACE repeats nothing."""
    for path in ("/console/static/", "/flasgger_static/", "/.git/config", "/wsgi.py"):
        assert client.get(path).status_code == 404, path
    traced = client.open("/health/live", method="TRACE", headers={"X-Sent": "a secret"})
    assert traced.status_code == 405
    assert "a secret" not in traced.text + str(traced.headers)


@ONE_DATABASE
def test_a_plain_call_is_led_nowhere(client, employee):
    """A program that forgot TLS is not led to it in silence, with its data sent already."""
    for response in (client.post("/predict", json=employee), client.get("/predictions")):
        assert "Location" not in response.headers
        assert not 300 <= response.status_code < 400


@ONE_DATABASE
def test_a_line_has_its_moment_in_utc(client, capsys):
    """Lines of several machines fall into one order."""
    client.get("/health/live")
    [line] = lines(capsys.readouterr().out)
    assert line["time"].endswith("+00:00")


@ONE_DATABASE
def test_a_refusal_leaves_a_line(app, client, capsys):
    """A key that is refused, and one for other doors, are lines; the second with its name."""
    with app.app_context():
        narrow = access.issue("Essai", ("predict",), None)
    for key, status, name in ((f"{narrow}x", 401, ""), (narrow, 403, "Essai")):
        capsys.readouterr()
        headers = {"Authorization": f"Bearer {key}"}
        assert client.get("/predictions", headers=headers).status_code == status
        printed = capsys.readouterr().out
        [line] = [one for one in lines(printed) if one["message"] == "request"]
        assert (line["status"], line["route"], line["key"]) == (status, "/predictions", name)
        assert narrow not in printed


def test_what_nobody_foresaw_is_told_to_the_log_alone(make_app, capsys):
    """The log has the stack and the request's id, the answer the id and a sentence."""
    app = make_app()

    @app.get("/essai")
    @Contract("Un essai", operation="try", answer={}, answers="Rien.")
    def fail() -> None:
        raise RuntimeError("what is inside")

    response = app.test_client().get("/essai")
    assert response.status_code == 500
    assert "inside" not in response.text
    [line] = [one for one in lines(capsys.readouterr().out) if "exception" in one]
    assert "what is inside" in line["exception"]
    assert response.json["instance"] in line["message"]
