"""The files that a command is given: opened together, in order, and known by their content."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from futurisys.employee.finding import count_rows
from futurisys.employee.formats import is_workbook
from futurisys.employee.headers import is_known
from futurisys.employee.joining import Part, arrange
from futurisys.employee.mapping import ColumnMapping
from futurisys.employee.sheets import CHUNK


@contextmanager
def opened_parts(paths: Sequence[Path]) -> Iterator[list[Part]]:
    """The files, open for as long as they are read."""
    with ExitStack() as stack:
        yield [Part(stack.enter_context(path.open("rb")), path.name) for path in paths]


def in_order(paths: Sequence[Path], mapping: ColumnMapping | None) -> list[Path]:
    """The three extracts in the order in which they are joined."""
    with opened_parts(paths) as parts:
        places = {id(part): path for part, path in zip(parts, paths, strict=True)}
        extracts = arrange(parts, mapping.told if mapping else None)
        return [places[id(one.part)] for one in extracts]


def read_into(digest: Any, path: Path) -> int:
    """Have the digest know a file; returns about how many rows it has."""
    lines = 0
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            digest.update(chunk)
            lines += chunk.count(b"\n")
        return count_rows(file, is_known) if is_workbook(file) else lines
