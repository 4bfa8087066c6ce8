"""What the product says of companies of which the truth is known, printed beside that truth.

Their people leave as often as the model says, but for what it may err by, as it says itself: until
something happens, there is nothing to warn of. `make test` asks about three companies, `make
prove` about fifty.
"""

import datetime
import os
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy import stats

from futurisys.model import artifact
from futurisys.model.drift import FALSE_ALARMS, Columns, drift
from futurisys.model.predictor import Predictor
from futurisys.operations.following import Followed
from futurisys.operations.live import MONTH
from futurisys.operations.live_figures import LOOKS, WARNING_LEVEL, Figures, figures
from futurisys.operations.resolving import Resolved, resolve
from tests.companies import (
    MEASURED_MONTHLY,
    MONTHS,
    OVERTIME,
    PEOPLE,
    SALARY,
    STABLE,
    Company,
    Events,
    File,
    day_of,
    sample,
)
from tests.estimated_companies import EstimatedCompany, lived, said, shift_of, signalled

pytestmark = [pytest.mark.slow, pytest.mark.prove]
PROVE = bool(os.environ.get("PROVE"))
SEEDS = range(50 if PROVE else 3)
HORIZON = 365
ENDS, MEASURES, RAISED, SEEN = 13, 19, 25, 27
# How seldom a test of shares fails where all is as it should be.
BY_CHANCE = 1e-3


@pytest.fixture(scope="module")
def predictor(artifact_folder) -> Predictor:
    return Predictor(artifact.read(artifact_folder))


@pytest.fixture(scope="module")
def changing(predictor) -> list[EstimatedCompany]:
    """Companies to which all that is simulated happens."""
    events = Events(ENDS, MEASURES, RAISED)
    return [EstimatedCompany(lived(seed, events, predictor), predictor) for seed in SEEDS]


@pytest.fixture(scope="module")
def stable(predictor) -> list[EstimatedCompany]:
    """Companies in which people are hired, change and leave, and nothing happens."""
    return [EstimatedCompany(lived(1000 + seed, STABLE, predictor), predictor) for seed in SEEDS]


def asked(file: File, those: np.ndarray | slice = slice(None)) -> Columns:
    """The people of a file, or some, as they are compared."""
    return {"subject": file.who[those]} | {name: one[those] for name, one in file.facts.items()}


def newcomers(one: Company, months: range) -> Columns:
    """Those who came in some months, as they were in their first file; founders never came."""
    files = [one.file(month) for month in months if month > 1]
    parts = [asked(file, one.came[file.who] == file.month) for file in files]
    return (
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}
    )


def alarmed(one: Company, month: int) -> set[str]:
    """The fields that are alarmed in a month's file."""
    files = asked(one.file(month - 1)), asked(one.file(month))
    sides = newcomers(one, range(month, month + 1)), newcomers(one, range(month - 12, month))
    return {found.field for found in drift(*files, *sides).alarms}


@pytest.fixture(scope="module")
def alarms(changing) -> list[dict[int, set[str]]]:
    """By month, what is alarmed in each company's files."""
    found = [{m: alarmed(one.company, m) for m in range(2, MONTHS + 1)} for one in changing]
    quiet = [bool(fields) for one in found for month, fields in one.items() if month != RAISED]
    print(f"\nDrift in {len(found)} companies; all salaries rise by 8 % in month {RAISED}:")
    print(f"  salary alarmed in its first file: {sum(SALARY in one[RAISED] for one in found)}")
    print(f"  other files alarmed: {sum(quiet)} of {len(quiet)}, promised is one in 60 at most")
    return found


def test_a_rise_of_salaries_is_alarmed_in_its_first_file(alarms):
    """In nine companies of ten, at least."""
    assert np.mean([SALARY in one[RAISED] for one in alarms]) >= 0.9


def test_quiet_files_are_alarmed_as_seldom_as_is_promised(alarms):
    """One in sixty, but for chance, while people leave, are hired and change as ever."""
    quiet = [bool(fields) for one in alarms for month, fields in one.items() if month != RAISED]
    assert sum(quiet) <= stats.binom.ppf(1 - BY_CHANCE, len(quiet), FALSE_ALARMS)


def looked_at(one: EstimatedCompany, month: int) -> Figures:
    """What is said once a month's file is kept, and who left until then, by default."""
    return figures(resolved(one, month)[1], "departement", shift_of(one.predictor))


def resolved(one: EstimatedCompany, month: int) -> tuple[Followed, Resolved]:
    """What is known of whoever was estimated within a horizon and a month before a file."""
    day = day_of(month)
    found = one.followed(month, day - datetime.timedelta(HORIZON + MONTH))
    return found, resolve(found, HORIZON, day)


def true_ratio(one: EstimatedCompany, month: int) -> float:
    """The ratio of departures that a perfect measurement would find in a look: of hazards."""
    found, some = resolved(one, month)
    true = np.zeros(len(some))
    for file in one.company.files:
        those = found.estimated_on == np.datetime64(file.day)
        places = np.searchsorted(file.who, found.ids[those].astype(int))
        true[those] = file.chance[places]
    of_truth, of_model = (np.log1p(-chances) @ some.seen for chances in (true, some.chances))
    return float(of_truth / of_model)


def test_stable_companies_are_warned_as_seldom_as_is_promised(stable):
    """Looked at monthly, once in five years at most, on average."""
    looks = [[looked_at(one, month) for month in range(2, MONTHS + 1)] for one in stable]
    shown = [found for few in looks for found in few if found.agreement]
    warned = [sum(found.warns for found in few) for few in looks]
    ratios = [few[-1].agreement.ratio for few in looks if few[-1].agreement]
    truths = [true_ratio(one, MONTHS) for one in stable]
    print(f"\nLive figures of {len(stable)} companies in which nothing happens:")
    print(f"  warnings: {sum(warned)} in {len(shown)} looks, in {np.count_nonzero(warned)} of them")
    print(f"  promised: {len(shown) / LOOKS:.1f} at most")
    print(f"  observed over expected, said at the end: {np.mean(ratios):.3f} on average", end="")
    print(f"; truth: {np.mean(truths):.3f}")
    assert sum(warned) <= len(shown) / LOOKS


def power(predictor: Predictor) -> float:
    """How likely the look of month `SEEN` warns that overtime makes nobody leave any more.

    Known before any company is: of the sample's people, all estimated in the month after the
    change, with the hazard that they have then; a warning needs the ratio's interval below 1.
    """
    facts = sample()
    hazard = np.log1p(np.exp(said(predictor, facts)))
    true = np.log1p(np.exp(said(predictor, {**facts, OVERTIME: facts[OVERTIME] & False})))
    # Of who is signalled, until a measure: for certain before there are any, then ever less.
    before, rest = (MEASURES - ENDS - 1) / 12, (SEEN - MEASURES - 1) / 12
    rate = -12 * np.log1p(-MEASURED_MONTHLY)
    after = -np.expm1(-rate * rest) / rate
    seen = np.where(signalled(predictor)(facts), before + after, 1.0)
    left = -np.expm1(-true * seen)
    people = PEOPLE / len(hazard)
    observed, expected = people * left.sum(), people * (hazard * left / true).sum()
    needed = NormalDist().inv_cdf((1 + WARNING_LEVEL) / 2)
    error = (1 / observed + shift_of(predictor) ** 2) ** 0.5
    return NormalDist().cdf((np.log(expected / observed) - needed * error) / error)


def test_the_end_of_what_overtime_does_is_warned_of(predictor, changing):
    """By month 27, in at least the share of companies that a power calculation says beforehand."""
    least = power(predictor)
    print(f"\nOvertime makes nobody leave from month {ENDS} on; power by month {SEEN}: {least:.4f}")
    looks = [[looked_at(one, month) for month in range(ENDS + 1, SEEN + 1)] for one in changing]
    first = [next((n for n, one in enumerate(few, ENDS + 1) if one.warns), None) for few in looks]
    warned = sorted(month for month in first if month)
    print(f"  warned by then: {len(warned)} of {len(first)} companies", end="")
    print(f", half of them by month {warned[len(warned) // 2]}" if warned else "")
    for one, few in list(zip(changing, looks, strict=True))[:3]:
        print(f"  {beside_the_truth(one, few[-1])}")
    assert len(warned) / len(first) >= least


def beside_the_truth(one: EstimatedCompany, found: Figures) -> str:
    """A look at month `SEEN` in one line, with what a perfect measurement would find."""
    agreement: Any = found.agreement
    low, high = agreement.ratio_interval()
    text = f"{found.left} left, {found.expected:.0f} expected, ratio {agreement.ratio:.2f}"
    text += f" ({low:.2f} to {high:.2f}); truth {true_ratio(one, SEEN):.2f}"
    if found.ranking and found.ranking.area:
        return text + f"; area {found.ranking.area.value:.2f}"
    return text
