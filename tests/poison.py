"""The worst workbooks that we can think of, each as small on the wire as it can be.

Where the harm allows it there are people in them, so that a service has something to answer.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from tests.population import Rows
from tests.spreadsheets import (
    SHEET,
    TEXTS,
    book,
    members,
    people_rows,
    row,
    sheet,
    styles,
    texts,
    zipped,
)

Poison = Callable[[Rows], bytes]
MIB = 1 << 20


def cell_in_row(number: int, people: Rows, text: str = "x") -> bytes:
    """One cell far below the people."""
    return book(people_rows(people) + row(number, text))


def short_dimension(people: Rows) -> bytes:
    """A sheet that declares fewer rows than it holds."""
    declared = f'<dimension ref="A1:AH{len(people) // 2 + 1}"/>'
    return zipped(members(sheet(people_rows(people), before=declared)))


def repeated(
    name: str, start: str, block: str, times: int, end: str, people: Rows, admitted: int = 0
) -> bytes:
    """A workbook with a member in which a block comes so many times, at the price of a few bytes.

    admitted: the size that the zip says it has, where that is not the truth.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = packer.compress(start.encode()) + packer.flush(zlib.Z_FULL_FLUSH)
    once = packer.compress(block.encode()) + packer.flush(zlib.Z_FULL_FLUSH)
    stream += once * times + packer.compress(end.encode()) + packer.flush()
    check = zlib.crc32(start.encode())
    for _ in range(times):
        check = zlib.crc32(block.encode(), check)
    check = zlib.crc32(end.encode(), check)
    size = admitted or len(start) + times * len(block) + len(end)
    head = struct.pack("<5H3L2H", 20, 0, 8, 0, 33, check, len(stream), size, len(name), 0)
    parts = members(sheet(people_rows(people)), xl__sharedStrings=texts())
    return _replaced(zipped(parts), name.encode(), head, stream)


def _replaced(archive: bytes, name: bytes, head: bytes, stream: bytes) -> bytes:
    """A zip in which one member has this head and this stream."""
    end = archive.rindex(b"PK\5\6")
    count, size, start = struct.unpack("<HLL", archive[end + 10 : end + 20])
    listed = bytearray(archive[start:end])
    at = listed.index(name) - 46
    listed[at + 6 : at + 32] = head
    listed[at + 42 : at + 46] = struct.pack("<L", start)
    added = b"PK\3\4" + head + name + stream
    closing = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, start + len(added), 0)
    return archive[:start] + added + bytes(listed) + closing


def zip_bomb(people: Rows, admitted: int = 0) -> bytes:
    """A sheet with 300 MiB of nothing after its people."""
    start, end = sheet(people_rows(people), after="@").split("@")
    return repeated(SHEET, start, " " * MIB, 300, end, people, admitted)


def shared_texts(size: int, people: Rows) -> bytes:
    """So many bytes of shared texts, which a reader has to hold."""
    block = "<si><t>ab</t></si>" * 10_000
    start, end = texts("@").split("<si>@</si>")
    return repeated(TEXTS, start, block, size // len(block), end, people)


def shared_text_everywhere(people: Rows) -> bytes:
    """One long text that every cell of many rows shares: small in the file, not in an answer."""
    cells = '<c t="s"><v>0</v></c>' * 34
    rows = people_rows(people) + f"<row>{cells}</row>" * 3000
    return book(rows, xl__sharedStrings=texts(f"<t>{'x' * 1500}</t>"))


def cells_descending(people: Rows) -> bytes:
    """Cells from right to left."""
    cells = "".join(f'<c r="{letter}9"><v>1</v></c>' for letter in "ZYXWVUTSRQPONMLKJIHGFEDCBA")
    return book(people_rows(people) + f'<row r="9">{cells}</row>')


def rows_descending(people: Rows) -> bytes:
    """The people from the last row to the first."""
    head, *rest = re.findall("<row.*?</row>", people_rows(people))
    return book(head + "".join(reversed(rest)))


def row_of_every_column(people: Rows) -> bytes:
    """A row of 16,384 cells, every one with something in it."""
    return book(people_rows(people) + f"<row>{'<c><v>1</v></c>' * 16_384}</row>")


def last_column_in_every_row(people: Rows) -> bytes:
    """Rows that hold nothing but a cell in column XFD."""
    rows = (f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1000, 30_000))
    return book(people_rows(people) + "".join(rows))


def empty_rows(number: int, people: Rows) -> bytes:
    """So many rows without a cell."""
    return book(people_rows(people) + "<row/>" * number)


def empty_cells(people: Rows) -> bytes:
    """Cells without anything, as many as fit."""
    return book(people_rows(people) + f"<row>{'<c/>' * 16_000}</row>" * 58)


def entities(people: Rows) -> bytes:
    """Entities that unfold to a thousand million texts."""
    defined = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE worksheet [<!ENTITY e0 "x">{defined}]>'
    return zipped(members(document + sheet(people_rows(people) + row(9, "@")).replace("@", "&e9;")))


def in_the_sheet(content: str, people: Rows) -> bytes:
    """Anything, after the people."""
    return zipped(members(sheet(people_rows(people), after=content)))


def nested(people: Rows) -> bytes:
    """Elements in one another, half a million deep."""
    return in_the_sheet("<a>" * 500_000 + "</a>" * 500_000, people)


def many_names(people: Rows) -> bytes:
    """Every element of a name of its own, each of which a parser remembers."""
    return in_the_sheet("".join(f"<a{n}/>" for n in range(300_000)), people)


def many_members(people: Rows) -> bytes:
    """A zip that lists sixty thousand empty members."""
    archive = book(people_rows(people))
    end = archive.rindex(b"PK\5\6")
    (start,) = struct.unpack("<L", archive[end + 16 : end + 20])
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", *[20] * 2, *[0] * 14)
    listed = archive[start:end] + entry * 60_000
    closing = struct.pack("<4s4HLLH", b"PK\5\6", 0, 0, 65_000, 65_000, len(listed), start, 0)
    return archive[:start] + listed + closing


def packed_as(method: int, people: Rows) -> bytes:
    """Packed by another method than spreadsheets do, one that unpacks far more."""
    return zipped(members(sheet(people_rows(people))), method)


def encrypted(people: Rows) -> bytes:
    """A sheet that its zip says to be encrypted."""
    archive = bytearray(book(people_rows(people)))
    archive[archive.rindex(SHEET.encode()) - 46 + 8] |= 1
    return bytes(archive)


def many_formats(people: Rows) -> bytes:
    """More cell formats than a workbook may have."""
    return book(people_rows(people), xl__styles=styles(built_in=(9,) * 70_000))


def slow_format(people: Rows) -> bytes:
    """A number format of half a million brackets, none of them closed."""
    return book(people_rows(people), xl__styles=styles("[" * 500_000))


POISONS: dict[str, Poison] = {
    "cell in row 900,000": partial(cell_in_row, 900_000),
    "cell in row 2,000,000": partial(cell_in_row, 2_000_000),
    "cell in row 10**9": partial(cell_in_row, 10**9),
    "space in the last row": partial(cell_in_row, 1_048_576, text=" "),
    "short dimension": short_dimension,
    "zip bomb": zip_bomb,
    "zip bomb that lies": partial(zip_bomb, admitted=50_000),
    "64 MiB of shared texts": partial(shared_texts, 64 * MIB),
    "3 MiB of shared texts": partial(shared_texts, 3 * MIB),
    "shared text everywhere": shared_text_everywhere,
    "cells descending": cells_descending,
    "rows descending": rows_descending,
    "row of every column": row_of_every_column,
    "last column in every row": last_column_in_every_row,
    "500,000 empty rows": partial(empty_rows, 500_000),
    "million empty rows": partial(empty_rows, 1_000_000),
    "empty cells": empty_cells,
    "entities": entities,
    "nested": nested,
    "many names": many_names,
    "many members": many_members,
    "comment": partial(in_the_sheet, f"<!--{'x' * 3 * MIB}-->"),
    "attribute": partial(in_the_sheet, f'<a b="{"x" * 3 * MIB}"/>'),
    "text": partial(in_the_sheet, f"<a>{'x' * 3 * MIB}</a>"),
    "lzma": partial(packed_as, zipfile.ZIP_LZMA),
    "bzip2": partial(packed_as, zipfile.ZIP_BZIP2),
    "encrypted": encrypted,
    "many formats": many_formats,
    "slow format": slow_format,
}
