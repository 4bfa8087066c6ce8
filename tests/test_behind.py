"""A block is kept while the next one is judged, and no error of either is lost."""

import threading

import pytest

from futurisys.operations.all_or_none import Behind
from futurisys.records.populations import Population

ONE, OTHER = Population({"id": ["1"]}, {"id": ["1"]}), Population({"id": ["2"]}, {"id": ["2"]})


def test_the_caller_goes_on_while_a_block_is_kept():
    """Blocks are kept one after the other, in their order, by nobody who judges."""
    may_end, kept = threading.Event(), list[tuple[str, int]]()

    def keep(block: Population) -> None:
        assert may_end.wait(60)
        kept.append((block.identifiers[0], threading.get_ident()))

    with Behind(keep) as behind:
        behind.keep(ONE)
        assert kept == []
        may_end.set()
        behind.keep(OTHER)
        behind.settle()
    assert [identifier for identifier, _ in kept] == ["1", "2"]
    assert threading.get_ident() not in {thread for _, thread in kept}


def test_what_hindered_a_block_is_raised():
    """By the next block, or by the wait for the last; nothing is kept after it."""
    kept = list[str]()

    def keep(block: Population) -> None:
        kept.append(block.identifiers[0])
        raise OSError("the disk is full")

    with Behind(keep) as behind:
        behind.keep(ONE)
        with pytest.raises(OSError, match="full"):
            behind.settle()
        with pytest.raises(OSError, match="full"):
            behind.keep(OTHER)
    assert kept == ["1"]


def test_who_leaves_finds_nothing_under_way():
    """The connection is free for the rollback."""
    ended = list[bool]()

    def keep(_: Population) -> None:
        ended.append(True)

    with Behind(keep) as behind:
        behind.keep(ONE)
    assert ended == [True]
