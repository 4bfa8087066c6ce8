"""What is known of estimates in plain words: of a hundred people, how many."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from futurisys.employee.answer import FLAGGED, UNCERTAIN, UNFLAGGED
from futurisys.model.shapes import amount, null, share

_SHARE = (share, null)
_PART = {"people": amount, "left": _SHARE, "of_left": _SHARE}
# What a manifest says.
PLAIN = {
    "bands": [
        {
            "low": share,
            "high": share,
            "people": amount,
            "left": {"value": share, "low": share, "high": share},
        }
    ],
    "threshold": {"flagged": _PART, "unflagged": _PART},
    "words": {"flagged": _PART, "uncertain": _PART, "unflagged": _PART},
}
# The three words that are said of a person, by how their range lies to the threshold.
WORDS = {FLAGGED: "Signalé", UNCERTAIN: "Incertain", UNFLAGGED: "Non signalé"}
_SIDES = {"flagged": "au seuil ou au-dessus", "unflagged": "en dessous du seuil"}


def word_of(
    probability: float,
    threshold: float,
    low: float | None,
    high: float | None,
    has_warnings: bool,
) -> str:
    """Which of `WORDS` an answer is; `records.words` says the same in SQL.

    Whose range holds the threshold is uncertain, and so is an answer with warnings, which has no
    range; one of a model that has measured none goes by its probability.
    """
    if has_warnings:
        return UNCERTAIN
    if low is None or high is None:
        low = high = probability
    if low >= threshold:
        return FLAGGED
    return UNFLAGGED if high < threshold else UNCERTAIN


def in_plain_words(
    plain: Mapping[str, Any], fictional: bool, horizon: int | None = None
) -> dict[str, Any]:
    """A manifest's figures with a sentence each; horizon: its days, where the model has one."""
    whence = source(fictional, horizon)
    return {
        "source": whence,
        "bands": list(bands(plain, whence)),
        "sides": list(sides(plain, whence)),
        "words": list(words(plain, whence)),
    }


def source(fictional: bool, horizon: int | None = None) -> str:
    """Where the figures are from, and within what time; without dates, nobody knows."""
    kind = "données d'apprentissage fictives" if fictional else "données d'apprentissage"
    time = "durée inconnue" if horizon is None else f"au bout de {horizon} jours"
    return f"dans les {kind}, {time}"


def bands(plain: Mapping[str, Any], whence: str) -> Iterator[Mapping[str, Any]]:
    """Each band with its sentence; whence: what `source` says."""
    for band in plain["bands"]:
        left = band["left"]
        low, high = math.floor(100 * left["low"]), math.ceil(100 * left["high"])
        yield {
            **band,
            "sentence": f"Sur 100 personnes estimées entre {_percent(band['low'])} et "
            f"{_percent(band['high'])} %, de {low} à {high} étaient parties, {whence}.",
        }


def words(plain: Mapping[str, Any], whence: str) -> Iterator[Mapping[str, Any]]:
    """Each of the three words with its sentence."""
    for name, word in WORDS.items():
        part = plain["words"][name]
        yield {**part, "word": word, "sentence": _sentence(part, f"« {word} »", whence)}


def sides(plain: Mapping[str, Any], whence: str) -> Iterator[Mapping[str, Any]]:
    """Each side of the threshold with its sentence."""
    for name, side in _SIDES.items():
        part = plain["threshold"][name]
        yield {**part, "word": side, "sentence": _sentence(part, side, whence)}


def of_a_hundred(shares: Mapping[str, float]) -> dict[str, int]:
    """Shares of a whole as people of a hundred, who are a hundred in all."""
    counts = {name: math.floor(100 * share) for name, share in shares.items()}
    by_rest = sorted(shares, key=lambda name: counts[name] - 100 * shares[name])
    for name in by_rest[: round(100 * sum(shares.values())) - sum(counts.values())]:
        counts[name] += 1
    return counts


def _sentence(part: Mapping[str, Any], who: str, whence: str) -> str:
    if part["left"] is None or part["of_left"] is None:
        return f"Personne n'était {who}, {whence}."
    left = round(100 * part["left"])
    return (
        f"Sur 100 personnes {who}, {left} étaient parties et {100 - left} non ; sur 100 personnes "
        f"parties, {round(100 * part['of_left'])} étaient {who}, {whence}."
    )


def _percent(chance: float) -> str:
    """A share of 100, with a digit more where there is less than 10."""
    return f"{100 * chance:.{0 if chance >= 0.0995 else 1}f}".replace(".", ",")
