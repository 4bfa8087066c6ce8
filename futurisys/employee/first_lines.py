"""Who is in a file twice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class FirstLines:
    """The line on which each number of a file stood first; 12 bytes a number, 24 MB of 64 MiB."""

    def __init__(self) -> None:
        self._numbers: NDArray[np.int32] = np.empty(0, np.int32)
        self._lines: NDArray[np.int64] = np.empty(0, np.int64)

    def note(self, numbers: Sequence[int], lines: Sequence[int]) -> list[int]:
        """The line on which each of these numbers stood first: its own, unless it came before."""
        some, first, each = np.unique(
            np.asarray(numbers, np.int32), return_index=True, return_inverse=True
        )
        firsts = np.asarray(lines, np.int64)[first]
        places = np.searchsorted(self._numbers, some)
        known = np.searchsorted(self._numbers, some, "right") > places
        firsts[known] = self._lines[places[known]]
        self._numbers = np.insert(self._numbers, places[~known], some[~known])
        self._lines = np.insert(self._lines, places[~known], firsts[~known])
        found: list[int] = firsts[each].tolist()
        return found
