"""The figures of an evaluation as tables for people.

`python -m futurisys.training.figures docs/model.md` writes the sample's between the page's markers.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from futurisys.model.artifact import FIGURES
from futurisys.sample import EVALUATION

ROWS = {
    "model": "this model",
    "baseline": "plain logistic regression",
    "strong": "strong logistic regression",
    "additive": "additive boosting machine",
    "dummy": "the base rate for everyone",
    "nested": "this model, chosen on inner folds",
    "protected": "with age, gender and marital status",
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
        [ROWS[name], *(_signed(document["differences"][name][figure]) for figure in figures)]
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
            *(_spread(level[figure]) for figure in figures),
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
        ]
    )


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    written = [f"| {' | '.join(cells)} |" for cells in (header, *rows)]
    return "\n".join([written[0], "|---" * len(header) + "|", *written[1:]])


def _spread(figure: Mapping[str, float] | None) -> str:
    if figure is None:
        return "–"
    return f"{figure['value']:.2f} ({figure['low']:.2f} to {figure['high']:.2f})"


def _signed(figure: Mapping[str, float]) -> str:
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
