"""The documents that a person is handed, of a fictional person, as blocks of another document."""

import datetime
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files

from futurisys.dossier.tree import GAP, STRONG, Block, Heading, Items, Line, Paragraph, Run, Table
from futurisys.dossier.writing import TO_SET
from futurisys.employee.schema import KEPT, REFERENCE, employee_schema
from futurisys.employee.typography import typeset
from futurisys.model.predictor import Predictor
from futurisys.operations import documents
from futurisys.operations.disclosure import Disclosure, Estimate, Explained
from futurisys.operations.retention import ends
from futurisys.operations.sealing import keeps_hashes, keeps_numbers
from futurisys.records.predictions import Stored, new_id

NOTES = {"brief", "notice", "mark", "figure"}
TO_WRITE = "…" * 30
UNSET = (
    f"{TO_SET} : dans les réglages actuels, ce document ne peut être remis à personne ; réglez "
    "FUTURISYS_SUBJECT_KEY avant d'estimer une personne réelle."
)
# Which level of heading each becomes, below the document's own.
LEVELS = {"h1": 2, "h2": 3}
ENDING = {"h1", "h2", "h3", "p", "li", "dt", "dd", "th", "td", "caption"}


def handed(predictor: Predictor, made_at: datetime.datetime) -> Iterator[Block]:
    """The letter and the document of access that this model's estimate of somebody would make."""
    one = _estimate(predictor, made_at)
    letter = documents.letter(Explained(made_at, None, one), predictor.card)
    access = documents.access_page(_disclosed(one, made_at), predictor.card)
    yield from _Blocks(letter, "modele-0").blocks
    heading, *others = _Blocks(access, "modele-1").blocks
    yield heading
    if not keeps_hashes():
        yield Paragraph([Run(typeset(UNSET), GAP)])
    yield from others


def _estimate(predictor: Predictor, made_at: datetime.datetime) -> Estimate:
    """What would be kept of the sample's first person."""
    text = files("futurisys.sample").joinpath("employe.json").read_text(encoding="utf-8")
    schema = employee_schema(predictor.needed)
    facts = schema.load({k: v for k, v in json.loads(text).items() if k != REFERENCE})
    known = {name: facts.get(name) for name in KEPT}
    answer = predictor.answer(known)
    kept = Stored(new_id()[0], None, None, made_at, known, answer, None, None)
    return Estimate(kept, [], predictor.card.fictional, ends(made_at))


def _disclosed(one: Estimate, made_at: datetime.datetime) -> Disclosure:
    return Disclosure(made_at, None, True, keeps_numbers(), [one], [], [], [], None, None)


class _Blocks(HTMLParser):
    """The blocks of a page of ours, between `main` and its end."""

    def __init__(self, text: str, anchor: str) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._anchor = anchor
        self._line: list[Run] = []
        self._items: list[Line] = []
        self._rows: list[list[Line]] = []
        self._kinds: set[str] = set()
        self._is_inside = self._is_strong = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kinds = set((dict(attrs).get("class") or "").split())
        if tag == "main":
            self._is_inside = True
        elif tag in ("strong", "b"):
            self._is_strong = True
        elif tag == "tr":
            self._rows.append([])
        elif tag == "br":
            self._line.append(Run(" "))
        elif tag in ENDING:
            self._kinds = kinds
            self._line = self._line if tag == "dd" else []

    def handle_data(self, data: str) -> None:
        if self._is_inside and data.strip("\n"):
            self._line.append(Run(data.replace("\n", " "), STRONG if self._is_strong else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._is_inside = False
        elif tag in ("strong", "b"):
            self._is_strong = False
        elif tag in ("ul", "dl"):
            self.blocks.append(Items(self._items))
            self._items = []
        elif tag == "table":
            head, *rows = self._rows
            self.blocks.append(Table(head, rows))
            self._rows = []
        elif tag in ENDING:
            self._end(tag)

    def _end(self, tag: str) -> None:
        """Put the line that ends here where it belongs."""
        line = self._line
        if tag in LEVELS:
            self.blocks.append(Heading(LEVELS[tag], line, f"{self._anchor}-{len(self.blocks)}"))
        elif tag == "h3":
            self.blocks.append(Paragraph([Run(run.text, STRONG) for run in line]))
        elif tag == "dt":
            self._line.append(Run("\u202f: "))
            return
        elif tag in ("li", "dd"):
            self._items.append(line)
        elif tag in ("th", "td"):
            self._rows[-1].append(line)
        elif tag == "p" and "blank" in self._kinds:
            self.blocks.append(Paragraph([*line, Run(f" {TO_WRITE}")]))
        elif line:
            self.blocks.append(Paragraph(line, bool(self._kinds & NOTES)))
        self._line = []
