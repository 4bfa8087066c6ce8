"""A scored table as people take it home: estimates in words, data, and what is to be known of them.

On its way each row is one line of JSON, which a file can hold, sort and go on with.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from operator import itemgetter
from typing import Any, BinaryIO

from futurisys.employee.answer import COLUMNS, IDENTIFIER, NEAR, SENT
from futurisys.employee.headings import (
    ERRORS,
    FILE,
    HEADINGS,
    LINE,
    LOWERING,
    RAISING,
    REASONS_MAX,
    REVIEW,
    SIGNAL,
)
from futurisys.employee.reading import Reading
from futurisys.employee.schema import FACTS, PROTECTED, REFERENCE
from futurisys.employee.sheet_writer import ROWS_MAX, Column, Sheet, Style
from futurisys.employee.sheets import harmless
from futurisys.employee.typography import moment, typeset
from futurisys.employee.workbook_writer import save_workbook
from futurisys.model.explain import heaviest
from futurisys.model.statements import NOTICE, OTHERS
from futurisys.operations.clock import zone
from futurisys.operations.scored_tables import SEPARATOR, reviewed, said, told_of, typed
from futurisys.operations.scoring import Block
from futurisys.records.predictions import moment_of

ESTIMATES, DATA, NOTES = "Estimations", "Données", "À lire"
CHUNK = 2000
_REASONS = (*RAISING, *LOWERING)
_SENTENCES = {*_REASONS, SENT["warnings"].column, ERRORS}
_CHANCES = {SENT[name].column for name in ("probability", "range_low", "range_high", "threshold")}


class WorkbookForm:
    """The rows of a workbook: no protected attribute; people's numbers only where asked for.

    reviews: as `CsvForm` has them.
    """

    def __init__(self, references: bool = False, reviews: Mapping[str, str] | None = None) -> None:
        self._references = references
        self._reviews = reviews
        self._reference: int | None = None
        self._width = 0
        self._places: dict[str, int] = {}
        self._wrong: tuple[str, ...] = (ERRORS,)

    def head(self, header: Sequence[str], reading: Reading) -> bytes:
        """The names of the columns, those of the answer, of what is wrong, and of the reasons."""
        self._wrong = (ERRORS, FILE) if reading.is_joined else (ERRORS,)
        if self._references and REFERENCE in header:
            self._reference = header.index(REFERENCE)
        self._width = len(header)
        hidden = {REFERENCE, *PROTECTED}
        self._places = {
            name: place for place, name in enumerate(header) if name in FACTS and name not in hidden
        }
        reference = [] if self._reference is None else [REFERENCE]
        review = [] if self._reviews is None else [REVIEW]
        answer = [*COLUMNS, *self._wrong, SIGNAL, *review, *_REASONS]
        return _line([LINE, *reference, *self._places, *answer])

    def lines(self, block: Block) -> list[bytes]:
        """One line for each row of the block, in order."""
        answered = self._answered(block)
        last = ["", *_no(_REASONS)] if self._reviews is None else ["", "", *_no(_REASONS)]
        rows: list[bytes] = []
        for position, (line, cells) in enumerate(block.rows):
            if position in block.faults:
                came = [self._cell(cells, place) for place in self._places.values()]
                wrong = told_of(block, position)[: len(self._wrong)]
                row = [*harmless(came), *_no(COLUMNS), *wrong, *last]
            else:
                row = [*next(answered)]
            rows.append(_line([line, *self._number(cells), *row]))
        return rows

    def _answered(self, block: Block) -> Iterator[Sequence[Any]]:
        """The good rows, as what is kept of each says them."""
        facts = [_harmless(typed(name, block.facts[name])) for name in self._places]
        told = block.columns()
        told["warnings"] = list(map(SEPARATOR.join, told["warnings"]))
        told[NEAR] = list(map(said, told[NEAR]))
        right = [[""] * len(block.good)] * len(self._wrong)
        words, effects = block.answers.words, block.answers.effects
        reasons = heaviest(block.facts, effects, REASONS_MAX) if block.good else ()
        last = words, *reviewed(block, self._reviews), *reasons
        return zip(*facts, *told.values(), *right, *last, strict=True)

    def _number(self, cells: Sequence[str]) -> list[Any]:
        """The person's number, as a number where it is one."""
        if self._reference is None:
            return []
        cell = FACTS[REFERENCE].parse(self._cell(cells, self._reference))
        return _harmless([cell])

    def _cell(self, cells: Sequence[str], place: int) -> str:
        """A cell as it came; none of a row in which all may stand under another's name."""
        return cells[place] if len(cells) == self._width else ""


def write_scored(lines: Iterable[bytes], file: BinaryIO, remarks: Sequence[str] = ()) -> None:
    """Make the workbook of the lines that a `WorkbookForm` wrote, the first its head.

    remarks: sentences that a reader of this table should know beside the notice.
    """
    lines = iter(lines)
    names: list[str] = json.loads(next(lines))
    place = names.index(SENT[IDENTIFIER].column)
    first: list[Any] = []
    with ExitStack() as stack:
        people = _List(ESTIMATES, [name for name in HEADINGS if name in names], names, stack)
        data = _List(DATA, names[: -len(_REASONS)], names, stack)
        while held := b",".join(islice(lines, CHUNK)):
            some = json.loads(b"[%b]" % held)
            people.append(some)
            data.append(some)
            answered = [row for row in [first, *some] if row and row[place]]
            first = min(answered, key=itemgetter(place), default=first)
        notes = Sheet(NOTES, [Column(NOTES, Style.WRAPPED, typeset)], is_list=False)
        stack.callback(notes.close)
        told = dict(zip(names, first, strict=False))
        notes.append(
            [sentence] for sentence in (NOTICE, *_about_ranges(told), *_origin(told), *remarks)
        )
        save_workbook([*people.sheets, *data.sheets, notes], file)


class _List:
    """Some of the columns, on a sheet, and on further ones where it is full."""

    def __init__(
        self, name: str, chosen: Sequence[str], names: Sequence[str], stack: ExitStack
    ) -> None:
        self.sheets: list[Sheet] = []
        self._name = name
        self._pick = itemgetter(*map(names.index, chosen))
        self._columns = [_column(one) if name == ESTIMATES else Column(one) for one in chosen]
        self._stack = stack
        self._begin()

    def append(self, rows: Sequence[Sequence[Any]]) -> None:
        if self.sheets[-1].count + len(rows) > ROWS_MAX:
            self._begin()
        self.sheets[-1].append(map(self._pick, rows))

    def _begin(self) -> None:
        further = f" {len(self.sheets) + 1}" if self.sheets else ""
        self.sheets.append(Sheet(self._name + further, self._columns))
        self._stack.callback(self.sheets[-1].close)


def _column(name: str) -> Column:
    """How a person reads a column."""
    if name in _CHANCES:
        return Column(HEADINGS[name], Style.PERCENT)
    told = _told if name in _SENTENCES else _by_line if name == FILE else str
    return Column(HEADINGS[name], Style.WRAPPED, told)


def _told(sentences: str) -> str:
    """Sentences as French sets them, one a line."""
    return typeset(_by_line(sentences))


def _by_line(texts: str) -> str:
    return texts.replace(SEPARATOR, "\n")


def _about_ranges(told: Mapping[str, Any]) -> Iterator[str]:
    """What a range is; told: the first answer, if there was any."""
    if told:
        yield f"Intervalle : {OTHERS}"


def _origin(told: Mapping[str, Any]) -> Iterator[str]:
    """Which model answered, and when; told: the first answer, if there was any."""
    if told:
        version, identifier = (SENT[one].column for one in ("model_version", IDENTIFIER))
        yield f"Version du modèle : {told[version]}."
        yield f"Estimé le {moment(moment_of(told[identifier]), zone())}."


def _no(names: Sequence[str]) -> list[str]:
    """Cells without a value."""
    return [""] * len(names)


def _harmless(values: Sequence[Any]) -> list[Any]:
    """Values, those texts that a spreadsheet would compute made plain by an apostrophe."""
    known = {value: harmless([value])[0] for value in set(values) if isinstance(value, str)}
    return [known.get(value, value) for value in values]


def _line(values: Sequence[Any]) -> bytes:
    return json.dumps(values).encode() + b"\n"
