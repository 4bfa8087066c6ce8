"""The figures of an evaluation as tables for people.

`python -m futurisys.training.figures docs/model.md` writes the sample's between the page's markers.
"""

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from futurisys.model.artifact import FIGURES
from futurisys.model.calibration import probability
from futurisys.model.plain import WORDS
from futurisys.model.range import Range
from futurisys.sample import EVALUATION

ESTIMATES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
ROWS = {
    "model": "this model",
    "baseline": "plain logistic regression",
    "strong": "strong logistic regression",
    "additive": "additive boosting machine",
    "dummy": "the base rate for everyone",
    "nested": "this model, chosen on inner folds",
    "protected": "with age, gender and marital status",
    "without_pee": "without nombre_participation_pee",
    "without_distance": "without distance_domicile_travail",
    "without_both": "without both",
    "complete": "with every asked-for field",
}


def markdown(metrics: Mapping[str, Any]) -> str:
    """The cross-validation's figures, mean ± standard deviation over the folds, as Markdown."""
    rows = [
        [title, *(f"{metrics[row][c]['mean']:.3f} ± {metrics[row][c]['sd']:.3f}" for c in FIGURES)]
        for row, title in ROWS.items()
        if row in metrics
    ]
    return _table([f"{metrics['folds']} folds", *FIGURES.values()], rows)


def differences(document: Mapping[str, Any]) -> str:
    """The model's figures minus each contender's, with the 95 % interval, as Markdown."""
    measured = [name for name in ROWS if name in document["differences"]]
    figures = [c for c in FIGURES if all(c in document["differences"][name] for name in measured)]
    rows = [
        [ROWS[name], *(signed(document["differences"][name][figure]) for figure in figures)]
        for name in measured
    ]
    return _table(["this model minus", *(FIGURES[figure] for figure in figures)], rows)


def groups(document: Mapping[str, Any]) -> str:
    """Whom the model flags and finds, group by group, with the 95 % intervals, as Markdown."""
    figures = {
        "flagged": "flagged",
        "recall": "recall",
        "false_positive_rate": "false alarms",
        "bias": "estimated − left",
        "roc_auc": "ROC-AUC",
    }
    rows = [
        [
            f"{level['level']}{' (too few to tell)' if level['too_small'] else ''}",
            f"{level['n']:,}",
            str(level["leavers"]),
            *(_spread(level[figure], 3 if figure == "bias" else 2) for figure in figures),
        ]
        for grouping in document["groups"]
        for level in grouping["levels"]
    ]
    return _table(["group", "n", "leavers", *figures.values()], rows)


def ratios(document: Mapping[str, Any]) -> str:
    """The lowest group's figure over the highest's, as Markdown."""
    rows = [
        [
            grouping["field"],
            *(
                _spread(found and found[ratio])
                for found in (grouping["ratios"], grouping["ratios_with_protected"])
                for ratio in ("selection", "equal_opportunity")
            ),
        ]
        for grouping in document["groups"]
    ]
    titles = ["selection", "equal opportunity"]
    with_protected = [f"{title}, were the three attributes read" for title in titles]
    return _table(["lowest ÷ highest group", *titles, *with_protected], rows)


def ratios_without(document: Mapping[str, Any]) -> str:
    """The same ratios of the models that leave near-protected fields out, as Markdown."""
    names = [name for name in ROWS if name in document["groups"][0]["ratios_without"]]
    rows = [
        [
            f"{grouping['field']}, {words}",
            _spread(grouping["ratios"][ratio]),
            *(_spread(grouping["ratios_without"][name][ratio]) for name in names),
        ]
        for grouping in document["groups"]
        for ratio, words in (("selection", "selection"), ("equal_opportunity", "opportunity"))
    ]
    header = ["lowest ÷ highest group", "this model", *(ROWS[name] for name in names)]
    return _table(header, rows)


def learning(document: Mapping[str, Any]) -> str:
    """How good the model gets with the number of people, as Markdown."""
    rows = [
        [
            f"{size['people']:,}",
            str(size["left"]),
            f"{size['roc_auc']['mean']:.3f} ± {size['roc_auc']['sd']:.3f}",
        ]
        for size in document["learning_curve"]
    ]
    return _table(["people learnt from", "leavers among them", "ROC-AUC"], rows)


def out_of_time(document: Mapping[str, Any]) -> str:
    """What was learnt from earlier people is worth for later ones, in a sentence."""
    later = document["out_of_time"]
    return (
        f"Learnt from the {later['learnt_from']:,} people before {later['from']}, measured on the "
        f"{later['people']:,} from then on ({later['left']} left): ROC-AUC "
        f"{later['roc_auc']['value']:.3f} ({later['roc_auc']['low']:.3f} to "
        f"{later['roc_auc']['high']:.3f})."
    )


def plain(document: Mapping[str, Any]) -> str:
    """Of a hundred people, how many had left, band by band and word by word, as Markdown."""
    rows = [
        [
            f"estimated {band['low']:.1%} to {band['high']:.1%}",
            f"{band['people']:,.0f}",
            f"{100 * band['left']['value']:.0f}",
            f"{100 * band['left']['low']:.0f} to {100 * band['left']['high']:.0f}",
            "",
        ]
        for band in document["plain"]["bands"]
    ] + [
        [
            f"« {word} »",
            f"{part['people']:,.0f}",
            f"{100 * part['left']:.0f}",
            "",
            f"{100 * part['of_left']:.0f}",
        ]
        for name, word in WORDS.items()
        for part in [document["plain"]["words"][name]]
    ]
    return _table(["", "people", "of 100, left", "at 95 %", "of 100 leavers"], rows)


def ranges(document: Mapping[str, Any]) -> str:
    """The ranges of some estimates, and what such ranges cover, as Markdown."""
    found, covered = Range.read(document["range"]), document["covering"]
    rows = []
    for estimate in ESTIMATES:
        low, high = found.around(math.log(estimate / (1 - estimate)))
        rows.append([f"{estimate:.0%}", f"{probability(low):.0%} to {probability(high):.0%}"])
    return "\n".join(
        [
            _table([f"estimate, {found.refits} refits", "range"], rows),
            "",
            f"In {covered['companies']} simulated companies such ranges ({covered['refits']} "
            f"refits each) held the truth of {covered['covered']:.1%} of the people "
            f"({covered['lowest']:.1%} in the worst company, {covered['above']:.1%} of those "
            f"estimated above the threshold); not widened, of {covered['plain']:.1%}. The "
            f"population's mean log-odds moved by {found.shift:.2f}.",
        ]
    )


def capacity(document: Mapping[str, Any]) -> str:
    """What each share of people flagged would find, as Markdown."""
    rows = [
        [f"{one['flagged']:.0%}", f"{one['found']:.0%}", f"{one['precision']:.0%}"]
        for one in document["capacity"]
    ]
    return _table(["flagged", "leavers found", "of those flagged, left"], rows)


def tables(document: Mapping[str, Any]) -> str:
    """All that docs/model.md shows of evaluation.json."""
    protocol = document["protocol"]
    return "\n\n".join(
        [
            markdown({"folds": protocol["folds"]} | document["figures"]),
            differences(document),
            capacity(document),
            groups(document),
            ratios(document),
            ratios_without(document),
            learning(document),
            ranges(document),
            plain(document),
        ]
    )


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    written = [f"| {' | '.join(cells)} |" for cells in (header, *rows)]
    return "\n".join([written[0], "|---" * len(header) + "|", *written[1:]])


def _spread(figure: Mapping[str, float] | None, digits: int = 2) -> str:
    if figure is None:
        return "–"
    value, low, high = (f"{figure[name]:.{digits}f}" for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def signed(figure: Mapping[str, float]) -> str:
    """A figure and its interval, with their signs."""
    return f"{figure['value']:+.3f} ({figure['low']:+.3f} to {figure['high']:+.3f})"


def main() -> None:
    """Write the figures of the sample's evaluation between the markers of a page."""
    path = Path(sys.argv[1])
    document = json.loads(EVALUATION.read_text())
    path.write_text(
        re.sub(
            r"(<!-- figures -->\n).*?(\n<!-- /figures -->)",
            lambda found: found[1] + tables(document) + found[2],
            path.read_text(),
            flags=re.DOTALL,
        )
    )


if __name__ == "__main__":
    main()
