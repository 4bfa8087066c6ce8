"""A simulated company in a real database: it is followed as it was lived, and is learnt from.

`make test` lets a model learn from one company, `make prove` from ten, and once by the command.
"""

import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask

from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.operations import drift
from futurisys.operations.clock import zone
from futurisys.operations.following import Followed, complete_to, followed
from futurisys.operations.learning import past
from futurisys.operations.retention import retain
from futurisys.operations.transactions import reading, writing
from futurisys.records.database import db
from futurisys.statistics.areas import area
from futurisys.training.contenders import Model
from futurisys.training.estimator import frame
from futurisys.training.people import of_records
from tests.companies import MONTHS, SALARY, Company, Events, File, Floats, company, day_of
from tests.estimated_companies import EstimatedCompany, lived, signalled
from tests.fixtures import SUBJECT_KEY
from tests.kept_companies import KeptCompany

pytestmark = [pytest.mark.slow, pytest.mark.prove]
PROVE = bool(os.environ.get("PROVE"))
SEEDS = range(10 if PROVE else 1)
HORIZON = 365
# The month in which a model learns, the first file of which anything can be left then, and the
# file whose people are estimated by both models.
LEARNS, FIRST, ESTIMATED = 26, 12, 27
# Whoever is first estimated in a later file is not estimated for a whole year.
LAST = LEARNS if PROVE else 14
# The month in which all salaries rise.
RAISED = 25


@pytest.fixture
def keeping(make_app: Callable[..., Flask]) -> Flask:
    """An application whose records may be learnt from, within a year."""
    return make_app(
        FUTURISYS_SUBJECT_KEY=SUBJECT_KEY,
        FUTURISYS_HORIZON_DAYS=str(HORIZON),
        FUTURISYS_TRAIN_FROM_RECORDS="yes",
    )


@pytest.fixture(scope="module")
def predictor(artifact_folder: Path) -> Predictor:
    return Predictor(artifact.read(artifact_folder))


def test_a_company_is_followed_as_it_was_lived(keeping, predictor):
    """Each person's first estimate, departure and measure are those of the simulation."""
    first, last = 19, 21
    one = EstimatedCompany(lived(0, Events(), predictor), predictor)
    with keeping.app_context():
        kept = KeptCompany(one.company, predictor)
        kept.send(range(first, last + 1))
        kept.tell(first, last)
        with reading() as connection:
            found = followed(connection, day_of(first))
            assert complete_to(connection) == day_of(last)
    assert (~np.isnat(found.measured_on)).sum() > 20
    assert told(found) == told(one.followed(last, day_of(first)))


def told(found: Followed) -> list[Any]:
    """What is known of each person; of probabilities, what does not hang on the order of a sum."""
    names = ("estimated_on", "words", "levels", "left_on", "measured_on")
    columns = [getattr(found, name).astype(str).tolist() for name in names]
    return list(zip(found.probabilities.round(12).tolist(), *columns, strict=True))


def test_a_rise_of_salaries_is_alarmed_in_its_kept_file(keeping, predictor):
    """The file of the month is alarmed for salaries alone; the one before is not."""
    one = lived(0, Events(), predictor)
    with keeping.app_context():
        kept = KeptCompany(one, predictor)
        kept.send(range(RAISED - 2, RAISED + 1))
        found = [drift_of(kept, month, predictor) for month in (RAISED - 1, RAISED)]
    assert found == [set(), {SALARY}]


def drift_of(kept: KeptCompany, month: int, predictor: Predictor) -> set[str]:
    """The fields that are alarmed once a month's file is compared with the one before."""
    drift.look(kept.files[month], predictor)
    of_file = drift.of_file(kept.files[month])
    assert of_file
    assert of_file.found
    return {one.field for one in of_file.found.alarms}


def by_a_known_hazard(seed: int, predictor: Predictor) -> Company:
    """A company whose people leave by a hazard that no model has learnt from."""
    return company(seed, signal=signalled(predictor))


def by_the_models_own(seed: int, predictor: Predictor) -> Company:
    """A company in which the sample's model is right, but for overtime."""
    return lived(seed, Events(), predictor)


ONE_IS_CHANCE = pytest.mark.skipif(
    not PROVE, reason="one company's departures are too few to tell so small a difference"
)


@pytest.mark.parametrize(
    "living", [by_a_known_hazard, pytest.param(by_the_models_own, marks=ONE_IS_CHANCE)]
)
def test_a_model_that_learns_from_records_is_no_worse(keeping, predictor, living):
    """Of what retention has left in month 26, in a company in which overtime counts no more: on
    the departures of the ten months after, its area is the sample's model's at least, on average.
    """
    areas = []
    with keeping.app_context():
        for seed in SEEDS:
            one = living(seed, predictor)
            keep(one, predictor)
            file = one.file(ESTIMATED)
            old, new = predictor.scores(file.columns()).probability, learnt(file)
            areas.append([told_apart(one, chances) for chances in (old, new, file.chance)])
            said = "area of the sample's model {:.3f}, of the new one {:.3f}, of the truth {:.3f}"
            print(f"\nCompany {seed}: {said.format(*areas[-1])}", end="")
    before, after, _ = np.mean(areas, axis=0)
    print(f"\nOn average: {before:.3f} and {after:.3f}")
    assert after >= before


@pytest.mark.skipif(not PROVE, reason="it takes minutes; what it fits is fitted above")
def test_the_command_makes_the_model_of_which_this_holds(
    keeping, predictor, artifact_folder, tmp_path
):
    """`flask model train --from-records` tells people apart as what is fitted above does."""
    keeping.config["FUTURISYS_MODEL"] = str(artifact_folder)
    given = ["--from-records", "--quick", "--repeats", "1", "--by", "Ada"]
    with keeping.app_context():
        one = by_a_known_hazard(0, predictor)
        keep(one, predictor)
        fitted = told_apart(one, learnt(one.file(ESTIMATED)))
        command = ["model", "train", *given, "--output", str(tmp_path / "model")]
        done = keeping.test_cli_runner().invoke(args=command)
    assert done.exit_code == 0, done.output
    made = artifact.read(tmp_path / "model")
    columns = one.file(ESTIMATED).columns()
    assert made.manifest["horizon_jours"] == HORIZON
    # Estimates of people whom data cannot tell apart are made equal.
    found = told_apart(one, Predictor(made).scores(columns).probability)
    assert found == pytest.approx(fitted, abs=0.005)


def told_apart(one: Company, chances: Floats) -> float:
    """The area of what is said of a file's people, on their departures until the end."""
    left = one.left_by(day_of(MONTHS + 1))[one.file(ESTIMATED).who]
    return area(chances, left).value


def keep(one: Company, predictor: Predictor) -> None:
    """Have the files and departures of a company, and only what retention leaves of them."""
    with writing() as connection:
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(sa.delete(table))
    kept = KeptCompany(one, predictor)
    kept.send(range(FIRST, LAST + 1))
    kept.tell(FIRST, LEARNS)
    retain("Ada", datetime.datetime.combine(day_of(LEARNS), datetime.time(20), zone()))


def learnt(file: File) -> Floats:
    """The margins of a file's people, by what the command fits."""
    found = past(HORIZON, "Ada")
    days = found.estimated_on.astype(datetime.date).tolist()
    people = of_records(found.employees, days, found.seen, found.left, found.words, found.horizon)
    left = np.array(people.left)
    return Model().margin(frame(people.employees), left, of(file))


def of(file: File) -> Any:
    columns = file.columns()
    rows = zip(*columns.values(), strict=True)
    return frame([dict(zip(columns, row, strict=True)) for row in rows])
