"""What an evaluation holds, as the page shows it: the one place that knows its document's keys."""

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from futurisys.console.charts import Bin, Capacity, capacity, precision_recall, reliability
from futurisys.console.french import number, percent
from futurisys.employee.ages import AGE_WORDS
from futurisys.employee.schema import FACTS
from futurisys.employee.told import grouped

Evaluation = Mapping[str, Any]
NOTHING = "–"
SHARES = ("flagged", "recall", "false_positive_rate")
RATIOS = {"selection": "Rapport de sélection", "equal_opportunity": "Rapport d'égalité des chances"}


def pictures(evaluation: Evaluation, base_rate: float, threshold: float) -> dict[str, Markup]:
    """The charts of an evaluation, by name."""
    chosen = evaluation["at_threshold"]
    return {
        "reliability": reliability(
            [
                Bin(one["predicted"], one["observed"], one["n"], one["low"], one["high"])
                for one in evaluation["calibration"]
            ],
            threshold,
        ),
        "precision_recall": precision_recall(
            [(one["recall"], one["precision"]) for one in evaluation["precision_recall"]],
            base_rate,
            (chosen["recall"], chosen["precision"]),
        ),
        "capacity": capacity(
            [
                Capacity(one["flagged"], one["found"], one["precision"])
                for one in evaluation["capacity"]
            ]
        ),
    }


def groups(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    """Each way of grouping: its words, a row for each group, and the two ratios."""
    for found in evaluation["groups"]:
        field = found["field"]
        own_ratios = [own for own in ("ratios", "ratios_with_protected") if found[own]]
        yield {
            "field": field,
            "words": words_of(field),
            "rows": [_row(one, field) for one in found["levels"]],
            "ratios": [
                {"words": words, "of": [_interval(found[own][name], _two) for own in own_ratios]}
                for name, words in RATIOS.items()
            ],
        }


def without(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    """Each ratio of the model, and of the models without near-protected fields, where measured."""
    for found in evaluation["groups"]:
        others = found.get("ratios_without", {})
        for name, words in RATIOS.items() if others else ():
            yield {
                "words": f"{words_of(found['field'])}, {words[0].lower()}{words[1:]}",
                "cells": [
                    _interval(ratios[name], _two) for ratios in (found["ratios"], *others.values())
                ],
                "subjects": list(others),
            }


def learning(evaluation: Evaluation) -> list[dict[str, Any]]:
    """How good the model was with fewer people, where that was measured."""
    return [
        {
            "people": number(one["people"]),
            "left": number(one["left"]),
            "area": f"{number(one['roc_auc']['mean'], 3)} ± {number(one['roc_auc']['sd'], 3)}",
        }
        for one in evaluation.get("learning_curve", ())
    ]


def words_of(field: str) -> str:
    """What a way of grouping is called."""
    return FACTS[field].words if field in FACTS else AGE_WORDS


def _row(group: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {
        "level": grouped(group["level"], field),
        "too_small": group["too_small"],
        "n": number(group["n"]),
        "leavers": number(group["leavers"]),
        "cells": [
            *(_interval(group[name], percent) for name in SHARES),
            _interval(group["bias"], _points),
            _interval(group["roc_auc"], _two),
        ],
    }


def _interval(figure: Mapping[str, Any], write: Any) -> tuple[str, str]:
    """A figure and its interval, written; a dash where the group is too small to tell."""
    if figure is None:
        return NOTHING, "non mesuré"
    return write(figure["value"]), f"{write(figure['low'])} à {write(figure['high'])}"


def _two(value: float) -> str:
    return number(value, 2)


def _points(value: float) -> str:
    return number(100 * value, 1, signed=True)
