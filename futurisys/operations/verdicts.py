"""What a trial amounts to: the rule, and what may be shown of it.

The rule: a model is for nobody unless, in each measure, the interval of its gain over the rate by
tenure and department, and of that over the company's mean, lies wholly above 0. It is for groups
where it gains, and for people where each measure also has `LEAVERS_MIN` leavers, and a calibration
error of at most `TOLERANCE`, or of no more than a perfectly calibrated model exceeds on as many
people once in forty times.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from futurisys.operations import folding
from futurisys.operations.folding import SMALLEST

PEOPLE, GROUPS, NOTHING = "people", "groups", "nothing"
WORDS: Mapping[str, str] = {
    PEOPLE: "utilisable pour des personnes",
    GROUPS: "utilisable pour des groupes",
    NOTHING: "n'apporte rien ici : ne l'utilisez pas",
}
LEAVERS_MIN = 80
TOLERANCE = 0.02
MODEL, RATES, MEAN = "model", "rates", "mean"


def concluded(tried: Mapping[str, Any]) -> dict[str, Any]:
    """What was measured, as `futurisys.training.trial` says it, with the verdict.

    Groups are folded: what is left of them is of ten people and more.
    """
    groups = {field: _folded(levels) for field, levels in tried["groups"].items()}
    measures = [one | {"holds": held(one)} for one in tried["measures"]]
    return {**tried, "groups": groups, "measures": measures, "word": word_of(measures)}


def held(measure: Mapping[str, Any]) -> dict[str, bool]:
    """Which conditions of the rule a measure meets."""
    return {
        "over_rates": measure["gains"][RATES]["low"] > 0,
        "over_mean": measure["gains"][MEAN]["low"] > 0,
        "calibration": measure["calibration_error"]["mean"] <= admitted(measure),
        "leavers": measure["left"] >= LEAVERS_MIN,
    }


def admitted(measure: Mapping[str, Any]) -> float:
    """The largest calibration error with which a measure counts as calibrated."""
    return max(TOLERANCE, float(measure["calibration_error"]["floor"]["high"]))


def word_of(measures: Sequence[Mapping[str, Any]]) -> str:
    """The verdict on all measures together: that of the least of them."""
    holds = [one["holds"] for one in measures]
    if not all(one["over_rates"] and one["over_mean"] for one in holds):
        return NOTHING
    return PEOPLE if all(one["calibration"] and one["leavers"] for one in holds) else GROUPS


def _folded(levels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The levels of a field that may be shown, and the others as one, where they may be."""
    hidden = folding.folded({(one["level"],): one["people"] for one in levels})
    rest = [one for one in levels if (one["level"],) in hidden]
    others = {name: sum(one[name] for one in rest) for name in ("people", "left", "expected")}
    shown = [dict(one) for one in levels if (one["level"],) not in hidden]
    return {"shown": shown, "others": others if others["people"] >= SMALLEST else None}
