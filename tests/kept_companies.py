"""A simulated company in an application's database, as the service would have kept it by the day.

All that is written is of its day: the ids of a file are UUIDv7 of the morning on which it was sent.
"""

import datetime
from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from uuid_utils import UUID, uuid7

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.model.population import Answers, answers
from futurisys.model.predictor import Predictor
from futurisys.operations.clock import zone
from futurisys.operations.privacy import subject_of
from futurisys.operations.transactions import writing
from futurisys.records import batches, populations, reviews
from futurisys.records.batches import ScoredFile
from futurisys.records.persons import Outcome, OutcomeList, Person
from futurisys.records.populations import Population
from futurisys.records.predictions import new_id
from futurisys.records.reviews import ACTED
from tests.companies import Company, day_of

SENDER = "0123456789ab"
BY = {"holder": SENDER, "author": "Ada"}
SECONDS = 60


def identifiers(day: datetime.date, count: int) -> tuple[list[str], list[datetime.datetime]]:
    """So many UUIDv7 of a morning, a millisecond apart, and the moment that each holds."""
    morning = datetime.datetime.combine(day, datetime.time(8), zone())
    first = round(morning.timestamp() * 1000)
    moments = [morning + datetime.timedelta(milliseconds=number) for number in range(count)]
    drawn = [UUID(int=first + number << 80 | uuid7().int % 2**80) for number in range(count)]
    return list(map(str, drawn)), moments


class KeptCompany:
    """A company of which file after file is kept; what became of people is said when it is asked.

    Its application's context is the caller's to enter. subjects: the hash of each who ever was.
    files: the id of each month's that is kept.
    """

    def __init__(self, company: Company, predictor: Predictor) -> None:
        self.company, self.predictor = company, predictor
        self.subjects = [subject_of(number + 1) or "" for number in range(len(company.came))]
        self.files: dict[int, str] = {}
        self._estimates: dict[int, list[tuple[datetime.date, str]]] = {}
        self._known = 0

    def send(self, months: Sequence[int]) -> None:
        """Keep the files of some months."""
        for month in months:
            with writing(SECONDS) as connection:
                self._send(connection, month)

    def _send(self, connection: sa.Connection, month: int) -> None:
        file = self.company.file(month)
        columns = file.columns()
        found = answers(self.predictor, columns)
        (batch, *drawn), (_, *moments) = identifiers(file.day, 2 * len(found) + 1)
        ids, inputs = drawn[::2], drawn[1::2]
        populations.keep(connection, self._population(month, found, inputs, ids, moments, batch))
        self.files[month] = batch
        scored = ScoredFile(0, (), self.predictor.version, self.predictor.card.fictional)
        batches.keep(connection, batch, scored, {}, SENDER)
        new = file.who[file.who >= self._known].tolist()
        if new:
            rows = [{"subject": self.subjects[who]} for who in new]
            connection.execute(sa.insert(Person.__table__), rows)
        self._known = max(self._known, int(file.who.max()) + 1)
        for who, identifier in zip(file.who.tolist(), ids, strict=True):
            self._estimates.setdefault(who, []).append((file.day, identifier))

    def _population(
        self,
        month: int,
        found: Answers,
        inputs: list[str],
        ids: list[str],
        moments: list[datetime.datetime],
        batch: str,
    ) -> Population:
        file, count = self.company.file(month), len(found)
        columns = file.columns()
        same = {"request_id": None, "batch_id": batch, "sender": SENDER}
        return Population(
            {
                "id": inputs,
                "subject": [self.subjects[who] for who in file.who.tolist()],
                **{name: columns[name] for name in KEPT},
                "created_at": moments[1::2],
            },
            {
                "id": ids,
                "input_id": inputs,
                **found.columns,
                **{EFFECT + name: values for name, values in found.effects.items()},
                **{name: [value] * count for name, value in same.items()},
                "line": list(range(2, count + 2)),
                "created_at": moments[::2],
            },
        )

    def tell(self, after: int, until: int) -> None:
        """Say who left between the files of two months, and note the measures of that time."""
        begin, end = day_of(after), day_of(until)
        _, now = new_id()
        gone = self.company.departures(begin, end)
        said = [
            {
                "subject": self.subjects[number - 1],
                "left_on": datetime.date.fromisoformat(day),
                "reason": "démission",
                "created_at": now,
                **BY,
            }
            for number, day in gone
        ]
        with writing(SECONDS) as connection:
            if said:
                connection.execute(sa.insert(Outcome.__table__), said)
            [identifier], [moment] = identifiers(end, 1)
            row = {"id": identifier, "complete_to": end, "kept": len(said), "created_at": moment}
            connection.execute(sa.insert(OutcomeList.__table__), row | BY)
            self._note_measures(connection, begin, end)

    def _note_measures(
        self, connection: sa.Connection, begin: datetime.date, end: datetime.date
    ) -> None:
        days = self.company.measured_on
        those = (days > np.datetime64(begin)) & (days <= np.datetime64(end))
        for who in np.flatnonzero(those).tolist():
            day = days[who].item()
            estimates = [one for sent, one in self._estimates.get(who, ()) if sent <= day]
            if not estimates:
                continue
            [identifier], [moment] = identifiers(day, 1)
            row = {
                "id": identifier,
                "prediction_id": estimates[-1],
                "kind": ACTED,
                "informed": True,
            }
            told = {"measure": "horaires", "back_on": None, "note": None, "created_at": moment}
            reviews.keep(connection, row | told | BY)
