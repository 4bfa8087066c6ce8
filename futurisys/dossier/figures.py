"""What a card says of its model, in the figures and sentences that documents are filled with."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from futurisys.employee.ages import AGE_BAND, AGE_WORDS
from futurisys.employee.schema import EVAL, FACTS, PROTECTED, REFERENCE, SIRH, SONDAGE
from futurisys.employee.told import called, grouped
from futurisys.employee.typography import day, number, percent
from futurisys.model import plain
from futurisys.model.artifact import MANIFEST
from futurisys.model.card import Card
from futurisys.model.measures import MEASURES
from futurisys.model.statements import FRENCH
from futurisys.operations.clock import zone

# What HR calls each of the extracts.
SOURCES = {
    SIRH: "dossier du personnel",
    EVAL: "évaluation annuelle",
    SONDAGE: "sondage interne",
}


@dataclass(frozen=True)
class Asked:
    """A field: its words, also as within a sentence, why it is asked for, who reads it.

    is_reference: whether it is what a person is known again by.
    """

    words: str
    short: str
    source: str
    reason: str
    is_read: bool
    is_protected: bool
    is_optional: bool
    is_reference: bool


@dataclass(frozen=True)
class Measure:
    """A measure of the model over the folds."""

    words: str
    means: str
    figure: str


@dataclass(frozen=True)
class Group:
    """How the model treats a group; figures are empty where it is too small to tell."""

    kind: str
    level: str
    people: str
    flagged: str
    recall: str
    false_alarms: str


@dataclass(frozen=True)
class Model:
    """A model in words. employees, left: empty where the card does not say. folds: how many."""

    version: str
    digest: str
    created_on: str
    definition: str
    employees: str
    left: str
    base_rate: str
    threshold: str
    moderate: str
    has_range: bool
    is_bounded: bool
    is_converted: bool
    is_fictional: bool
    horizon: int | None
    folds: str
    purpose: str
    excluded: tuple[str, ...]
    origin: str
    limits: tuple[str, ...]
    measures: tuple[Measure, ...]
    sentences: tuple[str, ...]
    groups: tuple[Group, ...]
    ratios: tuple[tuple[str, str], ...]
    protected_read: tuple[str, ...]
    libraries: tuple[tuple[str, str], ...]


def model(card: Card) -> Model:
    """All of it."""
    return Model(
        version=card.version,
        digest=card.digests[MANIFEST],
        created_on=day(datetime.datetime.fromisoformat(card.created_at), zone()),
        definition=card.definition,
        employees="" if card.employees is None else number(card.employees),
        left="" if card.left is None else number(card.left),
        base_rate=percent(card.base_rate, 1),
        threshold=percent(card.threshold, 1),
        moderate=percent(card.moderate, 1),
        has_range=card.range is not None,
        is_bounded=card.bounds is not None,
        is_converted=card.converted,
        is_fictional=card.fictional,
        horizon=card.horizon,
        folds="" if card.folds is None else number(card.folds),
        purpose=FRENCH.purpose,
        excluded=FRENCH.excluded,
        origin=FRENCH.origin_of(card.fictional, card.people_from, card.drawn),
        limits=FRENCH.limits_of(card.fictional, card.horizon),
        measures=tuple(_measures(card)),
        sentences=tuple(_sentences(card)),
        groups=tuple(_groups(card.evaluation or {})),
        ratios=tuple(_ratios(card.evaluation or {})),
        protected_read=tuple(called(name) for name in PROTECTED if name in card.fields),
        libraries=tuple(sorted(card.libraries.items())),
    )


def fields(card: Card) -> Iterator[Asked]:
    """Every field that may be sent, in the order of the schema."""
    for name, fact in FACTS.items():
        yield Asked(
            words=fact.words,
            short=called(name)[0].lower() + called(name)[1:],
            source=SOURCES[fact.extract],
            reason=fact.reason,
            is_read=name in card.fields,
            is_protected=fact.protected,
            is_optional=not fact.required and name not in card.fields,
            is_reference=name == REFERENCE,
        )


def _sentences(card: Card) -> Iterator[str]:
    """What each of the three words was worth, and of whom that is known."""
    people = "personnes fictives" if card.fictional else "personnes"
    time = "en un temps inconnu" if card.horizon is None else f"au bout de {card.horizon} jours"
    whence = f"parmi des {people} que le modèle n'avait pas vues, {time}"
    for one in plain.words(card.plain, whence) if card.plain else ():
        yield one["sentence"]


def _measures(card: Card) -> Iterator[Measure]:
    own = card.figures.get("model", {})
    for name, (words, means) in MEASURES.items():
        if name in own:
            mean, spread = (number(own[name][part], 3) for part in ("mean", "sd"))
            yield Measure(words, means, f"{mean} ± {spread}")


def _groups(evaluation: Mapping[str, Any]) -> Iterator[Group]:
    for found in evaluation.get("groups", ()):
        field = found["field"]
        if field not in (*PROTECTED, AGE_BAND):
            continue
        for one in found["levels"]:
            shares = (one["flagged"], one["recall"], one["false_positive_rate"])
            yield Group(
                _words_of(field), grouped(one["level"], field), number(one["n"]), *map(_of, shares)
            )


def _ratios(evaluation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for found in evaluation.get("groups", ()):
        if found["field"] in (*PROTECTED, AGE_BAND) and found["ratios"]:
            one = found["ratios"]["selection"]
            value, low, high = (number(one[end], 2) for end in ("value", "low", "high"))
            yield _words_of(found["field"]), f"{value} (de {low} à {high})"


def _words_of(field: str) -> str:
    return AGE_WORDS if field == AGE_BAND else called(field)


def _of(share: Mapping[str, float] | None) -> str:
    """A share with its interval at 95 %."""
    if share is None:
        return ""
    return f"{percent(share['value'])} ({percent(share['low'])} à {percent(share['high'])})"
