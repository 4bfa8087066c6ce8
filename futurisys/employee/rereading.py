"""Rows that are read twice: held from the first reading where they are few, else read again."""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from sys import getsizeof

from futurisys.employee.sheets import Row, blocks_of

# In bytes, as far as can be told: about 70,000 employees of 34 cells.
HELD_MAX = 48 << 20
# Of a row beside its cells, and of a cell beside its text, which it shares with its equals.
_ROW, _CELL = 400, 8
# So many texts are known at a time as those that may come again.
_KNOWN_MAX = 20_000


class Rereadable:
    """Some rows that are to be read twice; again: reads them where they are too many to be held."""

    def __init__(self, rows: Iterator[Row], again: Callable[[], Iterator[Row]]) -> None:
        self._rows, self._again = rows, again
        self._held: list[list[Row]] = []
        self._room = HELD_MAX
        self._known: dict[str, str] = {}

    def blocks(self) -> Iterator[list[Row]]:
        """The rows, read for the first time, in blocks."""
        for block in blocks_of(self._rows):
            if self._room >= 0:
                self._hold(block)
            yield block

    def rows(self) -> Iterator[Row]:
        """The rows, once the first reading has come to its end."""
        return chain.from_iterable(self._held) if self._room >= 0 else self._again()

    def _hold(self, block: list[Row]) -> None:
        """Hold some rows as long as there is room: equal cells are one text."""
        known = self._known
        if len(known) > _KNOWN_MAX:
            known.clear()
        before = len(known)
        for _, cells in block:
            cells[:] = map(known.setdefault, cells, cells)
            self._room -= _ROW + _CELL * len(cells)
        self._room -= sum(map(getsizeof, islice(reversed(known), len(known) - before)))
        self._held.append(block)
        if self._room < 0:
            self._held.clear()
            known.clear()
