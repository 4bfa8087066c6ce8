"""Scoring a file from the terminal, exactly once however often it is interrupted.

Each block's rows, and how many bytes of the output they take, are one transaction, which begins
once those bytes are on the disk: a run that goes on cuts the output back to them.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from futurisys.employee.joining import Part
from futurisys.employee.mapping import ColumnMapping
from futurisys.employee.sheets import blocks_of
from futurisys.errors import FuturisysError
from futurisys.model.predictor import Predictor
from futurisys.operations import demonstration
from futurisys.operations.all_or_none import POPULATION_SECONDS
from futurisys.operations.answering import Fresh
from futurisys.operations.opening import OpenedTable, open_files
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.scored_tables import CsvForm
from futurisys.operations.scored_workbooks import WorkbookForm, write_scored
from futurisys.operations.scoring import FAULTS_MAX, Block, count_kept, score_block
from futurisys.operations.sealing import sealer
from futurisys.operations.source_files import in_order, opened_parts, read_into
from futurisys.operations.transactions import reading, writing
from futurisys.records import batches, jobs, populations, requests
from futurisys.records.batches import ScoredFile
from futurisys.records.newcomers import Newcomers
from futurisys.records.populations import Population
from futurisys.records.predictions import new_id

WORKBOOK = ".xlsx"


@dataclass(frozen=True)
class Totals:
    """What one run did: rows that earlier runs had done, rows scored, rows refused.

    batch_id: of the file that is kept; None of one that was begun before files had one. remarks:
    what there is to know of how the file was read, in sentences.
    """

    before: int
    scored: int
    refused: int
    batch_id: str | None
    remarks: Sequence[str] = ()


class FileJob:
    """One input to be scored into one output; excel: CSV as a French Excel opens it.

    mapping: what a person said of the columns. beside: the two other extracts, where the input is
    one of three, whichever. length: about how many rows there are.
    Raises ExtractError where three files are not the three extracts.
    """

    def __init__(
        self,
        source: Path,
        target: Path,
        excel: bool = False,
        mapping: ColumnMapping | None = None,
        beside: Sequence[Path] = (),
    ) -> None:
        self.target = target
        self._mapping = mapping
        self._sources = in_order([source, *beside], mapping) if beside else [source]
        self.part = target.with_name(target.name + ".part")
        self._is_workbook = target.suffix == WORKBOOK
        self._form = WorkbookForm() if self._is_workbook else CsvForm(excel)
        # What an earlier release left of a workbook were lines of another kind.
        kind = "workbook\n" * self._is_workbook
        told = f"{mapping.digest}\n" if mapping else ""
        digest = hashlib.sha256(f"{target.resolve()}\n{excel}\n{kind}{told}".encode())
        lengths = []
        for path in self._sources:
            if beside:
                # Where a file ends is part of what was sent.
                digest.update(f"{path.stat().st_size}\n".encode())
            lengths.append(read_into(digest, path))
        self.length = lengths[0]
        self.id = digest.hexdigest()

    def run(self, predictor: Predictor, progress: Callable[[int], None]) -> Totals:
        """Score what is left; progress is told how many rows each step has done.

        Raises ExtractError for a file that is no table of employees, StorageUnavailable, and
        FuturisysError where the output is not what the interrupted run left.
        """
        state = self._state()
        if state and state.done and (self.target.exists() or self.part.exists()):
            self._hand_over(predictor)
            return Totals(state.rows, 0, 0, state.batch_id)
        with self.part.open("a+b") as output, opened_parts(self._sources) as parts:
            _lock(output)
            before, batch_id = self._resume(predictor, output)
            totals = self._score(predictor, parts, output, before, batch_id, progress)
        self._hand_over(predictor, totals.remarks)
        return totals

    def _state(self) -> Any | None:
        with reading() as connection:
            return jobs.find(connection, self.id)

    def _resume(self, predictor: Predictor, output: BinaryIO) -> tuple[int, str | None]:
        """Cut the output back to what is committed; returns how many rows that is, and its file."""
        state = self._state()
        if state is None or state.done:
            if self.target.exists():
                raise FuturisysError(f"{self.target} exists: remove it, or choose another name.")
            batch_id = new_id()[0]
            with writing() as connection:
                jobs.begin(connection, self.id, predictor.version, batch_id)
            output.truncate(0)
            return 0, batch_id
        if state.model_version != predictor.version:
            raise FuturisysError(
                f"{self.part} was begun with model {state.model_version}: go on with that model, "
                "or choose another output."
            )
        if output.seek(0, os.SEEK_END) < state.written:
            raise FuturisysError(f"{self.part} has been cut short: choose another output.")
        output.truncate(state.written)
        return state.rows, state.batch_id

    def _score(
        self,
        predictor: Predictor,
        parts: Sequence[Part],
        output: BinaryIO,
        before: int,
        batch_id: str | None,
        progress: Callable[[int], None],
    ) -> Totals:
        opened = open_files(parts, predictor, self._mapping)
        table, rows = opened.table, opened.rows
        done = 0
        for block in blocks_of(islice(rows, before)):
            table.pass_over(block)
            done += len(block)
        progress(done)
        scored = refused = 0
        for block in blocks_of(rows):
            held: list[Population] = []
            fresh = Fresh(predictor, held.append, RequestIdentity(), batch_id)
            found = score_block(fresh, table, block, _withheld())
            head = b"" if done else self._form.head(table.header, opened.reading)
            output.write(head + b"".join(self._form.lines(found)))
            output.flush()
            os.fsync(output.fileno())
            with writing(POPULATION_SECONDS) as connection:
                _keep(connection, held)
                if batch_id:
                    _note(connection, batch_id, predictor, opened, found, is_first=not done)
                jobs.advance(connection, self.id, done + len(block), output.tell())
            done += len(block)
            count_kept(found.counts(), predictor.version)
            scored += len(found.good)
            refused += len(found.faults)
            progress(len(block))
        with writing() as connection:
            jobs.finish(connection, self.id)
        remarks = demonstration.remarks(opened.reading, predictor.card.fictional)
        return Totals(before, scored, refused, batch_id, remarks)

    def _hand_over(self, predictor: Predictor, remarks: Sequence[str] | None = None) -> None:
        """Give the finished output its name; a run that was killed here does it again.

        remarks: those of the run, None where it is another that does it.
        """
        if not self.part.exists():
            return
        if self._is_workbook:
            book = self.target.with_name(self.target.name + ".book")
            if remarks is None:
                with opened_parts(self._sources) as parts:
                    opened = open_files(parts, predictor, self._mapping)
                remarks = demonstration.remarks(opened.reading, predictor.card.fictional)
            with self.part.open("rb") as lines, book.open("wb") as file:
                write_scored(lines, file, remarks)
            book.replace(self.target)
            self.part.unlink()
        else:
            self.part.replace(self.target)


def _withheld() -> frozenset[str]:
    """The hashes of those who are not estimated now, however long ago a run began."""
    with reading() as connection:
        return requests.withheld(connection)


def _keep(connection: sa.Connection, held: Sequence[Population]) -> None:
    """Write answers, and whoever they are about and nobody knew."""
    for some in held:
        populations.keep(connection, some)
        newcomers = Newcomers(connection, sealer())
        newcomers.gather(some.named)
        newcomers.enter()


def _note(
    connection: sa.Connection,
    batch_id: str,
    predictor: Predictor,
    opened: OpenedTable,
    block: Block,
    is_first: bool,
) -> None:
    """Keep what became of a block's rows with the file, which its first block makes."""
    if is_first:
        file = ScoredFile(0, (), predictor.version, predictor.card.fictional)
        batches.keep(connection, batch_id, file, opened.reading.document(), None)
    if block.faults:
        batches.add(connection, batch_id, len(block.faults), [*block.errors()], FAULTS_MAX)


def _lock(output: BinaryIO) -> None:
    """Refuse a second run beside a first."""
    try:
        fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise FuturisysError("The same file is being scored by another run.") from error
