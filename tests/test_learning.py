"""A training set of what was kept: who is in it, until when each was seen, and who is not."""

import datetime
from typing import Any

import click
import numpy as np
import pytest

from futurisys.cli.learning import people
from futurisys.employee.extracts import read_employees
from futurisys.employee.schema import REFERENCE, SIRH
from futurisys.errors import TrainingRefused
from futurisys.operations.learning import Past, past
from futurisys.operations.privacy import subject_of
from futurisys.records.database import db
from futurisys.records.persons import Opposed, Request
from futurisys.sample import SAMPLE
from futurisys.statistics.completing import completed
from futurisys.statistics.survival import standing
from futurisys.training.people import People
from tests.databases import ONE_DATABASE
from tests.followed import Followed, hashed

HORIZON = 100
NOW = datetime.datetime.now(datetime.UTC)
START = datetime.date(2025, 1, 10)
COMPLETE = START + datetime.timedelta(days=150)
PEOPLE = list(map(hashed, range(20)))


def after(days: int) -> datetime.date:
    return START + datetime.timedelta(days=days)


@pytest.fixture
def kept(app) -> Followed:
    """Twenty people who were estimated on one day, in a service that may learn from it."""
    app.config["FUTURISYS_TRAIN_FROM_RECORDS"] = "yes"
    return Followed(app)


@pytest.fixture
def estimates(kept) -> list[str]:
    kept.complete(COMPLETE)
    return kept.estimates([(person, START, 0.3) for person in PEOPLE])


def learnt(kept: Followed, **asked: Any) -> Past:
    with kept.app.app_context():
        return past(HORIZON, "A. Martin", **asked)


def test_each_is_seen_until_the_first_of_departure_measure_and_horizon(kept, estimates, query):
    """A departure within the horizon counts, a measure ends what is seen, and the journal tells."""
    kept.departures([(PEOPLE[0], after(100)), (PEOPLE[1], after(101)), (PEOPLE[2], after(40))])
    kept.noted(estimates[2], "mesure prise", after(30))
    kept.noted(estimates[3], "mesure prise", after(100))
    kept.noted(estimates[0], "mesure prise", after(100))
    found = learnt(kept)
    assert found.seen.tolist() == [100, 100, 30, *[100] * 17]
    assert np.flatnonzero(found.left).tolist() == [0]
    assert found.estimated_on.tolist() == [START] * 20
    assert [row.action for row in query("SELECT action FROM journal")] == ["training"]
    assert "subject" not in found.employees[0]
    assert found.employees[0]["revenu_mensuel"] == 3000


@ONE_DATABASE
def test_only_what_is_a_horizon_old_and_sound_is_learnt_from(kept, estimates):
    """Later estimates, contested or opposed ones, wrong facts, and facts that went are not."""
    kept.estimates([(hashed(90), after(51), 0.3)])
    kept.estimates([(hashed(91), START, 0.3)], {"revenu_mensuel": None})
    kept.noted(estimates[0], "données fausses", after(3))
    asked = [("contestation", None, None), ("rectification", "acceptée", estimates[2])]
    asked += [("contestation", "refusée", None), ("rectification", None, estimates[2])]
    with kept.app.app_context(), db.engine.begin() as connection:
        for number, (kind, outcome, estimate) in enumerate(asked, start=1):
            row = {"id": estimates[number], "subject": PEOPLE[number], "kind": kind}
            row |= {"prediction_id": estimate, "outcome": outcome, "author": "Ada", "holder": "a"}
            row |= {"received_on": START, "due_on": START, "created_at": NOW}
            connection.execute(Request.__table__.insert(), row)
        row = {"subject": PEOPLE[5], "created_at": NOW}
        connection.execute(Opposed.__table__.insert(), row)
    assert len(learnt(kept).employees) == 20 - 4


@ONE_DATABASE
def test_nobody_is_learnt_from_twice(kept, references):
    """Who stands in the extracts that are learnt from too is not taken from the records."""
    kept.complete(COMPLETE)
    with kept.app.app_context():
        kept.estimates([(subject_of(number), START, 0.3) for number in (7, 8, 9)])
    assert len(learnt(kept, but_not=[8]).employees) == 2


@ONE_DATABASE
def test_what_cannot_be_learnt_from_is_refused(kept, app):
    """Without the setting, a horizon, a complete list or anybody: one sentence says what to do."""
    with app.app_context():
        with pytest.raises(TrainingRefused, match="set FUTURISYS_HORIZON_DAYS"):
            past(None, "A. Martin")
        with pytest.raises(TrainingRefused, match="--complet-au"):
            past(HORIZON, "A. Martin")
        kept.complete(COMPLETE)
        with pytest.raises(TrainingRefused, match="Nobody was estimated"):
            past(HORIZON, "A. Martin")
        app.config["FUTURISYS_TRAIN_FROM_RECORDS"] = ""
        with pytest.raises(TrainingRefused, match="FUTURISYS_TRAIN_FROM_RECORDS=yes"):
            past(HORIZON, "A. Martin")


@ONE_DATABASE
def test_measures_for_too_many_are_refused(kept, estimates):
    """Where more than a fifth was not seen to the end, nothing is measured, and nothing learnt."""
    for estimate in estimates[:4]:
        kept.noted(estimate, "mesure prise", after(50))
    assert len(learnt(kept).employees) == 20
    kept.noted(estimates[4], "mesure prise", after(50))
    with pytest.raises(TrainingRefused, match="for 25% of the people"):
        learnt(kept)


def test_whoever_was_not_seen_to_the_end_is_told_by_their_like():
    """As many are drawn as weighing the others by the inverse probability would make of them."""
    rng = np.random.default_rng(3)
    people = 20_000
    bands = (rng.random(people) < 0.2).astype(int)
    leaves = rng.exponential(np.where(bands, 200, 2000))
    measured = np.where(bands, rng.uniform(0, 1200, people), np.inf)
    times = np.minimum(np.minimum(leaves, measured), 365)
    left = leaves <= np.minimum(measured, 365)
    gone, drawn = completed(times, left, 365, bands)
    weighed = standing(times, left, 365, bands)
    for band in (0, 1):
        own = bands == band
        share = weighed.weights[own & left].sum() / weighed.weights[own].sum()
        assert gone[own].mean() == pytest.approx(share, abs=1 / own.sum() + 1e-3)
        assert gone[own].mean() == pytest.approx((leaves[own] <= 365).mean(), abs=0.02)
    assert (drawn == (~left & (times < 365))).all()
    assert gone[left].all()
    assert not gone[~left & (times >= 365)].any()


OPTIONS = dict.fromkeys(("sirh", "eval", "sondage", "on", "departures", "complete_to"))


@pytest.fixture
def asked(kept, monkeypatch):
    """Whom the command would learn from, by its options."""
    monkeypatch.setitem(kept.app.config, "FUTURISYS_HORIZON_DAYS", HORIZON)

    def of(**options: Any) -> People:
        with kept.app.app_context():
            return people(OPTIONS | {"from_records": True, "by": "A. Martin"} | options)

    return of


@ONE_DATABASE
def test_the_command_learns_from_what_was_kept(kept, estimates, asked):
    """Of what was kept alone: with the service's horizon, the days, and those who were drawn."""
    kept.departures([(PEOPLE[0], after(40))])
    kept.noted(estimates[2], "mesure prise", after(30))
    found = asked()
    assert (found.origin, found.horizon, found.fictional) == (("records",), HORIZON, False)
    assert (len(found.employees), found.drawn) == (20, 1)
    assert found.days == (START,) * 20
    assert found.left[0]
    assert sum(found.left) <= 2


@pytest.mark.slow
@ONE_DATABASE
def test_the_command_learns_from_both(kept, references, asked, tmp_path):
    """Extracts of one day and what was kept, within one horizon, and nobody twice."""
    employees, _ = read_employees(SAMPLE)
    own = employees[0][REFERENCE]
    with kept.app.app_context():
        kept.estimates([(subject_of(number), START, 0.3) for number in (own, 9_999_999)])
    kept.complete(COMPLETE)
    listed = tmp_path / "departs.csv"
    listed.write_text(f"id_employee;date_depart;raison\n{own};{after(9)};démission\n")
    day = datetime.datetime.combine(START, datetime.time())
    complete = datetime.datetime.combine(COMPLETE, datetime.time())
    found = asked(on=day, departures=listed, complete_to=complete)
    assert found.origin == ("extracts", "records")
    assert len(found.employees) == len(found.left) == len(found.days) == 1471
    assert (found.horizon, sum(found.left)) == (HORIZON, 1)


@ONE_DATABASE
def test_undated_extracts_are_not_learnt_from_beside_records(kept, asked):
    """Whoever left at some time is no leaver within a horizon."""
    with pytest.raises(click.UsageError, match="extracts are of one day"):
        asked(sirh=SAMPLE[SIRH])
