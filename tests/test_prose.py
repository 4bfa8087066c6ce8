"""What people read is written as prose, wherever it is declared."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest

from futurisys.employee.answer import SENT
from futurisys.employee.schema import FACTS, IGNORED
from futurisys.model.statements import ENGLISH, FRENCH
from futurisys.operations import metrics
from tests.prose import slips


def texts(told: Any) -> Iterator[str]:
    """Every text in a dataclass's dictionary."""
    if isinstance(told, str):
        yield told
    else:
        for one in told.values() if isinstance(told, dict) else told:
            yield from texts(one)


@pytest.mark.parametrize("statements", [FRENCH, ENGLISH], ids=["French", "English"])
def test_the_cards_statements_are_sentences(statements):
    """A purpose, a limit or a duty begins with a capital, ends with a stop, and never shouts."""
    told = dataclasses.asdict(statements)
    sources = [duty.pop("source") for duty in told["law"]]
    said = list(texts(told))
    assert {text: list(slips(text)) for text in [*said, *sources] if list(slips(text))} == {}
    assert [text for text in said if not text.endswith((".", "?"))] == []


@pytest.mark.parametrize("name", [*FACTS, *IGNORED])
def test_a_field_is_named_and_refused_in_prose(name):
    """Its name begins with a capital, each refusal begins with its name, and neither shouts."""
    field = (FACTS | IGNORED)[name]
    assert list(slips(field.words)) == []
    for sentence in map(str, field.error_messages.values()):
        assert list(slips(sentence)) == []
    if name in FACTS:
        refusals = [str(field.error_messages[key]) for key in ("required", "invalid", "too_large")]
        assert all(refusal.startswith(f"{field.words} : ") for refusal in refusals)


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_is_described_in_prose(name):
    """The API's document says in a sentence what a member of an answer is."""
    assert list(slips(SENT[name].description)) == []


def test_each_figure_that_is_counted_is_explained():
    """Whoever reads /metrics finds beside our figures what they count, in a sentence."""
    told = dict(re.findall("^# HELP futurisys_(\\w+) (.*)$", metrics.exposition().decode(), re.M))
    assert {"inference_seconds", "predictions_total", "database_errors_total"} <= set(told)
    assert [text for text in told.values() if list(slips(text)) or not text.endswith(".")] == []
