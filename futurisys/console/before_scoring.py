"""Before a file is scored: which columns are to be confirmed, and which look wrong as a whole."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from futurisys.employee.headers import SPELLING_MAX, ColumnsMissing, Match, shown
from futurisys.employee.joining import Part
from futurisys.employee.mapping import ColumnMapping, read_mapping
from futurisys.employee.schema import EmployeeSchema
from futurisys.employee.surveying import Alert
from futurisys.errors import ExtractError, FuturisysError
from futurisys.model.predictor import Predictor
from futurisys.operations.demonstration import look
from futurisys.operations.opening import OpenedTable, digest_of

FIELD, MAPPING, SEEN, INFORMED = "champ-", "colonnes", "vu", "informes"
YES, NO = "oui", "non"
# Of a file with more unknown columns, no more can be chosen.
CHOICES_MAX = 200
NOT_INFORMED = (
    "Rien n'est estimé, car le sondage n'est pas joint : informez d'abord les employés que leurs "
    "réponses serviront à estimer leur risque de départ, puis renvoyez les fichiers."
)


@dataclass(frozen=True)
class Step:
    """What is to be confirmed. seen: names the files and what is said of their columns as one.

    asks: whether the employees' survey is to be joined, which they must know of. foreign: whether
    the people are not the sample's, of which alone the model has learnt.
    """

    match: Match
    alerts: Sequence[Alert]
    mapping: ColumnMapping | None
    seen: str
    asks: bool
    foreign: bool = False

    @property
    def recognised(self) -> list[tuple[str, str]]:
        """The columns as spelled, with the words of their fields."""
        return self._spelled(self.match.columns)

    @property
    def unread(self) -> list[tuple[str, str]]:
        """Those that are known, and of which no estimate is made."""
        return self._spelled(self.match.ignored)

    @property
    def missing(self) -> list[tuple[str, str, str]]:
        """Each missing field with its words, and the column that is proposed for it."""
        proposed = {name: self.match.header[at] for at, name in self.match.proposals.items()}
        return [(one, words_of(one), proposed.get(one, "")) for one in self.match.missing]

    def _spelled(self, columns: Mapping[int, str]) -> list[tuple[str, str]]:
        return [(self.match.header[at], words_of(name)) for at, name in sorted(columns.items())]

    @property
    def unknown(self) -> list[tuple[str, str]]:
        """The columns that may be chosen for a missing field, with their names as shown."""
        return _unknown(self.match)


class Unconfirmed(FuturisysError):
    """Something is to be confirmed before a file is scored."""

    def __init__(self, step: Step) -> None:
        super().__init__("Ce fichier est à confirmer avant d'être estimé.")
        self.step = step


@dataclass(frozen=True)
class Confirmation:
    """What the sender of some files has said of them.

    mapping: of their columns, None where nothing was said. digest: of the files and of that.
    seen: of the step that was confirmed. informed: whether the employees knew what their answers to
    the survey would serve; None where nobody was asked.
    """

    parts: Sequence[Part]
    mapping: ColumnMapping | None
    digest: bytes
    seen: str
    informed: bool | None

    @classmethod
    def read(
        cls, parts: Sequence[Part], form: MultiDict[str, str], given: bytes = b""
    ) -> "Confirmation":
        """What a form says; given: the content of a mapping that was sent with it."""
        told = form.get(MAPPING, "").encode() or given
        mapping = read_mapping(told, "Correspondance")
        names = [name for name in EmployeeSchema._declared_fields if form.get(FIELD + name)]
        kept = {cell: name for cell, name in mapping.columns.items() if name not in names}
        chosen = {form[FIELD + name]: name for name in names}
        informed = {YES: True, NO: False}.get(form.get(INFORMED, ""))
        whole = replace(mapping, columns=kept | chosen)
        said = None if whole == ColumnMapping({}) else whole
        return cls(parts, said, digest_of(parts, said), form.get(SEEN, ""), informed)

    def incomplete(self, predictor: Predictor, error: ColumnsMissing) -> Unconfirmed | ExtractError:
        """What to raise where columns lack: a step, or the error where nothing can be chosen."""
        if not _unknown(error.match):
            return error
        return Unconfirmed(Step(error.match, (), self.mapping, self._seen(predictor), False))

    def confirm(self, predictor: Predictor, opened: OpenedTable) -> OpenedTable:
        """The table as it is to be scored; raises Unconfirmed, ExtractError without consent."""
        alerts, joins, foreign = opened.reading.alerts, len(self.parts) > 1, False
        if predictor.card.fictional:
            opened, is_sample = look(predictor, opened)
            foreign = not is_sample
        if not alerts and not joins and not foreign:
            return opened
        if joins and self.informed is False:
            raise ExtractError(NOT_INFORMED)
        seen = self._seen(predictor)
        if ((alerts or foreign) and self.seen != seen) or (joins and not self.informed):
            match, mapping = opened.table.match, self.mapping
            raise Unconfirmed(Step(match, alerts, mapping, seen, joins, foreign))
        return replace(opened, reading=replace(opened.reading, informed=joins))

    def _seen(self, predictor: Predictor) -> str:
        return hashlib.sha256(self.digest + predictor.version.encode()).hexdigest()


def words_of(name: str) -> str:
    """What HR reads of a column."""
    words: str = EmployeeSchema._declared_fields[name].metadata["description"]
    return words


def _unknown(match: Match) -> list[tuple[str, str]]:
    """The columns that nobody reads, and that have a name, with that name as shown."""
    left_out = frozenset(match.left_out)
    named = (cell for cell in match.header if cell and len(cell) <= SPELLING_MAX)
    found = [(cell, shown(cell)) for cell in dict.fromkeys(named) if shown(cell) in left_out]
    return found[:CHOICES_MAX]
