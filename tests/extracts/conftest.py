"""The extracts that a test changes."""

from pathlib import Path

import pytest

from tests.extracts import Extracts


@pytest.fixture
def extracts(tmp_path: Path) -> Extracts:
    return Extracts(tmp_path)
