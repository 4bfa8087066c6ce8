"""The monthly declaration of French employers (DSN): of all that it says, whose contract ended.

Of its lines, `S21.G00.62.001,'31012026'`, four kinds are read: the employee's own number, when a
contract began, when it ended, and why. No other value is ever decoded: neither names, nor the
number of social security, nor pay.
"""

import datetime
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from futurisys.errors import ExtractError

NUMBER, BEGINS, ENDS, WHY = (
    b"S21.G00.30.019",
    b"S21.G00.40.001",
    b"S21.G00.62.001",
    b"S21.G00.62.002",
)
WANTED = frozenset((NUMBER, BEGINS, ENDS, WHY))
RESIGNATION = "059"
# An end that is taken back, and a contract that goes on elsewhere: nobody left.
UNENDED = ("099", "998")
PERSON, CONTRACT, END = b"S21.G00.30", b"S21.G00.40", b"S21.G00.62"
NONE = (
    "ce n'est pas une DSN : ses lignes se lisent S21.G00.62.001,'31012026' ; sans elle, donnez la "
    "liste en CSV ou en .xlsx."
)
NO_PERSON = "cette DSN n'a aucune personne (S21.G00.30) ; donnez celle que la paie a déposée."
MALFORMED = "la ligne est mal formée, sa valeur se met entre apostrophes."
NO_DAY = "une date est attendue, JJMMAAAA, comme 31012026."
NO_CODE = "un motif de trois caractères est attendu, comme 059."
NO_CONTRACT = "une fin de contrat (S21.G00.62) suit son contrat (S21.G00.40), qui manque ici."
NO_REASON = "cette fin de contrat n'a pas de motif (S21.G00.62.002)."
# A first line is shorter.
_BEGINNING = 4096
_MARK = b"\xef\xbb\xbf"
_LINE = re.compile(rb"(S\d\d\.G\d\d\.\d\d)\.(\d{3}),")
_VALUE = re.compile(rb"'(.*)'\s*", re.DOTALL)
_DAY = re.compile(r"([0-3]\d)([01]\d)((?:19[5-9]|20\d)\d)", re.ASCII)
_CODE = re.compile(r"\w{3}")


@dataclass(frozen=True)
class End:
    """That somebody's last contract ended; number: "" where the declaration gives none."""

    number: str
    on: datetime.date
    resigned: bool


@dataclass
class _Contract:
    """A contract; line: on which its end stands, 0 where it has none."""

    line: int = 0
    on: datetime.date | None = None
    code: str = ""


# When it began, and which of those that began on this day it is.
_Contracts = dict[tuple[datetime.date, int], _Contract]


@dataclass
class _Person:
    """Whom some lines are about."""

    number: str = ""
    contracts: _Contracts = field(default_factory=dict)


def is_declaration(content: bytes) -> bool:
    """Whether a file's first line is one of a declaration."""
    return _LINE.match(content[:_BEGINNING].removeprefix(_MARK).lstrip()) is not None


def read(content: bytes, name: str) -> list[End]:
    """Whose last contract ended, in the order of the file; of nobody who has another one.

    One file may hold several declarations, in their order. Raises ExtractError, in sentences that
    begin with `name`, with the line and without a value.
    """
    reading = _Reading(name)
    for line, told in enumerate(io.BytesIO(content.removeprefix(_MARK)), 1):
        reading.take(line, told)
    people: dict[str, _Person] = {}
    nameless = []
    for one in reading.finish():
        if not one.number:
            nameless.append(one)
        elif one.number in people:
            _add(people[one.number].contracts, one.contracts)
        else:
            people[one.number] = one
    found = (_end(one) for one in (*people.values(), *nameless))
    return [end for end in found if end]


def _add(known: _Contracts, more: Mapping[tuple[datetime.date, int], _Contract]) -> None:
    """Have what is said later of some contracts hold; silence about an end does not undo it.

    The declaration of the month after may still list a contract, for what is paid late.
    """
    for begins, contract in more.items():
        if contract.line or begins not in known:
            known[begins] = contract


def _end(person: _Person) -> End | None:
    """The end of somebody's last contract; None where one of theirs goes on."""
    ends = []
    for contract in person.contracts.values():
        if contract.on is None or contract.code in UNENDED:
            return None
        ends.append((contract.on, contract.code == RESIGNATION))
    return End(person.number, *max(ends)) if ends else None


class _Reading:
    """The lines of a declaration, one after the other, of which little is kept."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._people: list[_Person] = []
        self._person: _Person | None = None
        self._contract: _Contract | None = None
        self._block, self._rank = b"", 0

    def take(self, line: int, told: bytes) -> None:
        """Read a line; its value only where it is one of those that are wanted."""
        found = _LINE.match(told)
        if not found:
            return
        block, rank = found[1], int(found[2])
        if block != self._block or rank <= self._rank:
            self._begin(block, line)
        self._block, self._rank = block, rank
        code = found[0][:-1]
        if code in WANTED and self._person:
            value = _VALUE.fullmatch(told, found.end())
            if not value:
                raise self._fault(line, MALFORMED)
            self._keep(code, _text(value[1]), self._person, line)

    def finish(self) -> list[_Person]:
        """Whom the lines were about; raises ExtractError where an end is not whole."""
        if not self._people:
            raise ExtractError(f"{self._name} : {NO_PERSON}")
        for contract in (one for person in self._people for one in person.contracts.values()):
            if contract.line and not contract.on:
                raise self._fault(contract.line, NO_DAY)
            if contract.line and not contract.code:
                raise self._fault(contract.line, NO_REASON)
        return self._people

    def _begin(self, block: bytes, line: int) -> None:
        """Begin with another block: a person's, which those of their contracts follow, or other."""
        if block <= PERSON:
            self._person = _Person() if block == PERSON else None
            self._people += [self._person] if self._person else []
        if block <= CONTRACT:
            self._contract = None
        elif block == END and self._person:
            if not self._contract:
                raise self._fault(line, NO_CONTRACT)
            self._contract.line = line

    def _keep(self, code: bytes, text: str, person: _Person, line: int) -> None:
        """Keep what is wanted of a line."""
        if code == NUMBER:
            person.number = text
        elif code == BEGINS:
            begins = self._day(text, line)
            alike = sum(begins == other for other, _ in person.contracts)
            self._contract = person.contracts[begins, alike] = _Contract()
        elif self._contract and code == ENDS:
            self._contract.on = self._day(text, line)
        elif self._contract and code == WHY:
            if not _CODE.fullmatch(text):
                raise self._fault(line, NO_CODE)
            self._contract.code = text

    def _day(self, text: str, line: int) -> datetime.date:
        try:
            day, month, year = map(int, _DAY.fullmatch(text).groups())  # type: ignore[union-attr]
            return datetime.date(year, month, day)
        except (AttributeError, ValueError) as error:
            raise self._fault(line, NO_DAY) from error

    def _fault(self, line: int, sentence: str) -> ExtractError:
        return ExtractError(f"{self._name}, ligne {line} : {sentence}")


def _text(value: bytes) -> str:
    """A value: in UTF-8 as some programs write it, else in Latin-1 as the norm has it."""
    try:
        return value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()
