"""What the text of an environment variable means; ValueError says what is expected instead."""

import re
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

LOG_LEVELS = ("debug", "info", "warning", "error")
SECRET_MIN = 32
TIMEZONE = "Europe/Paris"


def text(value: str) -> str:
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isdecimal() or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high} is expected.")
        return int(value)

    return parse


def whole_or_none(low: int, high: int) -> Callable[[str], int | None]:
    parse = whole(low, high)
    return lambda value: parse(value) if value else None


def one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value and value not in words:
            raise ValueError(f"nothing, or one of {', '.join(words)}, is expected.")
        return value

    return parse


def secret(value: str) -> str:
    if value and len(value) < SECRET_MIN:
        raise ValueError(f"{SECRET_MIN} random characters or more are expected.")
    return value


def secrets(value: str) -> tuple[str, ...]:
    """Several secrets with semicolons between them, the one in use first."""
    if not value:
        return ()
    found = tuple(one.strip() for one in value.split(";"))
    if min(map(len, found)) < SECRET_MIN:
        raise ValueError(f"{SECRET_MIN} random characters or more are expected.")
    return found


def rate(value: str) -> str:
    if value and not re.fullmatch("[1-9][0-9]* ?(/|per) ?(second|minute|hour|day)", value):
        raise ValueError("a rate such as 600/minute is expected.")
    return value


def log_level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise ValueError(f"one of {', '.join(LOG_LEVELS)} is expected.")
    return value.lower()


def time_zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(
            f"a time zone that this machine knows, such as {TIMEZONE}, is expected."
        ) from None


def database_url(value: str) -> str:
    """Accept the spellings in use for PostgreSQL, and name the driver that we install."""
    if not value:
        return ""
    scheme, separator, rest = value.partition("://")
    if scheme in ("postgres", "postgresql"):
        value = f"postgresql+psycopg2{separator}{rest}"
    try:
        backend = sa.make_url(value).get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        backend = ""
    if backend not in ("postgresql", "sqlite"):
        raise ValueError("an address such as postgresql://user:password@host/name is expected.")
    return value
