"""The header of a table: which of its columns holds which field, however HR spells it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from futurisys.employee.fields import Fact
from futurisys.employee.headings import OUTPUTS
from futurisys.employee.schema import ASKED, FACTS, IGNORED, EmployeeSchema
from futurisys.errors import ExtractError

NAME_MAX = 64
# A longer cell names no column: putting a run of accents in order takes its square.
SPELLING_MAX = 120
# From 0 to 1: so like a spelling of a missing field an unknown column must be, to be proposed.
LIKENESS = 0.7
# Of a file that has more unknown columns, no more are compared with the missing fields.
COMPARED_MAX = 200
# Accents that stand apart, white space, what cannot be seen, and what stands between words.
_BETWEEN = re.compile(r"[\u0300-\u036f\s\u00ad\u200b-\u200f\u2060\ufeff._\-\u2010-\u2015'’‘ʼ`()]+")


def normalised(text: str) -> str:
    """A name without case and accents, nor what stands between its words."""
    if len(text) > SPELLING_MAX:
        return text
    return _BETWEEN.sub("", unicodedata.normalize("NFKD", text.casefold()))


def _spellings(name: str, field: Any) -> Iterator[str]:
    """How a column may be spelled: its name, what is declared, the words and how they begin."""
    yield name
    if isinstance(field, Fact):
        yield from field.spellings
        yield field.words
        yield re.split("[,:(]", field.words)[0]


_SPELLED: Mapping[str, frozenset[str]] = {
    name: frozenset(map(normalised, _spellings(name, field)))
    for name, field in EmployeeSchema._declared_fields.items()
}
_OWN = frozenset(map(normalised, OUTPUTS))


def _named() -> dict[str, str]:
    """The column of each spelling; one of two columns names neither, but a name its own."""
    columns = defaultdict(list)
    for name, spellings in _SPELLED.items():
        for spelling in spellings:
            columns[spelling].append(name)
    return {spelling: names[0] for spelling, names in columns.items() if len(names) == 1} | {
        normalised(name): name for name in _SPELLED
    }


_NAMED = _named()


def column_of(cell: str) -> str | None:
    """The declared column (a field, an ignored or a derived one) that a header cell names."""
    return _NAMED.get(normalised(cell))


def is_known(cell: str) -> bool:
    """Whether a header cell names a column, or one that the service itself writes."""
    spelling = normalised(cell)
    return spelling in _NAMED or spelling in _OWN


class ColumnsMissing(ExtractError):
    """A header has no column for some fields; match: what its columns hold."""

    def __init__(self, sentence: str, match: "Match") -> None:
        super().__init__(sentence)
        self.match = match


@dataclass(frozen=True)
class Match:
    """What the columns of a header hold.

    columns: position in the file → field of `FACTS`. left_out: the cells, cut at `NAME_MAX`, of
    columns that nobody reads. proposals: position of an unknown column → missing field that it may
    be. missing: the asked-for fields that no column names. ignored: position → column of `IGNORED`.
    own: the cells of columns that the service itself has written. doubled: the cells of the first
    field that has two columns.
    """

    columns: Mapping[int, str]
    left_out: tuple[str, ...]
    proposals: Mapping[int, str]
    missing: tuple[str, ...]
    ignored: Mapping[int, str]
    own: tuple[str, ...]
    doubled: tuple[str, ...]
    header: tuple[str, ...]

    @property
    def read(self) -> dict[int, str]:
        """Position → column, of fields and of ignored ones, in the order of the file."""
        return dict(sorted({**self.columns, **self.ignored}.items()))

    def complete(self, here: str) -> None:
        """Raise ExtractError where a field has two columns, ColumnsMissing where one has none.

        here: the file and the line of the header, as sentences begin.
        """
        if self.doubled:
            one, other = map(shown, self.doubled[:2])
            if one == other:
                raise ExtractError(
                    f"{here}, colonne {one} : la colonne figure deux fois, n'en gardez qu'une."
                )
            raise ExtractError(
                f"{here} : les colonnes « {one} » et « {other} » désignent le même champ, n'en "
                "gardez qu'une."
            )
        if self.missing:
            named = list(map(self._missing, self.missing))
            columns = " et ".join(filter(None, (", ".join(named[:-1]), named[-1])))
            article = "la colonne" if len(named) == 1 else "les colonnes"
            raise ColumnsMissing(f"{here} : il manque {article} {columns}.", self)

    def _missing(self, name: str) -> str:
        """A missing field, with the column that it may be."""
        for position, proposed in self.proposals.items():
            if proposed == name:
                return f"{name} (est-ce « {shown(self.header[position])} » ?)"
        return name


def shown(cell: str) -> str:
    """A header cell as a sentence may repeat it."""
    return cell[:NAME_MAX]


def width_fault(header: Sequence[str], cells: Sequence[str]) -> tuple[str, str] | None:
    """Column and sentence of a row that is narrower or wider than its header; None of no other."""
    if len(cells) == len(header):
        return None
    place = min(len(cells), len(header) - 1)
    sentence = (
        f"{len(header)} cellules sont attendues, il y en a {len(cells)} ; comparez la ligne à "
        "l'en-tête."
    )
    return shown(header[place]) or str(place + 1), sentence


def match_header(
    header: Sequence[str],
    needed: tuple[str, ...] = (),
    mapping: Mapping[str, str] | None = None,
) -> Match:
    """What the columns of a table of employees hold.

    needed: the optional fields that the model needs. mapping: as `match_columns` has it.
    """
    return match_columns(header, ASKED + needed, mapping)


def match_columns(
    header: Sequence[str], asked: Sequence[str], mapping: Mapping[str, str] | None = None
) -> Match:
    """What the columns of any table of HR's hold, of which these are asked for.

    mapping: the columns of which a person has said what they hold, "" for nothing to be read.
    """
    told = {normalised(cell): name for cell, name in (mapping or {}).items()}
    places = defaultdict[str, list[int]](list)
    left_out, unknown, own = list[str](), dict[int, str](), list[str]()
    for position, cell in enumerate(header):
        spelling = normalised(cell)
        name = told.get(spelling, _NAMED.get(spelling))
        if name in FACTS or name in IGNORED:
            places[str(name)].append(position)
        elif name is None and spelling in _OWN:
            own.append(shown(cell))
        else:
            left_out.append(shown(cell) or f"colonne {position + 1} (sans nom)")
            if name is None and cell:
                unknown[position] = spelling
    missing = tuple(name for name in asked if name not in places)
    first = {positions[0]: name for name, positions in places.items()}
    doubled = next((positions for positions in places.values() if len(positions) > 1), ())
    return Match(
        columns={position: name for position, name in first.items() if name in FACTS},
        left_out=tuple(left_out),
        proposals=_proposals(unknown, missing),
        missing=missing,
        ignored={position: name for position, name in first.items() if name in IGNORED},
        own=tuple(own),
        doubled=tuple(header[position] for position in doubled),
        header=tuple(header),
    )


def _proposals(unknown: Mapping[int, str], missing: Sequence[str]) -> dict[int, str]:
    """The missing field that an unknown column may be: the likest first, and each only once."""
    compared = list(unknown.items())[:COMPARED_MAX]
    found: dict[int, str] = {}
    for _, position, name in sorted(like for one in missing for like in _likeness(one, compared)):
        if position not in found and name not in found.values():
            found[position] = name
    return found


def _likeness(name: str, compared: Sequence[tuple[int, str]]) -> Iterator[tuple[float, int, str]]:
    """How unlike (from 0 to 1) a field are those columns that may be meant for it."""
    for spelling in sorted(_SPELLED[name]):
        matcher = SequenceMatcher(None, "", spelling, autojunk=False)
        for position, other in compared:
            matcher.set_seq1(other)
            # Each is an upper bound of the next, and costs less.
            bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
            if all(bound() >= LIKENESS for bound in bounds):
                yield 1 - matcher.ratio(), position, name
