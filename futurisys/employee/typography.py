"""What French sets around its marks, and how it writes a number and a moment."""

import datetime
import re

NARROW = "\u202f"
# Levels whose spelling in the extracts is not that of the language.
SPELLED = {"Frequent": "Fréquent", "Entrepreunariat": "Entrepreneuriat"}
_BEFORE = re.compile("[ \u00a0](?=[:;?!%»])")
_AFTER = re.compile("«[ \u00a0]")


def typeset(text: str) -> str:
    """A sentence with the narrow spaces and the apostrophes that French sets."""
    return _AFTER.sub(f"«{NARROW}", _BEFORE.sub(NARROW, text)).replace("'", "’")


def figure(value: float) -> str:
    """A number as 5 993 or 12,5."""
    return f"{value:,.12g}".replace(",", NARROW).replace(".", ",")


def spelled(level: str) -> str:
    """A level as a reader spells it; files and programs keep the spelling of the extracts."""
    return SPELLED.get(level, level)


def moment(when: datetime.datetime, zone: datetime.tzinfo) -> str:
    """A moment as 23/11/2026 à 14 h 05, by the clocks of a time zone."""
    return f"{when.astimezone(zone):%d/%m/%Y à %H h %M}"
