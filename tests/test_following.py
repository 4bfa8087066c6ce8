"""Each person's first estimate, with what became of it: who is among them, and what is said."""

import datetime
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from futurisys import serving
from futurisys.employee.answer import FLAGGED, UNFLAGGED
from futurisys.operations.following import Followed as Found
from futurisys.operations.following import complete_to, followed
from futurisys.operations.horizons import horizon_days
from futurisys.records.database import db
from futurisys.records.persons import Opposed
from tests.databases import ONE_DATABASE
from tests.followed import Followed, hashed

ADA, BOB, EVE = map(hashed, range(3))
JANUARY, FEBRUARY, MARCH = (datetime.date(2025, month, 10) for month in (1, 2, 3))
DAY = datetime.timedelta(days=1)


@pytest.fixture
def kept(app) -> Followed:
    return Followed(app)


def found_of(kept: Followed, *asked: Any, **named: Any) -> Found:
    found: Found = kept.read(lambda connection: followed(connection, *asked, **named))
    return found


def test_the_first_estimate_of_each_person_counts(kept):
    """Whoever was estimated several times in a window counts once, by the first; strangers not."""
    first = kept.estimate(ADA, JANUARY, 0.1)
    kept.estimate(ADA, FEBRUARY, 0.9)
    kept.estimate(None, FEBRUARY)
    later = kept.estimate(BOB, MARCH, 0.6)
    found = found_of(kept)
    assert list(found.ids) == [first, later]
    assert list(found.probabilities) == [0.1, 0.6]
    assert found.words.tolist() == [UNFLAGGED, FLAGGED]
    assert found.estimated_on.tolist() == [JANUARY, MARCH]
    assert np.isnat(found.left_on).all()


@ONE_DATABASE
def test_a_window_and_a_version_choose_the_first_inside(kept):
    """Since is included, until is not, and an estimate of another version is no first one."""
    kept.estimate(ADA, JANUARY, model_version="two")
    kept.estimate(ADA, FEBRUARY, 0.7)
    kept.estimate(ADA, MARCH)
    assert found_of(kept, FEBRUARY, MARCH).estimated_on.tolist() == [FEBRUARY]
    assert found_of(kept, FEBRUARY + DAY, MARCH).estimated_on.tolist() == []
    assert found_of(kept, None, None, "two").estimated_on.tolist() == [JANUARY]
    assert found_of(kept, None, None, "one").probabilities.tolist() == [0.7]


def test_what_became_of_a_person_stands_beside_it(kept):
    """The day of a departure, and that of the first measure, about whichever estimate it was."""
    kept.estimate(ADA, JANUARY)
    second = kept.estimate(ADA, FEBRUARY)
    kept.noted(second, "mesure prise", MARCH)
    kept.noted(second, "mesure prise", MARCH + DAY)
    kept.noted(second, "entretien mené", JANUARY)
    kept.estimate(BOB, JANUARY + DAY)
    kept.left(BOB, FEBRUARY)
    found = found_of(kept)
    assert found.measured_on.tolist() == [MARCH, None]
    assert found.left_on.tolist() == [None, FEBRUARY]


@ONE_DATABASE
def test_who_had_left_before_was_not_estimated_in_time(kept):
    """A departure on the day of the estimate counts; one before it is none of this estimate's."""
    kept.estimate(ADA, FEBRUARY)
    kept.left(ADA, FEBRUARY)
    kept.estimate(BOB, FEBRUARY)
    kept.left(BOB, FEBRUARY - DAY)
    assert found_of(kept).left_on.tolist() == [FEBRUARY]


@ONE_DATABASE
def test_who_is_not_to_be_shown_is_not_among_them(app, kept):
    """Not for a command either, which otherwise sees everybody."""
    kept.estimate(ADA, JANUARY)
    kept.estimate(BOB, JANUARY)
    with app.app_context(), db.engine.begin() as connection:
        row = {"subject": ADA, "created_at": datetime.datetime.now(datetime.UTC)}
        connection.execute(sa.insert(Opposed.__table__), row)
    assert len(found_of(kept)) == 1


@ONE_DATABASE
def test_facts_that_are_gone_are_passed_over_where_they_are_needed(kept):
    """Who has only estimates without facts is no row to learn from, but is one to count."""
    kept.estimate(ADA, JANUARY, facts={"revenu_mensuel": None})
    again = kept.estimate(ADA, FEBRUARY)
    kept.noted(again, "données fausses", MARCH)
    kept.estimate(BOB, JANUARY, facts={"revenu_mensuel": None})
    assert len(found_of(kept)) == 2
    found = found_of(kept, has_facts=True)
    assert (found.ids.tolist(), found.wrong.tolist()) == ([again], [True])


@ONE_DATABASE
def test_a_group_is_that_of_the_estimate(kept):
    """By whichever field; None where it has gone."""
    kept.estimate(ADA, JANUARY, facts={"poste": "Manager"})
    kept.estimate(BOB, FEBRUARY)
    assert found_of(kept).levels.tolist() == ["Consulting"] * 2
    assert found_of(kept, by="poste").levels.tolist() == ["Manager", None]


@ONE_DATABASE
def test_outcomes_are_complete_to_the_last_day_that_a_list_says(kept):
    """A list that says nothing of the others completes nothing."""
    assert kept.read(complete_to) is None
    kept.complete(None)
    assert kept.read(complete_to) is None
    for day in (FEBRUARY, MARCH, JANUARY):
        kept.complete(day)
    assert kept.read(complete_to) == MARCH


@ONE_DATABASE
def test_a_horizon_is_the_models_or_else_the_settings(app):
    """The sample has no dates, so its model has one only where the setting says it."""
    with app.app_context():
        predictor = serving.served()
        assert horizon_days(predictor) is None
        app.config["FUTURISYS_HORIZON_DAYS"] = 365
        assert horizon_days(predictor) == horizon_days(None) == 365
