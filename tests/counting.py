"""How much is done, counted by calls: the same on every machine, however fast it is."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def watch(work: Callable[[], Any], see: Callable[[FrameType, str], None]) -> None:
    """Do something, and show each of its calls and returns."""
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, _: see(frame, event))
    try:
        work()
    finally:
        sys.setprofile(before)


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called while something is done, those written in C among them."""
    counted = 0

    def see(_: FrameType, event: str) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    watch(work, see)
    return counted
