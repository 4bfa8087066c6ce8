"""Live figures, as the report on them is filled with; none before there is anything to tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from futurisys.employee.typography import day, number, percent
from futurisys.model.predictor import Predictor
from futurisys.operations import live_told
from futurisys.operations.clock import zone
from futurisys.operations.folding import SMALLEST
from futurisys.operations.live import Asked, live
from futurisys.operations.live_figures import Group, Measured, Ranking


@dataclass(frozen=True)
class Report:
    """What came of estimates, in words. since: empty where the first estimates of all count."""

    version: str
    horizon: str
    complete_to: str
    since: str
    people: str
    expected: str
    left: str
    remarks: Sequence[str]
    ranking: Sequence[tuple[str, str, str]]
    groups: Sequence[tuple[str, str, str]]


def report(predictor: Predictor) -> Report | None:
    """Of the people whom the caller sees; None where outcomes are not known, or of too few."""
    found = live(Asked(), predictor)
    some = found.figures
    if live_told.missing(found) or some is None or some.people < SMALLEST:
        return None
    groups = [*some.groups, *([some.others] if some.others else [])]
    return Report(
        version=found.version or "",
        horizon=number(found.horizon or 0),
        complete_to=day(found.complete_to, zone()) if found.complete_to else "",
        since=day(found.since, zone()) if found.since else "",
        people=number(some.people),
        expected=number(some.expected, 1),
        left=number(some.left),
        remarks=live_told.remarks(found),
        ranking=_ranked(some.ranking) if some.ranking else (),
        groups=[_group(one) for one in groups],
    )


def _ranked(ranking: Ranking) -> list[tuple[str, str, str]]:
    measured = (
        ("ROC-AUC", ranking.area, 2),
        ("Rappel : part des départs qui étaient au seuil ou au-dessus", ranking.recall, 0),
        ("Précision : part de ceux-ci qui sont partis", ranking.precision, 0),
    )
    return [(words, *_written(one, digits)) for words, one, digits in measured if one]


def _written(one: Measured, digits: int) -> tuple[str, str]:
    def write(value: float) -> str:
        return number(value, digits) if digits else percent(value)

    return write(one.value), f"{write(one.interval.low)} à {write(one.interval.high)}"


def _group(one: Group) -> tuple[str, str, str]:
    found = one.agreement
    return one.level or "Autres, réunis", number(found.expected, 1), number(found.observed)
