"""What goes back to the tab that sent a file, and is kept nowhere: numbers, and refused rows."""

from collections.abc import Sequence
from typing import Any

from futurisys.employee.headings import ERRORS, LINE
from futurisys.employee.reading import Reading
from futurisys.employee.schema import REFERENCE
from futurisys.operations.scored_tables import SEPARATOR
from futurisys.operations.scoring import FAULTS_MAX, Block

# Characters of refused rows: what a tab can hold beside the numbers.
REFUSED_MAX = 2 << 20


class SentRows:
    """The person's number on each line of a file, and the rows that have no answer.

    by_place: the number by line; of the other files of three, by line and file, as in "3 eval.csv".
    refused: each row that was refused, its line first and what is wrong with it last.
    """

    def __init__(self) -> None:
        self.by_place: dict[str, str] = {}
        self.header: list[str] = []
        self.refused: list[list[str]] = []
        self._place: int | None = None
        self._room = REFUSED_MAX

    def head(self, header: Sequence[str], _: Reading) -> None:
        self.header = [LINE, *header, ERRORS]
        self._place = header.index(REFERENCE) if REFERENCE in header else None

    def take(self, block: Block) -> None:
        place = self._place
        if place is not None:
            numbers = {str(line): cells[place] for line, cells in block.rows if place < len(cells)}
            self.by_place.update(numbers)
        for position in sorted(block.faults):
            self._refuse(block, position)

    def document(self) -> dict[str, Any]:
        """The refused rows as the tab makes a table of them."""
        return {"entete": self.header, "lignes": self.refused}

    def _refuse(self, block: Block, position: int) -> None:
        line, cells = block.rows[position]
        width = len(self.header) - 2
        row = [str(line), *(cells or [""] * width), _told(block, position)]
        for column in block.faults[position]:
            where = block.places.get((position, column))
            if where and self._place is not None and cells:
                self.by_place[f"{where.line} {where.file}"] = cells[self._place]
        self._room -= sum(map(len, row))
        if self._room >= 0 and len(self.refused) < FAULTS_MAX:
            self.refused.append(row)


def _told(block: Block, position: int) -> str:
    """What is wrong with a row, in one cell."""
    faults = block.faults[position].items()
    return SEPARATOR.join(f"{column} : {sentence}" for column, all_ in faults for sentence in all_)
