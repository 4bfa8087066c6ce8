"""What a file is, by its content: a workbook, text, or something that is named for what it is."""

import re
from typing import BinaryIO

from futurisys.errors import ExtractError

WORKBOOK, EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
COMPOUND, PDF, GZIP = b"\xd0\xcf\x11\xe0", b"%PDF-", b"\x1f\x8b"
UTF_8_MARK, UTF_16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")

_TABLE = "le tableau en .xlsx, ou en CSV UTF-8."
TOO_OLD = "c'est un ancien classeur .xls ou document Office ; enregistrez le tableau en .xlsx."
PROTECTED = (
    "c'est un classeur protégé par un mot de passe ; ouvrez-le, retirez le mot de passe, puis "
    "enregistrez-le en .xlsx."
)
OPEN_DOCUMENT = "c'est un classeur OpenDocument (.ods) ; enregistrez-le en .xlsx, ou en CSV UTF-8."
BINARY = "c'est un classeur binaire (.xlsb) ; enregistrez-le en .xlsx."
ZIP = f"c'est une archive .zip, et non un classeur ; décompressez-la, puis envoyez {_TABLE}"
_COMPRESSED = f"c'est un fichier compressé (.gz) ; décompressez-le, puis envoyez {_TABLE}"
_PDF = f"c'est un document PDF ; dans le logiciel dont il vient, enregistrez {_TABLE}"
_HTML = (
    "c'est une page HTML, quel que soit son nom ; ouvrez-la dans un tableur, puis enregistrez-la"
)
_XML = (
    "c'est un document XML, quel que soit son nom ; ouvrez-le dans un tableur, puis enregistrez-le"
)
_AS = " en .xlsx, ou en CSV UTF-8."

_BEGINNING = 4096
_CHUNK = 1 << 20
# A spreadsheet that encrypts a workbook keeps it under this name, in its compound file's list.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|table|meta|style)\b|mime-version:|<!--")


def is_workbook(file: BinaryIO) -> bool:
    """Whether a file begins as an .xlsx does, or was cut short while it did."""
    begins = _beginning(file, len(WORKBOOK))
    return bool(begins) and WORKBOOK.startswith(begins)


def refuse_foreign(file: BinaryIO, name: str) -> None:
    """Raise ExtractError where a file is neither a zip nor text that may be a table."""
    if sentence := _foreign(file):
        raise ExtractError(f"{name} : {sentence}")


def _foreign(file: BinaryIO) -> str:
    """What such a file is, and what to save it as; nothing where it may be a table."""
    begins = _beginning(file, _BEGINNING)
    if begins.startswith(COMPOUND):
        return PROTECTED if _holds(file, _ENCRYPTED) else TOO_OLD
    for mark, sentence in ((EMPTY_ZIP, ZIP), (PDF, _PDF), (GZIP, _COMPRESSED)):
        if begins.startswith(mark):
            return sentence
    text = _decoded(begins).lstrip().lower()
    if _PAGE.match(text):
        return _HTML + _AS
    if text.startswith("<?xml"):
        return (_HTML if "<html" in text else _XML) + _AS
    return ""


def _beginning(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    begins = file.read(size)
    file.seek(0)
    return begins


def _decoded(begins: bytes) -> str:
    """The first characters of a text, whatever its encoding makes of those that are no ASCII."""
    if begins.startswith(UTF_16_MARKS):
        return begins.decode("utf-16", "ignore")
    return begins.removeprefix(UTF_8_MARK).decode("latin-1")


def _holds(file: BinaryIO, what: bytes) -> bool:
    held = b""
    for chunk in iter(lambda: file.read(_CHUNK), b""):
        if what in held + chunk:
            return True
        held = chunk[-len(what) :]
    return False
