"""What answers employees that are given by columns: the model, or what was kept of it before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from futurisys.employee.schema import REFERENCE
from futurisys.errors import KeyReused
from futurisys.model.population import Answers, answers, answers_kept
from futurisys.model.predictor import Predictor
from futurisys.operations.privacy import subjects_of
from futurisys.operations.repeating import RequestIdentity
from futurisys.records.populations import ANSWERED, Population, population
from futurisys.records.predictions import by_column, effects_of

Columns = Mapping[str, Sequence[Any]]
Lines = Sequence[int | None]
ERASED = "Des réponses de cette demande ont été effacées : renvoyez-la autrement."


class Answering(Protocol):
    """What answers employees, given by columns, with the line of each in its file."""

    def answer(self, columns: Columns, lines: Lines) -> tuple[Answers, Sequence[str]]:
        """The answers, and the ids under which they are kept."""


class Fresh:
    """The model's answers, each block of which is given to `keep`."""

    def __init__(
        self,
        predictor: Predictor,
        keep: Callable[[Population], None],
        request: RequestIdentity,
        batch_id: str | None = None,
    ) -> None:
        self._predictor = predictor
        self._keep = keep
        self._of_request = {
            "request_id": request.id,
            "batch_id": batch_id,
            "sender": request.sender,
        }

    def answer(self, columns: Columns, lines: Lines) -> tuple[Answers, Sequence[str]]:
        found = answers(self._predictor, columns)
        subjects = subjects_of(columns[REFERENCE])
        same = {name: [value] * len(found) for name, value in self._of_request.items()}
        some = population(
            {**columns, "subject": subjects},
            {**found.columns, **same, "line": lines},
            found.effects,
            _named(subjects, columns[REFERENCE], lines),
        )
        self._keep(some)
        return found, some.identifiers


def _named(
    subjects: Sequence[str | None], references: Sequence[int | None], lines: Lines
) -> Columns:
    """The people whom the rows of a file name: what has no line stood in none."""
    named = {
        subject: reference
        for subject, reference, line in zip(subjects, references, lines, strict=True)
        if subject and reference and line
    }
    return {"subject": list(named), "reference": list(named.values())}


class Stored:
    """The answers that are kept already, each for the line that it was given for."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows

    def answer(self, _: Columns, lines: Lines) -> tuple[Answers, Sequence[str]]:
        """The next answers; raises KeyReused where some have been erased.

        A line that was answered, and that would be refused today, is passed over.
        """
        rows = []
        for line in lines:
            row = next((row for row in self._rows if row.line == line), None)
            if row is None:
                raise KeyReused(ERASED)
            rows.append(row)
        kept = by_column(ANSWERED, rows)
        return answers_kept(kept, effects_of(kept)), kept["id"]
