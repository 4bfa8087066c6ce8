"""What the columns of a file say as a whole: decimal marks, and what is asked before scoring."""

import tracemalloc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurisys.employee import surveying
from futurisys.employee.columnar import Table
from futurisys.employee.headers import match_header
from futurisys.employee.schema import FACTS
from futurisys.employee.surveying import Profile, survey
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from tests.definition import RAISE
from tests.population import sample_rows

SALARY, DISTANCE, SENIORITY = (
    "revenu_mensuel",
    "distance_domicile_travail",
    "annee_experience_totale",
)
SEEN: dict[str, Any] = {
    SALARY: {"min": 1009, "max": 19999},
    RAISE: {"min": 11, "max": 25},
    DISTANCE: {"min": 1, "max": 29},
    SENIORITY: {"min": 0, "max": 40},
    "departement": {"levels": ["Commercial", "Consulting"]},
}


def surveyed(name: str, cells: Iterable[str], is_workbook: bool = False, block: int = 3) -> Profile:
    """The survey of a file of one column, that a header on line 1 names."""
    rows = [(line, [cell]) for line, cell in enumerate(cells, start=2)]
    blocks = [rows[start : start + block] for start in range(0, len(rows), block)]
    return survey(["Ma colonne"], {0: name}, blocks, SEEN, is_workbook)


def like(found: Profile) -> str:
    [alert] = found.alerts
    return alert.sentence


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["5 993,50", "5,993"], ","),
        (["5993.50", "5,993"], "."),
        (["1,234.5", "5,993"], "."),
        (["1.234.567", "5.993"], ","),
        (["5,993"], ""),
        (["5993", "5130"], ""),
        (["5993,50", "5993.50"], ""),
        ([], ""),
    ],
)
def test_a_column_decides_its_decimal_mark(cells: list[str], mark: str):
    """What one cell proves holds for all; where none proves it, or two disagree, nothing does."""
    assert surveyed(SALARY, cells).marks.get(SALARY, "") == mark


@pytest.mark.parametrize(
    ("name", "cells", "mark"),
    [
        ("id_employee", ["1,000", "1,001"], "."),
        (SENIORITY, ["8,000", "12,000"], ","),
        (DISTANCE, ["5,993"], ","),
    ],
)
def test_what_a_field_can_be_decides_too(name: str, cells: list[str], mark: str):
    """A number that is possible in one reading alone proves that one."""
    found = surveyed(name, cells)
    assert (found.marks, found.alerts) == ({name: mark}, ())


@pytest.mark.parametrize(
    ("cells", "how"),
    [(["5,993", "5,130"], "à l'américaine"), (["5.993", "8000", "5.130"], "avec un point")],
)
def test_a_column_that_looks_like_thousands_is_told(cells: list[str], how: str):
    """Where every mark can be of thousands or of decimals, the file asks, of however few rows."""
    [alert] = surveyed(SALARY, cells).alerts
    assert (alert.column, alert.rows, alert.of) == ("Ma colonne", 2, len(cells))
    assert (alert.line, alert.example) == (2, cells[0])
    assert f"ressemble à des milliers écrits {how}" in alert.sentence
    assert not any(cell in alert.sentence for cell in cells)


def test_one_row_is_told_as_one():
    """And what to do about it ends the sentence."""
    assert "Ma colonne, 1 ligne sur 1 (ligne 2) :" in like(surveyed(SALARY, ["5,993"]))
    assert like(surveyed(RAISE, ["0,11"])).endswith("si c'en est une, multipliez-la par 100.")


def test_a_workbooks_own_numbers_are_no_thousands():
    """Excel itself writes 5.993 with a point: nothing is asked, and no other cell takes it away."""
    assert surveyed(SALARY, ["1500.125", "5.993"], is_workbook=True) == Profile({}, ())
    found = surveyed(SALARY, ["5 993,50", "1500.125"], is_workbook=True)
    assert (found.marks, found.alerts) == ({}, ())
    assert "à l'américaine" in like(surveyed(SALARY, ["1500.5", "5,993"], is_workbook=True))


@pytest.mark.parametrize(
    ("name", "cells", "words"),
    [
        (SALARY, [str(12 * n) for n in (5993, 5130, 2090, 2909, 3468)], "à un salaire annuel"),
        (SALARY, ["5,9", "5,1", "2,1", "2,9", "3,4"], "(k€)"),
        (SALARY, ["599300", "513000", "209000", "290900", "346800"], "à des centimes"),
        (SENIORITY, ["96", "120", "84", "100", "77"], "à des mois"),
        (DISTANCE, ["8000", "2 000", "3500", "24000", "2300"], "à des mètres"),
        (SALARY, ["1", "2", "3", "4", "999999"], "vérifiez l'unité"),
        (RAISE, ["0,11"] * 4 + ["0.23", "11"], "à des fractions"),
    ],
)
def test_a_column_that_is_mostly_out_of_place_is_told(name: str, cells: list[str], words: str):
    """It says what the numbers look like, where another unit puts nearly all of them in place."""
    [alert] = surveyed(name, cells).alerts
    assert words in alert.sentence
    assert "ce que le modèle a vu" in alert.sentence
    assert (alert.rows, alert.of, alert.line) == (5, len(cells), 2)


def test_what_the_model_has_seen_is_told_as_french_writes_numbers(monkeypatch):
    """A million with its narrow spaces, half a euro with its comma."""
    monkeypatch.setitem(SEEN, SALARY, {"min": 1009.5, "max": 1_000_000.0})
    told = like(surveyed(SALARY, ["5"] * 5))
    assert "(1\u202f009,5 à 1\u202f000\u202f000)" in told


@pytest.mark.parametrize(
    "cells",
    [
        ["5993"] * 6 + ["100000"] * 5,
        ["100000"] * 4,
        ["100000"] * 4 + ["", ""],
        ["beaucoup"] * 9,
        [],
    ],
)
def test_what_is_out_of_place_now_and_then_is_not_asked_about(cells: list[str]):
    """Under half of a column, or under five rows, each row has its own warning."""
    assert not surveyed(SALARY, cells).alerts


@pytest.mark.parametrize("cells", [["0.11"], ["0,11", "0", "1", "0,23"], ["0,11 %", "0.2"]])
def test_a_raise_that_looks_like_a_fraction_is_told(cells: list[str]):
    """All of a raise between 0 and 1: it is asked whether 0.11 means 11 %, of however few rows."""
    assert "fraction (0,11 pour 11 %)" in like(surveyed(RAISE, cells))


@pytest.mark.parametrize("cells", [["0,5"] * 4 + ["12 %"], ["0", "0"], ["11 %", "0"]])
def test_a_raise_that_is_no_fraction_is_not(cells: list[str]):
    """One raise above 1 is enough, or none between 0 and 1."""
    assert not surveyed(RAISE, cells).alerts


def test_no_level_is_asked_about():
    """Departments that the model has not seen are no matter of units."""
    assert surveyed("departement", ["Ventes"] * 20) == Profile({}, ())


def test_the_sample_has_nothing_to_ask(artifact_folder: Path):
    """Its 1,470 rows decide no mark and raise no alert."""
    rows = [(line, list(row.values())) for line, row in enumerate(sample_rows(), start=2)]
    header = list(sample_rows()[0])
    seen = Predictor(artifact.read(artifact_folder)).seen
    columns = {place: name for place, name in enumerate(header) if name in FACTS}
    assert survey(header, columns, [rows], seen) == Profile({}, ())


def test_rows_of_another_width_are_left_to_be_refused():
    """A row that is too short or too long moves no other cell into the column."""
    rows = [(2, ["5993"]), (3, []), (4, ["5,993", "x"])]
    assert survey([SALARY], {0: SALARY}, [rows], SEEN) == Profile({}, ())


@pytest.mark.slow
@given(
    st.lists(st.sampled_from(["5,993", "5 993,5", "71916", "0,5", "", "1.5", "x"]), max_size=30),
    st.integers(1, 7),
)
def test_the_blocks_and_the_memory_do_not_matter(cells: Sequence[str], block: int):
    """However the rows come, and however few distinct cells are held at once, it says the same."""
    whole = surveyed(SALARY, cells, block=100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surveying, "DISTINCT_MAX", 1)
        assert surveyed(SALARY, cells, block=block) == whole


@pytest.mark.slow
def test_a_large_file_is_surveyed_in_little_memory(monkeypatch: pytest.MonkeyPatch):
    """Twelve times as many different cells as are held at once, each of 70 characters."""
    monkeypatch.setattr(surveying, "DISTINCT_MAX", 1000)
    blocks = (
        [(line, [f"{line}0000{'x' * 70}"]) for line in range(start, start + 500)]
        for start in range(2, 12_002, 500)
    )
    tracemalloc.start()
    survey([SALARY], {0: SALARY}, blocks, SEEN)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_a_table_reads_its_numbers_by_the_mark_of_their_column():
    """What the survey decides is what every cell of the column is read by."""
    row = sample_rows()[0] | {SALARY: "5,993", DISTANCE: "1,5"}
    table = Table(match_header(list(row)), "Fichier", 1, marks={SALARY: "."})
    checked = table.check([(2, list(row.values()))])
    assert (checked.columns[SALARY], checked.columns[DISTANCE]) == ([5993], [1.5])
