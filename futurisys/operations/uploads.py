"""A file that was sent: known by its content, whatever it is said to be, and scored."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

from futurisys.employee.sheets import Row, read_table
from futurisys.employee.workbooks import read_workbook
from futurisys.errors import ExtractError
from futurisys.model.predictor import Predictor
from futurisys.operations.repeating import Request
from futurisys.operations.scoring import Block, KeptTogether, open_table, score_table

WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
TOO_OLD = "c'est un ancien classeur .xls ; enregistrez-le en .xlsx."


class Receiver(Protocol):
    """What the answers to a file are given to: its header, then each of its blocks."""

    def head(self, header: Sequence[str]) -> None: ...

    def take(self, block: Block) -> None: ...


def is_workbook(file: BinaryIO) -> bool:
    """Whether a file begins as an .xlsx does, or was cut short while it did."""
    begins = _beginning(file)
    return bool(begins) and WORKBOOK.startswith(begins)


def rows_of(file: BinaryIO, name: str) -> Iterator[Row]:
    """The rows of a table, CSV or .xlsx; raises ExtractError, in sentences that begin with `name`.

    The file is at its end, or closed, after the last row.
    """
    if _beginning(file) == OLD_WORKBOOK:
        raise ExtractError(f"{name} : {TOO_OLD}")
    return (read_workbook if is_workbook(file) else read_table)(file, name)


def score_upload(
    predictor: Predictor, file: BinaryIO, name: str, receiver: Receiver, request: Request
) -> KeptTogether:
    """Score a file that is here as a whole; all its answers are committed on return, or none is.

    name: what its sender calls it. Raises ExtractError where it is no table of employees, and what
    `score_table` raises.
    """
    rows = rows_of(file, name)
    table = open_table(rows, name, predictor)
    receiver.head(table.header)
    return score_table(predictor, table, rows, receiver.take, request)


def _beginning(file: BinaryIO) -> bytes:
    file.seek(0)
    begins = file.read(len(WORKBOOK))
    file.seek(0)
    return begins
