"""Scoring a population: no answer without a row behind it, by columns and block by block."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from futurisys.employee.columnar import Table
from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.employee.sheets import Row
from futurisys.errors import ExtractError
from futurisys.model.encoder import columns_of
from futurisys.model.population import Answers, answers
from futurisys.model.predictor import Predictor
from futurisys.operations import metrics
from futurisys.operations.privacy import subjects_of
from futurisys.operations.transactions import writing
from futurisys.records import populations
from futurisys.records.predictions import ANSWER

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

    def errors(self) -> Iterator[tuple[int, str, str]]:
        """Line, column and sentence of each fault, in the order of the rows."""
        for position, wrong in sorted(self.faults.items()):
            for column, sentences in wrong.items():
                for sentence in sentences:
                    yield self.rows[position][0], column, sentence


def open_table(rows: Iterator[Row], name: str) -> Table:
    """The table that rows are, its header taken; raises ExtractError where that is wrong."""
    line, header = next(rows, (1, []))
    return Table(header, name, line)


def blocks_of(rows: Iterator[Row], size: int = BLOCK) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    return iter(lambda: list(islice(rows, size)), [])


def score_table(
    predictor: Predictor,
    table: Table,
    rows: Iterator[Row],
    take: Callable[[Block], None],
    request_id: str | None,
) -> None:
    """Give each block of a table to `take`; all are committed on return, or none is.

    Raises ExtractError where there is no row, StorageUnavailable where the database did not
    confirm the commit.
    """
    kept: Counter[str] = Counter()
    with writing(LONG_SECONDS) as connection:
        for block in filled(blocks_of(rows), table):
            scored = score_block(connection, predictor, table, block, request_id)
            kept += scored.counts()
            take(scored)
    count_kept(kept, predictor.version)


def score_employees(
    predictor: Predictor, employees: Sequence[dict[str, Any]], request_id: str | None
) -> Block:
    """The answers for employees as the schema loads them, all committed; rows are their facts."""
    employees = [dict.fromkeys(FACTS) | employee for employee in employees]
    with writing(LONG_SECONDS) as connection:
        found, identifiers = keep_population(
            connection, predictor, columns_of(employees, FACTS), request_id
        )
    rows = [(number, _cells(employee)) for number, employee in enumerate(employees, start=1)]
    block = Block(rows, range(len(rows)), {}, found, identifiers)
    count_kept(block.counts(), predictor.version)
    return block


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


def score_block(
    connection: sa.Connection,
    predictor: Predictor,
    table: Table,
    rows: Sequence[Row],
    request_id: str | None,
) -> Block:
    """Judge, answer and write a block of rows, in a transaction that the caller holds."""
    checked = table.check([cells for _, cells in rows])
    found, identifiers = keep_population(connection, predictor, checked.columns, request_id)
    return Block(rows, checked.good, checked.faults, found, identifiers)


def keep_population(
    connection: sa.Connection,
    predictor: Predictor,
    columns: Mapping[str, Sequence[Any]],
    request_id: str | None,
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
    }
    one_each: dict[str, Sequence[Any]] = {
        "label": found.labels,
        "probability": found.probabilities,
        "risk": found.risks,
        "warnings": found.warnings,
    }
    told = one_each | {name: [value] * len(found) for name, value in same.items()}
    identifiers = populations.keep_all(
        connection,
        {**columns, "subject": subjects_of(columns[REFERENCE])},
        {name: told[name] for name in (*ANSWER, "request_id")},
        found.effects,
    )
    return found, identifiers


def _cells(employee: Mapping[str, Any]) -> list[str]:
    values = (fact.serialize(name, employee) for name, fact in FACTS.items())
    return ["" if value is None else str(value) for value in values]
