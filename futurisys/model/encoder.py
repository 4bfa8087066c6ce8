"""The fitted preprocessor as data: one employee or a million into one float32 matrix."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from futurisys.errors import ArtifactError

Columns = Mapping[str, Sequence[Any]]


def columns_of(employees: Iterable[Mapping[str, Any]], names: Iterable[str]) -> Columns:
    """The named fields of employees, one sequence of n values each."""
    employees = list(employees)
    return {name: [employee[name] for employee in employees] for name in names}


@dataclass(frozen=True)
class Numbers:
    """Fields taken as they are, a boolean as 0 or 1."""

    fields: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.fields)

    def write(self, columns: Columns, matrix: NDArray[np.float32]) -> None:
        for index, name in enumerate(self.fields):
            matrix[:, index] = columns[name]


@dataclass(frozen=True)
class Ordinal:
    """A field whose levels are ranked: 0 for the first."""

    field: str
    levels: tuple[str, ...]

    fields = property(lambda self: (self.field,))
    width = 1

    def write(self, columns: Columns, matrix: NDArray[np.float32]) -> None:
        rank = {level: index for index, level in enumerate(self.levels)}
        matrix[:, 0] = [rank[level] for level in columns[self.field]]


@dataclass(frozen=True)
class OneHot:
    """A field with one column a level; a level that was not seen is all zeros."""

    field: str
    levels: tuple[str, ...]

    fields = property(lambda self: (self.field,))

    @property
    def width(self) -> int:
        return len(self.levels)

    def write(self, columns: Columns, matrix: NDArray[np.float32]) -> None:
        column = {level: index for index, level in enumerate(self.levels)}
        matrix[:] = 0
        for row, level in enumerate(columns[self.field]):
            if level in column:
                matrix[row, column[level]] = 1


Block = Numbers | Ordinal | OneHot
_KINDS: dict[str, type[Numbers | Ordinal | OneHot]] = {
    "numbers": Numbers,
    "ordinal": Ordinal,
    "one_hot": OneHot,
}


@dataclass(frozen=True)
class Encoder:
    """Blocks side by side, each writing its own columns of the matrix."""

    blocks: tuple[Block, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The employee's fields that the model reads, in the order of the matrix."""
        return tuple(name for block in self.blocks for name in block.fields)

    @property
    def width(self) -> int:
        return sum(block.width for block in self.blocks)

    @property
    def sources(self) -> tuple[str, ...]:
        """The field that each column of the matrix comes from."""
        return tuple(
            name
            for block in self.blocks
            for name in block.fields * (block.width // len(block.fields))
        )

    def encode(self, columns: Columns) -> NDArray[np.float32]:
        """The matrix, shape (n, width), of columns of n values each, one for every field."""
        matrix = np.empty((len(columns[self.fields[0]]), self.width), dtype=np.float32)
        start = 0
        for block in self.blocks:
            block.write(columns, matrix[:, start : start + block.width])
            start += block.width
        return matrix

    def to_json(self) -> list[dict[str, Any]]:
        names = {kind: name for name, kind in _KINDS.items()}
        return [{"kind": names[type(block)], **vars(block)} for block in self.blocks]

    @classmethod
    def from_json(cls, document: Any) -> Self:
        """Rebuild what `to_json` wrote; raises ArtifactError on anything else."""
        try:
            return cls(tuple(_block(**entry) for entry in document))
        except (TypeError, KeyError) as error:
            raise ArtifactError("encoder.json does not describe an encoder.") from error


def _block(kind: str, **parts: Any) -> Block:
    parts = {name: tuple(part) if isinstance(part, list) else part for name, part in parts.items()}
    return _KINDS[kind](**parts)
