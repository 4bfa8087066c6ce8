"""Scoring a population: no answer without a row behind it, by columns and block by block."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from futurisys.employee.answer import IDENTIFIER, SENT
from futurisys.employee.columnar import Table
from futurisys.employee.finding import FoundTable
from futurisys.employee.headers import match_header
from futurisys.employee.schema import FACTS
from futurisys.employee.sheets import Row
from futurisys.errors import ExtractError
from futurisys.model.encoder import columns_of
from futurisys.model.population import Answers
from futurisys.model.predictor import Predictor
from futurisys.operations import lanes, metrics
from futurisys.operations.all_or_none import Fault, Keeping, keeping
from futurisys.operations.answering import Answering, Fresh, Stored
from futurisys.operations.repeating import RequestIdentity

BLOCK = 2000
# Of a block, so that rows of a million empty cells are held one by one.
CELLS_MAX = 100 * BLOCK
# Of a file in which nearly all is wrong, so many faults are remembered.
FAULTS_MAX = 10_000


@dataclass(frozen=True)
class KeptTogether:
    """What the answers of a request are kept under; whether an earlier one had them first.

    batch_id: None where the request has no name.
    """

    batch_id: str | None
    replayed: bool = False


@dataclass(frozen=True)
class Block:
    """Some rows of a table, the answers of the good ones, and what is wrong with the others.

    rows: of the table's columns, with the line on which each begins. good: the positions of the
    rows that have an answer, in the order of answers and identifiers. faults: for each other
    position, sentences by column. facts: of the good rows, by field, as the schema loads them.
    """

    rows: Sequence[Row]
    good: Sequence[int]
    faults: Mapping[int, Mapping[str, Sequence[str]]]
    answers: Answers
    identifiers: Sequence[str]
    facts: Mapping[str, Sequence[Any]]

    def columns(self) -> dict[str, Sequence[Any]]:
        """The members of `SENT`, a value for each good row."""
        columns = {**self.answers.columns, IDENTIFIER: self.identifiers}
        return {name: columns[name] for name in SENT}

    def sent_rows(self) -> Iterator[tuple[Any, ...]]:
        """The members of `SENT` for each good row."""
        return zip(*self.columns().values(), strict=True)

    def counts(self) -> Counter[str]:
        """The number of answers with each label."""
        return Counter(self.answers.labels)

    def errors(self) -> Iterator[Fault]:
        """Line, column and sentence of each fault, in the order of the rows."""
        for position, wrong in sorted(self.faults.items()):
            for column, sentences in wrong.items():
                for sentence in sentences:
                    yield self.rows[position][0], column, sentence


def open_table(found: FoundTable, name: str, predictor: Predictor) -> Table:
    """What judges the rows of a table; raises ExtractError where its header is wrong.

    predictor: the model that says which optional fields it needs, and which levels it knows.
    """
    match = match_header(found.header, predictor.needed)
    return Table(match, name, found.line, predictor.needed, predictor.known)


def blocks_of(rows: Iterator[Row], size: int = BLOCK) -> Iterator[list[Row]]:
    """The rows, at most so many at a time, and fewer where they are wider than any employee."""
    block: list[Row] = []
    cells = 0
    for row in rows:
        block.append(row)
        cells += len(row[1])
        if len(block) == size or cells >= CELLS_MAX:
            yield block
            block, cells = [], 0
    if block:
        yield block


def score_table(
    predictor: Predictor,
    table: Table,
    rows: Iterator[Row],
    take: Callable[[Block], None],
    request: RequestIdentity,
) -> KeptTogether:
    """Give each block of a table to `take`; all are committed on return, or none is.

    Raises ExtractError where there is no row, WorkerBusy where other long work goes on, and what
    `keeping` raises.
    """
    labels: Counter[str] = Counter()
    read, refused, faults = 0, 0, list[Fault]()
    with lanes.turn(), keeping(request) as kept:
        answering = _answering(predictor, request, kept)
        for block in filled(blocks_of(rows), table):
            read += len(block)
            kept.allow(read)
            scored = score_block(answering, table, block)
            labels += scored.counts()
            refused += len(scored.faults)
            faults.extend(islice(scored.errors(), FAULTS_MAX - len(faults)))
            take(scored)
        kept.note_file(refused, faults)
    return _counted(kept, labels, predictor)


def score_employees(
    predictor: Predictor, employees: Sequence[Mapping[str, Any]], request: RequestIdentity
) -> tuple[Block, KeptTogether]:
    """The answers for employees as the schema loads them, all committed; rows are their facts.

    Returns with them what `score_table` returns, and raises what `keeping` raises.
    """
    complete = [dict.fromkeys(FACTS) | dict(employee) for employee in employees]
    with keeping(request) as kept:
        answering = _answering(predictor, request, kept)
        facts = columns_of(complete, FACTS)
        found, identifiers = answering.answer(facts, [None] * len(complete))
    rows = [(number, _cells(employee)) for number, employee in enumerate(employees, start=1)]
    block = Block(rows, range(len(rows)), {}, found, identifiers, facts)
    return block, _counted(kept, block.counts(), predictor)


def _answering(predictor: Predictor, request: RequestIdentity, kept: Keeping) -> Answering:
    if kept.earlier is not None:
        return Stored(kept.earlier)
    return Fresh(predictor, kept.keep, request.id, kept.batch_id)


def _counted(kept: Keeping, labels: Mapping[str, int], predictor: Predictor) -> KeptTogether:
    """What the caller is told, new answers having been counted."""
    if kept.earlier is None:
        count_kept(labels, predictor.version)
    return KeptTogether(kept.batch_id, replayed=kept.earlier is not None)


def filled(blocks: Iterator[list[Row]], table: Table) -> Iterator[list[Row]]:
    """The blocks, of which there must be one."""
    first = next(blocks, None)
    if first is None:
        raise ExtractError(f"{table.name} : sous son en-tête, le fichier n'a pas d'employé.")
    yield first
    yield from blocks


def count_kept(labels: Mapping[str, int], version: str) -> None:
    """Count answers once they are committed."""
    for label, number in labels.items():
        metrics.PREDICTIONS.labels(label, version).inc(number)


def score_block(answering: Answering, table: Table, rows: Sequence[Row]) -> Block:
    """Judge a block of rows, and have the good ones answered."""
    checked = table.check(rows)
    lines = [rows[position][0] for position in checked.good]
    found, identifiers = answering.answer(checked.columns, lines)
    return Block(checked.rows, checked.good, checked.faults, found, identifiers, checked.columns)


def _cells(employee: Mapping[str, Any]) -> list[str]:
    values = (fact.serialize(name, employee) for name, fact in FACTS.items())
    return ["" if value is None else str(value) for value in values]
