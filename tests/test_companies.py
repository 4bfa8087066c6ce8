"""The simulated companies are what they are said to be: others are judged by their truth."""

import io

import numpy as np
import pytest

from futurisys.employee.sheets import blocks_of
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.operations.opening import open_table
from tests import companies
from tests.companies import (
    MONTHS,
    OVERTIME,
    PEOPLE,
    RISE,
    SALARY,
    STABLE,
    Company,
    day_of,
    log_odds,
)
from tests.population import table

SEED, HIRED = 1, 300


@pytest.fixture(scope="module")
def company() -> Company:
    return companies.company(SEED)


@pytest.fixture(scope="module")
def stable() -> Company:
    return companies.company(SEED, STABLE)


def monthly(company: Company, month: int):
    """Who left between a month's file and the next, of those who stand in it."""
    file = company.file(month)
    return company.left_by(day_of(month + 1))[file.who]


def test_a_seed_is_one_company(company):
    """The same people leave on the same days."""
    again = companies.company(SEED)
    ends = day_of(1), day_of(MONTHS + 1)
    assert company.departures(*ends) == again.departures(*ends)


def test_who_leaves_is_in_no_later_file(company):
    """A day of departure lies between the last file with the person and the one after it."""
    for month in range(1, MONTHS):
        file, following = company.file(month), company.file(month + 1)
        gone = monthly(company, month)
        assert (company.left_on[file.who[gone]] > np.datetime64(file.day)).all()
        assert set(following.who) & set(file.who) == set(file.who[~gone])
        assert len(following.who) == PEOPLE


def test_as_many_leave_as_the_hazard_says(stable):
    """Over three years, within three standard deviations."""
    expected = sum((1 - (1 - file.chance) ** (1 / 12)).sum() for file in stable.files)
    left = sum(monthly(stable, month).sum() for month in range(1, MONTHS + 1))
    assert abs(left - expected) < 3 * expected**0.5


def test_overtime_makes_nobody_leave_any_more(company):
    """Until the twelfth month's file it does, from the thirteenth on no more."""
    for month, counts in ((12, True), (13, False)):
        file = company.file(month)
        odds = np.log(file.chance / (1 - file.chance))
        assert np.allclose(odds, log_odds(file.facts | {OVERTIME: file.facts[OVERTIME] & counts}))


def test_salaries_rise_for_everybody_in_one_month(company):
    """In the month's file, against the one before: by 8 %, but for who is paid otherwise anyway."""
    before, after = company.file(24), company.file(25)
    both, places, now = np.intersect1d(before.who, after.who, return_indices=True)
    rise = after.facts[SALARY][now] / before.facts[SALARY][places]
    assert len(both) > 0.9 * PEOPLE
    assert np.median(rise) == pytest.approx(RISE, abs=1e-4)
    assert np.mean(np.abs(rise - RISE) < 1e-3) > 0.9


def test_a_quiet_month_changes_as_much_one_way_as_the_other(stable):
    """Of all people's changes over three years, half go up."""
    for name in (OVERTIME, SALARY, "satisfaction_employee_equipe", "distance_domicile_travail"):
        up = down = 0
        for before, after in zip(stable.files, stable.files[1:], strict=False):
            _, places, now = np.intersect1d(before.who, after.who, return_indices=True)
            change = np.subtract(after.facts[name][now], before.facts[name][places], dtype=float)
            up, down = up + (change > 0).sum(), down + (change < 0).sum()
        assert abs(up - down) < 3 * (up + down) ** 0.5


def test_measures_are_given_to_the_signalled_alone(company):
    """From the nineteenth month on, to one who is there, and long before most would leave."""
    given = np.flatnonzero(~np.isnat(company.measured_on))
    assert len(given) > 100
    assert company.measured_on[given].min() >= np.datetime64(day_of(19))
    gone = given[~np.isnat(company.left_on[given])]
    assert (company.measured_on[gone] <= company.left_on[gone]).all()
    for month in range(19, MONTHS + 1):
        file = company.file(month)
        days = company.measured_on[file.who].astype("datetime64[M]")
        assert companies.riskiest(file.facts)[days == np.datetime64(file.day, "M")].all()


def test_the_product_reads_what_is_written(company, artifact_folder):
    """No row of the last file is refused, and the facts are the company's; of those hired last."""
    content = io.BytesIO(table(company.rows(MONTHS)[-HIRED:]).encode())
    opened = open_table(content, "Fichier", Predictor(artifact.read(artifact_folder)))
    columns = {name: values[-HIRED:] for name, values in company.file(MONTHS).columns().items()}
    read = dict.fromkeys(columns, ())
    for block in blocks_of(opened.rows):
        checked = opened.table.check(block)
        assert checked.faults == {}
        read = {name: (*values, *checked.columns[name]) for name, values in read.items()}
    assert read == {name: tuple(values) for name, values in columns.items()}
