"""What French sets around its marks, and how it writes a number and a moment."""

import datetime
import re

NARROW = "\u202f"
_BEFORE = re.compile("[ \u00a0](?=[:;?!%»])")
_AFTER = re.compile("«[ \u00a0]")


def typeset(text: str) -> str:
    """A sentence with the narrow spaces and the apostrophes that French sets."""
    return _AFTER.sub(f"«{NARROW}", _BEFORE.sub(NARROW, text)).replace("'", "’")


def figure(value: float) -> str:
    """A number as 5 993 or 12,5."""
    return f"{value:,.12g}".replace(",", NARROW).replace(".", ",")


def moment(when: datetime.datetime) -> str:
    """A moment as 23/11/2026 à 14:05, in UTC."""
    return f"{when.astimezone(datetime.UTC):%d/%m/%Y à %H:%M}"
