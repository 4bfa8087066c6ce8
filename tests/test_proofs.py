"""What proofs found is kept once: the pages, the front page and the dossier tell the same."""

import datetime
import re
from importlib.resources import files

from flask import Flask

from futurisys import serving
from futurisys.dossier.facts import gather
from futurisys.dossier.filling import Filling
from futurisys.dossier.proofs import results
from futurisys.dossier.writing import write_one
from tests.databases import ONE_DATABASE
from tests.server import ROOT


def table_after(page: str, words: str) -> list[str]:
    """The rows of the first table after some words of a page, without its head."""
    found = re.search(r"^\|.*?(?=\n\n)", page.partition(words)[2], re.DOTALL | re.MULTILINE)
    assert found, words
    return found[0].splitlines()[2:]


def test_the_page_tells_what_kills_found():
    """docs/operating.md has a row for each run, and the front page the sum of kills."""
    found = results()["writing"]
    page = (ROOT / "docs/operating.md").read_text()
    assert table_after(page, f"`make prove` on {found['on']}") == [
        f"| {run['proof']} | {run['requests']:,} | {run['kills']}{_of_postgresql(run)} "
        f"| {run['acknowledged']:,} | {run['lost']} | {run['duplicated']} |"
        for run in found["runs"]
    ]
    kills = sum(run["kills"] for run in found["runs"])
    assert f"in {kills} kills of PostgreSQL and of workers" in (ROOT / "README.md").read_text()


def _of_postgresql(run: dict[str, int]) -> str:
    return f" ({run['of_postgresql']} of PostgreSQL)" if run["of_postgresql"] else ""


def test_the_page_tells_how_many_faults_were_noticed():
    """benchmarks/README.md has a row for each room, and one for all."""
    found = results()["mutation"]
    page = (ROOT / "benchmarks/README.md").read_text()
    told = table_after(page, f"On {found['on']}, on a machine that did other things (seed 1)")
    assert told == [*map(_row, found["rooms"]), _row(_all(found["rooms"]))]


def _all(rooms: list[dict[str, int]]) -> dict[str, object]:
    names = ("mutants", "equivalent", "killed")
    return {"room": "all"} | {name: sum(one[name] for one in rooms) for name in names}


def _row(one: dict) -> str:
    tried = one["mutants"] - one["equivalent"]
    return (
        f"| {one['room']} | {one['mutants']} | {one['equivalent']} | {one['killed']} "
        f"| {tried - one['killed']} | {100 * one['killed'] / tried:.0f} % |"
    )


def test_pages_were_looked_at_as_they_are_tested():
    """The widths are the test's, and the rules those of the axe that tests bring."""
    found = results()["accessibility"]
    test = (ROOT / "tests/browser/test_accessibility.py").read_text()
    assert f"WIDTHS = ({', '.join(map(str, found['widths']))})" in test
    script = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    assert f"axe v{found['axe']}\n" in script


@ONE_DATABASE
def test_the_dossier_quotes_each_result(app: Flask):
    """Counts and days are the file's, in the technical documentation."""
    with app.app_context():
        facts = gather(serving.current())
    told = "\n".join(write_one("documentation-technique", facts, Filling()).lines())
    for part in results().values():
        assert f"{part['on']:%d/%m/%Y}" in told
        assert isinstance(part["on"], datetime.date)
    assert "24 arrêts brutaux sous charge, 45\u202f339 estimations confirmées" in told
    assert "252 fautes remarquées sur 299 (84\u202f%)" in told
