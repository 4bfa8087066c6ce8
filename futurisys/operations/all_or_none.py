"""How the answers to many are kept: all of them are committed, or none is."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy as sa

from futurisys.employee.reading import Reading
from futurisys.errors import TooManyRows
from futurisys.operations.repeating import RequestIdentity, earlier, in_flight, known
from futurisys.operations.sealing import sealer
from futurisys.operations.transactions import as_writer, reading, writing
from futurisys.records import batches, idempotency, populations, requests
from futurisys.records.batches import ScoredFile
from futurisys.records.database import has_one_writer
from futurisys.records.newcomers import Newcomers
from futurisys.records.populations import Population
from futurisys.records.predictions import new_id
from futurisys.records.staging import Stage

# The longest that many may take from the first to the commit.
POPULATION_SECONDS = 900
# So many rows are moved while every other writer of SQLite waits.
STAGED_MAX = 100_000
TOO_MANY = (
    f"Le fichier a plus de {STAGED_MAX} lignes, et la base de données SQLite n'en prend pas plus à "
    "la fois : coupez-le en plusieurs, ou demandez à l'équipe technique de passer à PostgreSQL."
)


class Keeping:
    """The answers of one request on their way into the tables.

    batch_id: what they share, where they are a file's or the request has a name. earlier: the
    answers that the name already got, in their order; None where it got none. reading: how the
    file was read, from the start where it was read before. withheld: the hashes of those who are
    not estimated.
    """

    def __init__(
        self,
        request: RequestIdentity,
        keep: Callable[[Population], None],
        is_file: bool,
        withheld: frozenset[str],
        most: int | None = None,
    ) -> None:
        self.withheld = withheld
        self.earlier: Iterator[Any] | None = None
        self.reading: Reading | None = None
        self.batch_id = new_id()[0] if request.name or is_file else None
        self.keep = keep
        self._most = most
        self._request = request
        self._file: ScoredFile | None = None

    def allow(self, rows: int) -> None:
        """Raise TooManyRows where a file of so many rows cannot be kept."""
        if self._most and rows > self._most:
            raise TooManyRows(TOO_MANY)

    def note_file(self, file: ScoredFile) -> None:
        """Keep too what became of a file."""
        self._file = file

    def finish(self, connection: sa.Connection) -> None:
        """Write what is known only at the end, in the transaction of the answers."""
        if self.batch_id is None:
            return
        if self._request.name:
            idempotency.keep(connection, self._request.name.row(batch_id=self.batch_id))
        if self._file and self.reading:
            reading, sender = self.reading.document(), self._request.sender
            batches.keep(connection, self.batch_id, self._file, reading, sender or None)


class Repeated(Keeping):
    """The answers that a request's name already got; there is nothing to keep."""

    def __init__(self, connection: sa.Connection, request: RequestIdentity, batch_id: str) -> None:
        super().__init__(request, lambda _: None, False, requests.withheld(connection))
        self.batch_id = batch_id
        if file := batches.find(connection, batch_id):
            self.reading = Reading.of(file.reading)
        self.earlier = populations.of_batch(connection, batch_id)


class Behind:
    """Keeps a block while the next one is judged: the database's time and ours go side by side.

    A context manager, on leaving which nothing is being kept any more.
    """

    def __init__(self, keep: Callable[[Population], None]) -> None:
        self._keep = keep
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keeping")
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def keep(self, kept: Population) -> None:
        """Keep a block once the one before is kept; raises what hindered that one."""
        self.settle()
        self._last = self._thread.submit(self._keep, kept)

    def settle(self) -> None:
        """Return once the last block is kept; raises what hindered it."""
        if self._last:
            self._last.result()


@contextmanager
def keeping(request: RequestIdentity, is_file: bool = False) -> Iterator[Keeping]:
    """Where the answers of a request, or of a file, are to go; committed on leaving.

    Raises StorageUnavailable where the database did not confirm the commit, KeyInFlight and
    KeyReused as `repeating.earlier` does, TooManyRows.
    """
    with (_moved_in if has_one_writer() else _as_they_come)(request, is_file) as kept:
        yield kept


@contextmanager
def _as_they_come(request: RequestIdentity, is_file: bool) -> Iterator[Keeping]:
    """The name is claimed first, then answers are written in a transaction that blocks nobody."""
    with writing(POPULATION_SECONDS) as connection, _behind(connection) as (behind, newcomers):
        if request.name and (row := earlier(connection, request.name)):
            yield Repeated(connection, request, row.batch_id)
            return
        kept = Keeping(request, behind.keep, is_file, requests.withheld(connection))
        yield kept
        behind.settle()
        newcomers.enter()
        kept.finish(connection)


@contextmanager
def _behind(connection: sa.Connection) -> Iterator[tuple[Behind, Newcomers]]:
    """What keeps answers while others are judged, and the people whom they are about."""
    newcomers = Newcomers(connection, sealer())

    def keep(kept: Population) -> None:
        populations.keep(connection, kept)
        newcomers.gather(kept.named)

    with Behind(keep) as behind:
        yield behind, newcomers


@contextmanager
def _moved_in(request: RequestIdentity, is_file: bool) -> Iterator[Keeping]:
    """Answers are gathered beside the tables, so that other writers wait for the move alone."""
    with reading(POPULATION_SECONDS) as connection:
        if request.name and (row := known(connection, request.name)):
            yield Repeated(connection, request, row.batch_id)
            return
        withheld = requests.withheld(connection)
        # What is gathered goes with the connection; and no snapshot is held in the meantime.
        connection.detach()
        connection.rollback()
        stage = Stage(connection, sealer())
        kept = Keeping(request, stage.keep, is_file, withheld, STAGED_MAX)
        yield kept
        with as_writer(connection):
            # Whoever has got the name in the meantime was in flight.
            if request.name and earlier(connection, request.name):
                raise in_flight()
            stage.move()
            kept.finish(connection)
