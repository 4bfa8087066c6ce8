"""One model against another, on the facts that are kept: whom it would name otherwise, and how.

No score and no row about a person leaves this module, and none is kept: sums over ten people and
more, and what follows from them.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from futurisys.employee.fields import Number
from futurisys.employee.schema import FACTS, PROTECTED
from futurisys.model.encoder import Columns
from futurisys.model.plain import WORDS
from futurisys.model.population import Answers, answers
from futurisys.model.predictor import Predictor
from futurisys.operations import folding
from futurisys.operations.folding import SMALLEST
from futurisys.operations.outcomes_compared import outcomes
from futurisys.operations.rules_compared import rules
from futurisys.operations.transactions import reading
from futurisys.records import facts as records

PEOPLE_LEAST = 200
COMPARING_SECONDS = 300
# What speaks against a model, by how it is written down.
UNSERVED, FEW, LOSS = "unserved", "few", "loss"
# By what groups are cut, one field at a time: by where people work, and by what the law protects.
CUT = ("departement", "poste", *PROTECTED)
# Nobody's age is a group.
DECADE = 10
Pair = tuple[Predictor, Predictor]
Document = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What both models say of the same n people, by columns of facts."""

    facts: Columns
    before: Answers
    after: Answers

    @property
    def sides(self) -> tuple[Answers, Answers]:
        return self.before, self.after

    def __len__(self) -> int:
        return len(self.before)


def compare(
    before: Predictor, after: Predictor, since: datetime.datetime | None = None
) -> Document:
    """What is otherwise, as the table of models keeps it; since: of whoever was asked about then.

    Its lists of two are what the first model says, and the second. objections: what speaks against
    the second, of `FEW` and `LOSS`. needed: optional fields that the first did without.
    """
    both = before, after
    with reading(COMPARING_SECONDS) as connection:
        said, unasked = _said(connection, both, since)
        resolved = outcomes(connection, both, since)
    document: Document = {
        "versions": [one.version for one in both],
        "since": since and since.isoformat(),
        "people": {"people": len(said), "unasked": unasked, "least": PEOPLE_LEAST},
        "needed": [name for name in after.needed if name not in before.needed],
        "outcomes": resolved,
    }
    if len(said) >= SMALLEST:
        document |= {
            "estimates": _estimates(said),
            "words": _words(said),
            "ranges": _ranges(said),
            "groups": list(_groups(said)),
            "rules": list(rules(both, said.facts)),
        }
    document["objections"] = list(_objections(document))
    return document


def _objections(document: Document) -> Iterator[str]:
    """What speaks against the second model."""
    if document["people"]["people"] < PEOPLE_LEAST:
        yield FEW
    _, _, high = document["outcomes"].get("area", (0.0, 0.0, 0.0))
    if high < 0:
        yield LOSS


def _said(
    connection: sa.Connection, both: Pair, since: datetime.datetime | None
) -> tuple[Said, int]:
    """Both models' answers, and how many people neither is asked about: their facts are gone."""
    read = list(dict.fromkeys(name for one in both for name in one.fields))
    names = list(dict.fromkeys((*read, *CUT)))
    kept = records.newest(connection, names, since)
    rows = zip(*(kept[name] for name in read), strict=True)
    whole = [place for place, row in enumerate(rows) if None not in row]
    facts = {name: [values[place] for place in whole] for name, values in kept.items()}
    first, second = (answers(one, facts) for one in both)
    return Said(facts, first, second), len(kept[read[0]]) - len(whole)


def _chances(said: Said) -> tuple[NDArray[np.float64], ...]:
    return tuple(np.asarray(side.probabilities, dtype=float) for side in said.sides)


def _estimates(said: Said) -> Document:
    """How high estimates are, and how far they move."""
    first, second = _chances(said)
    moved = np.abs(second - first)
    return {
        "mean": [float(first.mean()), float(second.mean())],
        "above": [float(side.mean()) for side in _above(said)],
        "moved": {"median": float(np.median(moved)), "tenth": float(np.quantile(moved, 0.9))},
    }


def _above(said: Said) -> tuple[NDArray[np.bool_], ...]:
    """Who is at the threshold or above, by each."""
    return tuple(
        np.asarray(side.probabilities) >= np.asarray(side.columns["threshold"])
        for side in said.sides
    )


def _words(said: Said) -> list[Document]:
    """How many people go from each word to each: None where so few do that they could be named.

    Or where one of fewer than ten would follow from the others, and from how many each word has.
    """
    pairs: Counter[folding.Cell] = Counter(zip(said.before.words, said.after.words, strict=True))
    hidden = folding.folded(pairs)
    return [
        {"before": one, "after": other, "people": None if (one, other) in hidden else count}
        for one in WORDS.values()
        for other in WORDS.values()
        for count in (pairs[one, other],)
    ]


def _ranges(said: Said) -> Document:
    """How wide ranges are, in probability, and how many people have none for what is unusual."""
    return {
        "width": [_width(side) for side in said.sides],
        "warned": [
            float(np.mean(list(map(bool, side.columns["warnings"])))) for side in said.sides
        ],
    }


def _width(side: Answers) -> float | None:
    """The mean over who has a range; None where fewer than ten have."""
    ends = zip(side.columns["range_low"], side.columns["range_high"], strict=True)
    widths = [high - low for low, high in ends if low is not None and high is not None]
    return float(np.mean(widths)) if len(widths) >= SMALLEST else None


def _groups(said: Said) -> Iterator[Document]:
    """Of each group the means, field by field; none so small that it speaks of somebody."""
    chances, above = _chances(said), _above(said)
    for field in CUT:
        levels = [_level(field, value) for value in said.facts[field]]
        people = Counter(level for level in levels if level is not None)
        hidden = folding.folded({(level,): count for level, count in people.items()})
        for level, count in sorted(people.items(), key=lambda item: (-item[1], item[0])):
            if (level,) in hidden:
                continue
            member = np.fromiter((one == level for one in levels), bool, len(levels))
            yield {
                "field": field,
                "level": level,
                "people": count,
                "mean": [float(side[member].mean()) for side in chances],
                "above": [float(side[member].mean()) for side in above],
            }


def _level(field: str, value: Any) -> str | None:
    """What a group is called; of a number, the ten of it."""
    if value is None:
        return None
    if not isinstance(FACTS[field], Number):
        return str(value)
    start = int(value) // DECADE * DECADE
    return f"{start} à {start + DECADE - 1}"
