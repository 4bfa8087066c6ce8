"""What people read is by their own clocks."""

import datetime

import pytest

from futurisys.app import create_app
from futurisys.console import french
from futurisys.operations import clock

SUMMER = datetime.datetime(2026, 7, 31, 22, 30, tzinfo=datetime.UTC)
WINTER = datetime.datetime(2026, 1, 31, 22, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("name", "summer", "winter"),
    [
        ("Europe/Paris", "01/08/2026 à 00 h 30", "31/01/2026 à 23 h 30"),
        ("America/Martinique", "31/07/2026 à 18 h 30", "31/01/2026 à 18 h 30"),
        ("UTC", "31/07/2026 à 22 h 30", "31/01/2026 à 22 h 30"),
    ],
)
def test_a_moment_is_said_by_the_clocks_of_the_place(name, summer, winter):
    """Day and hour are those of FUTURISYS_TIMEZONE, in summer and in winter."""
    with create_app(DATABASE_URL="sqlite://", FUTURISYS_TIMEZONE=name).app_context():
        said = [french.moment(one) for one in (SUMMER, WINTER)]
        assert said == [summer, winter]
        assert french.day(SUMMER.isoformat()) == summer.partition(" ")[0]


def test_without_a_setting_the_clocks_are_those_of_paris():
    """What is written where no application is at hand is by the same clocks."""
    assert create_app(DATABASE_URL="sqlite://").config["FUTURISYS_TIMEZONE"] is clock.zone()
    assert french.moment(SUMMER).startswith("01/08/2026")
