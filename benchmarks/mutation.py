"""`python -m benchmarks.mutation`: how many of 300 small faults in the code the tests notice.

The faults are mutmut's, a seeded sample of those in the employee, the model and the operations.
Each is tried in a process of its own, which imports the faulty source in the place of the file:
no file is ever changed, so that neither a model is trained anew nor anything is to be restored.
Only fast tests that run the changed lines are asked, until one fails; for what runs while modules
are imported or a fixture of many tests is made, all of them. Prints the table and what is left;
fails where less than 85 % are noticed. Equivalent mutants are listed in benchmarks/equivalent.toml.
"""

import argparse
import importlib
import importlib.util
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import ModuleSpec, SourceFileLoader
from multiprocessing.connection import wait
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any

import pytest

from benchmarks.covering import FAST, Map, follow, module_of
from benchmarks.mutants import ROOMS, Mutant, equivalents, sample
from tests.postgres import PostgreSQL

MUTANTS = 300
GOAL = 0.85
AT_ONCE = 2
PATIENCE_SECONDS = 30
NEAR = 6
OVERDUE = 70
# What the tests load longest, once for all processes; nothing of ours.
LOADED = (
    *("apispec", "flasgger", "flask_limiter", "flask_migrate", "flask_wtf", "httpx"),
    *("huggingface_hub", "hypothesis", "openpyxl", "pandas", "prometheus_client", "psycopg2"),
    *("sklearn.calibration", "sklearn.linear_model", "sklearn.model_selection", "xgboost"),
)
EQUIVALENT, KILLED, TIMED_OUT, LEFT = OUTCOMES = ("equivalent", "killed", "timed out", "left")
fork = multiprocessing.get_context("fork")


class Faulty(SourceFileLoader):
    """Imports one module with the fault in it."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(mutant.path))
        self._source = mutant.source

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        here = name == self.name
        return (
            importlib.util.spec_from_file_location(name, self.path, loader=self) if here else None
        )

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec", dont_inherit=True)


class Chosen:
    """Runs some tests alone, module by module in their order, and tells which one failed.

    One that takes much longer than it did ends them all: it may wait for what never comes.
    """

    def __init__(self, tests: Mapping[str, float], failed: SimpleQueue[str]) -> None:
        self._seconds = tests
        self._modules = list(dict.fromkeys(map(module_of, tests)))
        self._failed = failed

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self._seconds]
        items.sort(key=lambda item: self._modules.index(module_of(item.nodeid)))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.alarm(PATIENCE_SECONDS + round(10 * self._seconds[nodeid]))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failed.put(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.put(report.nodeid)


def judge(
    mutant: Mutant, tests: Mapping[str, float], folder: Path, failed: SimpleQueue[str]
) -> None:
    """End as pytest does, with 0 where no test notices."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    if not tests:
        os._exit(pytest.ExitCode.NO_TESTS_COLLECTED)
    signal.signal(signal.SIGALRM, lambda *_: pytest.exit("A test waits.", OVERDUE))
    signal.alarm(4 * PATIENCE_SECONDS)
    sys.meta_path.insert(0, Faulty(mutant))
    options = [*FAST, "-x", f"--basetemp={folder}"]
    ended = pytest.main(
        [*options, *dict.fromkeys(map(module_of, tests))], plugins=[Chosen(tests, failed)]
    )
    # What a test left behind in a thread is not waited for.
    os._exit(ended)


class Trial:
    """A mutant that is being tried: on the modules that are most about it, then on the others."""

    def __init__(self, mutant: Mutant, covered: Map, folder: Path) -> None:
        self.mutant = mutant
        self._folder = folder
        tests = covered.covering(mutant)
        near = list(dict.fromkeys(map(module_of, tests)))[:NEAR]
        first = {test: tests[test] for test in tests if module_of(test) in near}
        rest = {test: tests[test] for test in tests if test not in first}
        self._rounds = [first, rest] if rest else [first]
        self._failed: SimpleQueue[str] = fork.SimpleQueue()
        self._start()

    def _start(self) -> None:
        self._tests = self._rounds.pop(0)
        arguments = (self.mutant, self._tests, self._folder, self._failed)
        self.process = fork.Process(target=judge, args=arguments)
        self._ends = time.monotonic() + 10 * (PATIENCE_SECONDS + sum(self._tests.values()))
        self.process.start()

    def ended(self) -> bool:
        """Whether it has, at the latest when nothing of what it does could end it."""
        if self.process.is_alive() and time.monotonic() < self._ends:
            return False
        self.process.kill()
        self.process.join()
        shutil.rmtree(self._folder, ignore_errors=True)
        if self.outcome == LEFT and self._rounds:
            self._start()
            return False
        return True

    @property
    def outcome(self) -> str:
        match self.process.exitcode:
            case pytest.ExitCode.OK | pytest.ExitCode.NO_TESTS_COLLECTED:
                return LEFT
            case code if code in (OVERDUE, -signal.SIGKILL):
                return TIMED_OUT
        return KILLED

    @property
    def reason(self) -> str:
        """The test that noticed."""
        if not self._tests:
            return "no fast test runs it"
        return "" if self._failed.empty() else self._failed.get()


def tried(mutants: Iterable[Mutant], covered: Map, folder: Path) -> Iterator[Trial]:
    """Each once it has ended, some at once."""
    waiting = [(mutant, covered, folder / str(place)) for place, mutant in enumerate(mutants)]
    running: list[Trial] = []
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            running.append(Trial(*waiting.pop(0)))
        wait([trial.process.sentinel for trial in running], timeout=1)
        ended = [trial for trial in running if trial.ended()]
        running = [trial for trial in running if trial not in ended]
        yield from ended


def table(outcomes: Mapping[str, Counter[str]]) -> str:
    """Room by room, as Markdown."""
    lines = [f"| room | mutants | {' | '.join(OUTCOMES)} | noticed |", "|---|" + "---|" * 6]
    for room in (*ROOMS, "all"):
        counted = outcomes[room] if room != "all" else sum(outcomes.values(), Counter())
        numbers = [counted.total(), *(counted[outcome] for outcome in OUTCOMES)]
        lines.append(f"| {room} | {' | '.join(map(str, numbers))} | {noticed(counted):.0%} |")
    return "\n".join(lines)


def noticed(counted: Counter[str]) -> float:
    """The share of those that a test can tell from the code."""
    told = counted.total() - counted[EQUIVALENT]
    return (told - counted[LEFT]) / told if told else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="1", help="another one draws other mutants")
    parser.add_argument("--only", default="", metavar="TEXT", help="of the sample, those with it")
    asked = parser.parse_args()
    for name in LOADED:
        importlib.import_module(name)
    equivalent = equivalents()
    mutants = [mutant for mutant in sample(MUTANTS, asked.seed) if asked.only in str(mutant)]
    outcomes: dict[str, Counter[str]] = {room: Counter() for room in ROOMS}
    with PostgreSQL(in_memory=True) as server, TemporaryDirectory() as folder:
        # All use one server, each its own databases in it.
        os.environ["TEST_DATABASE_URL"] = server.url("postgres")
        path = Path(folder) / "map.json"
        following = fork.Process(target=follow, args=(path,))
        following.start()
        following.join()
        if following.exitcode:
            sys.exit("The tests fail without a mutant: mend that first.")
        covered = Map(path)
        for mutant in mutants:
            outcomes[mutant.room][EQUIVALENT] += mutant.key in equivalent
        to_try = [mutant for mutant in mutants if mutant.key not in equivalent]
        for trial in tried(to_try, covered, Path(folder)):
            outcomes[trial.mutant.room][trial.outcome] += 1
            print(f"{trial.outcome}: {trial.mutant} ({trial.reason})", flush=True)
    print(table(outcomes))
    if noticed(sum(outcomes.values(), Counter())) < GOAL:
        sys.exit(f"Less than {GOAL:.0%} were noticed.")


if __name__ == "__main__":
    main()
