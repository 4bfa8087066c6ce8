"""The clocks that people here read."""

import datetime
from zoneinfo import ZoneInfo

from flask import current_app

from futurisys.settings import TIMEZONE


def zone() -> ZoneInfo:
    """The time zone of what people read; the default one where no application is at hand."""
    return current_app.config["FUTURISYS_TIMEZONE"] if current_app else ZoneInfo(TIMEZONE)


def today() -> datetime.date:
    """The day by these clocks."""
    return datetime.datetime.now(zone()).date()
