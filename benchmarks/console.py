"""`python -m benchmarks.console`: the server's time for the pages of a file of 1470 rows.

A real PostgreSQL and a real Gunicorn; pages are asked for in turn, in rounds. Prints the median and
the range of what the server itself logs, in milliseconds.
"""

import json
import re
import statistics
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.service import prepare
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


def token(page: str) -> str:
    """The token that a page's forms carry."""
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


def named(title: str) -> str:
    """A page as its request lines name it."""
    return re.sub("[^a-z0-9]", "-", title.lower())


def main() -> None:
    content = table(sample_rows()).encode()
    with TemporaryDirectory() as name, PostgreSQL() as postgres:
        server = Server(prepare(postgres, Path(name))).wait("/health/ready")
        headers = {"Accept": "text/html"}
        try:
            with httpx.Client(base_url=server.url, headers=headers, timeout=60) as browser:
                form = {"csrf_token": token(browser.get("/console/fichier").text), "cle": "bench"}
                sent = browser.post("/console/fichier", data=form, files={"fichier": content})
                for _ in range(ROUNDS):
                    for title, query in PAGES.items():
                        asked = {"X-Request-ID": named(title)}
                        browser.get(sent.headers["Location"] + query, headers=asked)
            show(server.log)
        finally:
            server.stop()


def show(log: str) -> None:
    """Print what the request lines say of each page."""
    titles = set(map(named, PAGES))
    spent: dict[str, list[float]] = defaultdict(list)
    for line in (json.loads(line) for line in log.splitlines() if line.startswith("{")):
        if line.get("request_id") in titles:
            spent[line["request_id"]].append(line["milliseconds"])
    for title, times in spent.items():
        print(f"{title:36} {statistics.median(times):6.0f} ms ({min(times):.0f}–{max(times):.0f})")


if __name__ == "__main__":
    main()
