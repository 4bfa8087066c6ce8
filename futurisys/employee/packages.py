"""The zip that an .xlsx is: its parts, found by what refers to them, and what they may weigh."""

import zipfile
from collections.abc import Mapping
from os import SEEK_END
from posixpath import basename, dirname, join, normpath
from typing import IO, BinaryIO

from futurisys.employee.formats import BINARY, OPEN_DOCUMENT, ZIP
from futurisys.employee.markup import Attributes, MarkupError, gather

UNPACKED_MAX = 1 << 30
# Shared texts and styles are held in memory, where the rows are not.
HELD_MAX = 64 << 20
# How often its own size a workbook may unpack to; spreadsheets' own do ten to fifteen times.
RATIO_MAX = 100
ALWAYS_UNPACKED = 4 << 20
# The list of members is read whole; this much of it names twenty thousand.
LIST_MAX = 1 << 20

_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_TYPES = "[content_types].xml"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_WORKBOOKS = {
    f"application/vnd.{kind}.main+xml"
    for kind in (
        "openxmlformats-officedocument.spreadsheetml.sheet",
        "openxmlformats-officedocument.spreadsheetml.template",
        "ms-excel.sheet.macroEnabled",
        "ms-excel.template.macroEnabled",
    )
}


class Package:
    """The parts of a workbook; raises what `zipfile` and `gather` do where they are damaged.

    text_max: how many characters may be made of it.
    """

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0, SEEK_END)
        weight = file.tell()
        self._archive = zipfile.ZipFile(_Listed(file))
        members = self._archive.infolist()
        # Names of parts know no upper and lower case.
        self._members = {member.filename.lower(): member for member in members}
        self.text_max = min(UNPACKED_MAX, max(ALWAYS_UNPACKED, RATIO_MAX * weight))

    def foreign(self) -> str:
        """What a zip is that holds no workbook of ours, and what to save it as."""
        if "xl/workbook.bin" in self._members:
            return BINARY
        if "mimetype" in self._members:
            with self.open("mimetype") as source:
                if source.read(len(_SPREADSHEET)) == _SPREADSHEET:
                    return OPEN_DOCUMENT
        ours = any(name == _TYPES or name.startswith("xl/") for name in self._members)
        return "" if ours else ZIP

    def is_immense(self) -> bool:
        """Whether a small file would unpack into a huge one."""
        sizes = {name: member.file_size for name, member in self._members.items()}
        held = [size for name, size in sizes.items() if not name.startswith("xl/worksheets/")]
        return sum(sizes.values()) > self.text_max or sum(held) > HELD_MAX

    def open(self, name: str) -> IO[bytes]:
        """A part's content; raises KeyError where there is none of that name."""
        member = self._members[name.lower()]
        if member.compress_type not in _PACKED:
            raise zipfile.BadZipFile("a member is packed as spreadsheets never do")
        return self._archive.open(member)

    def main_part(self) -> str:
        """The name of the workbook among the parts."""
        types: list[Attributes] = []
        with self.open(_TYPES) as source:
            gather(source, {"Types/Override": types.append, "Types/Default": types.append})
        for one in types:
            if one["ContentType"] in _WORKBOOKS:
                # A default names no part, but an extension.
                return one.get("PartName", "/xl/workbook.xml").lstrip("/")
        raise MarkupError("there is no workbook")

    def targets(self, part: str) -> Mapping[str, tuple[str, str]]:
        """What a part refers to: kind and name of another part, by the reference's id."""
        folder = dirname(part)
        found: dict[str, tuple[str, str]] = {}

        def take(one: Attributes) -> None:
            name = normpath(join("/", folder, one["Target"])).lstrip("/")
            found[one["Id"]] = (basename(one["Type"]), name)

        with self.open(join(folder, "_rels", f"{basename(part)}.rels")) as source:
            gather(source, {"Relationships/Relationship": take})
        return found


class _Listed:
    """A zip whose list of members, the one thing that is read whole, may not fill the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1, /) -> bytes:
        if size > LIST_MAX:
            raise zipfile.BadZipFile("the list of members is too long")
        return self._file.read(size)
