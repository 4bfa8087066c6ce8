"""A group's what-if: what the model would say of its people on average; nobody's is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from futurisys.employee.schema import NEVER_MORE_THAN, PROTECTED, disagreements
from futurisys.errors import ChangeRefused, GroupsTooNarrow, PredictionUnknown
from futurisys.model.encoder import Columns
from futurisys.model.predictor import Predictor
from futurisys.operations import folding, lanes
from futurisys.operations.access import current_caller
from futurisys.operations.files import UNKNOWN
from futurisys.operations.folding import SMALLEST
from futurisys.operations.journal import SIMULATION, record
from futurisys.operations.segments import FIELDS, GROUPS_SECONDS
from futurisys.operations.transactions import reading
from futurisys.records import simulated_groups as records

# Nothing is changed for some people by what the law protects.
FILTERS = tuple(name for name in FIELDS if name not in PROTECTED)
MOST = 2
TOO_FEW = (
    f"Moins de {SMALLEST} personnes de ce fichier forment ce groupe, ou il en désignerait un plus "
    "petit : choisissez un groupe plus large."
)
FEW_CHANGED = (
    f"Ce changement concerne moins de {SMALLEST} personnes du groupe : choisissez un groupe plus "
    "large, ou simulez-le sur la page de chacune."
)
FACTS_GONE = (
    "Les faits de certaines personnes de ce groupe ne sont plus gardés, ou le modèle en lit que ce "
    "fichier n'avait pas : déposez un fichier récent."
)
IMPOSSIBLE = (
    "Ce changement contredirait d'autres faits de certaines personnes du groupe : choisissez une "
    "autre valeur, ou un autre groupe."
)
_RULED = tuple(dict.fromkeys(name for pair in NEVER_MORE_THAN for name in pair))


@dataclass(frozen=True)
class GroupSimulation:
    """The mean estimates of a group before and after a change.

    changed: for how many of its people something would be otherwise.
    """

    people: int
    changed: int
    before: float
    after: float
    model_version: str

    @property
    def difference(self) -> float:
        """Of the means, from before to after."""
        return self.after - self.before


def simulate_group(
    predictor: Predictor, batch_id: str, group: Mapping[str, Any], change: Mapping[str, Any]
) -> GroupSimulation:
    """What changes on average when one fact is the same for all of a group; a line is left.

    group: levels of at most `MOST` of `FILTERS`; of none: the whole file. Raises PredictionUnknown,
    GroupsTooNarrow and ChangeRefused.
    """
    names = tuple(dict.fromkeys((*predictor.fields, *_RULED)))
    sums = np.zeros(4)
    with lanes.turn(), reading(GROUPS_SECONDS) as connection:
        _check(records.sizes(connection, batch_id, tuple(group)), tuple(group.values()))
        for columns in records.facts(connection, batch_id, group, names):
            sums += _summed(predictor, columns, change)
    people, changed, before, after = sums.tolist()
    # Who has gone meanwhile is counted no more.
    if people < SMALLEST:
        raise GroupsTooNarrow(TOO_FEW)
    if 0 < changed < SMALLEST:
        raise ChangeRefused(FEW_CHANGED)
    record(current_caller(), SIMULATION, round(people))
    means = before / people, after / people
    return GroupSimulation(round(people), round(changed), *means, predictor.version)


def levels(batch_id: str, field: str) -> Sequence[Any]:
    """The levels of a field whose people in a file are enough to be a group, the largest first."""
    with reading(GROUPS_SECONDS) as connection:
        people = records.sizes(connection, batch_id, (field,))
    shown = people.keys() - folding.folded(people)
    ordered = sorted(shown, key=lambda cell: (-people[cell], str(cell)))
    return [level for (level,) in ordered if level is not None]


def _check(people: Mapping[tuple[Any, ...], int], group: tuple[Any, ...]) -> None:
    """Raise what is wrong with a group, if anything; people: of each one by the same fields."""
    if not people:
        raise PredictionUnknown(UNKNOWN)
    # Of the whole file there is one group, which no other can be told from.
    if people.get(group, 0) < SMALLEST or (group and group in folding.folded(people)):
        raise GroupsTooNarrow(TOO_FEW)


def _summed(predictor: Predictor, columns: Columns, change: Mapping[str, Any]) -> list[float]:
    """How many people, how many of them changed, and the sums of both estimates."""
    if any(value is None for values in columns.values() for value in values):
        raise ChangeRefused(FACTS_GONE)
    count = len(columns[predictor.fields[0]])
    changed = {**columns, **{name: [value] * count for name, value in change.items()}}
    if not change.keys().isdisjoint(_RULED):
        ruled = zip(*(changed[name] for name in _RULED), strict=True)
        if any(disagreements(dict(zip(_RULED, row, strict=True))) for row in ruled):
            raise ChangeRefused(IMPOSSIBLE)
    [(name, value)] = change.items()
    others = sum(one != value for one in columns.get(name, [value] * count))
    before, after = (predictor.scores(one).probability.sum() for one in (columns, changed))
    return [count, others, before, after]
