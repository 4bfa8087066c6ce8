"""XML from untrusted files, parsed as a stream: time and memory stay in proportion to its size."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol
from xml.parsers import expat

CHUNK = 1 << 16
# One tag, comment or text, held whole; names, kept to the end; elements in one another: what
# spreadsheets write has not a tenth of any.
TOKEN_MAX = 1 << 20
TEXT_MAX = 1 << 20
NAMES_MAX = 2000
DEPTH_MAX = 64
# More cell formats than Excel allows in one workbook.
GATHERED_MAX = 1 << 16

Attributes = dict[str, str]


class MarkupError(ValueError):
    """This is no XML, not the document that was asked for, or written to do harm."""


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Element:
    """What is wanted of an element; children that are not named are passed over with all theirs.

    opened is given its attributes, closed the text in it. Names are known without their prefix, for
    the same element has several namespaces.
    """

    children: dict[str, "Element"] = field(default_factory=dict)
    opened: Callable[[Attributes], None] | None = None
    closed: Callable[[str], None] | None = None


class _Walk:
    """Where in the document we are, as the parser tells it."""

    __slots__ = ("_at", "_parts", "_passed", "_path", "take")

    def __init__(self, document: Element) -> None:
        self._at = document
        self._path: list[Element] = []
        self._passed = 0
        self._parts: list[str] = []
        self.take = self._parts.append

    def start(self, name: str, attributes: Attributes) -> None:
        if self._passed:
            self._passed += 1
            if self._passed > DEPTH_MAX:
                raise MarkupError("elements stand too deep in one another")
            return
        self._parts.clear()
        children = self._at.children
        found = children.get(name) or children.get(name.rpartition(":")[2])
        if found is None:
            # A text with an element inside would lose its first half, a document is another one.
            if not self._path or (self._at.closed and not children):
                raise MarkupError("an element is not where it may be")
            self._passed = 1
            return
        self._path.append(self._at)
        self._at = found
        if found.opened:
            found.opened(attributes)

    def end(self, name: str) -> None:
        if self._passed:
            self._passed -= 1
            if not self._passed:
                self._parts.clear()
            return
        if self._at.closed:
            self._at.closed("".join(self._parts))
        self._at = self._path.pop()

    def check(self) -> None:
        """Refuse a text beyond measure."""
        if sum(map(len, self._parts)) > TEXT_MAX:
            raise MarkupError("a text is too long")
        if self._passed:
            self._parts.clear()


def walk(source: Source, document: Element) -> Iterator[None]:
    """Call the elements' functions as their tags are read; yields after each chunk of the source.

    document: the parent of the outermost element.
    Raises MarkupError or ExpatError, and whatever the elements raise.
    """
    names: dict[str, str] = {}
    parser = expat.ParserCreate(intern=names)
    place = _Walk(document)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = place.start
    parser.EndElementHandler = place.end
    parser.CharacterDataHandler = place.take
    fed = 0
    while chunk := source.read(CHUNK):
        parser.Parse(chunk, False)
        fed += len(chunk)
        place.check()
        if len(names) > NAMES_MAX or fed - parser.CurrentByteIndex > TOKEN_MAX:
            raise MarkupError("names or a tag are beyond measure")
        yield
    parser.Parse(b"", True)
    yield


def gather(source: Source, wanted: Mapping[str, Callable[[Attributes], None]]) -> None:
    """Give each element at a path, such as `workbook/sheets/sheet`, to who wants its attributes.

    Raises as `walk` does.
    """
    numbers = count()

    def counted(take: Callable[[Attributes], None]) -> Callable[[Attributes], None]:
        def opened(attributes: Attributes) -> None:
            if next(numbers) >= GATHERED_MAX:
                raise MarkupError("there are too many elements")
            take(attributes)

        return opened

    document: dict[str, Element] = {}
    for path, take in wanted.items():
        *parents, last = path.split("/")
        children = document
        for parent in parents:
            children = children.setdefault(parent, Element()).children
        children[last] = Element({}, counted(take))
    for _ in walk(source, Element(document)):
        pass


def _refuse(*_: object) -> None:
    """A document type is where entities are defined that unfold beyond measure."""
    raise MarkupError("a document type is declared")
