"""From a text with marks to what a document is made of.

A chunk between empty lines is a heading (`## `, `### `), a list (`- `), a table (`| a | b |`, the
first row its head), a note (`> `) or a paragraph; **strong** and `code` stand out. What a template
is filled with is hidden first, so that no value is taken for a mark.
"""

import re
from collections.abc import Iterator

from futurisys.dossier.tree import (
    CODE,
    GAP,
    PLAIN,
    STRONG,
    Block,
    Heading,
    Items,
    Line,
    Paragraph,
    Run,
    Table,
)
from futurisys.employee.typography import typeset

# Of an area that means nothing to anybody: no text that is let in has a character of it.
_MARKS = "*`|#>-"
_HIDING = {ord(mark): 0xE000 + place for place, mark in enumerate(_MARKS)}
_SHOWING = {hidden: shown for shown, hidden in _HIDING.items()}
OPENED, CLOSED = "\ue010", "\ue011"
_INLINE = re.compile(rf"\*\*(?P<{STRONG}>.+?)\*\*|`(?P<{CODE}>.+?)`|{OPENED}(?P<{GAP}>.+?){CLOSED}")


def hidden(value: object) -> object:
    """A value to fill in, none of whose characters is a mark any more."""
    return value.translate(_HIDING) if isinstance(value, str) else value


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text in order."""
    count = 0
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("#"):
            count += 1
            marks, _, title = " ".join(lines).partition(" ")
            yield Heading(len(marks), line_of(title), f"partie-{count}")
        elif lines[0].startswith("- "):
            yield Items([line_of(one) for one in _items(lines)])
        elif lines[0].startswith("|"):
            head, *rows = [[line_of(cell) for cell in _cells(line)] for line in lines]
            yield Table(head, rows)
        elif lines[0].startswith("> "):
            yield Paragraph(line_of(" ".join(line.removeprefix("> ") for line in lines)), True)
        else:
            yield Paragraph(line_of(" ".join(lines)))


def line_of(text: str) -> Line:
    """A line's words, those that stand out by themselves."""
    found, end = [], 0
    for match in _INLINE.finditer(text):
        found.append(_run(text[end : match.start()], PLAIN))
        kind = match.lastgroup or PLAIN
        found.append(_run(match[kind], kind))
        end = match.end()
    found.append(_run(text[end:], PLAIN))
    return [run for run in found if run.text]


def _run(text: str, kind: str) -> Run:
    shown = text.translate(_SHOWING)
    return Run(shown if kind == CODE else typeset(shown), kind)


def _items(lines: list[str]) -> Iterator[str]:
    """Each item whole; a line that begins none goes on with the one before."""
    current = ""
    for line in lines:
        if line.startswith("- ") and current:
            yield current
            current = ""
        current = f"{current} {line}".strip() if current else line.removeprefix("- ")
    yield current


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
