"""Data frames of employees, scored without an engine: pandas in, pandas out.

Whatever hands out parts of a table calls this for each of them: Spark, Dask, or nobody.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from futurisys.employee.loading import employee_loader
from futurisys.employee.schema import ASKED, REFERENCE
from futurisys.errors import FrameRefused
from futurisys.model.artifact import Artifact
from futurisys.model.population import answers
from futurisys.model.predictor import Predictor

ANSWER = {
    "probability": "double",
    "label": "string",
    "risk": "string",
    "range_low": "double",
    "range_high": "double",
    "threshold": "double",
    "base": "double",
    "model_version": "string",
    "warnings": "array<string>",
}
EFFECT = "effect_"
REFUSED = "refused"

# By the digest of its manifest: a process proves a model once, whatever the number of its parts.
_proven: dict[str, Predictor] = {}


def predictor_of(artifact: Artifact) -> Predictor:
    """The model of a verified artifact, proven in this process."""
    if artifact.digest not in _proven:
        _proven[artifact.digest] = Predictor(artifact)
    return _proven[artifact.digest]


def admit(artifact: Artifact, columns: Iterable[str], key: str, demonstration: bool) -> Predictor:
    """The model, where it can be asked of a table with these columns; raises FrameRefused."""
    predictor, columns = predictor_of(artifact), set(columns)
    if predictor.card.fictional and not demonstration:
        raise FrameRefused(
            "This model has learnt from fictional people, and says nothing of real ones: train it "
            "on your own extracts, or pass demonstration=True."
        )
    missing = [name for name in (key, *read(predictor)) if name not in columns]
    if missing:
        raise FrameRefused(f"{len(missing)} columns are missing: {', '.join(missing)}.")
    return predictor


def read(predictor: Predictor) -> tuple[str, ...]:
    """The columns that are read: the fields that are asked for, here as at the other doors."""
    return (*ASKED, *predictor.needed)


def columns_of_answers(predictor: Predictor, key: str, kind: str) -> dict[str, str]:
    """The columns of what is answered, with their types in Spark's words; kind: the key's."""
    effects = {f"{EFFECT}{name}": "double" for name in predictor.fields}
    return {key: kind, **ANSWER, **effects, REFUSED: "array<string>"}


def score(
    frame: pd.DataFrame, artifact: Artifact, key: str = REFERENCE, demonstration: bool = False
) -> pd.DataFrame:
    """The answer for each row, in the frame's order; raises FrameRefused where a column is missing.

    Each has the row's key, what the service answers, the effect of each field on the log-odds
    (base + their sum = the log-odds of the probability), and `refused`: the fields for which the
    service would refuse the row, whose answer is then missing; empty where it is answered.
    """
    predictor = admit(artifact, frame.columns, key, demonstration)
    good, facts, refused = _judged(predictor, frame)
    found = answers(predictor, {name: [one[name] for one in facts] for name in predictor.fields})
    members: dict[str, Sequence[Any]] = {name: found.columns[name] for name in ANSWER}
    members["warnings"] = [list(sentences) for sentences in members["warnings"]]
    members |= {f"{EFFECT}{name}": effects for name, effects in found.effects.items()}
    kinds = columns_of_answers(predictor, key, "")
    table = {key: frame[key].to_numpy()}
    for name, values in members.items():
        kind = float if kinds[name] == "double" else object
        table[name] = pd.Series(_placed(values, good, len(frame)), dtype=kind).to_numpy()
    return pd.DataFrame({**table, REFUSED: refused}, index=frame.index)


def score_parts(
    parts: Iterable[pd.DataFrame], artifact: Artifact, key: str, demonstration: bool
) -> Iterator[pd.DataFrame]:
    """The same of a table's parts, one after the other."""
    for part in parts:
        yield score(part, artifact, key, demonstration)


def count_refused(scored: pd.DataFrame) -> dict[str, int]:
    """How many rows each field was refused in: the most first, never a value."""
    return dict(Counter(name for names in scored[REFUSED] for name in names).most_common())


def _judged(
    predictor: Predictor, frame: pd.DataFrame
) -> tuple[list[int], list[dict[str, Any]], list[list[str]]]:
    """Where the good rows stand, their facts, and of all rows the fields that are refused."""
    names = read(predictor)
    judge = employee_loader(predictor.needed, predictor.known).judge
    columns = [[_plain(value) for value in frame[name].tolist()] for name in names]
    good: list[int] = []
    facts: list[dict[str, Any]] = []
    refused: list[list[str]] = []
    for place, values in enumerate(zip(*columns, strict=True)):
        employee, faults = judge(dict(zip(names, values, strict=True)))
        refused.append(list(faults))
        if employee is not None:
            good.append(place)
            facts.append(employee)
    return good, facts, refused


def _placed(values: Sequence[Any], good: Sequence[int], count: int) -> Sequence[Any]:
    """The values of the good rows in their places among all, and nothing in the others'."""
    if len(good) == count:
        return values
    placed = [None] * count
    for place, value in zip(good, values, strict=True):
        placed[place] = value
    return placed


def _plain(value: Any) -> Any:
    """A cell as JSON would have it: nothing for what a frame has in its place."""
    if isinstance(value, Decimal):
        value = float(value)
    return None if value is pd.NA or value != value else value
