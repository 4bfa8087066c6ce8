"""The model card in the hub's own format: a README.md with its figures as metadata."""

import json
from collections.abc import Iterable, Iterator

from futurisys.model.artifact import FIGURES
from futurisys.model.card import Card
from futurisys.model.statements import ENGLISH
from futurisys.training.figures import learning, markdown, out_of_time, signed

SAMPLE = "IBM HR Analytics Employee Attrition & Performance (fictional)"
OWN = "HR extracts of whoever runs the service"

_README = """---
{metadata}
---
# Futurisys, model {version}

Estimates whether an employee will leave: a statistical signal for a person to weigh, never a
decision.

## Purpose

{purpose}

## What it must not be used for

{excluded}

## Training data

{employees}{made} on {created_at}. {data}

## Figures

{figures}

{further}

Label "Part" from the calibrated probability {threshold} up; the risk is "Modéré" from {moderate}.
{bounds}

## What it reads

{fields}.

{warning}

## Limits

{limits}

## What the law asks of its user

{law}

{advice}

## Files

`encoder.json` and `model.ubj` are all that the service reads; it opens no pickle. A `.joblib`
file is a scikit-learn original, uncalibrated: open it only if you trust this repository.

{digests}
"""


def readme(card: Card) -> str:
    """The README.md of the model's repository."""
    return _README.format(
        metadata="\n".join(_metadata(card)),
        version=card.version,
        purpose=ENGLISH.purpose,
        excluded=_bullets(ENGLISH.excluded),
        employees=_people(card),
        made="Converted from a model of the older service" if card.converted else "Trained",
        created_at=card.created_at,
        data=ENGLISH.origin_of(card.fictional, card.people_from, card.drawn),
        figures=markdown({"folds": card.folds} | dict(card.figures))
        if card.figures
        else "None were kept with this model.",
        further="\n\n".join(_further(card)),
        threshold=card.threshold,
        moderate=card.moderate,
        bounds=_bounds(card),
        fields=", ".join(f"`{name}`" for name in card.fields),
        warning=_warning(card),
        limits=_bullets(ENGLISH.limits_of(card.fictional, card.horizon)),
        law="\n".join(f"- [ ] **{duty.source}.** {duty.question}" for duty in ENGLISH.law),
        advice=ENGLISH.advice,
        digests=_bullets(f"`{name}`: `{digest}`" for name, digest in card.digests.items()),
    )


def _people(card: Card) -> str:
    """How many were learnt from, where that is known."""
    if not card.employees:
        return ""
    when = f" within {card.horizon} days" if card.horizon else ""
    return f"{card.employees} employees, {card.left} of whom had left{when}. "


def _bounds(card: Card) -> str:
    """How far data supports an estimate."""
    if not card.bounds:
        return "Nothing bounds its estimates."
    low, high = card.bounds["low"], card.bounds["high"]
    return (
        "Its estimates go little beyond what people whom it had not seen support: "
        f"{high['people']} people at the upper end, {high['left']} of whom left, and "
        f"{low['people']} at the lower, {low['left']} of whom left."
    )


def _further(card: Card) -> Iterator[str]:
    """What else was measured: how many people it takes, gender's calibration, ranges."""
    evaluation = card.evaluation or {}
    if "learning_curve" in evaluation:
        yield learning(evaluation)
    if "out_of_time" in evaluation:
        yield out_of_time(evaluation)
    for grouping in evaluation.get("groups", ()):
        if grouping["field"] == "genre":
            told = (f"{level['level']} {signed(level['bias'])}" for level in grouping["levels"])
            yield f"Calibration by gender, mean estimate minus share that left: {', '.join(told)}."
    if card.range is None:
        yield "Its estimates have no range: how far they would move was not measured."
        return
    yield (
        f"Each estimate has a range: what the model would have said, about nine times in ten, had "
        f"it learnt from other people ({card.range.refits} refits, widened by "
        f"{card.range.widening:g}; approximate: it held the truth of {card.range.covered:.0%} of "
        "people in simulated companies). It is no margin on what the person will do."
    )


def _warning(card: Card) -> str:
    """What is protected by law among what the model reads."""
    if not card.needed:
        return "Age, gender and marital status are not read."
    return (
        f"**Warning: this model reads {', '.join(card.needed)}**, which the law protects (French "
        "Code du travail, article L1132-1). Wherever it is deployed, an employee without them is "
        "refused. Weigh first whether you may use it."
    )


def _metadata(card: Card) -> Iterator[str]:
    """The lines of the YAML block; a line's value is JSON, which is YAML too."""
    yield "library_name: xgboost"
    yield "language: fr"
    yield f"tags: {json.dumps(['tabular-classification', 'xgboost', 'human-resources'])}"
    if not card.figures:
        return
    result = {
        "task": {"type": "tabular-classification", "name": "Employee attrition"},
        "dataset": {"type": "tabular", "name": SAMPLE if card.fictional else OWN},
        "metrics": [
            {
                "type": figure,
                "name": f"{title}, mean of {card.folds} folds",
                "value": card.figures["model"][figure]["mean"],
            }
            for figure, title in FIGURES.items()
        ],
    }
    index = [{"name": f"futurisys-{card.version}", "results": [result]}]
    yield f"model-index: {json.dumps(index, ensure_ascii=False)}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
