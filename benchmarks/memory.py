"""`python -m benchmarks.memory`: what master and workers take after 10,000 and 100,000 requests.

Everything on: a key and an Idempotency-Key for each request, PostgreSQL, log lines, metrics. The
server runs in the environment of requirements.txt alone (`make bench` makes it).
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.service import Subject, ask_once, measure, memory_mb, prepare, script_of
from tests.postgres import PostgreSQL
from tests.server import ROOT, Server

MARKS = (10_000, 25_000, 50_000, 100_000)
SECONDS = 5


def main() -> None:
    body = (ROOT / "futurisys/sample/employe.json").read_text()
    with TemporaryDirectory() as name, PostgreSQL() as postgres:
        settings = prepare(postgres, Path(name))
        script = script_of(Subject("memory", keyed=True, named=True), settings, Path(name), body)
        server = Server(settings)
        try:
            ask_once(server, body)
            asked = 0.0
            for mark in MARKS:
                while asked < mark:
                    asked += measure(server.url, script, 8, SECONDS)["rps"] * SECONDS
                print(f"{asked:.0f} requests: {memory_mb(server.process.pid):.0f} MB", flush=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
