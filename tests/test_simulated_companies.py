"""What the product says of companies of which the truth is known, printed beside that truth.

Their people leave as often as the model says, but for what it may err by, as it says itself: until
something happens, there is nothing to warn of. Of others a hazard is the truth that is none of the
model's, be it calibrated on such people or not. `make test` asks about three companies, `make
prove` about fifty.
"""

import datetime
import os
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from futurisys.model import artifact
from futurisys.model.drift import FALSE_ALARMS, Columns, drift
from futurisys.model.predictor import Predictor
from futurisys.operations.following import Followed
from futurisys.operations.live import MONTH
from futurisys.operations.live_figures import LOOKS, TOLERATED, WARNING_LEVEL, Figures, figures
from futurisys.operations.resolving import Resolved, resolve
from futurisys.statistics.agreement import compared
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
    Floats,
    company,
    day_of,
    sample,
)
from tests.estimated_companies import (
    HORIZON,
    EstimatedCompany,
    calibrated,
    lived,
    said,
    shift_of,
    signalled,
)

pytestmark = [pytest.mark.slow, pytest.mark.prove]
PROVE = bool(os.environ.get("PROVE"))
SEEDS = range(50 if PROVE else 3)
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


@pytest.fixture(scope="module")
def elsewhere(predictor) -> list[EstimatedCompany]:
    """The same of a hazard that is none of the model's: it is too sure of those at the top."""
    return [EstimatedCompany(company(1000 + seed, STABLE), predictor) for seed in SEEDS]


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
    return figures(resolved(one, month)[1], "departement", one.own.shift)


def resolved(one: EstimatedCompany, month: int) -> tuple[Followed, Resolved]:
    """What is known of whoever was estimated within a horizon and a month before a file."""
    day = day_of(month)
    found = one.followed(month, day - datetime.timedelta(HORIZON + MONTH))
    return found, resolve(found, HORIZON, day)


def true_ratio(one: EstimatedCompany, month: int) -> float:
    """The ratio of departures that a perfect measurement would find in a look."""
    found, some = resolved(one, month)
    true = np.zeros(len(some))
    for file in one.company.files:
        those = found.estimated_on == np.datetime64(file.day)
        places = np.searchsorted(file.who, found.ids[those].astype(int))
        true[those] = file.chance[places]
    seen = (some.known / HORIZON, some.seen / HORIZON, some.left)
    return compared(true, *seen).expected / compared(some.chances, *seen).expected


def test_stable_companies_are_warned_as_seldom_as_is_promised(stable):
    """Looked at monthly, once in five years at most, on average."""
    warned, shown = warnings_in(stable, "in which nothing happens")
    assert warned <= shown / LOOKS


def test_stable_companies_of_another_hazard_are_too(elsewhere):
    """Of these the sample's model is as good as right on the whole, and of nobody."""
    assert_promised(*warnings_in(elsewhere, "of another hazard, in which nothing happens"))


def test_stable_companies_are_too_whose_model_learnt_from_such_people(elsewhere, predictor):
    """As a company's own: each was calibrated on another company's departures of a year."""
    own = [one.by(calibrated(2000 + seed, predictor)) for seed, one in enumerate(elsewhere)]
    assert_promised(*warnings_in(own, "of another hazard, of which the model has learnt"))


def assert_promised(warned: int, shown: int) -> None:
    """Few enough looks warn; of few companies chance alone moves their number more."""
    by_chance = stats.binom.ppf(1 - BY_CHANCE, shown, 1 / LOOKS)
    assert warned <= (shown / LOOKS if PROVE else by_chance)


def warnings_in(some: list[EstimatedCompany], which: str) -> tuple[int, int]:
    """How many looks at companies warn, and of how many; printed beside the truth."""
    looks = [[looked_at(one, month) for month in range(2, MONTHS + 1)] for one in some]
    shown = [found for few in looks for found in few if found.agreement]
    warned = [sum(found.warns for found in few) for few in looks]
    ratios = [few[-1].agreement.ratio for few in looks if few[-1].agreement]
    truths = [true_ratio(one, MONTHS) for one in some]
    print(f"\nLive figures of {len(some)} companies {which}:")
    print(f"  warnings: {sum(warned)} in {len(shown)} looks, in {np.count_nonzero(warned)} of them")
    print(f"  promised: {len(shown) / LOOKS:.1f} at most")
    print(f"  observed over expected, said at the end: {np.mean(ratios):.3f} on average", end="")
    print(f"; truth: {np.mean(truths):.3f}")
    return sum(warned), len(shown)


def power(predictor: Predictor) -> float:
    """How likely the look of month `SEEN` warns that overtime makes nobody leave any more.

    Known before any company is: of the sample's people, all estimated in the month after the
    change, with the hazard that they have then; a warning needs the ratio's interval below 1 by
    more than is tolerated. Chance is taken to move departures as if each could leave again.
    """
    facts = sample()
    hazard = np.log1p(np.exp(said(predictor, facts)))
    true = np.log1p(np.exp(said(predictor, {**facts, OVERTIME: facts[OVERTIME] & False})))
    may = signalled(predictor)(facts)
    people = PEOPLE / len(hazard)
    observed, expected = (people * counting(one, true, may).sum() for one in (true, hazard))
    needed = NormalDist().inv_cdf((1 + WARNING_LEVEL) / 2)
    error = (1 / observed + shift_of(predictor) ** 2) ** 0.5
    beyond = np.log(expected / observed) - np.log1p(TOLERATED)
    return NormalDist().cdf((beyond - needed * error) / error)


def counting(hazard: Floats, true: Floats, signalled: NDArray[np.bool_]) -> Floats:
    """How many departures of each a hazard expects, who leave by the true one, until a measure."""
    begins = (MEASURES - ENDS - 1) / 12
    parts = 100
    days = begins + (1 - begins) * (np.arange(parts) + 0.5) / parts
    rate = -12 * np.log1p(-MEASURED_MONTHLY)
    each = (1 - begins) / parts * rate * np.exp(-rate * (days - begins))
    there = np.exp(-np.outer(true, days))
    later = -np.expm1(-np.outer(hazard, 1 - days))
    return -np.expm1(-hazard) - signalled * ((there * later) @ each)


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
