"""What a document is made of, whatever it is written as."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WITHIN = re.compile(r"(?<=::)|(?<=[/_])")
PLAIN, STRONG, CODE, GAP = "", "strong", "code", "gap"


@dataclass(frozen=True)
class Run:
    """Some words of a line, and how they stand out: `STRONG`, `CODE`, `GAP`, or not at all."""

    text: str
    kind: str = PLAIN

    @property
    def parts(self) -> list[str]:
        """Between which a line may end, within the name of a test, which has no spaces."""
        is_long = self.kind == CODE and self.text.startswith("tests/")
        return _WITHIN.split(self.text) if is_long else [self.text]


Line = Sequence[Run]


@dataclass(frozen=True)
class Heading:
    """A title within a document; level: 2 or 3. anchor: where links lead."""

    level: int
    line: Line
    anchor: str

    @property
    def text(self) -> str:
        return said(self.line)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; is_note: whether it is to be seen first."""

    line: Line
    is_note: bool = False


@dataclass(frozen=True)
class Items:
    """A list without an order."""

    lines: Sequence[Line]


@dataclass(frozen=True)
class Table:
    """Rows of as many cells as the head has; the first of each row names it."""

    head: Sequence[Line]
    rows: Sequence[Sequence[Line]]


Block = Heading | Paragraph | Items | Table


@dataclass(frozen=True)
class Document:
    """A document. name: of its files. is_short: of a page or two, with its contents in a line.

    facts: when it was made, and of which model it speaks. marks: what must not be taken for real.
    """

    name: str
    title: str
    facts: Line
    marks: Sequence[Line]
    blocks: Sequence[Block]
    is_short: bool = False

    @property
    def headings(self) -> list[Heading]:
        """The table of contents."""
        return [one for one in self.blocks if isinstance(one, Heading) and one.level == 2]

    def lines(self) -> Iterator[str]:
        """All that it says, a line for each heading, paragraph, item or row."""
        yield self.title
        for line in (self.facts, *self.marks):
            yield said(line)
        for block in self.blocks:
            if isinstance(block, Heading | Paragraph):
                yield said(block.line)
            elif isinstance(block, Items):
                yield from map(said, block.lines)
            else:
                yield from (" | ".join(map(said, row)) for row in (block.head, *block.rows))


def said(line: Line) -> str:
    """A line's words alone."""
    return "".join(run.text for run in line)
