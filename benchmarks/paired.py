"""`python -m benchmarks.paired OLD`: whether `/predict` costs more than it did in another checkout.

OLD: a checkout of the version to compare with, as it is. Each of the two gets a migrated database
of one PostgreSQL and a Gunicorn of two workers, started in its own tree, both in this checkout's
environment and with one artifact, which OLD trains. Requests with a key and an Idempotency-Key go
over eight connections to one and to the other in turn, and each pair begins with the other one.
Prints the servers' processor time a request, and the median of the pairs' ratios. Needs wrk.
"""

import argparse
import math
import statistics
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.service import Subject, cpu_seconds, measure, script_of
from tests.postgres import PostgreSQL
from tests.server import ROOT, Server

SUBJECT = Subject("/predict with a key and an Idempotency-Key", keyed=True, named=True)
CONNECTIONS = 8
WARM_SECONDS = 2
LEAST_PAIRS = 6
BODY = "futurisys/sample/employe.json"


class Side:
    """One checkout: how its server is started, and what wrk sends to it."""

    def __init__(self, tree: Path, url: str, model: Path, folder: Path) -> None:
        folder.mkdir()
        self._tree = tree
        self._settings = {
            "DATABASE_URL": url,
            "FUTURISYS_MODEL": str(model),
            "WEB_CONCURRENCY": "2",
        }
        run_flask(tree, self._settings, "db", "upgrade")
        issue = ("keys", "issue", "--name", "paired", "--scope", "predict")
        issued = run_flask(tree, self._settings, *issue)
        key = {"KEY": f"Bearer {issued.split()[-1]}"}
        self._script = script_of(SUBJECT, key, folder, (ROOT / BODY).read_text())

    def start(self) -> Server:
        return Server(self._settings, folder=self._tree)

    def cost(self, server: Server, seconds: int) -> float:
        """µs of its processes' processor that a request takes, user and system."""
        before = cpu_seconds(server.process.pid)
        answered = measure(server.url, self._script, CONNECTIONS, seconds)["rps"] * seconds
        return (cpu_seconds(server.process.pid) - before) / answered * 1e6


def run_flask(tree: Path, settings: dict[str, str], *command: str) -> str:
    """What a command of a checkout's own prints; it is shown where it fails."""
    variables = [f"{name}={value}" for name, value in settings.items()]
    done = subprocess.run(
        ["env", *variables, sys.executable, "-m", "flask", "--app", "wsgi.py", *command],
        cwd=tree,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Between which two of six or more values their population's median lies, 95 times in 100."""
    count = len(values)
    chance, rank = 0.0, 0
    while (chance := chance + math.comb(count, rank) / 2**count) <= 0.025:
        rank += 1
    ordered = sorted(values)
    return ordered[rank - 1], ordered[-rank]


def make_sides(postgres: PostgreSQL, folder: Path, old: Path) -> tuple[Side, Side]:
    """The old checkout and this one, each with a database and a model of its own making.

    What a model knows may cost something to say, and one may not know what the other's reads.
    """
    sides = []
    for title, tree in (("old", old), ("new", ROOT)):
        model = folder / f"model-{title}"
        run_flask(tree, {}, "model", "train", "--quick", "--repeats", "1", "--output", str(model))
        postgres.create(title)
        sides.append(Side(tree, postgres.url(title), model, folder / title))
    return sides[0], sides[1]


def pair(sides: Sequence[Side], seconds: int) -> list[float]:
    """What a request costs each side, which are asked in this order.

    By servers of this pair's own: where a process happens to lay its memory is a part of its costs,
    and pairs that shared it would seem surer than they are.
    """
    with ExitStack() as stack:
        started = [(side, side.start()) for side in sides]
        for _, server in started:
            stack.callback(server.stop)
        for side, server in started:
            side.cost(server.wait("/health/ready"), WARM_SECONDS)
        return [side.cost(server, seconds) for side, server in started]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path, help="the checkout to compare this one with")
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=10, help="of load, for each of a pair")
    options = parser.parse_args()
    if options.pairs < LEAST_PAIRS:
        parser.error(f"fewer than {LEAST_PAIRS} pairs have no 95 % interval")
    ratios = []
    with TemporaryDirectory() as name, PostgreSQL() as postgres:
        old, new = make_sides(postgres, Path(name), options.old.resolve())
        print("| pair | old, µs | new, µs | new / old |\n|---|---|---|---|")
        for number in range(1, options.pairs + 1):
            if number % 2:
                before, after = pair((old, new), options.seconds)
            else:
                after, before = pair((new, old), options.seconds)
            ratios.append(after / before)
            print(f"| {number} | {before:.0f} | {after:.0f} | {ratios[-1]:.3f} |", flush=True)
    low, high = interval(ratios)
    print(
        f"\nMedian of {len(ratios)} ratios new / old: {statistics.median(ratios):.3f} "
        f"(95 % interval {low:.3f}–{high:.3f})."
    )


if __name__ == "__main__":
    main()
