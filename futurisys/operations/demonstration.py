"""A model that has learnt from fictional people demonstrates; it says nothing of real ones."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any

from futurisys.employee.joining import Part
from futurisys.employee.reading import Reading
from futurisys.employee.schema import ASKED
from futurisys.employee.sheets import Row, blocks_of
from futurisys.model.predictor import Predictor
from futurisys.operations.opening import OpenedTable, open_files
from futurisys.sample import SAMPLE

MARK = (
    "DÉMONSTRATION : ce modèle a appris sur des personnes fictives, il ne dit rien de personnes "
    "réelles."
)


def look(predictor: Predictor, opened: OpenedTable) -> tuple[OpenedTable, bool]:
    """The table, to be read from its start, and whether all its people are the sample's."""
    known, read = _sample(predictor), list[Row]()
    for block in blocks_of(opened.rows):
        read.extend(block)
        if len(read) > len(known) or not known.issuperset(_people(opened, block)):
            return replace(opened, rows=chain(read, opened.rows)), False
    return replace(opened, rows=iter(read)), True


def remarks(reading: Reading, fictional: bool | None) -> list[str]:
    """What there is to know of a file in sentences, the mark first where it is a demonstration."""
    return [*([MARK] if fictional else []), *reading.remarks()]


@lru_cache(maxsize=1)
def _sample(predictor: Predictor) -> frozenset[tuple[Any, ...]]:
    """The facts of the sample's people, as the model's schema loads them."""
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb")) for path in SAMPLE.values()]
        parts = [Part(file, name) for file, name in zip(files, SAMPLE, strict=True)]
        opened = open_files(parts, predictor)
        return frozenset(
            chain.from_iterable(_people(opened, block) for block in blocks_of(opened.rows))
        )


def _people(opened: OpenedTable, rows: Sequence[Row]) -> Iterator[tuple[Any, ...]]:
    """What is asked of a person, of each whose row is good."""
    columns: Mapping[str, Sequence[Any]] = opened.table.check(rows).columns
    return zip(*(columns[name] for name in ASKED), strict=True)
