"""The files of a request, as a body or as a form, and what is said of their columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any

from flask import request
from marshmallow import ValidationError
from werkzeug.datastructures import FileStorage

from futurisys.api.spool import CHUNK
from futurisys.employee.joining import NAME_MAX, Part
from futurisys.employee.mapping import MAPPING_MAX, ColumnMapping, read_mapping

FORM = "multipart/form-data"
FILE_MAX = 64 << 20
FILES, MAPPING = "fichiers", "correspondance"
FILES_MAX = 3
FILE = "Fichier"
SHAPE = (
    f"Le formulaire doit avoir de 1 à {FILES_MAX} fichiers sous le nom {FILES} et, si besoin, un "
    f"fichier sous le nom {MAPPING} ; rien d'autre."
)
FORM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        FILES: {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": 1,
            "maxItems": FILES_MAX,
            "description": "Un tableau, ou les trois extraits, quel que soit leur nom.",
        },
        MAPPING: {
            "type": "string",
            "format": "binary",
            "description": "Ce que les colonnes contiennent, en TOML.",
        },
    },
    "required": [FILES],
    "additionalProperties": False,
}


@contextmanager
def sent_files() -> Iterator[tuple[list[Part], ColumnMapping | None]]:
    """The files that were sent, all here, until the answer is made; together `FILE_MAX` bytes.

    Raises ValidationError for a form of another shape, ExtractError for a mapping that is none.
    """
    request.max_content_length = FILE_MAX
    if request.mimetype == FORM:
        yield _of_form()
        return
    # Nothing but this thread waits for a slow client: the database is asked when all is here.
    with TemporaryFile() as file:
        copyfileobj(request.stream, file, CHUNK)
        file.seek(0)
        yield [Part(file, FILE)], None


def _of_form() -> tuple[list[Part], ColumnMapping | None]:
    files, told = request.files.getlist(FILES), request.files.getlist(MAPPING)
    strange = {*request.form, *request.files} - {FILES, MAPPING}
    if request.form or strange or not 1 <= len(files) <= FILES_MAX or len(told) > 1:
        raise ValidationError(SHAPE)
    mapping = read_mapping(told[0].read(MAPPING_MAX + 1), _name(told[0])) if told else None
    return [Part(one.stream, _name(one)) for one in files], mapping  # type: ignore[arg-type]


def _name(file: FileStorage) -> str:
    """What the sender calls a file, as it can be repeated and kept."""
    name = "".join(sign if sign.isprintable() else "\ufffd" for sign in file.filename or FILE)
    return name[:NAME_MAX]
