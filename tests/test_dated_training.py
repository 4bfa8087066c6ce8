"""A model of dated facts: who left within its horizon, and what it says of that."""

import datetime
import json
from pathlib import Path

import numpy as np
import pytest

from futurisys.app import create_app
from futurisys.employee.departures import Departure
from futurisys.employee.extracts import read_employees
from futurisys.employee.schema import REFERENCE
from futurisys.errors import TrainingRefused
from futurisys.sample import SAMPLE
from futurisys.training.contenders import Model
from futurisys.training.estimator import frame
from futurisys.training.people import Span, of_snapshot
from futurisys.training.timing import out_of_time

ON = datetime.date(2025, 1, 1)
YEAR = datetime.date(2025, 12, 31)


def after(days: int) -> datetime.date:
    return ON + datetime.timedelta(days=days)


@pytest.fixture(scope="module")
def leavers() -> list[int]:
    """The numbers of the sample's leavers."""
    employees, left = read_employees(SAMPLE)
    return [one[REFERENCE] for one, gone in zip(employees, left, strict=True) if gone]


def test_who_left_within_the_horizon_is_a_leaver(leavers):
    """Within its last day, not after; gone by the day of the extracts is left out; both told."""
    days = [after(0), after(1), after(180), after(181)]
    listed = [Departure(str(n), day, "autre") for n, day in zip(leavers, days, strict=False)]
    listed.append(Departure("9999999", after(9), "démission"))
    people = of_snapshot(SAMPLE, listed, Span(ON, YEAR), 180)
    left = {one[REFERENCE] for one, gone in zip(people.employees, people.left, strict=True) if gone}
    assert left == set(leavers[1:3])
    assert len(people.employees) == 1469
    assert (people.horizon, people.fictional, set(people.days)) == (180, False, {ON})
    assert people.remarks[1:] == (
        "Personnes déjà parties au jour des extraits, laissées de côté : 1.",
        "Personnes de la liste parties ensuite, mais absentes des extraits : 1.",
    )


def test_a_horizon_is_no_longer_than_departures_are_known():
    """From the day of the extracts to the last day that is known, or less where that is asked."""
    assert Span(ON, YEAR).horizon() == 364
    assert Span(ON, YEAR).horizon(180) == 180
    with pytest.raises(TrainingRefused, match="364 days"):
        Span(ON, YEAR).horizon(365)
    with pytest.raises(TrainingRefused, match="not after"):
        Span(ON, ON).horizon()


@pytest.fixture
def train(tmp_path: Path):
    """Run the command with a list of departures: what it said, and its code."""

    def run(rows: list[tuple[int, datetime.date]], *options: str, **settings: str):
        listed = tmp_path / "departs.csv"
        lines = [f"{number};{day:%d/%m/%Y};démission" for number, day in rows]
        listed.write_text("\n".join(["id_employee;date_depart;raison", *lines]))
        runner = create_app(DATABASE_URL="sqlite://", **settings).test_cli_runner()
        given = ["--departures", str(listed), "--quick", "--repeats", "1", *options]
        done = runner.invoke(args=["model", "train", *given, "--output", str(tmp_path / "model")])
        return done.output, done.exit_code

    return run


@pytest.mark.parametrize(
    ("options", "settings", "sentence"),
    [
        ([], {}, "--au and --departures go together"),
        (["--au", "2025-01-01", "--complet-au", "2999-01-01"], {}, "still to come"),
        (["--au", "2025-01-01"], {"FUTURISYS_HORIZON_DAYS": "365"}, "known for 100 days"),
        (["--au", "2025-12-31"], {}, "not after 2025-12-31"),
        (["--au", "2025-01-01"], {}, "1 of 1470 people left: at least 20"),
    ],
)
def test_what_makes_no_training_set_is_refused(train, leavers, options, settings, sentence):
    """Half of the options, days to come, too short a list, too few leavers: one sentence."""
    said, code = train([(leavers[0], after(100))], *options, **settings)
    assert code != 0
    assert sentence in said


@pytest.mark.slow
@pytest.mark.prove
def test_a_dated_training_has_its_horizon(train, leavers, tmp_path):
    """The command learns from a snapshot and a list, and the manifest says within how many days."""
    days = np.random.default_rng(0).integers(1, 365, len(leavers)).tolist()
    rows = [(number, after(day)) for number, day in zip(leavers, days, strict=True)]
    said, code = train(rows, "--au", "01/01/2025", "--complet-au", "2025-12-31")
    assert code == 0, said
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert manifest["horizon_jours"] == 364
    assert manifest["training"]["left"] == len(leavers)
    assert manifest["training"]["fictional"] is False
    assert (tmp_path / "model.private" / "out_of_fold.json").exists()


def test_later_people_are_those_of_the_last_days():
    """About a fifth, with enough leavers and stayers on both sides; of one day, none are later."""
    employees, left = read_employees(SAMPLE)
    table, gone = frame(employees[:600]), np.array(left[:600])
    model = Model(strength=None, changes={"n_estimators": 5})
    days = [after(number // 150) for number in range(600)]
    found = out_of_time(table, gone, model, days)
    assert found is not None
    assert (found["from"], found["people"], found["learnt_from"]) == (str(after(3)), 150, 450)
    assert found["left"] == gone[450:].sum()
    assert found["roc_auc"]["low"] < found["roc_auc"]["value"] < found["roc_auc"]["high"]
    assert out_of_time(table, gone, model, [ON] * 600) is None
    assert out_of_time(table, gone, model, [ON] * 595 + [YEAR] * 5) is None
