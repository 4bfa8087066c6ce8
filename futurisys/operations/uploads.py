"""A file that was sent: known by its content, whatever it is said to be, and scored."""

from collections.abc import Sequence
from typing import BinaryIO, Protocol

from futurisys.employee.finding import find_table
from futurisys.employee.headers import is_known
from futurisys.model.predictor import Predictor
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.scoring import Block, KeptTogether, open_table, score_table


class Receiver(Protocol):
    """What the answers to a file are given to: its header, then each of its blocks."""

    def head(self, header: Sequence[str]) -> None: ...

    def take(self, block: Block) -> None: ...


def score_upload(
    predictor: Predictor, file: BinaryIO, name: str, receiver: Receiver, request: RequestIdentity
) -> KeptTogether:
    """Score a file that is here as a whole; all its answers are committed on return, or none is.

    name: what its sender calls it. Raises ExtractError where it is no table of employees, and what
    `score_table` raises.
    """
    found = find_table(file, name, is_known)
    table = open_table(found, name, predictor)
    receiver.head(table.header)
    return score_table(predictor, table, found.rows, receiver.take, request)
