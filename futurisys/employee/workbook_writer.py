"""Workbooks as they are written, of sheets that wait in files of their own."""

import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any, BinaryIO

from futurisys.employee.sheet_writer import MAIN, XML, Column, Sheet

# A third less time than the usual 6, for a fifth more bytes.
LEVEL = 1
_OPEN = "http://schemas.openxmlformats.org"
_LINKS = f"{_OPEN}/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = f"""{XML}<styleSheet {MAIN}>\
<numFmts count="1"><numFmt numFmtId="164" formatCode="0.0\\ %"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" \
applyAlignment="1"><alignment vertical="top"/></xf>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">\
<alignment vertical="top" wrapText="1"/></xf></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


def save_workbook(sheets: Sequence[Sheet], file: BinaryIO) -> None:
    """Put sheets together, the first in sight."""
    parts = {f"xl/worksheets/sheet{place}.xml": one for place, one in enumerate(sheets, 1)}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as package:
        for name, text in _parts(sheets, list(parts)).items():
            package.writestr(name, text)
        for name, sheet in parts.items():
            is_immense = sheet.size > zipfile.ZIP64_LIMIT // 2
            with package.open(name, "w", force_zip64=is_immense) as part:
                sheet.write_to(part, sheet is sheets[0])


def write_workbook(rows: Iterable[Sequence[Any]], file: BinaryIO) -> None:
    """Write rows, the first a header, as the only sheet."""
    header, *body = rows
    with closing(Sheet("Futurisys", [Column(str(heading)) for heading in header])) as sheet:
        sheet.append(body)
        save_workbook([sheet], file)


def _parts(sheets: Sequence[Sheet], paths: Sequence[str]) -> dict[str, str]:
    """What a workbook says of itself, by part."""
    numbered = list(enumerate(sheets, 1))
    listed = "".join(
        f'<sheet name="{one.name}" sheetId="{place}" r:id="rId{place}"/>' for place, one in numbered
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place - 1}" hidden="1">'
        f"'{one.name}'!{':'.join(_fixed(corner) for corner in one.extent)}</definedName>"
        for place, one in numbered
        if one.is_list
    )
    names = f"<definedNames>{filters}</definedNames>" if filters else ""
    kinds = [("worksheet", path.removeprefix("xl/")) for path in paths] + [("styles", "styles.xml")]
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{_OPEN}/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/{path}" ContentType="{_TYPES}.worksheet+xml"/>' for path in paths
        )
        + "</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{XML}<workbook {MAIN} xmlns:r="{_LINKS}">'
        f"<bookViews><workbookView/></bookViews><sheets>{listed}</sheets>{names}</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(kinds),
        "xl/styles.xml": STYLES,
    }


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{place}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets, 1)
    )
    start = f'{XML}<Relationships xmlns="{_OPEN}/package/2006/relationships">'
    return f"{start}{listed}</Relationships>"


def _fixed(address: str) -> str:
    """B12 as $B$12."""
    letters = address.rstrip("0123456789")
    return f"${letters}${address.removeprefix(letters)}"
