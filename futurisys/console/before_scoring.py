"""Before a file is scored: which columns are to be confirmed, and which look wrong as a whole."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from futurisys import serving
from futurisys.employee.headers import Match
from futurisys.employee.joining import Part
from futurisys.employee.mapping import ColumnMapping
from futurisys.employee.schema import FACTS
from futurisys.employee.surveying import Alert
from futurisys.operations import lanes
from futurisys.operations.opening import digest_of, look

FIELD = "champ-"


@dataclass(frozen=True)
class Step:
    """What is to be confirmed. seen: names the file, its match and its alerts as one."""

    match: Match
    alerts: Sequence[Alert]
    mapping: ColumnMapping
    seen: str

    @property
    def recognised(self) -> list[tuple[str, str]]:
        """The columns as spelled, with the words of their fields."""
        return [(self.match.header[at], FACTS[name].words) for at, name in self._columns]

    @property
    def missing(self) -> list[tuple[str, str, str]]:
        """Each missing field with its words, and the column that is proposed for it."""
        proposed = {name: self.match.header[at] for at, name in self.match.proposals.items()}
        return [(one, FACTS[one].words, proposed.get(one, "")) for one in self.match.missing]

    @property
    def unknown(self) -> list[str]:
        """The columns that may be chosen for a missing field."""
        return [cell for cell in self.match.header if cell and cell in self.match.left_out]

    @property
    def _columns(self) -> list[tuple[int, str]]:
        return sorted(self.match.columns.items())


def chosen(form: Mapping[str, str]) -> ColumnMapping:
    """What a form says of the columns."""
    fields = {name: form.get(FIELD + name, "") for name in FACTS}
    return ColumnMapping({cell: name for name, cell in fields.items() if cell})


def step(file: BinaryIO, name: str, mapping: ColumnMapping, seen: str) -> Step | None:
    """What is to be confirmed before a file is scored; None where nothing is, or all has been.

    seen: of the step that was confirmed. Raises ExtractError where the file holds no table.
    """
    with lanes.turn():
        match, alerts = look(file, name, serving.current(), mapping)
    content = digest_of([Part(file, name)], mapping).hex()
    told = json.dumps([content, *(alert.sentence for alert in alerts)])
    found = Step(match, alerts, mapping, hashlib.sha256(told.encode()).hexdigest())
    if match.doubled:
        return None
    is_open = bool(match.missing and found.unknown) or bool(not match.missing and alerts)
    return found if is_open and (match.missing or seen != found.seen) else None
