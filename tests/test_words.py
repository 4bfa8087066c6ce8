"""The three words: flagged, uncertain, not flagged, by how a range lies to the threshold."""

import itertools
from typing import Any

import pytest
import sqlalchemy as sa

from futurisys.model.plain import word_of
from futurisys.records.database import db
from futurisys.records.tables import Prediction
from futurisys.records.words import RANK, WORD

THRESHOLD = 0.2
LEVELS = (0.1, 0.2, 0.3)
RANGES = [(None, None), *((low, high) for low in LEVELS for high in LEVELS if low <= high)]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.2, 0.4, "flagged"),
        (0.19, 0.4, "uncertain"),
        (0.1, 0.2, "uncertain"),
        (0.1, 0.19, "unflagged"),
    ],
)
def test_a_word_says_how_the_whole_range_lies_to_the_threshold(low, high, said):
    """At the threshold or above it is flagged, below it is not; what holds it is uncertain."""
    assert word_of((low + high) / 2, THRESHOLD, low, high, has_warnings=False) == said


@pytest.mark.parametrize(("chance", "said"), [(0.2, "flagged"), (0.19, "unflagged")])
def test_without_a_range_the_probability_decides(chance, said):
    """An older row, or a model that has measured none, goes by its threshold."""
    assert word_of(chance, THRESHOLD, None, None, has_warnings=False) == said


@pytest.mark.parametrize("chance", [0.01, 0.99])
def test_an_answer_with_warnings_is_uncertain(chance):
    """The model has not seen the like of the facts, however far the estimate is."""
    assert word_of(chance, THRESHOLD, None, None, has_warnings=True) == "uncertain"


def test_what_is_counted_is_what_is_said(app, client, employee):
    """SQL says the same word as Python of every kind of row, and ranks them likewise."""
    identifier = client.post("/predict", json=employee).json["Identifiant"]
    kept = Prediction.__table__
    cases = list(itertools.product(LEVELS, RANGES, ([], ["Une valeur inconnue."])))
    said: list[Any] = []
    with app.app_context(), db.engine.begin() as connection:
        for chance, (low, high), warnings in cases:
            values = {"probability": chance, "threshold": THRESHOLD, "warnings": warnings}
            values |= {"range_low": low, "range_high": high}
            connection.execute(sa.update(kept).values(values))
            said += connection.execute(sa.select(WORD, RANK).where(kept.c.id == identifier))
    words = [
        word_of(chance, THRESHOLD, low, high, bool(warnings))
        for chance, (low, high), warnings in cases
    ]
    assert [one.word for one in said] == words
    ranks = {one.word: one.word_rank for one in said}
    assert sorted(ranks, key=ranks.__getitem__) == ["unflagged", "uncertain", "flagged"]
