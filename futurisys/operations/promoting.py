"""A model in the served one's place: only where it has earned it, or somebody answers for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from futurisys.errors import ArtifactError, PromotionRefused
from futurisys.model import pointer
from futurisys.model.card import Card
from futurisys.model.predictor import Predictor
from futurisys.model.store import Address, Store
from futurisys.operations.models_compared import FEW, LOSS, UNSERVED, compare
from futurisys.operations.transactions import reading, writing
from futurisys.records import models as records
from futurisys.records.models import Promotion

SENTENCES = {
    UNSERVED: "The served model cannot be loaded, so that nothing can be compared with it.",
    FEW: "Fewer than {least} people have facts that both models can be asked about ({people}).",
    LOSS: "On what became of people it is clearly worse: the ROC-AUC moves by {area[1]:+.3f} to "
    "{area[2]:+.3f}, with 95 % confidence.",
}
# Of what somebody writes, or an address is, at most so many characters.
_TEXTS: Any = Promotion.__table__.c
_LENGTHS = {name: _TEXTS[name].type.length for name in ("address", "author", "reason")}


@dataclass(frozen=True)
class Named:
    """A model that was proven, and where it is, pinned by its digest."""

    predictor: Predictor
    address: Address

    @property
    def told(self) -> dict[str, str]:
        return {
            "version": self.predictor.version,
            "digest": self.address.digest,
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


def proven(store: Store, text: str) -> Named:
    """The model of an address; raises AddressError, or ArtifactError where it does not answer."""
    address = Address.parse(text)
    found = store.get(address)
    folder = address.folder and address.folder.resolve()
    pinned = replace(address, folder=folder, digest=found.digest)
    return Named(Predictor(found), pinned)


def promote(file: Path, store: Store, text: str, decision: Decision) -> Promoted:
    """Compare a model with the served one, write down who decided, and have it served.

    file: which holds the served address. Raises PromotionRefused where something speaks against it,
    unless it is forced.
    """
    before = pointer.read(file)
    candidate, served = proven(store, text), _served(store, before)
    if served and served.address.digest == candidate.address.digest:
        raise PromotionRefused(f"Model {candidate.predictor.version} is the served one already.")
    comparison: dict[str, Any] = {"objections": [UNSERVED]}
    if served:
        comparison = compare(served.predictor, candidate.predictor)
    objections = list(sentences(comparison))
    if objections and not decision.forced:
        raise PromotionRefused(
            " ".join(objections) + " --force promotes it all the same, and that is written down."
        )
    decision = replace(decision, forced=bool(objections))
    comparison["before"] = served.told if served else None
    is_told = _serve(file, before, candidate, decision, comparison)
    return Promoted(candidate.predictor.version, objections, is_told)


def roll_back(file: Path, store: Store, decision: Decision) -> Promoted:
    """Have the model served that the newest decision replaced; raises PromotionRefused."""
    with reading() as connection:
        newest = records.decision(connection)
    earlier = ((newest and newest.comparison) or {}).get("before")
    if not earlier:
        raise PromotionRefused("No decision is kept that says which model was served before.")
    before = pointer.read(file)
    candidate, served = proven(store, earlier["address"]), _served(store, before)
    if served and served.address.digest == candidate.address.digest:
        raise PromotionRefused(f"Model {candidate.predictor.version} is the served one already.")
    told = {"before": served.told if served else None, "is_back": True}
    is_told = _serve(file, before, candidate, decision, told)
    return Promoted(candidate.predictor.version, (), is_told)


def served_version(store: Store, text: str) -> str | None:
    """The version of the model at an address; None where it cannot be had."""
    served = _served(store, text)
    return served.predictor.version if served else None


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


def _served(store: Store, text: str) -> Named | None:
    """The model that is replaced; None where it does not answer."""
    try:
        return proven(store, text)
    except ArtifactError:
        return None


def sentences(comparison: Mapping[str, Any]) -> Iterator[str]:
    """What speaks against a model, for an engineer."""
    for code in comparison["objections"]:
        yield SENTENCES[code].format_map(
            {**comparison.get("people", {}), **(comparison.get("outcomes") or {})}
        )


def _serve(
    file: Path, before: str, candidate: Named, decision: Decision, comparison: Mapping[str, Any]
) -> bool:
    """Write down the decision and the address, both or neither, and tell the service."""
    row: dict[str, Any] = {
        **candidate.told,
        "author": decision.author,
        "reason": decision.reason,
        "forced": decision.forced,
        "comparison": comparison,
        "horizon_days": candidate.predictor.card.horizon,
        "mean_error": mean_error(candidate.predictor.card),
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
