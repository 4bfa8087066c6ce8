"""The three extracts, sent together, and what each of them holds: recognised by their headers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from futurisys.employee.finding import FoundTable, find_table
from futurisys.employee.headers import ColumnsMissing, Match, is_known, match_columns, shown
from futurisys.employee.schema import (
    ASKED,
    EVAL,
    EXTRACTED,
    EXTRACTS,
    KEYS,
    SIRH,
    SONDAGE,
)
from futurisys.errors import ExtractError

NAME_MAX = 64
# Of the columns that are asked for in an extract, that of a file which is that extract or has it.
LEAST_SHARE = 0.5
WORDS = {
    SIRH: "l'extrait du SIRH",
    EVAL: "l'extrait des évaluations",
    SONDAGE: "l'extrait du sondage",
}


@dataclass(frozen=True)
class Part:
    """One of the files that were sent together; name: what its sender calls it."""

    file: BinaryIO
    name: str

    @property
    def shown(self) -> str:
        """The name as sentences and faults may repeat it."""
        return self.name[:NAME_MAX]


@dataclass(frozen=True)
class Extract:
    """A part whose table is known to be one of `EXTRACTS`, and the columns that are read of it.

    elsewhere: the positions of those that are read in the file whose extract they belong to.
    numbered: how the file spells its key, where it has the SIRH's in the place of its own.
    """

    kind: str
    part: Part
    found: FoundTable
    columns: Mapping[int, str]
    left_out: tuple[str, ...]
    elsewhere: frozenset[int] = frozenset()
    numbered: str = ""

    @property
    def here(self) -> str:
        """The file and the line of its header, as sentences begin."""
        return f"{self.part.shown}, ligne {self.found.line}"

    @property
    def header(self) -> tuple[str, ...]:
        """The columns that are read, as the file spells them, but for a key that is the SIRH's."""
        return tuple(self.found.header[position] for position in self.columns)

    @property
    def unread(self) -> tuple[str, ...]:
        """The other sheets of its workbook, each with the file's name."""
        return tuple(f"{sheet} ({self.part.shown})" for sheet in self.found.other_sheets)

    @property
    def key(self) -> int:
        """Where the employee's number stands among those columns."""
        return list(self.columns.values()).index(KEYS[self.kind])

    def spelled(self, place: int) -> str:
        """One of those columns as the file spells it."""
        is_theirs = self.numbered and place == self.key
        return shown(self.numbered if is_theirs else self.header[place])


def arrange(parts: Sequence[Part], told: Mapping[str, str] | None = None) -> list[Extract]:
    """The three extracts in the order of `EXTRACTS`, whatever the files are called.

    told: what a person said of the columns. Raises ExtractError, one sentence, where they are not
    the three; files stay open, and their own until the rows are read.
    """
    found: dict[str, Extract] = {}
    for part in parts:
        one = _recognise(part, told)
        if one.kind in found:
            names = f"« {found[one.kind].part.shown} » et « {part.shown} »"
            raise ExtractError(
                f"{names} ont tous deux les colonnes de {WORDS[one.kind]} : n'envoyez que l'un des "
                "deux."
            )
        found[one.kind] = one
    lacking = [kind for kind in EXTRACTS if kind not in found]
    if lacking:
        words = " et ".join(f"{WORDS[kind]} (par exemple {kind})" for kind in lacking)
        raise ExtractError(f"Il manque {words} : envoyez les trois extraits ensemble.")
    return _apart([found[kind] for kind in EXTRACTS])


def complete(
    extracts: Sequence[Extract], asked: Sequence[str], told: Mapping[str, str] | None = None
) -> None:
    """Raise ExtractError where a field has two columns, ColumnsMissing where one has none.

    asked: the fields that are asked for beside the keys.
    """
    for one in extracts:
        match_columns(one.found.header, (), told).complete(one.here)
    header = [
        "" if position in one.elsewhere else cell
        for one in extracts
        for position, cell in enumerate(one.found.header)
    ]
    match = match_columns(header, tuple(dict.fromkeys((*asked, *KEYS.values()))), told)
    replace(match, missing=()).complete(", ".join(one.part.shown for one in extracts))
    for one in extracts:
        lacking = [name for name in match.missing if EXTRACTED[name].extract == one.kind]
        try:
            replace(match, missing=tuple(lacking)).complete(one.here)
        except ColumnsMissing as error:
            raise ColumnsMissing(str(error), match) from error


def refuse_alone(match: Match, name: str) -> None:
    """Raise ExtractError where a file that lacks columns is one of the extracts without the others.

    That is where it has most of what is asked of one, and little of what is of the others, by
    columns that are named or may be meant.
    """
    asked = Counter(EXTRACTED[one].extract for one in ASKED)
    there = {*match.columns.values(), *match.proposals.values()}
    have = Counter(EXTRACTED[one].extract for one in there if one in ASKED)
    held = [kind for kind in EXTRACTS if have[kind] >= LEAST_SHARE * asked[kind]]
    if match.missing and len(held) == 1:
        others = " et ".join(WORDS[kind] for kind in EXTRACTS if kind not in held)
        raise ExtractError(
            f"{name} : ce fichier est {WORDS[held[0]]} seul ; envoyez-le avec {others}, les trois "
            "ensemble."
        )


def _apart(extracts: Sequence[Extract]) -> list[Extract]:
    """The extracts, of which each leaves to another what belongs to it and stands there too."""
    places = {name: one for one in extracts for name in one.columns.values() if _is_own(one, name)}
    return [_without(one, places) for one in extracts]


def _is_own(extract: Extract, name: str) -> bool:
    return EXTRACTED[name].extract == extract.kind


def _without(extract: Extract, owners: Mapping[str, Extract]) -> Extract:
    """The extract without the columns that other files have and that are theirs."""
    elsewhere = {
        position: name
        for position, name in extract.columns.items()
        if owners.get(name, extract) is not extract
    }
    told = [
        f"{shown(extract.found.header[position])} ({extract.part.shown})" for position in elsewhere
    ]
    return replace(
        extract,
        columns={p: name for p, name in extract.columns.items() if p not in elsewhere},
        left_out=(*extract.left_out, *told),
        elsewhere=frozenset(elsewhere),
    )


def _recognise(part: Part, told: Mapping[str, str] | None) -> Extract:
    """What a file is: the extract of which it has most columns."""
    found = find_table(part.file, part.shown, is_known)
    match = match_columns(found.header, (), told)
    have = [EXTRACTED[name].extract for name in match.read.values()]
    kind = max(EXTRACTS, key=have.count)
    if not have.count(kind):
        raise ExtractError(
            f"{part.shown}, ligne {found.line} : aucune colonne des trois extraits n'est "
            "reconnue ; envoyez l'extrait du SIRH, des évaluations ou du sondage, avec sa ligne "
            "d'en-tête."
        )
    return _numbered(Extract(kind, part, found, match.read, match.left_out))


def _numbered(extract: Extract) -> Extract:
    """The extract, of which a column of the SIRH's numbers is the key where it has not its own."""
    key, names = KEYS[extract.kind], list(extract.columns.values())
    if key in names or KEYS[SIRH] not in names:
        return extract
    position = list(extract.columns)[names.index(KEYS[SIRH])]
    header = list(extract.found.header)
    numbered, header[position] = header[position], key
    return replace(
        extract,
        found=replace(extract.found, header=tuple(header)),
        columns={**extract.columns, position: key},
        numbered=numbered,
    )
