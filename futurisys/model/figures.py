"""The figures of a manifest as a table for people."""

from collections.abc import Mapping
from typing import Any

COLUMNS = {
    "roc_auc": "ROC-AUC",
    "average_precision": "AP",
    "brier": "Brier",
    "log_loss": "log-loss",
    "pooled_ece": "pooled ECE",
    "recall_at_precision_50": "recall at P ≥ 0.5",
    "f1": "F1",
}
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
    lines = [
        f"| {metrics['folds']} folds | {' | '.join(COLUMNS.values())} |",
        "|---" * (len(COLUMNS) + 1) + "|",
    ]
    for row in [name for name in ROWS if name in metrics]:
        cells = [f"{metrics[row][c]['mean']:.3f} ± {metrics[row][c]['sd']:.3f}" for c in COLUMNS]
        lines.append(f"| {ROWS[row]} | {' | '.join(cells)} |")
    return "\n".join(lines)
