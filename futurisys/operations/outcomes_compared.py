"""Two models on what became of people: the same facts, the same outcomes, paired differences."""

import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from futurisys.model.predictor import Predictor
from futurisys.operations.folding import SMALLEST
from futurisys.operations.following import Followed, complete_to, followed
from futurisys.operations.horizons import horizon_days
from futurisys.operations.resolving import CENSORED_MOST, Resolved, resolve
from futurisys.records import facts as records
from futurisys.statistics.areas import weighted_area, weighted_difference
from futurisys.statistics.intervals import around
from futurisys.statistics.means import weighted_mean

# Why nothing is said.
NO_HORIZON, NO_LIST, FEW_LEFT, CENSORED = "no_horizon", "no_list", "few_left", "censored"
Floats = NDArray[np.float64]


def outcomes(
    connection: sa.Connection, both: tuple[Predictor, Predictor], since: datetime.datetime | None
) -> dict[str, Any]:
    """What both would have said of people at their first estimate, beside who left.

    Of those alone whose horizon is over, with the facts that are still kept; a measure ends what is
    known of a person, and others with a like estimate stand for them. why: one of the codes above,
    where that is too little to say anything.
    """
    before, after = both
    horizon = horizon_days(before) or horizon_days(after)
    if horizon is None:
        return {"why": NO_HORIZON}
    last = complete_to(connection)
    if last is None:
        return {"why": NO_LIST, "horizon": horizon}
    day = since.date() if since else None
    found = followed(connection, since=day, has_facts=True)
    is_over = found.estimated_on + np.timedelta64(horizon, "D") <= np.datetime64(last)
    found = found.where(is_over & ~found.wrong)
    found, chances = _asked(connection, found, both)
    told: dict[str, Any] = {"horizon": horizon, "complete_to": last.isoformat()}
    if len(found):
        told["may_have_learnt"] = [_may_have_learnt(one, found, horizon) for one in both]
    return told | differences(
        resolve(found, horizon, last), chances, (before.threshold, after.threshold)
    )


def _may_have_learnt(predictor: Predictor, found: Followed, horizon: int) -> bool:
    """Whether a model is young enough to have learnt from what became of some of these people."""
    trained = np.datetime64(predictor.card.created_at[:10])
    known = found.estimated_on + np.timedelta64(horizon, "D") < trained
    return bool(known.any()) and not predictor.card.fictional


def _asked(
    connection: sa.Connection, found: Followed, both: tuple[Predictor, Predictor]
) -> tuple[Followed, tuple[Floats, Floats]]:
    """Those whose facts both can be asked about, and what each says of them."""
    names = list(dict.fromkeys(name for one in both for name in one.fields))
    kept = records.of_inputs(connection, names, found.inputs.tolist())
    rows = [kept.get(one, (None,)) for one in found.inputs.tolist()]
    whole = [place for place, row in enumerate(rows) if None not in row]
    columns = {name: [rows[place][column] for place in whole] for column, name in enumerate(names)}
    if not whole:
        return found.where(np.array([], dtype=int)), (np.empty(0), np.empty(0))
    first, second = (one.scores(columns).probability for one in both)
    return found.where(np.array(whole)), (first, second)


def differences(
    some: Resolved, chances: tuple[Floats, Floats], thresholds: tuple[float, float]
) -> dict[str, Any]:
    """The differences, the second less the first, each with both ends of its 95 % interval."""
    known = some.standing()
    left, stayed = int(known.is_case.sum()), int(known.is_control.sum())
    if min(left, stayed) < SMALLEST:
        return {"why": FEW_LEFT}
    told: dict[str, Any] = {"people": len(some), "left": left, "censored": known.censored}
    if known.censored > CENSORED_MOST:
        return told | {"why": CENSORED}
    first, second = chances
    sides = known.is_case, known.is_control, known.weights
    moved = weighted_difference(first, second, *sides)
    errors = [(one - known.is_case) ** 2 for one in chances]
    flags = [(one >= edge).astype(float) for one, edge in zip(chances, thresholds, strict=True)]
    gone = known.weights * known.is_case
    return told | {
        "areas": [weighted_area(one, *sides).value for one in chances],
        "area": _difference(moved.value, moved.variance),
        "errors": [weighted_mean(one, known.weights).value for one in errors],
        "error": _difference(*weighted_mean(errors[1] - errors[0], known.weights)),
        "recalls": [weighted_mean(one, gone).value for one in flags],
        "recall": _difference(*weighted_mean(flags[1] - flags[0], gone)),
        "expected": [weighted_mean(one, known.weights).value for one in chances],
        "observed": weighted_mean(known.is_case, known.weights).value,
    }


def _difference(value: float, variance: float) -> list[float]:
    """A difference, and both ends of its interval."""
    return [value, *around(value, variance)]
