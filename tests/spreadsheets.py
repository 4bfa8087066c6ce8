"""Workbooks written tag by tag, as no library would write them."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from tests.population import Rows

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_DOCUMENT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
TYPED = "http://schemas.openxmlformats.org/package/2006/content-types"
LINKED = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
WORKBOOK = "xl/workbook.xml"
LINKS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"


def zipped(members: Mapping[str, str | bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def sheet(rows: str, before: str = "", after: str = "", main: str = MAIN) -> str:
    """A sheet whose rows are given as they stand in it."""
    return f'<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def texts(*items: str) -> str:
    """Shared texts, each as it stands between its tags."""
    return f'<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'


def styles(*formats: str, built_in: tuple[int, ...] = ()) -> str:
    """Cell styles: 0 is plain; then one for each number format, and for each that needs none."""
    named = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for number, code in enumerate(formats, 164)
    )
    numbers = [0, *range(164, 164 + len(formats)), *built_in]
    used = "".join(f'<xf numFmtId="{number}"><alignment/></xf>' for number in numbers)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{named}</numFmts>'
        f"<cellXfs>{used}</cellXfs></styleSheet>"
    )


def links(document: str = DOCUMENT, **targets: str) -> str:
    """What the workbook refers to: kinds of parts and where they are."""
    found = "".join(
        f'<Relationship Id="{kind}" Type="{document}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{LINKED}">{found}</Relationships>'


def members(content: str | bytes, **parts: str | bytes) -> dict[str, str | bytes]:
    """The parts of a workbook of one sheet; others by name, in which two _ stand for a /."""
    own = {name.replace("__", "/") + ".xml": part for name, part in parts.items()}
    kinds = {WORKBOOK: "sheet.main", SHEET: "worksheet", TEXTS: "sharedStrings", STYLES: "styles"}
    typed = "".join(
        f'<Override PartName="/{name}" ContentType="{KIND}.{kind}+xml"/>'
        for name, kind in kinds.items()
        if name in own or name in (WORKBOOK, SHEET)
    )
    return {
        TYPES: f'<Types xmlns="{TYPED}">{typed}</Types>',
        WORKBOOK: f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>'
        '<sheet name="Feuil1" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        LINKS: links(
            worksheet="worksheets/sheet1.xml",
            **{
                kind: f"{kind}.xml"
                for kind in ("sharedStrings", "styles")
                if f"xl__{kind}" in parts
            },
        ),
        SHEET: content,
        **own,
    }


def book(rows: str, **parts: str | bytes) -> bytes:
    """A workbook of one sheet, whose rows are given as they stand in it."""
    return zipped(members(sheet(rows), **parts))


def sheets(*pages: tuple[str, str, str]) -> bytes:
    """A workbook of several sheets: the name, the state and the rows of each."""
    parts = members("", **{f"xl__worksheets__page{n}": sheet(p[2]) for n, p in enumerate(pages)})
    del parts[SHEET]
    named = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n + 1}" state="{state}" r:id="r{n}"/>'
        for n, (name, state, _) in enumerate(pages)
    )
    parts[WORKBOOK] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{named}</sheets></workbook>'
    )
    found = "".join(
        f'<Relationship Id="r{n}" Type="{DOCUMENT}/worksheet" Target="worksheets/page{n}.xml"/>'
        for n in range(len(pages))
    )
    parts[LINKS] = f'<Relationships xmlns="{LINKED}">{found}</Relationships>'
    return zipped(parts)


def row(number: int, *cells: str) -> str:
    """A row of texts from column A on."""
    told = "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{told}</row>'


def people_rows(people: Rows) -> str:
    """A header and a row for each person."""
    table = [list(people[0]), *(list(one.values()) for one in people)]
    return "".join(row(number, *cells) for number, cells in enumerate(table, 1))
