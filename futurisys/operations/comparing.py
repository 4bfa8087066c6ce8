"""This run against the last: who came, who went, who moved, and what the difference is made of."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT, PROTECTED
from futurisys.errors import ComparisonImpossible
from futurisys.model.moving import Step, Told, steps
from futurisys.model.predictor import Predictor
from futurisys.operations import lanes
from futurisys.operations.groups_compared import Groups, by_level, groups_of
from futurisys.operations.movements import Estimate, Pair, Split, split
from futurisys.operations.sealing import keeps_hashes
from futurisys.operations.segments import FIELDS
from futurisys.operations.transactions import reading
from futurisys.records import comparisons as records
from futurisys.records.comparisons import LEVEL, Side

COMPARING_SECONDS = 60
# By what groups are cut. What the law protects is cut within one file: between two, the group of
# whoever came would be known.
CHOICES = tuple(name for name in FIELDS if name not in PROTECTED)
NO_KEY = (
    "Sans FUTURISYS_SUBJECT_KEY, ce service ne sait pas qui est la même personne d'un fichier à "
    "l'autre : il n'y a pas de comparaison. Demandez à l'équipe technique de définir cette clé ; "
    "les fichiers envoyés ensuite pourront être comparés."
)
# Why what the model moved cannot be told from what people's facts did.
MANY_MODELS = "les estimations récentes ne viennent pas toutes d'un même modèle"
NO_MODEL = "le modèle qui a donné les estimations récentes n'est pas celui de ce service"
NO_FACTS = "les anciens faits sont effacés, ou le nouveau modèle en demande d'autres"
Row = Any


@dataclass(frozen=True)
class Whole:
    """One side as a whole; unnamed: the answers whose person has no hash, who is not compared."""

    people: int
    expected: float
    unnamed: int
    models: Sequence[str]


@dataclass(frozen=True)
class Comparison:
    """Two sides compared: who came, who went, and who moved, each list the heaviest first.

    both: how many people are on both. oldest: the id of the first answer of all, if there is any.
    """

    before: Whole
    after: Whole
    both: int
    split: Split
    newcomers: Sequence[Estimate]
    gone: Sequence[Estimate]
    moved: Sequence[Pair]
    groups: Groups
    oldest: str | None


def compare(old: Side, new: Side, by: str, predictor: Predictor | None) -> Comparison:
    """What is new on a later side; by: one of `CHOICES`. Raises ComparisonImpossible."""
    if not keeps_hashes():
        raise ComparisonImpossible(NO_KEY)
    with lanes.turn(), reading(COMPARING_SECONDS) as connection:
        models = [records.models(connection, side) for side in (old, new)]
        versions = [sorted(row.model_version for row in rows) for rows in models]
        asked, why = _asked(versions, predictor)
        people = list(_people(connection, old, new, by, asked))
    before = [one for one, _ in people if one]
    after = [one for _, one in people if one]
    if any(one.again is None for one in before):
        why = NO_FACTS
    newcomers = [one for earlier, one in people if one and not earlier]
    gone = [one for one, later in people if one and not later]
    both = [Pair(earlier, later) for earlier, later in people if earlier and later]
    moved = [pair for pair in both if pair.is_moved]
    unnamed = [sum(row.answers - row.named for row in rows) for rows in models]
    levels = [by_level((one.level, one.probability) for one in side) for side in (before, after)]
    return Comparison(
        _whole(before, unnamed[0], versions[0]),
        _whole(after, unnamed[1], versions[1]),
        len(both),
        split(newcomers, gone, both, why),
        sorted(newcomers, key=_highest_first),
        sorted(gone, key=_highest_first),
        sorted(moved, key=lambda pair: (-abs(pair.difference), pair.after.identifier)),
        groups_of(by, *levels),
        min((one.identifier for one in (*before, *after)), default=None),
    )


def reasons(pairs: Sequence[Pair], predictor: Predictor | None) -> Iterator[tuple[Step, ...]]:
    """For each pair, what moved the estimate, the heaviest first; none where it is forgotten."""
    wanted = [one.identifier for pair in pairs for one in (pair.before, pair.after)]
    with reading(COMPARING_SECONDS) as connection:
        found = records.explained(connection, wanted)
    told = [(_told(pair.before, found), _told(pair.after, found)) for pair in pairs]
    return steps(told, predictor)


def _asked(
    versions: Sequence[Sequence[str]], predictor: Predictor | None
) -> tuple[Predictor | None, str]:
    """The later model, where it is to be asked about earlier facts; why it cannot be."""
    before, after = versions
    if not before or not after or (before == after and len(after) == 1):
        return None, ""
    if len(after) > 1:
        return None, MANY_MODELS
    if predictor is None or predictor.version != after[0]:
        return None, NO_MODEL
    return predictor, ""


def _people(
    connection: sa.Connection, old: Side, new: Side, by: str, asked: Predictor | None
) -> Iterator[tuple[Estimate | None, Estimate | None]]:
    """Everybody, each with their newest answer of each side."""
    rows = records.answers(connection, old, new, by, asked.fields if asked else ())
    held: list[tuple[Row, Row]] = []
    for _, one in groupby(rows, key=attrgetter("subject")):
        answers = list(one)
        before = next((row for row in answers if row.is_old), None)
        after = next((row for row in answers if row.is_new), None)
        held.append((before, after))
        if len(held) == records.BLOCK:
            yield from _estimated(held, asked)
            held = []
    yield from _estimated(held, asked)


def _estimated(
    pairs: Sequence[tuple[Row, Row]], asked: Predictor | None
) -> Iterator[tuple[Estimate | None, Estimate | None]]:
    """Pairs of rows as estimates; the earlier ones with what the later model says."""
    again: dict[str, float | None] = {}
    if asked:
        rows = [row for row, _ in pairs if row and row.model_version != asked.version]
        again = {row.id: None for row in rows}
        facts = {row.id: [getattr(row, f"fact_{name}") for name in asked.fields] for row in rows}
        whole = {one: values for one, values in facts.items() if None not in values}
        if whole:
            columns = dict(zip(asked.fields, zip(*whole.values(), strict=True), strict=True))
            again.update(zip(whole, asked.scores(columns).probability.tolist(), strict=True))
    for before, after in pairs:
        earlier = before and _estimate(before, again.get(before.id, before.probability))
        yield earlier, after and _estimate(after, None)


def _estimate(row: Row, again: float | None) -> Estimate:
    told = (row.id, row.batch_id, row.line, row.probability, row.word, row.model_version)
    return Estimate(*told, row.departement, row.poste, getattr(row, LEVEL), again)


def _told(one: Estimate, found: dict[str, Any]) -> Told:
    """An estimate with its reasons, where it is still there."""
    row = found.get(one.identifier, {})
    facts = {name: row.get(name) for name in KEPT}
    kept = {name: row[EFFECT + name] for name in KEPT if row.get(EFFECT + name) is not None}
    return Told(one.probability, row.get("base", 0.0), kept, facts, one.model_version)


def _whole(side: Sequence[Estimate], unnamed: int, versions: Sequence[str]) -> Whole:
    return Whole(len(side), math.fsum(one.probability for one in side), unnamed, versions)


def _highest_first(one: Estimate) -> tuple[float, str]:
    return -one.probability, one.identifier
