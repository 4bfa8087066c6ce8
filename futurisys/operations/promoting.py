"""A model in the served one's place: only where it has earned it, or somebody answers for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from futurisys.errors import ArtifactError, PromotionRefused
from futurisys.model import pointer
from futurisys.model.artifact import Artifact
from futurisys.model.card import Card
from futurisys.model.predictor import Predictor
from futurisys.model.store import Address, Store
from futurisys.operations.models_compared import FEW, LOSS, UNSERVED, compare
from futurisys.operations.transactions import reading, writing
from futurisys.records import models as records
from futurisys.records.models import Promotion

SENTENCES = {
    UNSERVED: "The served model cannot be loaded, so that nothing can be compared with it.",
    FEW: "Fewer than {people[least]} people have facts that both models can be asked about "
    "({people[people]}).",
    LOSS: "On what became of people it is clearly worse: the ROC-AUC moves by "
    "{outcomes[area][1]:+.3f} to {outcomes[area][2]:+.3f}, with 95 % confidence.",
}
# Of what somebody writes, or an address is, at most so many characters.
_TEXTS: Any = Promotion.__table__.c
_LENGTHS = {name: _TEXTS[name].type.length for name in ("address", "author", "reason")}


@dataclass(frozen=True)
class Named:
    """A verified model, and where it is, pinned by its digest."""

    artifact: Artifact
    address: Address

    @property
    def told(self) -> dict[str, str]:
        return {
            "version": self.artifact.version,
            "digest": self.artifact.digest,
            "address": str(self.address),
        }


@dataclass(frozen=True)
class Decision:
    """Who decides, and why; forced: whatever speaks against it."""

    author: str
    reason: str
    forced: bool = False


@dataclass(frozen=True)
class Promoted:
    """What is served from now on; objections: what spoke against it.

    is_told: whether a service of this machine was told.
    """

    version: str
    objections: Sequence[str]
    is_told: bool


def named(store: Store, text: str) -> Named:
    """The model of an address, fetched and verified; raises AddressError and ArtifactError."""
    address = Address.parse(text)
    found = store.get(address)
    folder = address.folder and address.folder.resolve()
    return Named(found, replace(address, folder=folder, digest=found.digest))


def promote(file: Path, store: Store, text: str, decision: Decision) -> Promoted:
    """Compare a model with the served one, write down who decided, and have it served.

    file: which holds the served address. Raises PromotionRefused where something speaks against it,
    unless it is forced; AddressError, and ArtifactError where the model does not answer.
    """
    before, candidate = pointer.read(file), named(store, text)
    served = _served(store, before, candidate)
    comparison = _compared(served, Predictor(candidate.artifact))
    objections = list(sentences(comparison))
    if objections and not decision.forced:
        raise PromotionRefused(
            " ".join(objections) + " --force promotes it all the same, and that is written down."
        )
    decision = replace(decision, forced=bool(objections))
    told = comparison | {"before": served.told if served else None}
    is_told = _serve(file, before, candidate, decision, told)
    return Promoted(candidate.artifact.version, objections, is_told)


def roll_back(file: Path, store: Store, decision: Decision) -> Promoted:
    """Have the model served that the newest decision replaced; raises PromotionRefused.

    And AddressError and ArtifactError, as `promote`.
    """
    with reading() as connection:
        newest = records.decision(connection)
    earlier = ((newest and newest.comparison) or {}).get("before")
    if not earlier:
        raise PromotionRefused("No decision is kept that says which model was served before.")
    before, candidate = pointer.read(file), named(store, earlier["address"])
    served = _served(store, before, candidate)
    Predictor(candidate.artifact)
    told = {"before": served.told if served else None, "is_back": True}
    is_told = _serve(file, before, candidate, decision, told)
    return Promoted(candidate.artifact.version, (), is_told)


def version_at(store: Store, text: str) -> str | None:
    """The version of the model at an address; None where it cannot be had."""
    try:
        return named(store, text).artifact.version
    except ArtifactError:
        return None


def mean_error(card: Card) -> float | None:
    """The standard error of a model's mean estimate, a probability; None where it has none.

    A shift of all log-odds moves an estimate p by that times p (1 - p), of the people it learnt
    from, as far as bands tell.
    """
    if card.range is None:
        return None
    whole = {"low": card.base_rate, "high": card.base_rate, "people": 1}
    bands = card.plain["bands"] if card.plain else [whole]
    people = [band["people"] for band in bands]
    middles = [(band["low"] + band["high"]) / 2 for band in bands]
    slopes = (count * p * (1 - p) for count, p in zip(people, middles, strict=True))
    return card.range.shift * sum(slopes) / sum(people)


def sentences(comparison: Mapping[str, Any]) -> Iterator[str]:
    """What speaks against a model, for an engineer."""
    for code in comparison["objections"]:
        yield SENTENCES[code].format_map(comparison)


def _served(store: Store, text: str, candidate: Named) -> Named | None:
    """The model that would be replaced; None where it cannot be had. Raises PromotionRefused."""
    try:
        served = named(store, text)
    except ArtifactError:
        return None
    if served.address.digest == candidate.address.digest:
        raise PromotionRefused(f"Model {candidate.artifact.version} is the served one already.")
    return served


def _compared(served: Named | None, candidate: Predictor) -> dict[str, Any]:
    """What a comparison says; that there can be none, where the served model does not answer."""
    try:
        before = Predictor(served.artifact) if served else None
    except ArtifactError:
        before = None
    return compare(before, candidate) if before else {"objections": [UNSERVED]}


def _serve(
    file: Path, before: str, candidate: Named, decision: Decision, comparison: Mapping[str, Any]
) -> bool:
    """Write down the decision and the address, both or neither, and tell the service."""
    card = Card.of(candidate.artifact)
    row: dict[str, Any] = {
        **candidate.told,
        "author": decision.author,
        "reason": decision.reason,
        "forced": decision.forced,
        "comparison": comparison,
        "horizon_days": card.horizon,
        "mean_error": mean_error(card),
    }
    for name, most in _LENGTHS.items():
        if len(row[name]) > most:
            raise PromotionRefused(f"The {name} has more than {most} characters: shorten it.")
    is_replaced = False
    try:
        with writing() as connection:
            records.keep(connection, row)
            if pointer.read(file) != before:
                raise PromotionRefused("Another model was promoted meanwhile: compare once more.")
            pointer.replace(file, row["address"])
            is_replaced = True
    except BaseException:
        # What is not known to be written down is not served.
        if is_replaced:
            pointer.replace(file, before)
        raise
    return pointer.tell(file)
