"""Scoring a population: no answer without a row behind it, by columns and block by block."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import sqlalchemy as sa

from futurisys.employee.columnar import Table
from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.employee.sheets import Row
from futurisys.errors import ExtractError, KeyReused
from futurisys.model.encoder import columns_of
from futurisys.model.population import Answers, answers, answers_kept
from futurisys.model.predictor import Predictor
from futurisys.operations import metrics
from futurisys.operations.privacy import subjects_of
from futurisys.operations.repeating import Request, earlier
from futurisys.operations.transactions import writing
from futurisys.records import batches, idempotency, populations
from futurisys.records.predictions import ANSWER, new_id

Columns = Mapping[str, Sequence[Any]]
Lines = Sequence[int | None]
# Answers employees given by columns, with the line of each in its file, and returns under which
# ids the answers are kept.
Keep = Callable[[Columns, Lines], tuple[Answers, list[str]]]

BLOCK = 2000
# The longest that a population may take from its first row to its commit.
LONG_SECONDS = 900
COLUMNS = (
    "Prediction",
    "Probabilite_depart",
    "Seuil",
    "Niveau_risque",
    "Identifiant",
    "Version_modele",
    "Avertissements",
)


# Of a file in which nearly all is wrong, so many faults are remembered.
FAULTS_MAX = 10_000

Fault = tuple[int, str, str]


@dataclass(frozen=True)
class Kept:
    """What the answers of a request are kept under; whether an earlier one had them first.

    batch_id: None where the request has no name.
    """

    batch_id: str | None
    replayed: bool = False


@dataclass(frozen=True)
class Block:
    """Some rows of a table, the answers of the good ones, and what is wrong with the others.

    rows: with the line on which each begins. good: the positions of the rows that have an
    answer, in the order of answers and identifiers. faults: for each other position, sentences
    by column.
    """

    rows: Sequence[Row]
    good: Sequence[int]
    faults: Mapping[int, Mapping[str, Sequence[str]]]
    answers: Answers
    identifiers: Sequence[str]

    def told(self) -> Iterator[tuple[Any, ...]]:
        """The members of `COLUMNS` for each good row."""
        said = self.answers
        for label, chance, risk, identifier, warnings in zip(
            said.labels,
            said.probabilities,
            said.risks,
            self.identifiers,
            said.warnings,
            strict=True,
        ):
            yield label, chance, said.threshold, risk, identifier, said.model_version, warnings

    def counts(self) -> Counter[str]:
        """How many have each label."""
        return Counter(self.answers.labels)

    def errors(self) -> Iterator[Fault]:
        """Line, column and sentence of each fault, in the order of the rows."""
        for position, wrong in sorted(self.faults.items()):
            for column, sentences in wrong.items():
                for sentence in sentences:
                    yield self.rows[position][0], column, sentence


def open_table(rows: Iterator[Row], name: str, needed: tuple[str, ...]) -> Table:
    """The table that rows are, its header taken; raises ExtractError where that is wrong.

    needed: the optional fields that the model needs.
    """
    line, header = next(rows, (1, []))
    return Table(header, name, line, needed)


def blocks_of(rows: Iterator[Row], size: int = BLOCK) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    return iter(lambda: list(islice(rows, size)), [])


def score_table(
    predictor: Predictor,
    table: Table,
    rows: Iterator[Row],
    take: Callable[[Block], None],
    request: Request,
) -> Kept:
    """Give each block of a table to `take`; all are committed on return, or none is.

    Raises ExtractError where there is no row, StorageUnavailable where the database did not
    confirm the commit, KeyInFlight and KeyReused as `repeating.earlier` does.
    """
    labels: Counter[str] = Counter()
    refused, faults = 0, list[Fault]()
    with writing(LONG_SECONDS) as connection:
        keep, kept = _keeper(connection, predictor, request)
        for block in filled(blocks_of(rows), table):
            scored = score_block(keep, table, block)
            labels += scored.counts()
            refused += len(scored.faults)
            faults.extend(islice(scored.errors(), FAULTS_MAX - len(faults)))
            take(scored)
        if kept.batch_id and not kept.replayed:
            batches.keep(connection, kept.batch_id, refused, faults)
    if not kept.replayed:
        count_kept(labels, predictor.version)
    return kept


def score_employees(
    predictor: Predictor, employees: Sequence[Mapping[str, Any]], request: Request
) -> tuple[Block, Kept]:
    """The answers for employees as the schema loads them, all committed; rows are their facts.

    Returns with them what `score_table` returns, and raises the same.
    """
    complete = [dict.fromkeys(FACTS) | dict(employee) for employee in employees]
    with writing(LONG_SECONDS) as connection:
        keep, kept = _keeper(connection, predictor, request)
        found, identifiers = keep(columns_of(complete, FACTS), [None] * len(complete))
    rows = [(number, _cells(employee)) for number, employee in enumerate(employees, start=1)]
    block = Block(rows, range(len(rows)), {}, found, identifiers)
    if not kept.replayed:
        count_kept(block.counts(), predictor.version)
    return block, kept


def _keeper(connection: sa.Connection, predictor: Predictor, request: Request) -> tuple[Keep, Kept]:
    """What answers the blocks of a request: the model, or what its name already got."""
    batch_id = None
    if request.name:
        if row := earlier(connection, request.name):
            stored = populations.of_batch(connection, row.batch_id)
            return partial(_kept_population, stored), Kept(row.batch_id, replayed=True)
        batch_id = new_id()[0]
        idempotency.keep(connection, request.name.row(batch_id=batch_id))
    return partial(keep_population, connection, predictor, request.id, batch_id), Kept(batch_id)


def _kept_population(
    stored: Iterator[Mapping[str, Any]], columns: Columns, _: Lines
) -> tuple[Answers, list[str]]:
    """The next answers that are kept, one for each employee of the columns."""
    count = len(columns[REFERENCE])
    rows = list(islice(stored, count))
    if len(rows) < count:
        raise KeyReused("Des réponses de cette demande ont été effacées : renvoyez-la autrement.")
    return answers_kept(rows), [row["id"] for row in rows]


def filled(blocks: Iterator[list[Row]], table: Table) -> Iterator[list[Row]]:
    """The blocks, of which there must be one."""
    first = next(blocks, None)
    if first is None:
        raise ExtractError(f"{table.name} : le fichier n'a pas d'employé.")
    yield first
    yield from blocks


def count_kept(labels: Mapping[str, int], version: str) -> None:
    """Count answers once they are committed."""
    for label, number in labels.items():
        metrics.PREDICTIONS.labels(label, version).inc(number)


def score_block(keep: Keep, table: Table, rows: Sequence[Row]) -> Block:
    """Judge a block of rows, and have the good ones answered and kept."""
    checked = table.check([cells for _, cells in rows])
    lines = [rows[position][0] for position in checked.good]
    found, identifiers = keep(checked.columns, lines)
    return Block(rows, checked.good, checked.faults, found, identifiers)


def keep_population(
    connection: sa.Connection,
    predictor: Predictor,
    request_id: str | None,
    batch_id: str | None,
    columns: Columns,
    lines: Lines,
) -> tuple[Answers, list[str]]:
    """The answers for employees given by columns, and the ids under which they are written.

    The caller holds the transaction, and may write more in it.
    """
    found = answers(predictor, columns)
    same: dict[str, Any] = {
        "threshold": found.threshold,
        "base": found.base,
        "model_version": found.model_version,
        "request_id": request_id,
        "batch_id": batch_id,
    }
    one_each: dict[str, Sequence[Any]] = {
        "label": found.labels,
        "probability": found.probabilities,
        "risk": found.risks,
        "warnings": found.warnings,
        "line": lines,
    }
    told = one_each | {name: [value] * len(found) for name, value in same.items()}
    identifiers = populations.keep_all(
        connection,
        {**columns, "subject": subjects_of(columns[REFERENCE])},
        {name: told[name] for name in (*ANSWER, "request_id", "batch_id", "line")},
        found.effects,
    )
    return found, identifiers


def _cells(employee: Mapping[str, Any]) -> list[str]:
    values = (fact.serialize(name, employee) for name, fact in FACTS.items())
    return ["" if value is None else str(value) for value in values]
