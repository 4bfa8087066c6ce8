"""`python -m benchmarks.stages`: where the processor's time of one prediction goes.

One process and one thread ask the application itself, without Gunicorn; parts are taken away one
after the other. Prints µs of processor a request, the smallest of several series, because what
else the machine does only ever adds.
"""

import contextlib
import io
import itertools
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask

from benchmarks import subjects
from benchmarks.service import prepare
from futurisys import serving
from futurisys.app import create_app
from futurisys.operations import predicting
from futurisys.records import keeping
from futurisys.records.database import db
from tests.postgres import PostgreSQL
from tests.server import ROOT

SERIES, REQUESTS = 15, 100
_numbers = itertools.count()
BESIDE = {
    "empty route": subjects.empty,
    "+ marshmallow": subjects.validated,
    "+ one INSERT through Core": subjects.inserted,
}


def ask(app: Flask, body: bytes) -> None:
    """One request to `/predict`, with a key and a name, as a server passes it on."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/predict",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_AUTHORIZATION": os.environ["KEY"],
        "HTTP_IDEMPOTENCY_KEY": f"stages-{next(_numbers)}",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    statuses: list[str] = []
    answer: Any = app(environ, lambda status, *_: statuses.append(status))
    b"".join(answer)
    answer.close()
    assert statuses[0].startswith("200"), statuses


def microseconds(app: Flask, body: bytes) -> float:
    """The processor's time of a request."""
    ask(app, body)
    best = float("inf")
    for _ in range(SERIES):
        start = time.process_time()
        for _ in range(REQUESTS):
            ask(app, body)
        best = min(best, time.process_time() - start)
    return best / REQUESTS * 1e6


# What is measured of the service, and what is taken away before it.
STAGES: tuple[tuple[str, Callable[[], None]], ...] = (
    ("/predict", lambda: None),
    (
        "… SELECT 1 in the place of what is kept",
        lambda: setattr(keeping, "at_once", lambda _: ("SELECT 1", ())),
    ),
    ("… no connection", lambda: setattr(predicting, "write_once", lambda *_: True)),
    ("… and no log line", lambda: logging.getLogger("futurisys").setLevel("ERROR")),
)


def show(title: str, app: Flask, body: bytes) -> None:
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
        cost = microseconds(app, body)
    print(f"{title:42} {cost:6.0f}", flush=True)


def main() -> None:
    body = (ROOT / "futurisys/sample/employe.json").read_bytes()
    with TemporaryDirectory() as name, PostgreSQL() as postgres:
        settings = prepare(postgres, Path(name))
        os.environ |= settings
        app = create_app()
        serving.load(app)
        for title, factory in BESIDE.items():
            show(title, factory(), body)
        for title, take_away in STAGES:
            take_away()
            show(title, app, body)
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
