"""What a worksheet's cell says: its number as its format means it."""

import pytest

from futurisys.employee.cells import EPOCH, Form, form_of, number


@pytest.mark.parametrize(
    "code",
    ['0.0" %"', "0\\%", '0" % "', "0_%", "0*%", '#,##0.00" % brut"', '0.0" %', "0\\%;-0\\%"],
)
def test_a_literal_sign_makes_no_percentage(code: str):
    """A sign that is quoted, escaped, or only room or filling is text beside the number."""
    assert form_of(code) is Form.PLAIN
    assert number("11", form_of(code), EPOCH) == "11"


@pytest.mark.parametrize("code", ["0%", "0.0 %", '"hausse" 0.0%', "0%;-0%", "\\+0%", '0" % "%'])
def test_a_sign_of_the_format_makes_a_percentage(code: str):
    """A sign that stands for itself multiplies by a hundred, whatever text is around."""
    assert number("0.115", form_of(code), EPOCH) == "11.5 %"
