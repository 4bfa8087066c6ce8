"""What a person said of a file's columns, as a small file to be taken home and given next time."""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.employee.headers import Match, normalised, shown
from futurisys.employee.schema import FACTS, IGNORED
from futurisys.errors import ExtractError

COLUMNS, LEFT_OUT = "colonnes", "laissees"
MAPPING_MAX = 64 << 10
TOO_LARGE = f"une correspondance a {MAPPING_MAX >> 10} Kio au plus."
UNREADABLE = "ce n'est pas une correspondance lisible : elle s'écrit en TOML, en UTF-8."
SHAPE = (
    f"une correspondance a une table [{COLUMNS}], de textes (une colonne = un champ), et une liste "
    f"{LEFT_OUT}, de textes."
)


@dataclass(frozen=True)
class ColumnMapping:
    """Which column of a file holds which field; columns: as spelled there. left_out: unread."""

    columns: Mapping[str, str]
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, match: Match) -> "ColumnMapping":
        """What a match says, so that the next file of this kind is read as this one."""
        columns = {match.header[position]: name for position, name in match.read.items()}
        left_out = {normalised(cell): cell for cell in match.left_out if cell in match.header}
        return cls(columns, tuple(cell for spelling, cell in left_out.items() if spelling))

    @property
    def told(self) -> dict[str, str]:
        """As `match_header` takes it: a column that is left out holds nothing."""
        return {**self.columns, **dict.fromkeys(self.left_out, "")}

    @property
    def digest(self) -> str:
        """The sha256 of what it says, however it is written."""
        said = {COLUMNS: dict(self.columns), LEFT_OUT: sorted(self.left_out)}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def text(self) -> str:
        """The file, in TOML."""
        left_out = ", ".join(map(_quoted, self.left_out))
        lines = [f"{_quoted(cell)} = {_quoted(name)}" for cell, name in self.columns.items()]
        return "\n".join([f"{LEFT_OUT} = [{left_out}]", "", f"[{COLUMNS}]", *lines, ""])


def read_mapping(content: bytes, name: str) -> ColumnMapping:
    """The mapping that a file holds; raises ExtractError, a sentence that begins with `name`."""
    if len(content) > MAPPING_MAX:
        raise ExtractError(f"{name} : {TOO_LARGE}")
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ExtractError(f"{name} : {UNREADABLE}") from error
    if sentence := _fault(document):
        raise ExtractError(f"{name} : {sentence}")
    return ColumnMapping(document.get(COLUMNS, {}), tuple(document.get(LEFT_OUT, ())))


def _fault(document: Mapping[str, Any]) -> str:
    """What is wrong with a document, in one sentence; nothing where it is a mapping."""
    for key in document:
        if key not in (COLUMNS, LEFT_OUT):
            return f"« {shown(key)} » est inconnu ; {SHAPE}"
    columns, left_out = document.get(COLUMNS, {}), document.get(LEFT_OUT, [])
    if not isinstance(columns, dict) or not isinstance(left_out, list):
        return SHAPE
    if not all(isinstance(text, str) for text in (*columns.values(), *left_out)):
        return SHAPE
    for cell, field in columns.items():
        if field not in FACTS and field not in IGNORED:
            return f"colonne « {shown(cell)} » : le champ « {shown(field)} » n'existe pas."
    return _nameless([*columns, *left_out]) or _doubled(columns) or _twice([*columns, *left_out])


def _nameless(cells: Sequence[str]) -> str:
    return "" if all(map(normalised, cells)) else "une colonne n'a pas de nom."


def _doubled(columns: Mapping[str, str]) -> str:
    """That a field is said to be in two columns."""
    first: dict[str, str] = {}
    for cell, field in columns.items():
        other = first.setdefault(field, cell)
        if other != cell:
            return (
                f"les colonnes « {shown(other)} » et « {shown(cell)} » sont toutes deux données "
                f"pour {field}, n'en gardez qu'une."
            )
    return ""


def _twice(cells: Sequence[str]) -> str:
    """That two things are said of a column."""
    spellings = set()
    for cell in cells:
        if normalised(cell) in spellings:
            return f"la colonne « {shown(cell)} » figure deux fois, n'en gardez qu'une."
        spellings.add(normalised(cell))
    return ""


def _quoted(text: str) -> str:
    """A text as TOML writes it, which is JSON's way but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
