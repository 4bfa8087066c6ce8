"""Small faults in the code, and the sample of them that benchmarks.mutation tries."""

import ast
import difflib
import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = Path(__file__).parents[1]
ROOMS = ("employee", "model", "operations")
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Mutant:
    """A file of the code (`model/store.py`) with one fault in it: what `line` of it becomes.

    source: of the whole file, with the fault. lines: of the statement that it is in.
    """

    file: str
    line: str
    becomes: str
    lines: range
    source: str

    @property
    def path(self) -> Path:
        return ROOT / "futurisys" / self.file

    @property
    def module(self) -> str:
        return f"futurisys.{self.file.removesuffix('.py').replace('/', '.')}"

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.line, self.becomes

    @property
    def room(self) -> str:
        return self.file.split("/")[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.lines.start}: {self.line} → {self.becomes}"


def sample(count: int, seed: str) -> list[Mutant]:
    """`count` mutants of the three rooms; another seed takes others.

    Each is drawn by its own text, so that a change of the code changes few of the others.
    """
    paths = [path for room in ROOMS for path in (ROOT / "futurisys" / room).glob("*.py")]
    files = [_Mutations(path) for path in sorted(paths)]
    drawn = sorted(
        (hashlib.sha256(f"{seed} {name}".encode()).digest(), number, place)
        for number, file in enumerate(files)
        for place, name in enumerate(_names(file))
    )
    return [files[number].mutant(place) for _, number, place in drawn[:count]]


def equivalents() -> dict[tuple[str, str, str], str]:
    """Why no test can tell a mutant from the code: file, line and what it becomes → the reason."""
    listed = tomllib.loads(EQUIVALENT.read_text())["mutant"]
    return {(one["file"], one["line"], one["becomes"]): one["reason"] for one in listed}


class _Mutations:
    """All that mutmut would change in a file, also outside of functions."""

    def __init__(self, path: Path) -> None:
        self.file = path.relative_to(ROOT / "futurisys").as_posix()
        self.source = path.read_text()
        wrapper = MetadataWrapper(libcst.parse_module(self.source), unsafe_skip_copy=True)
        visitor = MutationVisitor(mutation_operators, IgnoredCode(set(), set(), set()))
        wrapper.visit(visitor)
        self._module = wrapper.module
        self._positions = wrapper.resolve(PositionProvider)
        # An operator of its own has no place: what it stands in is changed as well.
        self.found = [one for one in visitor.mutations if one.original_node in self._positions]

    def line(self, place: int) -> int:
        return self._positions[self.found[place].original_node].start.line

    def mutant(self, place: int) -> Mutant:
        change = self.found[place]
        module: Any = self._module.deep_replace(change.original_node, change.mutated_node)
        changed: str = module.code
        before, after = _difference(self.source, changed)
        return Mutant(self.file, before, after, self._statement(self.line(place)), changed)

    def _statement(self, line: int) -> range:
        """The lines of the smallest statement that a line is in, without those below its head."""
        around = [
            node
            for node in ast.walk(ast.parse(self.source))
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
        ]
        smallest = max(around, key=lambda node: node.lineno)
        if hasattr(smallest, "body") or hasattr(smallest, "cases"):
            return range(line, line + 1)
        return range(smallest.lineno, (smallest.end_lineno or line) + 1)


def _names(file: _Mutations) -> Iterator[str]:
    """One for each mutant, that stays the same while its line does."""
    lines = file.source.splitlines()
    seen: Counter[str] = Counter()
    for place in range(len(file.found)):
        line = lines[file.line(place) - 1].strip()
        yield f"{file.file} {line} {seen[line]}"
        seen[line] += 1


def _difference(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, as one line each."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0))[2:]
    gone, come = ([line[1:].strip() for line in lines if line[0] == sign] for sign in "-+")
    return " ".join(gone), " ".join(come)
