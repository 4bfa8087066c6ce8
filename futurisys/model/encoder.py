"""The fitted preprocessor as data: one employee or a million into one float32 matrix."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.features import SOURCES, derive
from futurisys.employee.schema import KEPT
from futurisys.errors import ArtifactError
from futurisys.model.shapes import Maybe, Shape, check, flag, null, number, text

Columns = Mapping[str, Sequence[Any]]
Level = str | float


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
class Scaled:
    """Fields less their means, over their scales; in double until all is computed."""

    fields: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.fields) == len(self.means) == len(self.scales):
            raise ValueError("Each field has a mean and a scale.")

    @property
    def width(self) -> int:
        return len(self.fields)

    def write(self, columns: Columns, matrix: NDArray[np.float32]) -> None:
        for index, name in enumerate(self.fields):
            values = np.asarray(columns[name], dtype=np.float64)
            matrix[:, index] = (values - self.means[index]) / self.scales[index]


@dataclass(frozen=True)
class Ordinal:
    """A field whose levels are ranked: 0 for the first.

    unknown: what a level that was not seen is; None where there can be none.
    """

    field: str
    levels: tuple[Level, ...]
    unknown: float | None = None

    fields = property(lambda self: (self.field,))
    known = property(lambda self: self.levels)
    width = 1

    def write(self, columns: Columns, matrix: NDArray[np.float32]) -> None:
        rank: dict[Any, float] = {level: index for index, level in enumerate(self.levels)}
        if self.unknown is None:
            matrix[:, 0] = [rank[level] for level in columns[self.field]]
        else:
            matrix[:, 0] = [rank.get(level, self.unknown) for level in columns[self.field]]


@dataclass(frozen=True)
class OneHot:
    """A field with one column a level; a level that was not seen is all zeros.

    infrequent: levels that share one more column, the last. unseen_is_infrequent: a level that
    was not seen goes there too.
    """

    field: str
    levels: tuple[Level, ...]
    infrequent: tuple[Level, ...] = ()
    unseen_is_infrequent: bool = False

    fields = property(lambda self: (self.field,))
    known = property(lambda self: self.levels + self.infrequent)

    @property
    def width(self) -> int:
        return len(self.levels) + bool(self.infrequent)

    def write(self, columns: Columns, matrix: NDArray[np.float32]) -> None:
        last = len(self.levels)
        column: dict[Any, int] = {level: index for index, level in enumerate(self.levels)}
        column |= dict.fromkeys(self.infrequent, last)
        unseen = last if self.unseen_is_infrequent and self.infrequent else -1
        hot = np.array([column.get(level, unseen) for level in columns[self.field]])
        rows = np.flatnonzero(hot >= 0)
        matrix[:] = 0
        matrix[rows, hot[rows]] = 1


Encoding = Numbers | Scaled | Ordinal | OneHot
_KINDS: dict[str, type[Numbers | Scaled | Ordinal | OneHot]] = {
    "numbers": Numbers,
    "scaled": Scaled,
    "ordinal": Ordinal,
    "one_hot": OneHot,
}


def _column(value: Any) -> bool:
    """A field that is kept of an employee, or a column derived of such."""
    return text(value) and (value in KEPT or value in SOURCES)


_SOME_LEVELS = [(text, flag, number)]
_SHAPES: dict[str, Shape] = {
    "numbers": {"fields": [_column]},
    "scaled": {"fields": [_column], "means": [number], "scales": [number]},
    "ordinal": {"field": _column, "levels": _SOME_LEVELS, "unknown": Maybe((number, null))},
    "one_hot": {
        "field": _column,
        "levels": _SOME_LEVELS,
        "infrequent": Maybe(_SOME_LEVELS),
        "unseen_is_infrequent": Maybe(flag),
    },
}


@dataclass(frozen=True)
class Encoder:
    """Encodings side by side, each writing its own columns of the matrix."""

    encodings: tuple[Encoding, ...]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The facts that the model needs: those it reads, and those behind a derived column."""
        read = (name for encoding in self.encodings for name in encoding.fields)
        return tuple(dict.fromkeys(fact for name in read for fact in facts_of(name)))

    @cached_property
    def derived(self) -> tuple[str, ...]:
        """The derived columns that the model reads, computed of the facts."""
        return tuple(n for encoding in self.encodings for n in encoding.fields if n in SOURCES)

    @cached_property
    def width(self) -> int:
        return sum(encoding.width for encoding in self.encodings)

    @property
    def sources(self) -> tuple[str, ...]:
        """The field or derived column that each column of the matrix comes from."""
        return tuple(
            name
            for encoding in self.encodings
            for name in encoding.fields * (encoding.width // len(encoding.fields))
        )

    def encode(self, columns: Columns) -> NDArray[np.float32]:
        """The matrix, shape (n, width), of columns of n values each, one for every field."""
        matrix = np.empty((len(columns[self.fields[0]]), self.width), dtype=np.float32)
        if derived := self.derived:
            computed: dict[str, Any] = {name: derive(name, columns) for name in derived}
            columns = {**columns, **computed}
        start = 0
        for encoding in self.encodings:
            encoding.write(columns, matrix[:, start : start + encoding.width])
            start += encoding.width
        return matrix

    def to_json(self) -> list[dict[str, Any]]:
        names = {kind: name for name, kind in _KINDS.items()}
        return [{"kind": names[type(encoding)], **vars(encoding)} for encoding in self.encodings]

    @classmethod
    def from_json(cls, document: Any) -> Self:
        """Rebuild what `to_json` wrote; raises ArtifactError on anything else."""
        check("encoder.json", document, [tuple(_SHAPES.values())])
        try:
            return cls(tuple(_encoding(**entry) for entry in document))
        except (TypeError, KeyError, ValueError) as error:
            raise ArtifactError("encoder") from error


def facts_of(name: str) -> tuple[str, ...]:
    """The facts behind a column that a model reads: itself, or what it is derived from."""
    return SOURCES.get(name, (name,))


def _encoding(kind: str, **parts: Any) -> Encoding:
    parts = {name: tuple(part) if isinstance(part, list) else part for name, part in parts.items()}
    return _KINDS[kind](**parts)
