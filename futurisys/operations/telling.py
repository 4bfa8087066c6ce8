"""An estimate in the words in which the person whom it is about is told it."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from futurisys.employee.answer import FLAGGED, UNCERTAIN, UNFLAGGED, Answer
from futurisys.employee.schema import KEPT, say
from futurisys.employee.told import called, told
from futurisys.employee.typography import percent, points
from futurisys.model.calibration import probability
from futurisys.model.card import Card
from futurisys.model.chances import between, in_words
from futurisys.model.explain import Factor, factors
from futurisys.model.plain import WORDS, word_of
from futurisys.operations.disclosure import Estimate
from futurisys.operations.retention import Ends
from futurisys.records.retention import PLACE
from futurisys.records.reviews import ACTED, AGREED, DISAGREED, DROPPED, MET, WRONG

Told = Sequence[tuple[str, str]]
_MEANINGS = {
    FLAGGED: "toute la fourchette est au seuil ou au-dessus",
    UNCERTAIN: "la fourchette contient le seuil, ou que le modèle n'a rien vu de semblable",
    UNFLAGGED: "toute la fourchette est en dessous du seuil",
}
_WITHOUT_RANGE = {FLAGGED: "au seuil ou au-dessus", UNFLAGGED: "en dessous du seuil"}
# What each kind of review says, to the person.
_REVIEWS = {
    AGREED: "quelqu'un a été d'accord avec l'estimation",
    DISAGREED: "quelqu'un n'a pas été d'accord avec l'estimation",
    WRONG: "des données ont été jugées fausses",
    DROPPED: "il n'y a pas eu de suite",
    MET: "un entretien a été mené",
    ACTED: "une mesure a été prise",
}
_INFORMED = ", et il a été noté que vous saviez qu'une estimation existe"


@dataclass(frozen=True)
class ToldEstimate:
    """An estimate in words. others: how many reasons are not among those that are told.

    same_as: the moment of the estimate told before it that was made of the same facts;
    has_same_reasons: whether it has the same reasons too. is_emptied: whether facts have gone.
    unread: what is kept, though the model does not read it.
    """

    at: datetime.datetime
    identifier: str
    version: str
    line: int | None
    chance: str
    span: str
    threshold: str
    word: str
    meaning: str
    warnings: Sequence[str]
    start: str
    has_reasons: bool
    raising: Told
    lowering: Told
    others: int
    facts: Told
    is_emptied: bool
    unread: Sequence[str]
    same_as: datetime.datetime | None
    has_same_reasons: bool
    reviews: Sequence[Mapping[str, Any]]
    goes: Ends


def tell(
    one: Estimate, card: Card | None, most: int = len(KEPT), before: Estimate | None = None
) -> ToldEstimate:
    """An estimate in words.

    card: of the model that is served. most: reasons each way. before: the estimate told before it.
    """
    kept, answer = one.kept, one.kept.answer
    known = [name for name in KEPT if kept.facts.get(name) is not None]
    same = before.kept if before and before.kept.facts == kept.facts else None
    return ToldEstimate(
        at=kept.created_at,
        identifier=kept.identifier,
        version=answer.model_version,
        line=kept.line,
        **_chance(answer, card),
        **_reasons(kept.facts, answer, most),
        facts=[(called(name), told(name, kept.facts[name])) for name in known],
        is_emptied=set(known) <= {PLACE},
        unread=[called(name) for name in known if answer.effects and name not in answer.effects],
        same_as=same.created_at if same else None,
        has_same_reasons=bool(same and answer.effects and same.answer.effects == answer.effects),
        reviews=list(_reviews(one.reviews)),
        goes=one.goes,
    )


def _chance(answer: Answer, card: Card | None) -> dict[str, Any]:
    """The probability, its range, the threshold and the word; card: as `tell` has it."""
    bounds = card.bounds if card and card.version == answer.model_version else None
    low, high = answer.range_low, answer.range_high
    word = word_of(answer.probability, answer.threshold, low, high, bool(answer.warnings))
    has_range = low is not None and high is not None
    what = _MEANINGS[word]
    if not has_range and word in _WITHOUT_RANGE:
        what = f"l'estimation est {_WITHOUT_RANGE[word]}"
    return {
        "chance": in_words(answer.probability, bounds),
        "span": "" if low is None or high is None else between(low, high, bounds),
        "threshold": percent(answer.threshold, 1),
        "word": WORDS[word],
        "meaning": f"« {WORDS[word]} » veut dire que {what} ; le seuil est le même pour tout le "
        "monde.",
        "warnings": answer.warnings,
    }


def _reasons(facts: Mapping[str, Any], answer: Answer, most: int) -> dict[str, Any]:
    """What moved an estimate, the heaviest `most` each way; what the law protects is told too."""
    found = factors(facts, answer.base, answer.effects)
    raising = [one for one in found if one.effect > 0]
    lowering = [one for one in found if one.effect < 0]
    return {
        "start": percent(float(probability(answer.base)), 1),
        "has_reasons": bool(answer.effects),
        "raising": _sentences(raising[:most]),
        "lowering": _sentences(lowering[:most]),
        "others": len(raising[most:]) + len(lowering[most:]),
    }


def _sentences(reasons: Sequence[Factor]) -> Told:
    return [(say(one.field, one.value), points(one.share)) for one in reasons]


def _reviews(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        said = _REVIEWS.get(row["kind"], row["kind"])
        measure = f" ({row['measure']})" if row["measure"] else ""
        back = f" ; à revoir le {row['back_on']:%d/%m/%Y}" if row["back_on"] else ""
        informed = _INFORMED if row["informed"] else ""
        yield {
            "at": row["created_at"],
            "said": said + measure + informed + back,
            "note": row["note"],
        }
