"""The clocks that people here read."""

from zoneinfo import ZoneInfo

from flask import current_app

from futurisys.settings import TIMEZONE


def zone() -> ZoneInfo:
    """The time zone of what people read; the default one where no application is at hand."""
    return current_app.config["FUTURISYS_TIMEZONE"] if current_app else ZoneInfo(TIMEZONE)
