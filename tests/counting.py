"""How much is done, counted by calls: the same on every machine, however fast it is."""

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def watch(work: Callable[[], Any], see: Callable[[FrameType, str], None]) -> None:
    """Do something, and show each of its calls and returns."""
    before, collects = sys.getprofile(), gc.isenabled()
    # What others left behind would otherwise be cleared away here, now and then.
    gc.disable()
    sys.setprofile(lambda frame, event, _: see(frame, event))
    try:
        work()
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called while something is done, those written in C among them."""
    counted = 0

    def see(_: FrameType, event: str) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    watch(work, see)
    return counted
