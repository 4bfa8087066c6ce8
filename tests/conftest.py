"""Which tests are read, and by whom: a process that hands them out to others runs none itself."""

import gc
import re
from pathlib import Path

import pytest

# Of a module: what it marks all its tests with.
WHOLLY_SLOW = re.compile(r"^pytestmark = \[?\s*pytest\.mark\.slow", re.MULTILINE)


def pytest_configure(config: pytest.Config) -> None:
    """Import the fixtures, and with them the whole service, where tests are run."""
    if not config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        gc.disable()
        config.pluginmanager.import_plugin("tests.fixtures")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave modules, and folders of them, that are slow as a whole unread where nothing slow is
    to be run."""
    if config.option.markexpr != "not slow":
        return None
    modules = sorted(collection_path.glob("test_*.py")) or [collection_path]
    read = [one.read_text() for one in modules if one.suffix == ".py"]
    return bool(read and all(map(WHOLLY_SLOW.search, read))) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes: nobody waits for it alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("minutes") is None)


def pytest_collection_finish() -> None:
    """Spare the collector what was imported for good: its walks took a tenth of the fast part."""
    gc.freeze()
    gc.enable()
