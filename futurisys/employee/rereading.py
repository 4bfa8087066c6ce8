"""Rows that are read twice: held from the first reading where they are few, else read again."""

from collections.abc import Callable, Iterator
from sys import getsizeof

from futurisys.employee.sheets import Row, blocks_of

# In bytes: about 100,000 employees of 34 cells.
HELD_MAX = 32 << 20
# Of a row beside its text.
_ROW = 100
# No text has it in a cell.
BETWEEN = "\0"


class Rereadable:
    """Some rows that are to be read twice; again: reads them where they are too many to be held."""

    def __init__(self, rows: Iterator[Row], again: Callable[[], Iterator[Row]]) -> None:
        self._rows, self._again = rows, again
        self._held: list[tuple[int, str]] = []
        self._room = HELD_MAX

    def blocks(self) -> Iterator[list[Row]]:
        """The rows, read for the first time, in blocks."""
        for block in blocks_of(self._rows):
            if self._room >= 0:
                self._hold(block)
            yield block

    def rows(self) -> Iterator[Row]:
        """The rows, once the first reading has come to its end."""
        if self._room < 0:
            return self._again()
        return ((line, text.split(BETWEEN)) for line, text in self._held)

    def _hold(self, block: list[Row]) -> None:
        """Hold some rows as long as there is room."""
        held = [(line, BETWEEN.join(cells)) for line, cells in block]
        self._room -= sum(_ROW + getsizeof(text) for _, text in held)
        self._held += held
        if self._room < 0:
            self._held.clear()
