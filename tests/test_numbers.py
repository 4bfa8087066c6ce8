"""Numbers of files: thousands apart, either decimal mark, the field's own unit, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from futurisys.employee.numbers import evidence, value_of
from futurisys.employee.schema import FACTS
from tests.definition import RAISE, faults

SALARY, DISTANCE, AGE = "revenu_mensuel", "distance_domicile_travail", "age"
PARTS = st.integers(1000, 999_999), st.integers(0, 99)


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        (SALARY, "5993", 5993),
        (SALARY, "5 993", 5993),
        (SALARY, "5\u202f993,50 €", 5993.5),
        (SALARY, "5\u2009993.50", 5993.5),
        (SALARY, "5\u00a0993\u00a0€", 5993),
        (SALARY, "€ 5993", 5993),
        (SALARY, "5 993 € / mois", 5993),
        (SALARY, "5993 EUR", 5993),
        (SALARY, "5993 euros", 5993),
        (SALARY, "5'993", 5993),
        (SALARY, "5’993.50", 5993.5),
        (SALARY, "1,234.5", 1234.5),
        (SALARY, "1.234,5", 1234.5),
        (DISTANCE, "12 km", 12),
        (DISTANCE, "12,5km", 12.5),
        (AGE, "41 ans", 41),
        (RAISE, "11,0 %", 11),
        (RAISE, "11\u2009%", 11),
        (RAISE, "11", 11),
    ],
)
def test_a_number_is_read_as_people_write_it(name, cell, value):
    """Spaces or apostrophes between thousands, either mark, and the field's unit beside."""
    assert FACTS[name].deserialize(FACTS[name].parse(cell)) == value


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        (SALARY, "5,9 k€"),
        (SALARY, "5993 $"),
        (SALARY, "71 916 €/an"),
        (SALARY, "12 km"),
        (SALARY, "€ 5993 $"),
        (DISTANCE, "800 m"),
        (AGE, "492 mois"),
        (RAISE, "11 €"),
        ("nb_formations_suivies", "3 km"),
    ],
)
def test_a_number_in_another_unit_is_refused(name, cell):
    """A unit that is not the field's is a fault that says so."""
    [sentence] = faults(**{name: FACTS[name].parse(cell)})[name]
    assert "unité" in sentence


@pytest.mark.parametrize(
    "cell", ["5 99 3", "5 993 12", "12-5", "1,23,456", "5'993 210", "..5", "€"]
)
def test_what_is_no_number_is_refused(cell):
    """Groups of another length than three, mixed ones and signs within are not guessed at."""
    assert "un nombre est attendu" in faults(revenu_mensuel=FACTS[SALARY].parse(cell))[SALARY][0]


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("5,993", "", 5.993),
        ("5,993", ",", 5.993),
        ("5,993", ".", 5993),
        ("5.993", ",", 5993),
        ("5.993", ".", 5.993),
        ("1,234,567", "", 1234567),
        ("1.234.567,5", ",", 1234567.5),
        ("12,5", ".", None),
        ("0.125", ",", None),
        ("1.234,5", ".", None),
    ],
)
def test_a_number_follows_the_decimal_mark(text, mark, value):
    """Where the mark is known, the other one stands between thousands or nowhere."""
    assert value_of(text, mark) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5993", ("", "")),
        ("5993,50", (",", "")),
        ("5 993,500", (",", "")),
        ("0,125", (",", "")),
        ("1.234,5", (",", "")),
        ("1,234,567", (".", "")),
        ("5,993", ("", ",")),
        ("5.993", ("", ".")),
    ],
)
def test_a_number_proves_its_mark_or_leaves_it_open(text, said):
    """Only one to three digits, a mark and three digits can be read in two ways."""
    assert evidence(text) == said


@given(*PARTS, st.sampled_from(["", " ", "\u202f", "'", "’", ".", ","]), st.sampled_from(",."))
def test_whatever_is_written_with_cents_is_read_back(whole, cents, apart, mark):
    """Two decimals tell the mark from what stands between the thousands."""
    if apart == mark:
        apart = ""
    text = f"{whole:,}".replace(",", apart) + f"{mark}{cents:02}"
    assert value_of(text) == value_of(text, mark) == float(f"{whole}.{cents:02}")
    assert evidence(text) == (mark, "")
