"""What a person said of a file's columns, as a small file to be taken home and given next time."""

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from futurisys.employee.fields import Fact, Number, Whole
from futurisys.employee.headers import Match, column_of, normalised, shown
from futurisys.employee.levels import folded
from futurisys.employee.numbers import read
from futurisys.employee.schema import FACTS, IGNORED
from futurisys.errors import ExtractError

COLUMNS, LEFT_OUT, SCALES, VALUES = "colonnes", "laissees", "echelles", "valeurs"
MAPPING_MAX = 64 << 10
# Of a table with more columns that nobody reads, the others are not named: unknown is unread.
LEFT_OUT_MAX = 400
SCALE_MAX = 1e6
TOO_LARGE = (
    f"une correspondance a {MAPPING_MAX >> 10} Kio au plus ; gardez-y les seules colonnes qui ne "
    "sont pas reconnues sans elle."
)
NAMELESS = "une colonne n'a pas de nom, nommez-la ou retirez-la."
UNREADABLE = "ce n'est pas une correspondance lisible : elle s'écrit en TOML, en UTF-8."
SHAPE = (
    f"une correspondance peut avoir une table [{COLUMNS}], de textes (une colonne = un champ), une "
    f"table [{SCALES}], de nombres (une colonne = par combien multiplier ses nombres), une table "
    f"[{VALUES}.colonne], de textes (ce qui est écrit = la valeur), et une liste {LEFT_OUT}, de "
    "textes."
)


@dataclass(frozen=True)
class ToldCells:
    """What a person said of the cells of one column.

    scale: by what its numbers are multiplied. values: what stands there → what it means.
    """

    scale: float = 1.0
    values: Mapping[str, str] = field(default_factory=dict)

    def meant(self, cell: str) -> str:
        """What a cell stands for."""
        return self.values.get(folded(cell), cell) if self.values and len(cell) <= 80 else cell

    def value(self, fact: Fact, cell: str, mark: str) -> Any:
        """What a cell says, still to be checked; mark: the decimal one, where known."""
        cell = self.meant(cell)
        if self.scale != 1 and isinstance(fact, Number):
            number = read(cell, fact.unit, mark)
            if number is not None:
                # Of money by the year, a twelfth is rarely whole.
                scaled = round(number * self.scale, 9)
                return round(scaled) if isinstance(fact, Whole) else scaled
        return fact.parse(cell, mark)


AS_WRITTEN = ToldCells()


@dataclass(frozen=True)
class ColumnMapping:
    """Which column of a file holds which field; columns: as spelled there. left_out: unread.

    scales: column → by what its numbers are multiplied. values: column → what stands there → what
    it means.
    """

    columns: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    scales: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, match: Match, told: "ColumnMapping | None" = None) -> "ColumnMapping":
        """What a match says, so that the next file of this kind is read as this one.

        told: the mapping that the file was read with.
        """
        columns = {match.header[position]: name for position, name in match.read.items()}
        left_out = {normalised(cell): cell for cell in match.left_out if cell in match.header}
        unread = tuple(cell for spelling, cell in left_out.items() if spelling)
        given = (told.scales, told.values) if told else ()
        return cls(columns, unread[:LEFT_OUT_MAX], *given)

    @property
    def told(self) -> dict[str, str]:
        """As `match_header` takes it: a column that is left out holds nothing."""
        return {**self.columns, **dict.fromkeys(self.left_out, "")}

    def cells(self, match: Match) -> dict[str, ToldCells]:
        """What is said of the cells of a header's columns, by the field that each holds."""
        scales = {normalised(cell): scale for cell, scale in self.scales.items()}
        values = {
            normalised(cell): {folded(text): meant for text, meant in some.items()}
            for cell, some in self.values.items()
        }
        return {
            name: ToldCells(scales.get(spelling, 1.0), values.get(spelling, {}))
            for position, name in match.columns.items()
            if (spelling := normalised(match.header[position])) in scales.keys() | values.keys()
        }

    @property
    def document(self) -> dict[str, Any]:
        """What it says, by the keys of the file."""
        said = {LEFT_OUT: list(self.left_out), COLUMNS: dict(self.columns)}
        given = {SCALES: dict(self.scales), VALUES: {k: dict(v) for k, v in self.values.items()}}
        return said | {key: table for key, table in given.items() if table}

    @property
    def digest(self) -> str:
        """The sha256 of what it says, however it is written."""
        said = self.document | {LEFT_OUT: sorted(self.left_out)}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def text(self) -> str:
        """The file, in TOML."""
        left_out = ", ".join(map(_quoted, self.left_out))
        lines = [f"{LEFT_OUT} = [{left_out}]", "", f"[{COLUMNS}]"]
        lines += [f"{_quoted(cell)} = {_quoted(name)}" for cell, name in self.columns.items()]
        if self.scales:
            lines += ["", f"[{SCALES}]"]
            lines += [f"{_quoted(cell)} = {scale!r}" for cell, scale in self.scales.items()]
        for cell, values in self.values.items():
            lines += ["", f"[{VALUES}.{_quoted(cell)}]"]
            lines += [f"{_quoted(text)} = {_quoted(meant)}" for text, meant in values.items()]
        return "\n".join([*lines, ""])


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
    return mapping_of(document)


def mapping_of(document: Mapping[str, Any]) -> ColumnMapping:
    """The mapping that a document says, which is one."""
    return ColumnMapping(
        document.get(COLUMNS, {}),
        tuple(document.get(LEFT_OUT, ())),
        document.get(SCALES, {}),
        document.get(VALUES, {}),
    )


def _fault(document: Mapping[str, Any]) -> str:
    """What is wrong with a document, in one sentence; nothing where it is a mapping."""
    for key in document:
        if key not in (COLUMNS, LEFT_OUT, SCALES, VALUES):
            return f"« {shown(key)} » est inconnu ; {SHAPE}"
    columns, left_out = document.get(COLUMNS, {}), document.get(LEFT_OUT, [])
    scales, values = document.get(SCALES, {}), document.get(VALUES, {})
    tables = (columns, scales, values)
    if not all(isinstance(one, dict) for one in tables) or not isinstance(left_out, list):
        return SHAPE
    if not all(isinstance(text, str) for text in (*columns.values(), *left_out)):
        return SHAPE
    if not all(map(_is_table_of_texts, values.values())):
        return SHAPE
    for cell, name in columns.items():
        if name not in FACTS and name not in IGNORED:
            return f"{_column(cell)} : le champ « {shown(name)} » n'existe pas, corrigez-le."
    return (
        _nameless([*columns, *left_out, *scales, *values])
        or _doubled(columns)
        or _twice([*columns, *left_out])
        or next(filter(None, (_of_no_number(columns, *one) for one in scales.items())), "")
    )


def _is_table_of_texts(table: Any) -> bool:
    return isinstance(table, dict) and all(isinstance(text, str) for text in table.values())


def _of_no_number(columns: Mapping[str, str], cell: str, scale: Any) -> str:
    """That a scale is none, or stands on a column that holds no number."""
    told = {normalised(one): name for one, name in columns.items()}
    name = told.get(normalised(cell)) or column_of(cell)
    if not isinstance(FACTS.get(name or ""), Number):
        return f"{_column(cell)} : une échelle ne va qu'avec une colonne de nombres, retirez-la."
    is_number = type(scale) in (int, float) and math.isfinite(scale)
    if not is_number or not 1 / SCALE_MAX <= scale <= SCALE_MAX:
        return f"{_column(cell)} : l'échelle est un nombre entre 0,000001 et 1 000 000."
    return ""


def _nameless(cells: Sequence[str]) -> str:
    return "" if all(map(normalised, cells)) else NAMELESS


def _doubled(columns: Mapping[str, str]) -> str:
    """That a field is said to be in two columns."""
    first: dict[str, str] = {}
    for cell, name in columns.items():
        other = first.setdefault(name, cell)
        if other != cell:
            return (
                f"les colonnes « {shown(other)} » et « {shown(cell)} » sont toutes deux données "
                f"pour {name}, n'en gardez qu'une."
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


def _column(cell: str) -> str:
    """A column as a sentence on it begins."""
    return f"colonne « {shown(cell)} »"


def _quoted(text: str) -> str:
    """A text as TOML writes it, which is JSON's way but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
