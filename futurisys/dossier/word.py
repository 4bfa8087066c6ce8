"""A document as a .docx, for whoever goes on writing in it; commands alone load this module."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from futurisys.dossier.tree import (
    CODE,
    GAP,
    STRONG,
    Document,
    Heading,
    Items,
    Line,
    Paragraph,
    Table,
    said,
)

FONT, MONOSPACED = "Arial", "Courier New"
# Of a table's words, by whether the document is short.
TABLE_POINTS = {False: 9, True: 7.5}
# In centimetres: of what is written on; above and below it, and what a cell leaves at its sides.
WIDTH = 17.4
MARGIN, HEIGHT_MARGIN, FOOT = Cm(1.8), {False: Cm(1.8), True: Cm(1.3)}, Cm(0.7)
CELL = 0.39
# So much of its size a letter of a heading needs, and so many centimetres a point has.
LETTER, POINT = 0.62, 2.54 / 72
# A word of more letters may be broken.
WHOLE = 16
# Where a line may end, and nothing is seen.
BREAK = "\u200b"
GAP_COLOUR, NOTE_COLOUR = "FFE7A3", "F3F6F9"
_INK, _SOFT = RGBColor(0x1B, 0x24, 0x30), RGBColor(0x55, 0x60, 0x6E)


def word(document: Document) -> bytes:
    """The whole file."""
    made = docx.Document()
    _set_up(made, document)
    made.add_paragraph(document.title, style="Title")
    for run in _write(made.add_paragraph(), document.facts).runs:
        run.font.color.rgb = _SOFT
    for line in document.marks:
        _shade(_write(made.add_paragraph(), line), NOTE_COLOUR)
    _contents(made, document)
    for block in document.blocks:
        _add(made, block, TABLE_POINTS[document.is_short])
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _set_up(made: Any, document: Document) -> None:
    """Paper, fonts, language, and the foot of each page."""
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = HEIGHT_MARGIN[document.is_short]
    section.footer_distance = FOOT
    _style(made, document.is_short)
    made.core_properties.title, made.core_properties.language = document.title, "fr-FR"
    made.core_properties.author = made.core_properties.comments = ""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _field(foot, "PAGE", "1")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES", "1")


def _style(made: Any, is_short: bool) -> None:
    """Sizes in points, space before and after each kind of paragraph, and the language."""
    sizes = {"Normal": (8.5, 0, 2), "Title": (15, 0, 4), "Heading 1": (10.5, 5, 1)}
    if not is_short:
        sizes = {"Normal": (10, 0, 5), "Title": (18, 0, 6), "Heading 1": (13, 16, 4)}
    for name, (size, before, after) in (sizes | {"Heading 2": (11, 10, 3)}).items():
        style = made.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.line_spacing = 1.0 if is_short else 1.1
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        if name != "Normal":
            style.font.color.rgb = _INK
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    made.styles["Normal"].element.get_or_add_rPr().append(language)


def _contents(made: Any, document: Document) -> None:
    """A table of contents that a word processor can make anew, as it stands now."""
    if not document.headings:
        return
    if document.is_short:
        line = " · ".join(one.text for one in document.headings)
        made.add_paragraph(f"Sommaire\u202f: {line}")
        return
    made.add_paragraph().add_run("Sommaire").bold = True
    entries = [(made.add_paragraph(), one) for one in document.headings]
    _mark(entries[0][0], "begin")
    _instruct(entries[0][0], 'TOC \\o "1-1" \\h \\z \\u')
    _mark(entries[0][0], "separate")
    for paragraph, heading in entries:
        paragraph.paragraph_format.space_after = Pt(1)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), heading.anchor)
        link.append(paragraph.add_run(heading.text)._r)
        paragraph._p.append(link)
    _mark(entries[-1][0], "end")


def _add(made: Any, block: Any, points: float) -> None:
    if isinstance(block, Heading):
        paragraph = made.add_paragraph(style=f"Heading {block.level - 1}")
        _bookmark(paragraph, block.anchor)
        _write(paragraph, block.line)
    elif isinstance(block, Paragraph):
        paragraph = _write(made.add_paragraph(), block.line)
        if block.is_note:
            _shade(paragraph, NOTE_COLOUR)
            paragraph.paragraph_format.space_before = Pt(6)
    elif isinstance(block, Items):
        for line in block.lines:
            _write(made.add_paragraph(style="List Bullet"), line)
    else:
        _tabulate(made, block, points)


def _tabulate(made: Any, block: Table, points: float) -> None:
    table = made.add_table(rows=0, cols=len(block.head), style="Table Grid")
    table.autofit = False
    widths = _widths(block, points)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for place, cells in enumerate((block.head, *block.rows)):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if place == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, line, width in zip(row.cells, cells, widths, strict=True):
            cell.width = width
            paragraph = _write(cell.paragraphs[0], line, place == 0)
            paragraph.paragraph_format.space_after = Pt(max(points - 8, 0))
            for run in paragraph.runs:
                run.font.size = Pt(points)
    made.add_paragraph().paragraph_format.space_after = Pt(2)


def _widths(block: Table, points: float) -> list[Cm]:
    """What each column gets of the paper: room for its heading's words, then by what it says."""
    rows = [block.head, *block.rows]
    columns = [[said(row[place]) for row in rows] for place in range(len(block.head))]
    words = [max(len(word) for cell in cells for word in cell.split(" ")) for cells in columns]
    shares = [
        min(max(map(len, cells)), 60) + min(word, 30)
        for cells, word in zip(columns, words, strict=True)
    ]
    heads = [_longest([cell]) for cell in block.head]
    least = _rooms([_longest([row[place] for row in rows]) for place in range(len(heads))], points)
    if sum(least) > WIDTH:
        least = _rooms(heads, points)
    wanting = [max(share - 2 * has, 1) for share, has in zip(shares, heads, strict=True)]
    rest = max(WIDTH - sum(least), 0) / sum(wanting)
    return [Cm(width + rest * want) for width, want in zip(least, wanting, strict=True)]


def _longest(lines: Sequence[Line]) -> int:
    """The letters of the longest word that is not to be broken."""
    words = (word for line in lines for run in line for part in run.parts for word in part.split())
    return min(max(map(len, words), default=0), WHOLE)


def _rooms(letters: Sequence[int], points: float) -> list[float]:
    """How many centimetres so many letters need in a cell."""
    return [CELL + count * LETTER * points * POINT for count in letters]


def _write(paragraph: Any, line: Line, is_strong: bool = False) -> Any:
    """Add a line's words to a paragraph, which is given back."""
    for one in line:
        run = paragraph.add_run(BREAK.join(one.parts))
        run.bold = True if is_strong or one.kind in (STRONG, GAP) else None
        if one.kind == CODE:
            run.font.name = MONOSPACED
        if one.kind == GAP:
            _fill(run._r.get_or_add_rPr(), GAP_COLOUR)
    return paragraph


def _shade(paragraph: Any, colour: str) -> None:
    _fill(paragraph._p.get_or_add_pPr(), colour)


def _fill(properties: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    properties.append(shade)


def _bookmark(paragraph: Any, name: str) -> None:
    """Where the table of contents leads."""
    number = str(len(paragraph.part.element.xpath("//w:bookmarkStart")))
    for kind in ("Start", "End"):
        mark = OxmlElement(f"w:bookmark{kind}")
        mark.set(qn("w:id"), number)
        if kind == "Start":
            mark.set(qn("w:name"), name)
        paragraph._p.append(mark)


def _field(paragraph: Any, instruction: str, shown: str) -> None:
    """What a word processor works out by itself; shown: until it does."""
    _mark(paragraph, "begin")
    _instruct(paragraph, instruction)
    _mark(paragraph, "separate")
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def _mark(paragraph: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def _instruct(paragraph: Any, instruction: str) -> None:
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = instruction
    paragraph.add_run()._r.append(text)
