"""What is wrong with how a text that people read is written."""

import re
from collections.abc import Iterator

# Nothing else is written in capitals alone.
ABBREVIATIONS = {"AI", "AUC", "CNIL", "EU", "GDPR", "HR", "IA", "IBM", "III", "RGPD", "RH", "ROC"}
_CAPITALS = re.compile(r"[A-ZÀ-Ý]{2,}")
_BEGINS = re.compile(r"(?:^|[.?!] )(?!« )([^\W\d_])")


def slips(text: str) -> Iterator[str]:
    """Capitals where none belong, and sentences that begin without one."""
    yield from set(_CAPITALS.findall(text)) - ABBREVIATIONS
    yield from (f"{one[0]}…" for one in _BEGINS.finditer(text) if not one[1].isupper())
