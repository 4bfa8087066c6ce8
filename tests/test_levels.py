"""Levels are found however people write them, and the document says the same as the code."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from futurisys.employee.levels import SPACES, Levels, folded, pattern

MARITAL = ("Célibataire", "Divorcé(e)", "Marié(e)")
LETTERS = st.text(st.characters(max_codepoint=0x2FFF), max_size=6)


def levels_of(*known: str) -> Levels:
    return Levels(dict(zip(known, known, strict=True)))


def misspelled(word: str) -> st.SearchStrategy[str]:
    """A word in other cases, with or without its accents, composed or not, among spaces."""
    spaces = st.text(SPACES, max_size=3)
    letters = [
        st.sampled_from([c, c.upper(), c.lower(), unicodedata.normalize("NFD", c), folded(c) or c])
        for c in word
    ]
    return st.tuples(spaces, *letters, spaces).map("".join)


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("COMMERCIAL", "Commercial"),
        ("  commercial\u00a0", "Commercial"),
        ("infra  &\u202fcloud", "Infra & Cloud"),
        ("qualite", "Qualité"),
        ("QUALITE\u0301", "Qualité"),
        ("Infra&Cloud", None),
        ("Commerciale", None),
        ("", None),
    ],
)
def test_a_level_is_found_whatever_its_case_accents_and_spaces(written, level):
    """What differs in anything else is another level."""
    assert levels_of("Commercial", "Infra & Cloud", "Qualité").find(written) == level


def test_a_level_that_is_spelled_exactly_comes_first():
    """Of two that differ by their case alone each is itself, and a third spelling is neither."""
    levels = levels_of("RH", "Rh", "Vente")
    assert [levels.find(text) for text in ("RH", "Rh", "rh", "VENTE")] == [
        "RH",
        "Rh",
        None,
        "Vente",
    ]


@given(st.sampled_from(MARITAL).flatmap(lambda level: st.tuples(st.just(level), misspelled(level))))
@pytest.mark.slow
def test_whatever_is_misspelled_is_found(case):
    """Any mixture of cases, accents and spaces around is the level, and in the pattern."""
    level, written = case
    assert levels_of(*MARITAL).find(written) == level
    assert re.fullmatch(pattern(MARITAL), written)


@settings(max_examples=40)
@given(
    st.from_regex(pattern(MARITAL), fullmatch=True)
    | st.sampled_from(MARITAL).flatmap(
        lambda level: st.tuples(LETTERS, st.integers(0, len(level))).map(
            lambda change: level[: change[1]] + change[0] + level[change[1] :]
        )
    )
)
@pytest.mark.slow
def test_the_pattern_is_what_is_found(written):
    """A text is found where the pattern allows it, and nowhere else."""
    assert bool(re.fullmatch(pattern(MARITAL), written)) is bool(levels_of(*MARITAL).find(written))
