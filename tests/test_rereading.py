"""Rows that are needed twice: few are held from the first reading, many are read again."""

import tracemalloc
from collections.abc import Iterator

import pytest

from futurisys.employee import rereading
from futurisys.employee.rereading import Rereadable
from futurisys.employee.sheets import Row

CELLS = 30


def some_rows(count: int, texts: int) -> Iterator[Row]:
    """Rows of cells of which `texts` differ, each an object of its own, as a file is read."""
    for line in range(count):
        yield line, [f"cell {(line * CELLS + place) % texts}" for place in range(CELLS)]


def never() -> Iterator[Row]:
    raise AssertionError("It was read again.")


def test_a_small_file_is_read_once():
    """What the first reading gave is what comes again, in its order."""
    once = Rereadable(some_rows(4500, 7), never)
    first = [row for block in once.blocks() for row in block]
    assert list(once.rows()) == first == list(some_rows(4500, 7))


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 2001, 4500])
def test_a_large_file_is_read_again(rows: int, monkeypatch: pytest.MonkeyPatch):
    """Whether the room ends with the first block or a later one, no row is lost or doubled."""
    monkeypatch.setattr(rereading, "HELD_MAX", 300 * rows)
    twice = Rereadable(some_rows(6000, 100_000), lambda: some_rows(6000, 100_000))
    assert sum(map(len, twice.blocks())) == 6000
    assert list(twice.rows()) == list(some_rows(6000, 100_000))


@pytest.mark.slow
def test_what_is_held_is_bounded(monkeypatch: pytest.MonkeyPatch):
    """Of rows that are eight times what there is room for, no more is held."""
    monkeypatch.setattr(rereading, "HELD_MAX", 1 << 20)
    read = Rereadable(some_rows(20_000, 10**9), never)
    tracemalloc.start()
    assert sum(map(len, read.blocks())) == 20_000
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 2 << 20
