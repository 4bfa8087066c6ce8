"""`python -m benchmarks.console`: the server's time for the pages of a file of 1470 rows.

A real PostgreSQL and a real Gunicorn; pages are asked for in turn, in rounds, by a key of all
departments and by one of two. Prints the median and the range of what the server itself logs, in
milliseconds. `--people 20000` sends the sample's people several times over.
"""

import argparse
import json
import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.service import prepare
from futurisys.app import create_app
from futurisys.operations import access
from futurisys.records.database import db
from tests.population import sample_rows, table
from tests.postgres import PostgreSQL
from tests.server import Server

ROUNDS = 20
PAGES = {
    "the glance": "",
    "a capacity of 30": "?entretiens=30",
    "50 rows": "/classement?taille=50",
    "50 rows, by their reasons": "/classement?taille=50&tri=raisons",
    "1470 rows": "/classement?taille=2000",
    "1470 rows, by department": "/classement?taille=2000&tri=departement",
}
FILE = "/console/fichier"
# Whose people each key sees.
KEYS = {"all": None, "two": ["Consulting", "Ressources Humaines"]}


def token(page: str) -> str:
    """The token that a page's forms carry."""
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


def named(title: str) -> str:
    """A page as its request lines name it."""
    return re.sub("[^a-z0-9]", "-", title.lower())


def people(number: int) -> str:
    """So many people, as CSV: the sample's, each time under other numbers."""
    sample = sample_rows()
    rows = [dict(sample[place % len(sample)], id_employee=place + 1) for place in range(number)]
    return table(rows)


@contextmanager
def session(server: Server, key: str) -> Iterator[httpx.Client]:
    """A browser that is signed in."""
    with httpx.Client(
        base_url=server.url, headers={"Accept": "text/html"}, timeout=120, follow_redirects=True
    ) as browser:
        form = {"csrf_token": token(browser.get("/console/connexion").text), "secret": key}
        browser.post("/console/connexion", data=form).raise_for_status()
        yield browser


def send(browser: httpx.Client, content: bytes) -> httpx.Response:
    """The page of a file that was sent, after the questions that it raised were confirmed."""
    page = browser.get(FILE)
    for _ in range(2):
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        page = browser.post(FILE, data=hidden, files={"fichier": content})
        if page.url.path != FILE:
            return page
    raise SystemExit("The file was not estimated.")


def keys(settings: dict[str, str]) -> dict[str, str]:
    """A key for each of `KEYS`."""
    with create_app(DATABASE_URL=settings["DATABASE_URL"]).app_context():
        scopes = ["console", "predict"]
        issued = {name: access.issue(name, scopes, None, whose) for name, whose in KEYS.items()}
        db.engine.dispose()
    return issued


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1470)
    content = people(parser.parse_args().people).encode()
    with TemporaryDirectory() as name, PostgreSQL() as postgres:
        settings = prepare(postgres, Path(name))
        server = Server(settings).wait("/health/ready")
        issued = keys(settings)
        try:
            with session(server, issued["all"]) as one, session(server, issued["two"]) as other:
                sent = send(one, content)
                for _ in range(ROUNDS):
                    for title, query in PAGES.items():
                        for which, browser in zip(KEYS, (one, other), strict=True):
                            asked = {"X-Request-ID": named(f"{which}: {title}")}
                            browser.get(sent.url.path + query, headers=asked).raise_for_status()
            show(server.log)
        finally:
            server.stop()


def show(log: str) -> None:
    """Print what the request lines say of each page."""
    titles = [named(f"{which}: {title}") for title in PAGES for which in KEYS]
    spent: dict[str, list[float]] = defaultdict(list)
    for line in (json.loads(line) for line in log.splitlines() if line.startswith("{")):
        if line.get("request_id") in titles:
            spent[line["request_id"]].append(line["milliseconds"])
    for title in titles:
        times = spent[title]
        print(f"{title:36} {statistics.median(times):6.0f} ms ({min(times):.0f}–{max(times):.0f})")


if __name__ == "__main__":
    main()
