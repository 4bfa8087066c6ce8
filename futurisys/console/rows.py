"""A row of the ranked table: an estimate with its range on a line, its word, its reasons."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import url_for
from markupsafe import Markup

from futurisys import serving
from futurisys.console.estimates import in_brief, in_words
from futurisys.console.french import typeset
from futurisys.operations.files import Reviewed

_ANY = UUID(int=0)
# Drawn for each of thousands of rows: one text, into which nothing but numbers and a word goes.
_LINE = (
    '<svg class="span span-%s" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="track" y="5" width="100" height="2"/>'
    '<rect class="held" x="%.1f" y="2" width="%.1f" height="8"/>'
    '<path class="edge" d="M%.1f 0v12"/><path class="here" d="M%.1f 0v12"/></svg>'
)


@dataclass(frozen=True)
class Row:
    """What the table shows of one person. span: the range in words, "" without one.

    address: of their page. has_no_range: whether the word goes by the threshold alone. review: the
    kind of what was last said of them, "" where nothing was.
    """

    address: str
    line: int
    estimate: str
    span: str
    drawing: Markup
    word: str
    has_no_range: bool
    warned: bool
    reasons: Markup
    department: str
    post: str
    review: str


def shown(rows: Iterable[Mapping[str, Any]], reviewed: Mapping[str, Reviewed]) -> Iterator[Row]:
    """The rows that `operations.ranking.rows` gives, as the page shows them."""
    pages = url_for("console.prediction", identifiant=_ANY).removesuffix(str(_ANY))
    version = serving.version()
    bounds = serving.current().card.bounds if version else None
    for row in rows:
        own = bounds if row["model_version"] == version else None
        low, high = row["range_low"], row["range_high"]
        yield Row(
            pages + row["id"],
            row["line"],
            in_words(row["probability"], own),
            "" if low is None else in_brief(row["probability"], low, high, own),
            _line(row),
            row["word"],
            low is None and not row["warned"],
            row["warned"],
            Markup(" ").join(_reason(*one) for one in row["reasons"]),
            row["departement"],
            row["poste"],
            reviewed[row["id"]].kind if row["id"] in reviewed else "",
        )


def _line(row: Mapping[str, Any]) -> Markup:
    """The estimate, its range and the threshold on a line from 0 to 100 %."""
    chance, low, high = row["probability"], row["range_low"], row["range_high"]
    start, width = (0, 0) if low is None else (100 * low, max(100 * (high - low), 1))
    marks = row["word"], start, width, 100 * row["threshold"], 100 * chance
    return Markup(_LINE % marks)  # noqa: S704 (numbers, and a word of ours)


@lru_cache(maxsize=4096)  # A file says the same of many people.
def _reason(raises: bool, words: str) -> Markup:
    way, sign = ("raises", "+") if raises else ("lowers", "−")
    told = Markup('<span class="brief"><i class="{}">{}</i>{}</span>')
    return told.format(way, sign, typeset(words))
