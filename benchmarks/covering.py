"""Which fast tests run a line of the code: the map that benchmarks.mutation goes by."""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import coverage
import pytest

from benchmarks.mutants import ROOMS, ROOT, Mutant

# The cache stays, for it holds the model that the tests share; which tests failed is not noted.
FAST = ["-q", "-m", "not slow", "--disable-plugin-autoload"]
FAST += ["-p", "no:lfplugin", "-p", "no:nfplugin"]
EVERY_TEST = ""
SECONDS = 40


class Map:
    """Of the fast tests: which run a line, and the seconds that each takes."""

    def __init__(self, path: Path) -> None:
        found = json.loads(path.read_text())
        self.seconds: dict[str, float] = found["seconds"]
        self._lines: dict[str, dict[str, list[str]]] = found["lines"]
        self._ran: dict[str, Counter[str]] = defaultdict(Counter)
        for file, lines in self._lines.items():
            for tests in lines.values():
                for test in tests:
                    self._ran[test][file] += 1

    def covering(self, mutant: Mutant) -> dict[str, float]:
        """Tests that run what it changes, and their seconds, those that are most about its file.

        The cheapest that SECONDS hold: what only others would notice counts as not noticed.
        """
        file = str(mutant.path)
        lines = self._lines.get(file, {})
        tests = {test for line in mutant.lines for test in lines.get(str(line), ())}
        if EVERY_TEST in tests:
            tests = set(self.seconds)
        cheapest = sorted(tests, key=lambda test: (self.seconds[test], test))
        taken = accumulate(self.seconds[test] for test in cheapest)
        chosen = [test for test, sum_ in zip(cheapest, taken, strict=True) if sum_ < SECONDS]
        about = {test: self._ran[test][file] / (self._ran[test].total() or 1) for test in chosen}
        return {test: self.seconds[test] for test in sorted(chosen, key=lambda test: -about[test])}


class Following:
    """Notes in coverage's data which test is under way, and adds up what each takes."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self._test = EVERY_TEST
        self.seconds: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._test = item.nodeid
        self._measured.switch_context(self._test)
        result = yield
        self._measured.switch_context(EVERY_TEST)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """What a fixture of many tests runs, runs for all of them."""
        if fixturedef.scope == "function":
            return (yield)
        self._measured.switch_context(EVERY_TEST)
        result = yield
        self._measured.switch_context(self._test)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration


def module_of(test: str) -> str:
    """The file that it stands in."""
    return test.split("::")[0]


def follow(path: Path) -> None:
    """Run the fast tests without a fault, and write their map."""
    measured = coverage.Coverage(
        data_file=None, source=[str(ROOT / "futurisys" / room) for room in ROOMS]
    )
    following = Following(measured)
    measured.start()
    failed = pytest.main([*FAST, f"--basetemp={path}.tests"], plugins=[following])
    measured.stop()
    if failed:
        os._exit(failed)
    data = measured.get_data()
    lines = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
    path.write_text(json.dumps({"seconds": following.seconds, "lines": lines}))
