"""Scoring a population: no answer without a row behind it, by columns and block by block."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from futurisys.employee.answer import IDENTIFIER, NEAR, SENT
from futurisys.employee.columnar import Place, Table
from futurisys.employee.reading import Reading
from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.employee.setting_aside import set_aside
from futurisys.employee.sheets import Row, blocks_of
from futurisys.model.encoder import columns_of
from futurisys.model.population import Answers
from futurisys.model.predictor import Predictor
from futurisys.operations import metrics, withholding
from futurisys.operations.all_or_none import Keeping, keeping
from futurisys.operations.answering import Answering, Fresh, Stored
from futurisys.operations.opening import OpenedTable
from futurisys.operations.repeating import RequestIdentity
from futurisys.records.batches import Fault, ScoredFile

# Of a file in which nearly all is wrong, so many faults are remembered.
FAULTS_MAX = 10_000


@dataclass(frozen=True)
class KeptTogether:
    """What the answers of a request are kept under; whether an earlier one had them first.

    batch_id: None where they are no file's and the request has no name.
    """

    batch_id: str | None
    replayed: bool = False


@dataclass(frozen=True)
class Block:
    """Some rows of a table, the answers of the good ones, and what is wrong with the others.

    rows: of the table's columns, with the line on which each begins. good: the positions of the
    rows that have an answer, in the order of answers and identifiers. faults: for each other
    position, sentences by column. facts: of the good rows, by field, as the schema loads them.
    places: as `Checked` has them.
    """

    rows: Sequence[Row]
    good: Sequence[int]
    faults: Mapping[int, Mapping[str, Sequence[str]]]
    answers: Answers
    identifiers: Sequence[str]
    facts: Mapping[str, Sequence[Any]]
    places: Mapping[tuple[int, str], Place] = field(default_factory=dict)

    def columns(self) -> dict[str, Sequence[Any]]:
        """The members of `SENT`, a value for each good row."""
        columns = {**self.answers.columns, IDENTIFIER: self.identifiers, NEAR: self.answers.near}
        return {name: columns[name] for name in SENT}

    def sent_rows(self) -> Iterator[tuple[Any, ...]]:
        """The members of `SENT` for each good row."""
        return zip(*self.columns().values(), strict=True)

    def counts(self) -> Counter[str]:
        """The number of answers with each label."""
        return Counter(self.answers.labels)

    def errors(self) -> Iterator[Fault]:
        """Line, column and sentence of each fault, in the order of the rows."""
        for position in sorted(self.faults):
            yield from self.errors_of(position)

    def errors_of(self, position: int) -> Iterator[Fault]:
        """The faults of one row, and of a table of several files the one where each stands."""
        for column, sentences in self.faults[position].items():
            place = self.places.get((position, column))
            for sentence in sentences:
                if place:
                    yield place.line, column, sentence, place.file
                else:
                    yield self.rows[position][0], column, sentence


class Receiver(Protocol):
    """What the answers to a file are given to: its header and how it was read, then its blocks."""

    def head(self, header: Sequence[str], reading: Reading) -> None: ...

    def take(self, block: Block) -> None: ...


def score_table(
    predictor: Predictor,
    opened: OpenedTable,
    receiver: Receiver,
    request: RequestIdentity,
    source: str | None = None,
) -> KeptTogether:
    """Answer the rows of a table block by block; all are committed on return, or none is.

    source: of the file, as its sender calls it. Raises what `keeping` raises, and ExtractError
    where a row cannot be read.
    """
    labels: Counter[str] = Counter()
    read, refused, faults = 0, 0, list[Fault]()
    with keeping(request, is_file=True) as kept:
        kept.reading = kept.reading or opened.reading
        receiver.head(opened.table.header, kept.reading)
        answering = _answering(predictor, request, kept)
        for block in blocks_of(opened.rows):
            read += len(block)
            kept.allow(read)
            scored = score_block(answering, opened.table, block, kept.withheld)
            labels += scored.counts()
            refused += len(scored.faults)
            faults.extend(islice(scored.errors(), FAULTS_MAX - len(faults)))
            receiver.take(scored)
        own = predictor.version, predictor.card.fictional
        kept.note_file(ScoredFile(refused, faults, *own, source))
    return _counted(kept, labels, predictor)


def score_employees(
    predictor: Predictor, employees: Sequence[Mapping[str, Any]], request: RequestIdentity
) -> tuple[Block, KeptTogether]:
    """The answers for employees as the schema loads them, all committed; rows are their facts.

    Returns with them what `score_table` returns, and raises what `keeping` raises, PersonWithheld.
    """
    complete = [dict.fromkeys(FACTS) | dict(employee) for employee in employees]
    with keeping(request) as kept:
        withholding.refuse(kept.withheld, [one[REFERENCE] for one in complete])
        answering = _answering(predictor, request, kept)
        facts = columns_of(complete, FACTS)
        found, identifiers = answering.answer(facts, [None] * len(complete))
    rows = [(number, _cells(employee)) for number, employee in enumerate(employees, start=1)]
    block = Block(rows, range(len(rows)), {}, found, identifiers, facts)
    return block, _counted(kept, block.counts(), predictor)


def _answering(predictor: Predictor, request: RequestIdentity, kept: Keeping) -> Answering:
    if kept.earlier is not None:
        return Stored(kept.earlier)
    return Fresh(predictor, kept.keep, request, kept.batch_id)


def _counted(kept: Keeping, labels: Mapping[str, int], predictor: Predictor) -> KeptTogether:
    """What the caller is told, new answers having been counted."""
    if kept.earlier is None:
        count_kept(labels, predictor.version)
    return KeptTogether(kept.batch_id, replayed=kept.earlier is not None)


def count_kept(labels: Mapping[str, int], version: str) -> None:
    """Count answers once they are committed."""
    for label, number in labels.items():
        metrics.PREDICTIONS.labels(label, version).inc(number)


def score_block(
    answering: Answering, table: Table, rows: Sequence[Row], withheld: frozenset[str]
) -> Block:
    """Judge a block of rows, and have the good ones answered.

    withheld: the hashes of those who are not estimated.
    """
    checked = table.check(rows)
    those = withholding.among(withheld, checked.columns[REFERENCE])
    checked = set_aside(table, rows, checked, those)
    lines = [rows[position][0] for position in checked.good]
    found, identifiers = answering.answer(checked.columns, lines)
    judged = checked.rows, checked.good, checked.faults
    return Block(*judged, found, identifiers, checked.columns, checked.places)


def _cells(employee: Mapping[str, Any]) -> list[str]:
    values = (fact.serialize(name, employee) for name, fact in FACTS.items())
    return ["" if value is None else str(value) for value in values]
