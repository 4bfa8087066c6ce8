"""Work grows no faster than what is sent, up to the limits: it is counted, never timed."""

import io
import unicodedata
from typing import Any

import pytest
from marshmallow import ValidationError

from futurisys.api.batch import batch_schema
from futurisys.api.body import object_of
from futurisys.employee import sheets
from futurisys.employee.columnar import Table
from futurisys.employee.fields import TEXT_MAX, Choice, Text
from futurisys.employee.headers import COMPARED_MAX, SPELLING_MAX, Match, match_header
from futurisys.employee.schema import FACTS, employee_schema
from futurisys.employee.sheets import ROW_MAX, TOO_LONG, Row, blocks_of
from futurisys.errors import ExtractError
from futurisys.operations.folding import folded
from tests.counting import calls

MANY = 10_000


class Counted(str):
    """A text that counts how often one of its kind is compared with another."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


@pytest.fixture(autouse=True)
def nothing_compared() -> None:
    Counted.compared = 0


def test_repeated_keys_are_found_in_one_pass():
    """An object of JSON that repeats thousands of keys is refused with each key named."""
    pairs: list[tuple[str, Any]] = [
        (Counted(f"k{number % (MANY // 2)}"), number) for number in range(MANY)
    ]
    with pytest.raises(ValidationError) as refused:
        object_of(pairs)
    assert len(refused.value.messages) == MANY // 2
    assert Counted.compared < 3 * MANY


@pytest.mark.slow
def test_a_wide_header_is_judged_in_one_pass():
    """Columns beyond all that are known are left out, each looked at a few times at most."""

    def match(number: int) -> Match:
        return match_header([*list(FACTS)[1:], *(f"x{place}" for place in range(number))])

    assert len(match(MANY).left_out) == MANY
    assert calls(lambda: match(2 * MANY)) < 2.1 * calls(lambda: match(MANY))
    assert calls(lambda: match(MANY)) < 30 * MANY


@pytest.mark.slow
def test_a_missing_column_is_not_sought_in_all_of_a_wide_header():
    """However many columns are unknown, a few hundred are compared with those that lack."""

    def match(number: int) -> Match:
        return match_header([f"poste de {place}" for place in range(number)])

    few, many = calls(lambda: match(COMPARED_MAX)), calls(lambda: match(COMPARED_MAX + MANY))
    assert many < few + 30 * MANY


@pytest.mark.parametrize("name", [n for n, f in FACTS.items() if isinstance(f, Text | Choice)])
def test_only_short_texts_are_normalized(name, monkeypatch):
    """Putting a run of accents in order takes its square: a long text is refused before."""
    normalized = []
    normalize = unicodedata.normalize

    def noted(form: Any, text: str) -> str:
        normalized.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", noted)
    accents = "a" + "\u0315\u0300" * MANY
    assert name in employee_schema().validate({name: accents})
    header = list(FACTS)
    cells = [accents if column == name else "" for column in header]
    table = Table(match_header([*header, accents]), "Fichier", 1)
    assert name in table.check([(2, [*cells, ""])]).faults[0]
    assert max(normalized, default=0) <= max(TEXT_MAX, SPELLING_MAX)


def test_a_list_that_is_too_long_is_refused_unread():
    """None of the employees beyond the limit is looked at."""

    def refuse(number: int) -> None:
        with pytest.raises(ValidationError, match="De 1 à 1000 employés"):
            batch_schema().load({"employes": [{}] * number})

    refuse(MANY)
    assert calls(lambda: refuse(2 * MANY)) == calls(lambda: refuse(MANY)) < 1000


def read_all(table: str) -> list[Row]:
    text = sheets.Text(io.BytesIO(table.encode()), "Fichier")
    return list(text.rows(text.delimiters[0]))


@pytest.mark.parametrize(
    "table",
    ["," * ROW_MAX, '"\n",' * (ROW_MAX // 4), "a,b\n" + '"\n",' * (ROW_MAX // 4)],
    ids=["one line", "many lines", "a later row"],
)
@pytest.mark.slow
def test_a_row_of_a_table_has_an_end(table):
    """A row that goes on and on is refused before it is in memory, as is one of many lines."""
    with pytest.raises(ExtractError, match=TOO_LONG):
        read_all(table + "\n")


@pytest.mark.slow
def test_a_row_as_long_as_may_be_is_read():
    """Up to the limit, and each row anew."""
    line = "a," * (ROW_MAX // 2 - 1) + "\n"
    rows = read_all(line * 3)
    assert [number for number, _ in rows] == [1, 2, 3]


def ring(size: int) -> dict[Any, int]:
    """Groups of which each level has two, so that all are one cycle; the first is small."""
    groups = {(f"d{n}", f"p{(n + step) % size}"): 30 for n in range(size) for step in (0, 1)}
    return {**groups, ("d0", "p0"): 3}


def star(size: int) -> dict[Any, int]:
    """Small groups, each beside two that lead to the one in the middle."""
    small = {(f"d{n}", f"p{n}"): 3 for n in range(size)}
    rows = {(f"d{n}", "p"): 20 for n in range(size)}
    columns = {("d", f"p{n}"): 20 for n in range(size)}
    return {**small, **rows, **columns, ("d", "p"): 20}


@pytest.mark.parametrize("table", [ring, star])
@pytest.mark.slow
def test_groups_are_folded_in_time_to_their_number(table):
    """Twice as many groups are about twice the work, whatever holds them together."""
    folded(table(10))
    small, large = table(500), table(1000)
    assert calls(lambda: folded(large)) < 2.5 * calls(lambda: folded(small))
    assert calls(lambda: folded(large)) < 300 * len(large)


def test_folding_hides_little():
    """A ring is hidden whole, for its one small group; of a full table, four groups for one."""
    assert folded(ring(50)) == ring(50).keys()
    full: dict[Any, int] = {(row, column): 20 for row in range(9) for column in range(9)}
    assert len(folded(full | {(4, 4): 3})) == 4


def test_a_block_of_wide_rows_is_short():
    """However wide the rows of a file are, no more than a few hundred thousand cells are held."""
    wide = ((number, [""] * 100_001) for number in range(5))
    assert [len(block) for block in blocks_of(wide)] == [2, 2, 1]
    assert sum(map(len, blocks_of((number, ["a"]) for number in range(4001)))) == 4001
    assert [len(block) for block in blocks_of((n, ["a"]) for n in range(4001))] == [2000, 2000, 1]
